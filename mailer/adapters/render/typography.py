"""Quotation marks, dashes, ellipses and spaces as a language sets them, from what a keyboard has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from markdown_it.token import Token

from mailer.adapters.render.addresses import CJK

NO_BREAK, NARROW = "\u00a0", "\u202f"
"""Spaces at which no line ends; the second is narrow."""
_JOINT = "\ue000"
"""Stands between two pieces of text, and changes nothing."""
_OPAQUE = "\ue001"
"""Stands for what is never changed: code, an address, a picture."""
APOSTROPHE = "’"


class Quotes(NamedTuple):
    """The marks of a language, outside and inside other ones."""

    opening: str
    closing: str
    inner_opening: str
    inner_closing: str


class Style(NamedTuple):
    """How a language is set."""

    quotes: Quotes
    dash: str = f"{NO_BREAK}– "
    """What a ``--`` between spaces becomes."""
    ellipsis: str = "…"
    space_before: str = ""
    """Signs that have a space before them."""
    narrow_before: str = ""
    """Those of them whose space is narrow."""


_ENGLISH = Quotes("“", "”", "‘", "’")
_LOW = Quotes("„", "“", "‚", "‘")
_LOW_HIGH = Quotes("„", "”", "‚", "’")
_ANGLES = Quotes("«", "»", "“", "”")
_ANGLES_LOW = Quotes("«", "»", "„", "“")
_SWISS = Quotes("«", "»", "‹", "›")
_FRENCH = Quotes(f"«{NO_BREAK}", f"{NO_BREAK}»", "“", "”")
_HIGH = Quotes("”", "”", "’", "’")
_CORNERS = Quotes("「", "」", "『", "』")
_LOW_ANGLES = Quotes("„", "”", "«", "»")
_EM = f"{NO_BREAK}— "

STYLES = {
    "en": Style(_ENGLISH),
    "en-us": Style(_ENGLISH, dash="—"),
    "en-ca": Style(_ENGLISH, dash="—"),
    "fr": Style(_FRENCH, space_before=";:!?", narrow_before=";!?"),
    "fr-ca": Style(_FRENCH, space_before=":"),
    "fr-ch": Style(
        Quotes(f"«{NARROW}", f"{NARROW}»", f"‹{NARROW}", f"{NARROW}›"), space_before=";:!?", narrow_before=";:!?"
    ),
    "de": Style(_LOW),
    "de-ch": Style(_SWISS),
    "de-li": Style(_SWISS),
    "es": Style(_ANGLES, dash=_EM),
    "es-mx": Style(_ENGLISH, dash=_EM),
    "pt": Style(_ENGLISH),
    "pt-pt": Style(_ANGLES),
    "it": Style(_ANGLES),
    "it-ch": Style(_SWISS),
    "ru": Style(_ANGLES_LOW, dash=_EM),
    "uk": Style(_ANGLES_LOW, dash=_EM),
    "be": Style(_ANGLES_LOW, dash=_EM),
    "kk": Style(_ANGLES_LOW, dash=_EM),
    "ky": Style(_ANGLES_LOW, dash=_EM),
    "bg": Style(_LOW),
    "sr": Style(_LOW),
    "mk": Style(_LOW),
    "sl": Style(_LOW),
    "cs": Style(_LOW),
    "sk": Style(_LOW),
    "is": Style(_LOW),
    "et": Style(_LOW),
    "lt": Style(_LOW),
    "ka": Style(_LOW),
    "pl": Style(_LOW_ANGLES),
    "hu": Style(_LOW_ANGLES),
    "ro": Style(_LOW_ANGLES),
    "hr": Style(_LOW_HIGH),
    "bs": Style(_LOW_HIGH),
    "sv": Style(_HIGH),
    "fi": Style(_HIGH),
    "he": Style(_HIGH),
    "nb": Style(_SWISS._replace(inner_opening="‘", inner_closing="’")),
    "nn": Style(_SWISS._replace(inner_opening="‘", inner_closing="’")),
    "no": Style(_SWISS._replace(inner_opening="‘", inner_closing="’")),
    "el": Style(_ANGLES),
    "ca": Style(_ANGLES),
    "gl": Style(_ANGLES),
    "eu": Style(_ANGLES),
    "hy": Style(_ANGLES),
    "sq": Style(_ANGLES),
    "ar": Style(_ANGLES),
    "fa": Style(_SWISS),
    "zh": Style(_ENGLISH, dash="——", ellipsis="……"),
    "zh-hant": Style(_CORNERS, dash="——", ellipsis="……"),
    "zh-tw": Style(_CORNERS, dash="——", ellipsis="……"),
    "zh-hk": Style(_CORNERS, dash="——", ellipsis="……"),
    "ja": Style(_CORNERS, dash="——", ellipsis="……"),
    "ko": Style(_ENGLISH),
}
"""By language tag in lower case; a language that is not here is set like English."""

_HELD = "\ue002"
"""Stands for a word that looks like an address while the words around it are set."""
_PLAIN = rf"[^\s\"'()\[\]<>«»“”!?;,{_JOINT}{_OPAQUE}]"
_ADDRESS = re.compile(rf"(?:(?<![\w'])\w[\w.+'-]*@{_PLAIN}+|(?<!{_PLAIN}){_PLAIN}*(?:[@/\\]|www\.){_PLAIN}*)(?<![.:-])")
_LONG_DASH = re.compile(r"(?<!-)---(?!-)")
_SPACED_DASH = re.compile(r"(?<=\S) -- ")
_DASH_AT_END = re.compile(rf"(?<=\S) --(?={_JOINT}*(\n|$))")
_DASH_AT_START = re.compile(rf"(^|\n{_JOINT}*)--(?= )")
_CLOSED_DASH = re.compile(rf"([^\s{_JOINT}-]{_JOINT}*)--(?={_JOINT}*[^\s{_JOINT}-])")
_UNIT = re.compile(
    r"(?<=\d) (?=(?:[%‰€£¥]|°C|(?:mm|cm|m|km|mg|g|kg|t|ml|l|ha|min|h|s|W|kW|MW|kWh|MWh|kB|MB|GB|EUR|USD|CHF)(?!\w)))"
)
"""The space between a number and its unit."""
_DOTS = re.compile(r"(?<!\.)\.\.\.(?!\.)")
_OPENING = "([{<¡¿«“„‚‘‹「『–—-/\"'"
_CJK = re.compile(f"[{CJK}]")


def style_of(language: str) -> Style:
    """The style of the longest tag that begins ``language``."""
    subtags = language.lower().split("-")
    tags = ("-".join(subtags[:length]) for length in range(len(subtags), 0, -1))
    return next((STYLES[tag] for tag in tags if tag in STYLES), STYLES["en"])


def set_text(text: str, language: str) -> str:
    """A title or another text without markup."""
    (made,) = _set([text], style_of(language))
    return made


def set_tokens(tokens: Iterable[Token], language: str) -> None:
    """Change the text of an article in place, but neither code nor addresses."""
    style = style_of(language)
    for token in tokens:
        if token.type == "inline" and token.children:
            _set_inline(token.children, style)
        elif token.type == "picture":
            texts = ("alt", "caption", "credit")
            token.meta |= {key: _set([token.meta[key]], style)[0] for key in texts}
            token.content = "\n".join(token.meta[key] for key in texts if token.meta[key])


def _set_inline(children: Sequence[Token], style: Style) -> None:
    links: list[bool] = []
    pieces: list[str] = []
    for token in children:
        if token.type == "link_open":
            links.append(token.info == "auto" or token.markup in ("autolink", "linkify"))
        elif token.type == "link_close":
            links.pop()
        pieces.append(_piece(token, protected=any(links)))
    for token, made in zip(children, _set(pieces, style), strict=True):
        if token.type == "text" and made != _OPAQUE:
            token.content = made


def _piece(token: Token, protected: bool) -> str:
    if token.type == "text" and not protected:
        return token.content
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return _OPAQUE if token.nesting == 0 else ""


def _set(pieces: Sequence[str], style: Style) -> list[str]:
    """The pieces of one paragraph, each changed with regard to its neighbours."""
    joined = _JOINT.join(pieces)
    held = iter(_ADDRESS.findall(joined))
    text = _quoted(_ADDRESS.sub(_HELD, joined), style.quotes)
    text = _dashed(_DOTS.sub(style.ellipsis, text), style.dash)
    text = _UNIT.sub(NO_BREAK, _spaced(text, style))
    return re.sub(_HELD, lambda _: next(held), text).split(_JOINT)


def _quoted(text: str, quotes: Quotes) -> str:
    """Straight marks in pairs become quotation marks, and what is left of the single ones apostrophes."""
    made = list(text)
    opened: list[tuple[int, str]] = []
    open_marks = Counter[str]()
    for at, before, sign, after in _marks(text):
        if _is_word(before) and _is_word(after):
            made[at] = sign if sign == '"' or (before.isdigit() and after.isdigit()) else APOSTROPHE
        elif before.strip() and open_marks[sign]:
            while (start := opened.pop())[1] != sign:
                open_marks[start[1]] -= 1
                made[start[0]] = APOSTROPHE if start[1] == "'" else start[1]
            open_marks[sign] -= 1
            inner = sign == "'" or open_marks[sign] % 2 == 1
            made[start[0]], made[at] = quotes[2:] if inner else quotes[:2]
        elif after.strip() and (not before.strip() or before in _OPENING or _CJK.match(before)):
            opened.append((at, sign))
            open_marks[sign] += 1
        elif sign == "'" and not before.isdigit():
            made[at] = APOSTROPHE
    for at, sign in opened:
        made[at] = APOSTROPHE if sign == "'" else sign
    return "".join(made)


def _marks(text: str) -> Iterator[tuple[int, str, str, str]]:
    """Each straight mark: where it is, what stands before it, the mark, and what stands behind it."""
    seen = [(at, sign) for at, sign in enumerate(text) if sign != _JOINT]
    signs = ["", *(sign for _, sign in seen), ""]
    for (at, sign), before, after in zip(seen, signs, signs[2:], strict=False):
        if sign in "\"'":
            yield at, before, sign, after


def _is_word(sign: str) -> bool:
    return (sign.isalnum() or sign in (_OPAQUE, _HELD)) and sign != "" and not _CJK.match(sign)


def _dashed(text: str, dash: str) -> str:
    text = _LONG_DASH.sub("—", text)
    text = _SPACED_DASH.sub(dash, text)
    text = _DASH_AT_END.sub(dash.rstrip(" "), text)
    text = _DASH_AT_START.sub(rf"\1{dash.strip()}", text)
    return _CLOSED_DASH.sub(r"\1–", text)


def _spaced(text: str, style: Style) -> str:
    """The spaces inside French quotation marks, and before signs."""
    opening, closing = style.quotes[:2]
    if len(opening) > 1:
        text = re.sub(rf"{opening[0]}[ {NO_BREAK}{NARROW}]*", opening, text)
        text = re.sub(rf"[ {NO_BREAK}{NARROW}]*{closing[-1]}", closing, text)
    if not style.space_before:
        return text
    after = rf"(?=[\s{_JOINT})\]»”]|$)"
    signs = re.compile(rf"(?<=[^\s(\[])[ {NO_BREAK}{NARROW}]*([{style.space_before}][:;!?]*){after}")

    def placed(found: re.Match[str]) -> str:
        return (NARROW if found[1][0] in style.narrow_before else NO_BREAK) + found[1]

    return signs.sub(placed, text)
