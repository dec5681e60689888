"""What styles do to text, by an allow-list: text counts as seen only if every style on its way is known to show it.

There are more ways to hide text than a list can have (A20). So what is not known here may hide it, and a vote in it
does not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum

from mailer.inbound.colours import BLACK, WHITE, Colour, is_readable, read_colour
from mailer.inbound.words.phrases import phrases

Declaration = tuple[str, str]
"""A property and its value, in lower case."""


class Seen(IntEnum):
    """Whether a reader sees a text; the greater one of two holds for both."""

    YES = 0
    PALE = 1
    """Its colour is hardly one on white, as dark clients write it without their dark background."""
    UNSURE = 2
    NO = 3


@dataclass(frozen=True, slots=True)
class Look:
    """How text in an element looks."""

    seen: Seen = Seen.YES
    colour: Colour = BLACK
    ground: Colour | None = None
    """The background, if one is given."""
    size: float = 16.0
    """Of its letters, in pixels."""

    def at_least(self, seen: Seen) -> Look:
        return replace(self, seen=max(self.seen, seen))

    @property
    def of_text(self) -> Seen:
        """Whether text here is seen."""
        if is_readable(self.colour, self.ground or WHITE):
            return self.seen
        return max(self.seen, Seen.PALE if self.ground is None else Seen.UNSURE)


_SMALLEST = 7.0
"""Pixels of letters that a person can read."""

_PIXELS = {"px": 1.0, "pt": 96 / 72, "in": 96.0, "cm": 37.8, "mm": 3.78, "pc": 16.0, "rem": 16.0, "": 1.0}
_LENGTH = re.compile(r"([+-]?(?:\d{1,6}(?:\.\d{0,9})?|\.\d{1,9}))(px|pt|in|cm|mm|pc|rem|em|ex|ch|%|)")
_NAMED_SIZES = dict(
    zip(
        ("xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large", "initial"),
        (9.0, 10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0, 16.0),
        strict=True,
    )
)
_SIZE_IN_FONT = re.compile(r"(?:^|\s)((?:\d{1,4}(?:\.\d{0,9})?|\.\d{1,9})(?:px|pt|em|rem|%))(?:/\S+)?(?:\s|$)")
_SYMBOLS = re.compile(r"wingdings|webdings|symbol|dingbat|icon|barcode|blank|emoji|redact|flow")
_DEFAULTS = frozenset({"inherit", "initial", "unset", "normal", "auto", "none", "revert"})


def _pixels(value: str, size: float) -> float | None:
    """A length in pixels; a percentage is one of the letters' size. None if it is no plain length."""
    found = _LENGTH.fullmatch(value)
    if found is None:
        return None
    number, unit = float(found[1]), found[2]
    if unit in ("em", "ex", "ch"):
        return number * size
    return number * size / 100 if unit == "%" else number * _PIXELS[unit]


def _between(least: float, most: float) -> Callable[[str, Look], Look]:
    """Every length in the value is between these, in pixels."""

    def check(value: str, look: Look) -> Look:
        for word in value.split():
            length = None if word in _DEFAULTS else _pixels(word, look.size)
            if word not in _DEFAULTS and (length is None or not least <= length <= most):
                return look.at_least(Seen.UNSURE)
        return look

    return check


def _one_of(*words: str) -> Callable[[str, Look], Look]:
    allowed = {*words, "inherit", "initial", "unset"}
    return lambda value, look: look if set(value.split()) <= allowed else look.at_least(Seen.UNSURE)


def _border(value: str, look: Look) -> Look:
    widths = [_pixels(word, look.size) for word in value.split()]
    return (
        look.at_least(Seen.UNSURE) if any(width is not None and width > 50 for width in widths) else _any(value, look)
    )


def _hides(hidden: str, *shown: str) -> Callable[[str, Look], Look]:
    others = _one_of(*shown)
    return lambda value, look: look.at_least(Seen.NO) if value == hidden else others(value, look)


def _any(value: str, look: Look) -> Look:
    return look.at_least(Seen.UNSURE) if "(" in value and not value.startswith(("rgb(", "rgba(")) else look


def _size(value: str, look: Look) -> Look:
    pixels = _NAMED_SIZES.get(value, _pixels(value, look.size))
    if value in ("smaller", "larger"):
        pixels = look.size * (0.83 if value == "smaller" else 1.2)
    if value == "inherit":
        pixels = look.size
    if pixels is None or pixels > 500:
        return look.at_least(Seen.UNSURE)
    if pixels == 0:
        return look.at_least(Seen.NO)
    return replace(look, size=pixels).at_least(Seen.UNSURE if pixels < _SMALLEST else Seen.YES)


def _font(value: str, look: Look) -> Look:
    if found := _SIZE_IN_FONT.search(value):
        look = _size(found[1], look)
    elif value not in _DEFAULTS:
        return look.at_least(Seen.UNSURE)
    return _family(value, look)


def _family(value: str, look: Look) -> Look:
    return look.at_least(Seen.UNSURE) if _SYMBOLS.search(value.replace("ui emoji", "")) else look


def _colour(value: str, look: Look) -> Look:
    if value in ("inherit", "currentcolor", "unset"):
        return look
    if value == "transparent":
        return look.at_least(Seen.NO)
    colour = BLACK if value in ("initial", "auto") else read_colour(value)
    return replace(look, colour=colour) if colour else look.at_least(Seen.UNSURE)


def _ground(value: str, look: Look) -> Look:
    if set(value.split()) <= {
        "transparent",
        "none",
        "inherit",
        "initial",
        "unset",
        "0px",
        "0%",
        "0",
        "repeat",
        "scroll",
    }:
        return look
    colour = read_colour(value.partition(" ")[0] if not value.startswith("rgb") else value.partition(")")[0] + ")")
    return replace(look, ground=colour) if colour and "url" not in value else look.at_least(Seen.UNSURE)


def _opacity(value: str, look: Look) -> Look:
    pixels = _pixels(value, 1.0)
    if pixels == 0:
        return look.at_least(Seen.NO)
    return look if pixels is not None and pixels >= 0.5 else look.at_least(Seen.UNSURE)


def _line_height(value: str, look: Look) -> Look:
    if value in _DEFAULTS:
        return look
    bare = re.fullmatch(r"\d{0,3}(?:\.\d{0,9})?", value)
    pixels = float(value) * look.size if bare and value not in ("", ".") else _pixels(value, look.size)
    return look if pixels is not None and _SMALLEST <= pixels <= 500 else look.at_least(Seen.UNSURE)


def _decoration(value: str, look: Look) -> Look:
    return look.at_least(Seen.UNSURE) if "through" in value or "blink" in value else look


_MARGIN, _PADDING = _between(0, 400), _between(0, 400)
_NONE = _one_of("none", "normal", "auto")
_EXTENT = _between(10, 10_000)
_SIDES = ("top", "right", "bottom", "left")

_HARMLESS = phrases(
    """
    font-style | font-variant | font-weight | font-stretch | font-kerning | font-variant-ligatures | font-variant-caps
    font-variant-east-asian | font-variant-numeric | font-variant-alternates | font-variant-position
    font-optical-sizing | font-language-override | text-align | text-align-last | text-justify | text-wrap
    text-wrap-mode | text-wrap-style | white-space | white-space-collapse | word-break | word-wrap | line-break
    overflow-wrap | hyphens | tab-size | orphans | widows | caret-color | text-rendering | text-underline-offset
    text-decoration-thickness | text-decoration-style | text-decoration-color | text-decoration-skip-ink | clear
    list-style | list-style-type | list-style-position | border-collapse | border-spacing | cursor | box-sizing
    table-layout | quotes | page | page-break-after | page-break-before | page-break-inside | outline | direction
    layout-grid-mode | punctuation-wrap | text-autospace | color-scheme
    """
)
"""Properties that hide nothing, whatever their value."""

_EFFECTS: Mapping[str, Callable[[str, Look], Look]] = {
    **dict.fromkeys(_HARMLESS, _any),
    **{
        f"border{side}{what}": _border
        for side in ("", *(f"-{side}" for side in _SIDES))
        for what in ("", "-color", "-style")
    },
    **{f"border{side}-width": _between(0, 50) for side in ("", *(f"-{side}" for side in _SIDES))},
    **{f"border-{corner}radius": _any for corner in ("", "top-left-", "top-right-", "bottom-left-", "bottom-right-")},
    "border-image": _NONE,
    "vertical-align": _one_of("baseline", "top", "middle", "bottom", "text-top", "text-bottom"),
    "font-feature-settings": _NONE,
    "font-variation-settings": _NONE,
    "text-fill-color": _colour,
    **{f"margin{side}": _MARGIN for side in ("", *(f"-{side}" for side in _SIDES))},
    **{f"padding{side}": _PADDING for side in ("", *(f"-{side}" for side in _SIDES))},
    **dict.fromkeys(_SIDES, _between(0, 0)),
    **dict.fromkeys(("width", "height", "max-width", "max-height"), _EXTENT),
    **dict.fromkeys(("min-width", "min-height"), _between(0, 10_000)),
    "overflow": _one_of("visible", "auto"),
    "text-indent": _between(0, 200),
    "letter-spacing": _between(-0.5, 5),
    "word-spacing": _between(-0.5, 20),
    "line-height": _line_height,
    "text-decoration": _decoration,
    "text-decoration-line": _decoration,
    "text-size-adjust": _one_of("100%", "none", "auto"),
    "font-size-adjust": _NONE,
    "text-transform": _one_of("none", "uppercase", "lowercase", "capitalize"),
    "text-shadow": _NONE,
    "unicode-bidi": _one_of("normal", "embed", "isolate", "plaintext"),
    "display": _hides(
        *("none", "block", "inline", "inline-block", "list-item", "flow-root", "table", "table-row", "table-cell"),
        *("table-row-group", "revert"),
    ),
    "visibility": _hides("hidden", "visible"),
    "opacity": _opacity,
    "float": _NONE,
    "position": _one_of("static", "relative"),
    "z-index": _NONE,
    "transform": _NONE,
    "filter": _NONE,
    "clip": _NONE,
    "zoom": _one_of("1", "100%", "normal"),
    "color": _colour,
    "background": _ground,
    "background-color": _ground,
    "background-image": _NONE,
    "background-repeat": _any,
    "background-position": _any,
    "background-size": _any,
    "background-attachment": _any,
    "background-origin": _any,
    "background-clip": _one_of("border-box", "padding-box"),
    "font-size": _size,
    "font": _font,
    "font-family": _family,
    "text-stroke": _between(0, 0),
    "text-stroke-width": _between(0, 0),
    "text-stroke-color": _any,
}
"""What each property does to the look of text, given its value. Others may do anything."""

_PREFIX = re.compile(r"-(?:webkit|moz|ms|o)-")
_HARMLESS_PREFIXED = frozenset(
    {
        "nbsp-mode",
        "line-break",
        "text-size-adjust",
        "tap-highlight-color",
        "text-decorations-in-effect",
        "background-clip",
    }
)


def declarations(style: str) -> tuple[Declaration, ...] | None:
    """The declarations of a style in lower case; None if it is written so that its meaning is uncertain."""
    if "\\" in style or "/*" in style or "{" in style:
        return None
    found: list[Declaration] = []
    for one in style.lower().split(";"):
        name, colon, value = one.partition(":")
        if colon:
            found.append((name.strip(), " ".join(value.replace("!important", " ").split())))
        elif one.strip():
            return None
    return tuple(found)


def styled(look: Look, style: Iterable[Declaration]) -> Look:
    """The look with these declarations. A property that is declared twice may mean either."""
    names: set[str] = set()
    for name, value in style:
        if name in names and _apply(look, name, value) != look:
            look = look.at_least(Seen.UNSURE)
        names.add(name)
        look = _apply(look, name, value)
    return look


def _apply(look: Look, name: str, value: str) -> Look:
    if name.startswith("mso-"):
        return look.at_least(Seen.NO if name == "mso-hide" and value == "all" else Seen.YES)
    if name.startswith("--"):
        return look
    bare = _PREFIX.sub("", name, count=1)
    if bare != name and bare in _HARMLESS_PREFIXED:
        return look
    effect = _EFFECTS.get(bare)
    if effect is None or "var(" in value or "calc(" in value or "url(" in value or "expression" in value:
        return look.at_least(Seen.UNSURE)
    return effect(value, look)


# --- style sheets ---

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_IGNORED = re.compile(r"@(?:page|list|font-face)[^{}@]*+\{[^{}]*+\}|@charset[^;{}@]*+;")
_MEDIA = re.compile(r"@media[^{}@]*+\{")
_DARK = re.compile(
    r"@media[^{}@]{0,200}\(\s?prefers-color-scheme\s?:\s?dark\s?\)\s*\{((?:[^{}]*+\{[^{}]*+\})*+)[^{}]*+\}"
)
"""Rules for dark programs, whose own ground is dark."""
_TEXT_COLOUR = re.compile(r"(?<![\w-])color\s*+:([^;{}]*+)")
_DARK_GROUND = read_colour("#202020") or BLACK
_RULE = re.compile(r"(?:^|(?<=[{}]))([^{}]*+)\{([^{}]*+)\}")
_COMPOUND = re.compile(r"([a-z][a-z0-9-]*|\*)?((?:[.#][\w-]+)*)((?::{1,2}[a-z-]+)*)")
_NAMES = re.compile(r"[.#][\w-]+")
_STRANGE = ("\\", "@import", "@supports", "@layer", "@container", "@scope", "@property", "@keyframes", "@starting")
_MOST_RULES, _LONGEST = 200, 150_000
"""Rules and characters of style sheets that are read."""


@dataclass
class Sheet:
    """The rules of a mail's style sheets, by one name that each selector asks for."""

    rules: dict[str, list[tuple[frozenset[str], tuple[Declaration, ...]]]] = field(default_factory=dict)
    is_strange: bool = False
    """Whether it may do anything to any text."""

    def matching(self, tag: str, names: frozenset[str]) -> Iterator[tuple[Declaration, ...]]:
        """The declarations of rules that may apply to an element with these names (``.class``, ``#id``)."""
        for name in (*names, tag, "*"):
            for wanted, style in self.rules.get(name, ()):
                if wanted <= names | {tag, "*"}:
                    yield style


def read_sheet(text: str) -> Sheet:
    """All style sheets of a mail. Only the last part of a selector is looked at, so a rule may match too much."""
    if len(text) > _LONGEST:
        return Sheet(is_strange=True)
    css = _COMMENT.sub(" ", text.lower())
    sheet = Sheet(is_strange=any(word in css for word in _STRANGE) or _has_own_fonts(css))
    css = _MEDIA.sub(" ", _DARK.sub(_on_dark, _IGNORED.sub(" ", css)))
    found = _RULE.findall(css)
    rest = _RULE.sub(" ", css).replace("}", " ").split()
    if (
        sheet.is_strange
        or rest
        or len(found) > _MOST_RULES
        or sum(one[0].count(",") for one in found) > 2 * _MOST_RULES
    ):
        return Sheet(is_strange=True)
    for selectors, body in found:
        style = declarations(body)
        if style is None:
            return Sheet(is_strange=True)
        for selector in selectors.split(","):
            _add(sheet, selector.strip(), style)
    return sheet


def _on_dark(block: re.Match[str]) -> str:
    """Rules for dark programs, without colours of text that can be read there."""
    return f" {_TEXT_COLOUR.sub(_unless_readable_on_dark, block[1])} "


def _unless_readable_on_dark(found: re.Match[str]) -> str:
    colour = read_colour(found[1].replace("!important", " ").strip())
    return "" if colour is not None and is_readable(colour, _DARK_GROUND) else found[0]


def _has_own_fonts(css: str) -> bool:
    return any("src" in block for block in re.findall(r"@font-face[^{}@]*+\{([^{}]*+)\}", css))


def _add(sheet: Sheet, selector: str, style: tuple[Declaration, ...]) -> None:
    last = re.split(r"[\s>+~]+", selector)[-1]
    compound = _COMPOUND.fullmatch(last)
    names = frozenset(_NAMES.findall(compound[2])) if compound else frozenset()
    tag = (compound[1] if compound else None) or "*"
    wanted = names | ({tag} if tag != "*" else frozenset())
    key = next(iter(sorted(names)), tag)
    sheet.rules.setdefault(key, []).append((wanted, style))
