"""An RTF file as blocks, with what cannot be carried over named."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from mailer.adapters.conversion.document import (
    Block,
    Box,
    Document,
    LineBreak,
    Losses,
    NoteMark,
    Picture,
    Words,
    plain,
)
from mailer.adapters.conversion.pictures import printable
from mailer.adapters.conversion.rtf_state import (
    CONTENTS,
    LINK,
    LOST,
    NOTED,
    OUTPUTS,
    QUIET,
    SKIPPED,
    TAGS,
    Format,
    Output,
    PictureData,
    State,
)
from mailer.adapters.conversion.rtf_text import Texts
from mailer.adapters.conversion.rtf_tokens import CHARSETS, PAGES, SIGNS, Token, Type, tokens


def read(data: bytes, losses: Losses) -> Document:
    """Raises Refused if it cannot be read."""
    reader = _Reader(losses)
    for token in tokens(data):
        reader.take(token)
    return reader.document()


class _Reader(Texts):
    def __init__(self, losses: Losses) -> None:
        super().__init__(losses)
        self._stack: list[State] = [State()]
        self.notes: dict[str, list[Block]] = {}
        self._fonts: dict[int, str] = {}
        self._page = "cp1252"
        self._octets = bytearray()
        self._units: list[int] = []
        self._to_skip = 0
        self._noted: list[list[str]] = []
        """The words of groups of ``NOTED`` that are open."""
        self._definition = -1
        self._fields: list[str] = []
        self._pictures: list[PictureData] = []
        self._property = ""
        self._author = ""
        self._endnote = False

    @property
    def _state(self) -> State:
        return self._stack[-1]

    # --- tokens ---

    def take(self, token: Token) -> None:
        if token.type is not Type.BYTE:
            self._flush_octets()
        is_unicode = token.type is Type.WORD and token.text == "u"
        if token.type not in (Type.TEXT, Type.BYTE) and not is_unicode:
            self._flush_units()
        match token.type:
            case Type.OPEN:
                self._open()
            case Type.CLOSE:
                self._close()
            case Type.TEXT:
                self._text(token.text)
            case Type.BYTE:
                self._byte(token.text)
            case Type.DATA:
                if self._pictures:
                    self._pictures[-1].octets += token.text.encode("latin-1")
            case Type.WORD:
                self._word(token.text, token.number)

    def _text(self, text: str) -> None:
        skipped = min(self._to_skip, len(text))
        self._to_skip -= skipped
        if text := text[skipped:]:
            self._flush_units()
            self._words(text)

    def _byte(self, sign: str) -> None:
        if self._to_skip:
            self._to_skip -= 1
            return
        self._flush_units()
        self._octets += sign.encode("latin-1")

    def _flush_octets(self) -> None:
        if self._octets:
            encoding = self._fonts.get(self._state.font, self._page)
            text, self._octets = self._octets.decode(encoding, "replace"), bytearray()
            self._words(text)

    def _flush_units(self) -> None:
        if self._units:
            octets = b"".join((unit & 0xFFFF).to_bytes(2, "little") for unit in self._units)
            self._units = []
            self._words(octets.decode("utf-16-le", "replace"))

    def _word(self, word: str, number: int | None) -> None:
        self._to_skip = 0
        starred, self._state.starred = self._state.starred, word == "*"
        if word == "u":
            self._units.append(number or 0)
            self._to_skip = self._state.skip
        elif word in SIGNS:
            self._words(SIGNS[word])
        elif word in _WORDS:
            _WORDS[word](self, number)
        elif word in TAGS or word in LOST or word == "nosupersub":
            self._look(word, number)
        elif word != "*":
            self._destination(word, number, starred)

    # --- groups ---

    def _open(self) -> None:
        is_style = self._state.group == "stylesheet"
        self._stack.append(replace(self._state, group="style" if is_style else "", starred=False))
        self._to_skip = 0
        if is_style:
            self._definition = -1
            self._noted.append([])

    def _destination(self, word: str, number: int | None, starred: bool) -> None:
        """The word may say what its group is."""
        state = self._state
        if word in OUTPUTS and not state.quiet:
            self._begin(word)
        elif word in NOTED:
            state.group = word
            self._noted.append([])
            if word == "pict":
                self._pictures.append(PictureData())
        elif word == "field":
            state.group = word
            self._fields.append("")
        elif word == "fldrslt":
            self._result()
        elif word == "object":
            self.losses.add("object")
        elif word in SKIPPED or (starred and word not in ("shppict", "shpinst", "picprop", "cs", "do")):
            state.quiet = True
        elif self._pictures and word in ("pngblip", "jpegblip", "emfblip", "wmetafile", "dibitmap", "macpict"):
            self._pictures[-1].kind = word
        elif state.group == "fonttbl" or (self._noted and self._in("fonttbl")):
            self._font_word(word, number)

    def _in(self, group: str) -> bool:
        return any(state.group == group for state in self._stack)

    def _begin(self, group: str) -> None:
        self.end_changes()
        self._state.group = group
        own = self._state
        own.tags, own.lost, own.link, own.deleted, own.inserted = frozenset(), frozenset(), "", False, False
        self.outputs.append(Output())
        self._endnote = False

    def _close(self) -> None:
        if len(self._stack) < 2:
            return
        state = self._stack.pop()
        self._to_skip = 0
        if (state.deleted, state.inserted) != (self._state.deleted, self._state.inserted):
            self.end_changes()
        if state.group in OUTPUTS:
            self._finish(state.group)
        elif state.group in _ENDS:
            _ENDS[state.group](self, "".join(self._noted.pop()))
        elif state.group == "field":
            self._fields.pop()

    def _finish(self, group: str) -> None:
        """A text of its own has ended."""
        self.end_paragraph(only_words=True)
        self.end_table()
        output = self.outputs.pop()
        text = plain(output.blocks)
        if group == "footnote":
            mark = f"n{len(self.notes) + 1}"
            self.notes[mark] = output.blocks
            self.out.pieces.append(NoteMark(mark))
            if self._endnote:
                self.losses.add("endnote")
        elif group == "annotation":
            self.losses.add("comment", f"{self._author}: {text}" if self._author else text)
            self._author = ""
        elif group == "shptxt":
            if output.blocks:
                self.out.floats.append(Box(output.blocks))
        elif text:
            self.losses.add("edge", text)

    # --- words ---

    def _words(self, text: str) -> None:
        state = self._state
        if self._noted:
            self._noted[-1].append(text)
            return
        if state.quiet or not text:
            return
        if state.hidden:
            self.losses.add("hidden", text)
            return
        for kind, is_changed in (("deleted", state.deleted), ("inserted", state.inserted)):
            if is_changed:
                self.changes[kind].append(text)
        if state.deleted:
            return
        self.end_looks(frozenset() if state.link else state.lost)
        for kind in () if state.link else sorted(state.lost):
            self.looks.setdefault(kind, []).append(text)
        tags = tuple(tag for tag in ("strong", "em", "s", "sup", "sub") if tag in state.tags)
        self.out.pieces.append(Words(text, tags, state.link))

    def _look(self, word: str, number: int | None) -> None:
        state = self._state
        on = number != 0
        if word == "nosupersub":
            state.tags -= {"sup", "sub"}
        elif word in TAGS:
            state.tags = state.tags | {TAGS[word]} if on else state.tags - {TAGS[word]}
        else:
            is_colour = word in ("cf", "highlight", "chcbpat")
            is_lost = bool(number) and (number or 0) > 1 if is_colour else on
            state.lost = state.lost | {LOST[word]} if is_lost else state.lost - {LOST[word]}

    def _plain_look(self, _: int | None) -> None:
        state = self._state
        state.tags, state.lost, state.hidden = frozenset(), frozenset(), False
        if state.deleted or state.inserted:
            self.end_changes()
        state.deleted = state.inserted = False

    def _change(self, kind: str, number: int | None) -> None:
        on = number != 0
        if getattr(self._state, kind) != on:
            self.end_changes()
        setattr(self._state, kind, on)

    # --- paragraphs ---

    def _new_format(self, _: int | None) -> None:
        if not self._noted and not self._state.quiet:
            self.out.format = Format()

    def _set(self, name: str, value: object) -> None:
        if not self._noted and not self._state.quiet:
            setattr(self.out.format, name, value)

    def _break(self, _: int | None) -> None:
        if not self._noted and not self._state.quiet and not self._state.deleted:
            self.out.pieces.append(LineBreak())

    def _paragraph(self, _: int | None) -> None:
        if not self._noted and not self._state.quiet:
            self.end_paragraph()

    def _page_break(self, _: int | None) -> None:
        if not self._state.quiet:
            self.losses.add("page break")

    def _columns(self, number: int | None) -> None:
        if (number or 1) > 1:
            self.losses.add("columns")

    def _merge(self, _: int | None) -> None:
        self.merged = True

    # --- tables of fonts and styles ---

    def _font(self, number: int | None) -> None:
        if self._in("fonttbl"):
            self._definition = number or 0
        self._state.font = number or 0

    def _font_word(self, word: str, number: int | None) -> None:
        if word == "fcharset" and number is not None and number in CHARSETS:
            self._fonts[self._definition] = CHARSETS[number]

    def _style(self, number: int | None) -> None:
        if self._in("stylesheet"):
            self._definition = number or 0
        else:
            self._set("style", number or 0)

    def _end_style(self, text: str) -> None:
        if self._definition >= 0:
            self.styles[self._definition] = text.strip("; ").lower()

    def _ansi_page(self, number: int | None) -> None:
        if number in PAGES:
            self._page = f"cp{number}"
            self._fonts = {font: page for font, page in self._fonts.items() if page != "cp1252"}

    # --- fields, lists and pictures ---

    def _end_instruction(self, text: str) -> None:
        if self._fields:
            self._fields[-1] = text.strip()

    def _result(self) -> None:
        instruction = self._fields[-1] if self._fields else ""
        kind = (instruction.split() or [""])[0].upper()
        state = self._state
        if kind in CONTENTS:
            self.losses.add("contents")
            state.quiet = True
        elif kind not in QUIET:
            self.losses.add("field", kind.title())
        if link := LINK.search(instruction):
            state.link = link[1]

    def _end_mark(self, text: str) -> None:
        self.out.mark = text

    def _end_picture(self, text: str) -> None:
        picture = self._pictures.pop()
        octets = picture.octets
        if not octets:
            digits = re.sub(r"[^0-9A-Fa-f]", "", text)
            octets = bytes.fromhex(digits[: len(digits) // 2 * 2])
        if self._state.quiet:
            return
        if picture.kind in ("pngblip", "jpegblip") and (data := printable(octets)):
            self.out.floats.append(Picture(data, picture.alt))
        else:
            self.losses.add("picture", picture.alt or picture.kind)

    def _end_property_name(self, text: str) -> None:
        self._property = text.strip()

    def _end_property(self, text: str) -> None:
        if self._property == "wzDescription" and self._pictures:
            self._pictures[-1].alt = text.strip()

    def _end_author(self, text: str) -> None:
        self._author = text.strip()

    def _ignore(self, text: str) -> None:
        """Words that mean nothing here."""

    def _skip(self, number: int | None) -> None:
        self._state.skip = min(max(number or 0, 0), 100)

    def _hide(self, number: int | None) -> None:
        self._state.hidden = number != 0

    def _no_underline(self, _: int | None) -> None:
        self._state.lost -= {"underline"}

    def _nested(self, _: int | None) -> None:
        self.losses.add("nested")
        self._paragraph(None)

    def _is_endnote(self, _: int | None) -> None:
        self._endnote = True

    # --- the whole ---

    def document(self) -> Document:
        self._flush_octets()
        self._flush_units()
        while len(self._stack) > 1:  # a file that was cut off
            self._close()
        self.end_paragraph(only_words=True)
        self.end_table()
        return Document(self.out.blocks, dict(self.notes))


def _format(name: str, value: object = None) -> Callable[[_Reader, int | None], None]:
    """A word that sets something of the paragraph: to ``value``, or else to its number."""

    def apply(reader: _Reader, number: int | None) -> None:
        reader._set(name, (number or 0) if value is None else value)

    return apply


_WORDS: Mapping[str, Callable[[_Reader, int | None], None]] = {
    "par": _Reader._paragraph,
    "\n": _Reader._paragraph,
    "\r": _Reader._paragraph,
    "sect": _Reader._paragraph,
    "line": _Reader._break,
    "page": _Reader._page_break,
    "pagebb": _Reader._page_break,
    "cols": _Reader._columns,
    "cell": lambda reader, _: reader.end_cell(),
    "row": lambda reader, _: reader.end_row(),
    "nestcell": _Reader._nested,
    **dict.fromkeys(("clmgf", "clmrg", "clvmgf", "clvmrg"), _Reader._merge),
    "pard": _Reader._new_format,
    "plain": _Reader._plain_look,
    "s": _Reader._style,
    "f": _Reader._font,
    "ansicpg": _Reader._ansi_page,
    "uc": _Reader._skip,
    "v": _Reader._hide,
    "ulnone": _Reader._no_underline,
    "ftnalt": _Reader._is_endnote,
    "deleted": lambda reader, number: reader._change("deleted", number),
    "revised": lambda reader, number: reader._change("inserted", number),
    "outlinelevel": _format("outline"),
    "ilvl": _format("depth"),
    "intbl": _format("in_table", True),
    "rtlpar": _format("turned", True),
    **dict.fromkeys(("qc", "qr"), _format("aligned", True)),
}
_ENDS: Mapping[str, Callable[[_Reader, str], None]] = {
    "fldinst": _Reader._end_instruction,
    "listtext": _Reader._end_mark,
    "pntext": _Reader._end_mark,
    "stylesheet": _Reader._ignore,
    "style": _Reader._end_style,
    "fonttbl": _Reader._ignore,
    "pict": _Reader._end_picture,
    "sn": _Reader._end_property_name,
    "sv": _Reader._end_property,
    "atnauthor": _Reader._end_author,
}
"""What becomes of the words of groups that mean something else than words."""
