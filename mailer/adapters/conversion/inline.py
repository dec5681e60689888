"""The words of a paragraph as Markdown of one line, in which nothing else than what was meant is a mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from markdown_it.common.normalize_url import normalizeLink
from markdown_it.token import Token

from mailer.adapters.conversion.document import TAGS, LineBreak, Losses, NoteMark, Piece, Words, joined
from mailer.adapters.manuscripts import marks
from mailer.adapters.manuscripts.marks import BREAK, Fixed, Inline, Marked, Node
from mailer.adapters.render.markdown_faults import of_tokens
from mailer.adapters.render.markdown_parser import parser

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""What no article may have; the joiners of Persian and of Hindi stay."""
_SPACES = re.compile(r"[ \t\n\r\v\f\u2028\u2029]+")
_SOFT_HYPHEN = "\u00ad"
_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}’”»']|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_LINK = re.compile(r"https?://[\w.-]+(:\d+)?([/?#].*)?|mailto:[^@/]+@[\w.-]+(\?.*)?", re.IGNORECASE)
"""Addresses that our checker takes."""


class InlineWriter:
    """Writes pieces; names the marks that a paragraph cannot have."""

    def __init__(self, losses: Losses, labels: Mapping[str, str]) -> None:
        """``labels`` are those of the footnotes, by what their marks say."""
        self._losses, self._labels = losses, labels
        self._parser = parser(html=True)

    def write(self, pieces: Iterable[Piece], *, breaks: bool = True, without: Sequence[str] = ()) -> str:
        """One line, or several with ``breaks``. The tags in ``without`` are dropped."""
        kept = self._tidied(pieces, breaks, without)
        if not kept:
            return ""
        links: dict[str, int] = {}
        addresses: dict[str, str] = {}
        nodes = self._nodes(kept, links, addresses)
        original = Inline((), tuple((address, "") for address in links), addresses)
        written = marks.markdown(nodes, original, self._parse, {}, bare=True).replace(BREAK, " ")
        for label in dict.fromkeys(self._labels.get(piece.note, "") for piece in kept if isinstance(piece, NoteMark)):
            written += f"[^{label}]" if label and f"[^{label}]" not in written else ""
        self._check_emphasis(kept, written)
        return written

    def _tidied(self, pieces: Iterable[Piece], breaks: bool, without: Sequence[str]) -> list[Piece]:
        found: list[Piece] = []
        for piece in pieces:
            if isinstance(piece, LineBreak):
                found.append(piece if breaks else Words(" "))
            elif isinstance(piece, Words):
                text = piece.text.replace(_SOFT_HYPHEN, "")
                if (visible := _INVISIBLE.sub("", text)) != text:
                    self._losses.add("signs")
                tags = tuple(tag for tag in piece.tags if tag not in without)
                found.append(Words(_SPACES.sub(" ", visible), self._possible(visible, tags), self._target(piece)))
            else:
                found.append(piece)
        return _trimmed(joined(_one_space(joined(found))))

    def _possible(self, text: str, tags: tuple[str, ...]) -> tuple[str, ...]:
        """The tags, without those that raise or lower words with spaces between them."""
        if not re.search(r"\s", text.strip()) or not {"sup", "sub"} & {*tags}:
            return tags if text.strip() else ()
        self._losses.add("raised", text)
        return tuple(tag for tag in tags if tag not in ("sup", "sub"))

    def _target(self, piece: Words) -> str:
        """Where a link leads to, as Markdown writes it; empty if our checker would not take it."""
        if not piece.link:
            return ""
        address = str(normalizeLink(piece.link.strip()))
        if _LINK.fullmatch(address):
            return address
        self._losses.add("link", f"{piece.text} ({piece.link})")
        return ""

    def _nodes(self, pieces: Sequence[Piece], links: dict[str, int], addresses: dict[str, str]) -> list[Node]:
        nodes: list[Node] = []
        for link, together in groupby(pieces, lambda piece: piece.link if isinstance(piece, Words) else ""):
            inside = list(together)
            text = "".join(piece.text for piece in inside if isinstance(piece, Words))
            if not link:
                nodes += self._nested(inside, 0, addresses)
            elif text.strip() and link in (text.strip(), f"mailto:{text.strip()}"):
                before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
                addresses[text.strip()] = link
                nodes += [before, Fixed("address", text.strip()), after]
            else:
                number = links.setdefault(link, len(links) + 1)
                nodes.append(Marked("link", tuple(self._nested(inside, 0, None)), number))
        return nodes

    def _nested(self, pieces: Sequence[Piece], at: int, addresses: dict[str, str] | None) -> list[Node]:
        """The pieces within the marks from ``TAGS[at]`` on. Addresses are looked for unless they are in a link."""
        if at == len(TAGS):
            return [node for piece in pieces for node in self._leaf(piece, addresses)]
        nodes: list[Node] = []
        for marked, together in groupby(pieces, lambda piece: isinstance(piece, Words) and TAGS[at] in piece.tags):
            own = list(together)
            both = all(isinstance(piece, Words) and "em" in piece.tags for piece in own)
            if marked and TAGS[at] == "strong" and both:
                nodes.append(Marked("em", (Marked("strong", tuple(self._nested(own, at + 2, addresses))),)))
                continue  # ***words*** is read in this order
            inside = self._nested(own, at + 1, addresses)
            nodes += [Marked(TAGS[at], tuple(inside))] if marked else inside
        return nodes

    def _leaf(self, piece: Piece, addresses: dict[str, str] | None) -> list[Node]:
        match piece:
            case NoteMark():
                return [Fixed("note", self._labels[piece.note])] if piece.note in self._labels else []
            case LineBreak():
                return [Fixed("break", BREAK)]
            case _:
                return _with_addresses(piece.text, addresses) if addresses is not None else [piece.text]

    def _parse(self, text: str) -> Sequence[Token]:
        """What a paragraph of this text has; nothing if it is another block, or has a fault."""
        refs = {f":{label}": -1 for label in self._labels.values()}
        tokens = self._parser.parse(text, {"footnotes": {"refs": refs}})
        tokens = [token for token in tokens if not token.type.startswith("footnote_")]
        if [token.type for token in tokens] != ["paragraph_open", "inline", "paragraph_close"]:
            return []
        if next(iter(of_tokens(tokens, text.split("\n"))), None) is not None:
            return []
        return tokens[1].children or []

    def _check_emphasis(self, pieces: Sequence[Piece], written: str) -> None:
        """Name emphasis that had to be left out because Markdown cannot have it at that place."""
        tags = {tag for piece in pieces if isinstance(piece, Words) for tag in piece.tags}
        found = {token.type.removesuffix("_open") for token in self._parse(written)}
        if tags - found:
            self._losses.add("emphasis", "".join(piece.text for piece in pieces if isinstance(piece, Words)))


def _one_space(pieces: Iterable[Piece]) -> Iterable[Piece]:
    """The pieces with one space where two would stand beside each other, or one beside a new line."""
    space = False
    for piece in pieces:
        if not isinstance(piece, Words):
            space = isinstance(piece, LineBreak)
            yield piece
            continue
        text = re.sub(" +", " ", piece.text)
        text = text.lstrip(" ") if space else text
        if text:
            space = text.endswith(" ")
            yield piece._replace(text=text)


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    """The pieces without spaces and new lines at the edges."""
    while pieces and _is_space(pieces[0]):
        pieces = pieces[1:]
    while pieces and _is_space(pieces[-1]):
        pieces = pieces[:-1]
    at = [at for at, piece in enumerate(pieces) if isinstance(piece, LineBreak)]
    return [
        piece._replace(text=piece.text.rstrip(" ")) if isinstance(piece, Words) and place + 1 in at else piece
        for place, piece in enumerate(pieces)
    ]


def _is_space(piece: Piece) -> bool:
    return isinstance(piece, LineBreak) or (isinstance(piece, Words) and not piece.text.strip(" "))


def _with_addresses(text: str, addresses: dict[str, str]) -> list[Node]:
    """The text with the addresses that stand in it as links."""
    nodes: list[Node] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        written = found[0]
        target = written if "://" in written else f"mailto:{written}"
        if not _LINK.fullmatch(target) or normalizeLink(target) != target:
            continue
        addresses[written] = target
        nodes += [text[end : found.start()], Fixed("address", written)]
        end = found.end()
    return [*nodes, text[end:]]
