"""A formula (OMML or MathML) on one line, as far as words with raised and lowered signs can say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from lxml import etree

from mailer.adapters.conversion.document import Words, joined


def words(formula: etree._Element) -> list[Words]:
    """The whole formula."""
    return [piece for piece in joined(_of(formula)) if isinstance(piece, Words)]


def text(formula: etree._Element) -> str:
    """The same without marks, to be shown to a person: ``a^2``."""
    marks: dict[tuple[str, ...], str] = {("sup",): "^", ("sub",): "_"}
    return "".join(marks.get(piece.tags, "") + piece.text for piece in words(formula))


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _of(element: etree._Element) -> list[Words]:
    name = _name(element)
    if name in _LEAVES:
        return [Words("".join(map(str, element.itertext())).strip() if name != "t" else element.text or "")]
    if name in _SKIPPED:
        return []
    parts = [child for child in element if _name(child) not in _PROPERTIES]
    return _RULES[name](parts, element) if name in _RULES and parts else _all(parts)


def _all(parts: Iterable[etree._Element]) -> list[Words]:
    return [piece for part in parts for piece in _of(part)]


def _raised(tag: str, parts: Sequence[etree._Element]) -> list[Words]:
    """The parts together, with that tag if they are one simple text."""
    inside = _all(parts)
    plain = "".join(piece.text for piece in inside)
    if any(piece.tags for piece in inside) or " " in plain:
        return [Words("^(" if tag == "sup" else "_("), *inside, Words(")")]
    return [Words(plain, (tag,))]


def _around(parts: Sequence[etree._Element]) -> list[Words]:
    """The parts together, in brackets unless they are one sign or word."""
    inside = _all(parts)
    simple = len(inside) == 1 and inside[0].text.isalnum()
    return inside if simple else [Words("("), *inside, Words(")")]


def _fraction(parts: Sequence[etree._Element], _: etree._Element) -> list[Words]:
    return [*_around(parts[:1]), Words("/"), *_around(parts[1:2])]


def _scripts(*tags: str) -> Callable[[Sequence[etree._Element], etree._Element], list[Words]]:
    def write(parts: Sequence[etree._Element], _: etree._Element) -> list[Words]:
        found = _all(parts[:1])
        for tag, part in zip(tags, parts[1:], strict=False):
            found += _raised(tag, [part])
        return found

    return write


def _root(parts: Sequence[etree._Element], element: etree._Element) -> list[Words]:
    if _name(element) == "rad":
        degree, inside = ([part for part in parts if (_name(part) == "deg") is wanted] for wanted in (True, False))
    else:
        degree, inside = (list(parts[1:]), list(parts[:1])) if _name(element) == "mroot" else ([], list(parts))
    return [*(_raised("sup", degree) if _all(degree) else []), Words("√"), *_around(inside)]


def _delimited(parts: Sequence[etree._Element], element: etree._Element) -> list[Words]:
    """What stands in brackets, which OMML keeps among the properties."""
    given = {_name(one): one for one in element.iter() if _name(one) in ("begChr", "endChr")}

    def sign(name: str, otherwise: str) -> str:
        return str(next(iter(given[name].attrib.values()), "")) if name in given else otherwise

    inside: list[Words] = []
    for at, part in enumerate(parts):
        inside += [*([Words(", ")] if at else []), *_of(part)]
    return [Words(sign("begChr", "(")), *inside, Words(sign("endChr", ")"))]


def _many(parts: Sequence[etree._Element], element: etree._Element) -> list[Words]:
    """A sum, an integral and the like, with its limits."""
    sign = next((str(next(iter(one.attrib.values()), "∫")) for one in element.iter() if _name(one) == "chr"), "∫")
    by_name = {_name(part): part for part in parts}
    limits = [
        piece
        for name in ("sub", "sup")
        if name in by_name and _of(by_name[name])
        for piece in _raised(name, [by_name[name]])
    ]
    return [Words(sign), *limits, Words(" "), *(_of(by_name["e"]) if "e" in by_name else [])]


_LEAVES = frozenset(("t", "mi", "mn", "mo", "mtext", "ms"))
_SKIPPED = frozenset(("annotation", "annotation-xml"))
_PROPERTIES = frozenset(
    f"{name}Pr" for name in ("f", "sSup", "sSub", "sSubSup", "rad", "nary", "d", "r", "ctrl", "func", "oMathPara", "m")
)
_RULES: Mapping[str, Callable[[Sequence[etree._Element], etree._Element], list[Words]]] = {
    **dict.fromkeys(("f", "mfrac"), _fraction),
    **dict.fromkeys(("sSup", "msup", "mover"), _scripts("sup")),
    **dict.fromkeys(("sSub", "msub", "munder"), _scripts("sub")),
    **dict.fromkeys(("sSubSup", "msubsup", "munderover"), _scripts("sub", "sup")),
    **dict.fromkeys(("rad", "msqrt", "mroot"), _root),
    "d": _delimited,
    "nary": _many,
}
