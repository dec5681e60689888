"""The marks in a unit: from Markdown to what a translator sees, and back to Markdown in which nothing else is one."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from markdown_it.token import Token

from mailer.errors import ConfigError

_DEPTH = 6
"""How deep marks are read that stand in each other."""
_REACH = 2_000
"""In how many characters a mark has to be closed."""
_TRIES = 20
"""How many marks are looked at that might close one."""
_MOST = 500
"""Marks in one text; what follows is only text."""
_PAIRS = {"strong": "**", "em": "*", "s": "~~", "sup": "^", "sub": "~"}
_OWN = ("s", "sup", "sub")
"""Marks that are read only where the original has them."""
BREAK = "⏎"
"""Stands for a line break within a unit."""
CELL = "|"
"""Stands between the cells of a row."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Text between marks of emphasis: ``strong``, ``em``, ``s``, ``sup`` or ``sub``; or of a link."""

    tag: str
    children: tuple[Node, ...]
    link: int = 0
    """The number of the link, from 1, if it is one."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What stands as it is in the original: ``code``, ``note`` (a footnote's number), ``address``, ``break``.

    ``cell`` ends a cell of a row.
    """

    tag: str
    text: str


Parse: TypeAlias = Callable[[str], Sequence[Token]]
"""Reads one line of Markdown as a paragraph's."""
Node: TypeAlias = "str | Marked | Fixed"


@dataclass(frozen=True, slots=True)
class Inline:
    """A unit's text as its Markdown has it."""

    nodes: tuple[Node, ...]
    links: tuple[tuple[str, str], ...] = ()
    """Address and title of each link that has words of its own, by its number from 1."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """The addresses that stand in the text and are links themselves: where each leads to."""

    @property
    def shown(self) -> str:
        """What a translator sees, on one line."""
        plain = _show(self.nodes, escaped=False)
        shown = plain if read(plain, self) == self.nodes else _show(self.nodes, escaped=True)
        return re.sub(" +", " ", shown).strip(" ")

    @property
    def codes(self) -> Mapping[str, str]:
        """The code in the text, by how it is shown."""
        found = (node.text for node in _flat(self.nodes) if isinstance(node, Fixed) and node.tag == "code")
        return {re.sub(" +", " ", code): code for code in found}

    @property
    def notes(self) -> frozenset[str]:
        return frozenset(node.text for node in _flat(self.nodes) if isinstance(node, Fixed) and node.tag == "note")

    @property
    def tags(self) -> frozenset[str]:
        return frozenset(node.tag for node in _flat(self.nodes) if not isinstance(node, str))


# --- from Markdown ---


def inline(children: Sequence[Token], links_before: int = 0) -> Inline:
    """The text of these tokens; its links are numbered after those before it."""
    links: list[tuple[str, str]] = []
    addresses: dict[str, str] = {}
    nodes, rest = _nodes(children, 0, links, addresses, links_before)
    assert rest == len(children)
    return Inline(_merged(nodes), tuple(links), addresses)


def _nodes(
    tokens: Sequence[Token], at: int, links: list[tuple[str, str]], addresses: dict[str, str], before: int
) -> tuple[list[Node], int]:
    """The nodes up to the token that closes them, and where that is."""
    found: list[Node] = []
    while at < len(tokens) and tokens[at].nesting >= 0:
        token = tokens[at]
        name = token.type.removesuffix("_open")
        if token.nesting == 0:
            found.append(_single(token))
            at += 1
            continue
        if name == "link":
            number = before + len(links) + 1
            is_bare = token.markup in ("autolink", "linkify") or token.info == "auto"
            if not is_bare:
                links.append((str(token.attrs.get("href", "")), str(token.attrs.get("title", ""))))
            inside, at = _nodes(tokens, at + 1, links, addresses, before)
            if is_bare:
                written = "".join(node for node in inside if isinstance(node, str))
                addresses[written] = str(token.attrs.get("href", ""))
                found.append(Fixed("address", written))
            else:
                found.append(Marked("link", tuple(inside), number))
        elif name in _PAIRS:
            inside, at = _nodes(tokens, at + 1, links, addresses, before)
            found.append(Marked(name, tuple(inside)))
        else:
            raise ConfigError([f"a translator cannot be shown “{name}”; take it out of the article"])
        at += 1
    return found, at


def _single(token: Token) -> Node:
    match token.type:
        case "text" | "text_special":
            return token.content
        case "softbreak":
            return " "
        case "hardbreak":
            return Fixed("break", BREAK)
        case "code_inline":
            return Fixed("code", token.content)
        case "footnote_ref":
            return Fixed("note", str(token.meta.get("label", "")))
        case other:
            raise ConfigError([f"a translator cannot be shown “{other}”; take it out of the article"])


def _merged(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The nodes with texts that stand beside each other as one, and without empty ones."""
    merged: list[Node] = []
    for node in nodes:
        if isinstance(node, Marked):
            node = Marked(node.tag, _merged(node.children), node.link)
        if isinstance(node, str) and merged and isinstance(last := merged[-1], str):
            merged[-1] = last + node
        elif node:
            merged.append(node)
    return tuple(merged)


def _flat(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        if isinstance(node, Marked):
            yield from _flat(node.children)


# --- for a translator, and from one ---

_SPECIAL = "\\*[]`~^|" + BREAK


def _show(nodes: Iterable[Node], *, escaped: bool) -> str:
    pieces = []
    for node in nodes:
        match node:
            case str():
                pieces.append("".join(f"\\{c}" if c in _SPECIAL else c for c in node) if escaped else node)
            case Marked("link"):
                pieces.append(f"[{_show(node.children, escaped=escaped)}]({node.link})")
            case Marked():
                mark = _PAIRS[node.tag]
                pieces.append(f"{mark}{_show(node.children, escaped=escaped)}{mark}")
            case Fixed("code"):
                pieces.append(f"`{node.text}`")
            case Fixed("note"):
                pieces.append(f"[^{node.text}]")
            case Fixed("break" | "cell"):
                pieces.append(f" {node.text} ")
            case Fixed():
                pieces.append(node.text)
    return "".join(pieces)


_GAPS = f" {BREAK}|｜"
_GAP = re.compile(rf" *([{BREAK}|｜]) *")
_NUMBER = re.compile(r"\s?[(（]\s?(\d{1,4})\s?[)）]")
_LINK_OPENS = "[［"
_BRACKETS = f"{_LINK_OPENS}]］"


def with_original(text: str, original: Inline, links: Mapping[str, str]) -> str:
    """The text with the marks of the original where it has one of the other addresses of ``links``."""
    for number, (address, _) in enumerate(original.links, 1):
        if other := links.get(address):
            for written in (other, other.removeprefix("mailto:")):
                text = text.replace(f"]({written})", f"]({number})")
    for written, address in original.addresses.items():
        if address in links and written not in text:
            other = re.escape(_bare(written, address, links)).removeprefix("http://")
            text = re.sub(rf"(?<![\w@./])(?:http://)?{other}(?![\w/?#&=%-])", partial(_same, written), text, count=1)
    return text


def _same(written: str, _: re.Match[str]) -> str:
    return written


def read(text: str, original: Inline) -> tuple[Node, ...]:
    """The text that a translator wrote; what is no mark of the ``original`` is only text."""
    return _merged(_Reader(original).nodes(text, 0))


class _Reader:
    def __init__(self, original: Inline) -> None:
        self._links = len(original.links)
        self._left = _MOST
        self._codes, self._notes = original.codes, original.notes
        own = original.tags
        self._marks = [
            (mark, tag)
            for tag, mark in sorted(_PAIRS.items(), key=lambda pair: -len(pair[1]))
            if tag not in _OWN or tag in own
        ]
        gaps = {BREAK: Fixed("break", BREAK), CELL: Fixed("cell", CELL), "｜": Fixed("cell", CELL)}
        self._gaps = {sign: node for sign, node in gaps.items() if node.tag in own}
        written = sorted(original.addresses, key=len, reverse=True)
        self._address = re.compile("|".join(map(re.escape, written))) if written else None

    def nodes(self, text: str, depth: int) -> Iterator[Node]:
        at = 0
        closings = _closings(text)
        while at < len(text):
            found = self._at(text, at, depth, closings)
            if found is None:
                end = self._plain_end(text, at)
                yield text[at:end]
                at = end
            else:
                node, at = found
                self._left = max(0, self._left - (not isinstance(node, str)))
                yield node

    def _plain_end(self, text: str, at: int) -> int:
        """Where the next character may begin a mark."""
        if self._address:
            return at + 1
        end = at + 1
        while end < len(text) and text[end] not in "\\*[［`~^" + _GAPS:
            end += 1
        return end

    def _at(self, text: str, at: int, depth: int, closings: Mapping[int, int]) -> tuple[Node, int] | None:
        sign = text[at]
        if not self._left:
            return None
        if sign == "\\" and text[at + 1 : at + 2] and text[at + 1] in _SPECIAL:
            return text[at + 1], at + 2
        if sign in _GAPS and (gap := _GAP.match(text, at)) and gap[1] in self._gaps and not depth:
            return self._gaps[gap[1]], gap.end()
        if sign == "`" and (end := text.find("`", at + 1)) > 0 and text[at + 1 : end] in self._codes:
            return Fixed("code", self._codes[text[at + 1 : end]]), end + 1
        if self._address and (bare := self._address.match(text, at)) and self._stands_alone(text, at, bare.end()):
            return Fixed("address", bare[0]), bare.end()
        if sign in _LINK_OPENS:
            return self._bracket(text, at, depth, closings)
        return self._emphasis(text, at, depth) if depth < _DEPTH else None

    @staticmethod
    def _stands_alone(text: str, at: int, end: int) -> bool:
        before, after = text[at - 1 : at], text[end : end + 1]
        return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())

    def _bracket(self, text: str, at: int, depth: int, closings: Mapping[int, int]) -> tuple[Node, int] | None:
        if text[at + 1 : at + 2] == "^":
            end = text.find("]", at)
            label = text[at + 2 : end]
            return (Fixed("note", label), end + 1) if end > 0 and label in self._notes else None
        end = closings.get(at, 0)
        if not end or depth >= _DEPTH:
            return None
        target = _NUMBER.match(text, end + 1)
        if not target or not 1 <= int(target[1]) <= self._links:
            return None
        words = tuple(_without_links(self.nodes(text[at + 1 : end], depth + 1)))
        return (Marked("link", words, int(target[1])), target.end()) if text[at + 1 : end].strip() else None

    def _emphasis(self, text: str, at: int, depth: int) -> tuple[Node, int] | None:
        for mark, tag in self._marks:
            if not text.startswith(mark, at):
                continue
            start = at + len(mark)
            end = _mark_end(text, start, mark)
            if end:
                return Marked(tag, tuple(self.nodes(text[start:end], depth + 1))), end + len(mark)
        return None


def _closings(text: str) -> Mapping[int, int]:
    """Where each bracket closes, by where it opens."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for at, sign in enumerate(text):
        if text[at - 1 : at] == "\\" or sign not in _BRACKETS:
            continue
        if sign in _LINK_OPENS:
            opened.append(at)
        elif opened:
            found[opened.pop()] = at
    return found


def _mark_end(text: str, start: int, mark: str) -> int:
    """Where ``mark`` closes what it opened before ``start``; 0 if it does not."""
    if not text[start : start + 1].strip():
        return 0
    limit = start + _REACH
    end = text.find(mark, start + 1, limit)
    for _ in range(_TRIES):
        if end < 0:
            break
        if mark in ("*", "~") and text[end : end + 2] == mark * 2:
            run = re.compile(f"\\{mark}+").match(text, end)
            assert run
            if run.end() - end == 3:
                return run.end() - 1
            end = text.find(mark, run.end(), limit)
            continue
        if text[end - 1].strip() and text[end - 1] != "\\":
            return end + 1 if text.startswith(mark + "*", end) and mark == "**" else end
        end = text.find(mark, end + 1, limit)
    return 0


def _without_links(nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes without links, which cannot stand in each other; their words stay."""
    for node in nodes:
        match node:
            case Marked("link"):
                yield from _without_links(node.children)
            case Marked():
                yield Marked(node.tag, tuple(_without_links(node.children)))
            case Fixed("address"):
                yield node.text
            case _:
                yield node


def complete(nodes: Iterable[Node], original: Iterable[Node]) -> tuple[Node, ...]:
    """The nodes with the links and footnotes of the original, each as often; what is missing stands at the end."""
    wanting = [(found, node) for node in _flat(original) if (found := _identity(node))]
    left = Counter(found for found, _ in wanting)
    once = list(_once(_merged(nodes), left))
    missing = [dict(wanting)[found] for found in left.elements()]
    return _merged([*once, *(piece for node in missing for piece in _appended(node))])


def _identity(node: Node) -> tuple[str, str] | None:
    """What must stand in a translation as often as in the original."""
    match node:
        case Marked("link"):
            return ("link", str(node.link))
        case Fixed("note" | "address"):
            return (node.tag, node.text)
    return None


def _once(nodes: Iterable[Node], left: Counter[tuple[str, str]]) -> Iterator[Node]:
    for node in nodes:
        own = _identity(node)
        if own and not left[own]:
            if isinstance(node, Marked):
                yield from _once(node.children, left)
            elif isinstance(node, Fixed) and node.tag == "address":
                yield node.text
            continue
        if own:
            left[own] -= 1
        yield Marked(node.tag, tuple(_once(node.children, left)), node.link) if isinstance(node, Marked) else node


def _appended(node: Node) -> tuple[Node, ...]:
    return (node,) if isinstance(node, Fixed) and node.tag == "note" else (" (", node, ")")


# --- to Markdown ---


def markdown(
    nodes: Sequence[Node], original: Inline, parse: Parse, links: Mapping[str, str], *, bare: bool = False
) -> str:
    """Markdown on one line that ``parse`` reads as exactly these nodes, with the links of the original.

    ``links`` has other addresses for some of them. Emphasis is left out where Markdown cannot have it. With ``bare``,
    nothing is escaped in words of ordinary signs unless that is necessary.
    """
    nodes = _tidy(nodes)
    wanted = _shape(nodes, original, links)
    tries: list[tuple[tuple[Node, ...], bool | None]] = [(nodes, False), (nodes, True)]
    if bare and all(_ORDINARY.fullmatch(node) for node in _flat(nodes) if isinstance(node, str)):
        tries.insert(0, (nodes, None))
    for kept, every in (*tries, (_without_emphasis(nodes), True)):
        written = _Writer(original, links, every).write(kept)
        if _shape_of(parse(written)) == (wanted if kept is nodes else _shape(kept, original, links)):
            return written
    return escape("".join(_texts(nodes)), every=True)


def _tidy(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The nodes with spaces outside of their marks, as Markdown wants it, and without empty marks."""
    tidy: list[Node] = []
    for node in _merged(nodes):
        if not isinstance(node, Marked):
            tidy.append(node)
            continue
        inside = list(_tidy(node.children))
        before = after = ""
        if inside and isinstance(first := inside[0], str):
            inside[0] = first.lstrip()
            before = first[: len(first) - len(first.lstrip())]
        if inside and isinstance(last := inside[-1], str):
            inside[-1] = last.rstrip()
            after = last[len(last.rstrip()) :]
        kept = _merged(inside)
        tidy += [before, *([Marked(node.tag, kept, node.link)] if kept else []), after]
    return _merged(tidy)


def _without_emphasis(nodes: Iterable[Node]) -> tuple[Node, ...]:
    plain: list[Node] = []
    for node in nodes:
        if isinstance(node, Marked):
            inside = _without_emphasis(node.children)
            plain += [Marked("link", inside, node.link)] if node.tag == "link" else inside
        else:
            plain.append(node)
    return _merged(plain)


def _texts(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        match node:
            case str():
                yield node
            case Marked():
                yield from _texts(node.children)
            case Fixed("note"):
                pass
            case Fixed():
                yield node.text


_Shape: TypeAlias = tuple[object, ...]


def _shape(nodes: Iterable[Node], original: Inline, links: Mapping[str, str]) -> _Shape:
    """What the nodes are in Markdown, to be compared."""
    shape: list[object] = []
    for node in nodes:
        match node:
            case str():
                shape.append(node)
            case Marked("link"):
                address = original.links[node.link - 1][0]
                shape.append(("link", links.get(address, address), _shape(node.children, original, links)))
            case Marked():
                shape.append((node.tag, _shape(node.children, original, links)))
            case Fixed("address"):
                address = original.addresses[node.text]
                shape.append(("link", links.get(address, address), (_bare(node.text, address, links),)))
            case Fixed():
                shape.append((node.tag, node.text))
    return _joined(shape)


def _bare(written: str, address: str, links: Mapping[str, str]) -> str:
    """How an address that stands in the text is written, if another takes its place."""
    return links[address].removeprefix("mailto:") if address in links else written


def _shape_of(children: Sequence[Token]) -> _Shape:
    shape: list[list[object]] = [[]]
    opened: list[Token] = []
    for token in children:
        if token.nesting > 0:
            opened.append(token)
            shape.append([])
        elif token.nesting < 0:
            inside, begun = _joined(shape.pop()), opened.pop()
            name = begun.type.removesuffix("_open")
            own = (name, str(begun.attrs.get("href")), inside) if name == "link" else (name, inside)
            shape[-1].append(own)
        elif token.type in ("text", "text_special"):
            shape[-1].append(token.content)
        elif token.type == "code_inline":
            shape[-1].append(("code", token.content))
        elif token.type == "footnote_ref":
            shape[-1].append(("note", str(token.meta["label"])))
        elif token.type == "hardbreak":
            shape[-1].append(("break", BREAK))
        else:
            shape[-1].append((token.type, token.content))
    return _joined(shape[0])


def _joined(shape: Iterable[object]) -> _Shape:
    joined: list[object] = []
    for one in shape:
        if isinstance(one, str) and joined and isinstance(last := joined[-1], str):
            joined[-1] = last + one
        elif one != "":
            joined.append(one)
    if joined and isinstance(first := joined[0], str):
        joined[0] = first.lstrip()
    if joined and isinstance(last := joined[-1], str):
        joined[-1] = last.rstrip()
    return tuple(one for one in joined if one != "")


_ORDINARY = re.compile(r"[\w\s,;.:!?()¡¿’'\"“”„«»…–—/+&%=°·√∑∫<>≤≥×÷±²³€$-]*")
"""Words without a sign that means something in a table, a list or a heading."""
_ALWAYS = frozenset("\\`*_[]<>|~^&#!${}@=+")
_EVERY = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_BEGINS = re.compile(r"\s*(?:\d+[.)]|\w+:|[-:])")
"""How a list, a title of a table or a container begins."""


_POINT = re.compile(r"\s*([•·▪■●◦‣⁃∙►➢・－○□])")
"""A sign that is taken for a point of a list that somebody has set by hand."""


def escape(text: str, *, every: bool | None, first: bool = True) -> str:
    """Text that Markdown reads as itself; with ``every`` as None, as it stands. ``first``: it begins a line."""
    if every is None:
        return text
    if first and (point := _POINT.match(text)):
        return f"{text[: point.start(1)]}&#{ord(point[1])};{escape(text[point.end() :], every=every, first=False)}"
    found = _BEGINS.match(text) if first else None
    begins = found.end() - 1 if found else -1
    pieces = []
    for at, sign in enumerate(text):
        special = sign in (_EVERY if every else _ALWAYS) or at == begins or (sign in ".:" and _joins(text, at))
        pieces.append(f"\\{sign}" if special else sign)
    return "".join(pieces)


def _joins(text: str, at: int) -> bool:
    """Whether the point or colon at ``at`` may be part of an address."""
    after = text[at + 1 : at + 2]
    return text[at - 3 : at].lower() == "www" if text[at] == "." else bool(after) and not after.isspace()


class _Writer:
    """Writes nodes; a character beside a mark is written by its number where the mark would not be one otherwise."""

    def __init__(self, original: Inline, links: Mapping[str, str], every: bool | None) -> None:
        self._original, self._links, self._every = original, links, every

    def write(self, nodes: Sequence[Node]) -> str:
        return "".join(self._pieces(nodes, first=True)).strip()

    def _pieces(self, nodes: Sequence[Node], *, first: bool) -> list[str]:
        pieces: list[str] = []
        for at, node in enumerate(nodes):
            begins = (first and not at) or (at > 0 and nodes[at - 1] == Fixed("break", BREAK))
            match node:
                case str():
                    after_mark = at > 0 and _is_emphasis(nodes[at - 1])
                    before_mark = at + 1 < len(nodes) and _is_emphasis(nodes[at + 1])
                    pieces.append(self._text(node, begins, after_mark, before_mark))
                case Marked("link"):
                    pieces.append(self._link(node))
                case Marked():
                    mark = _PAIRS[node.tag]
                    pieces.append(f"{mark}{''.join(self._pieces(node.children, first=False))}{mark}")
                case Fixed():
                    pieces.append(self._fixed(node))
        return pieces

    def _text(self, text: str, begins: bool, after_mark: bool, before_mark: bool) -> str:
        start, end = "", ""
        if after_mark and _is_letter(text[:1]):
            start, text = f"&#{ord(text[0])};", text[1:]
        if before_mark and _is_letter(text[-1:]):
            end, text = f"&#{ord(text[-1])};", text[:-1]
        return start + escape(text, every=self._every, first=begins) + end

    def _link(self, node: Marked) -> str:
        address, title = self._original.links[node.link - 1]
        words = "".join(self._pieces(node.children, first=False))
        ending = f' "{escape(title, every=True)}"' if title else ""
        return f"[{words}]({target(self._links.get(address, address))}{ending})"

    def _fixed(self, node: Fixed) -> str:
        match node.tag:
            case "code":
                fence = "`" * (max((len(run) for run in re.findall("`+", node.text)), default=0) + 1)
                space = " " if node.text.startswith(("`", " ")) or node.text.endswith(("`", " ")) else ""
                return f"{fence}{space}{node.text}{space}{fence}"
            case "note":
                return f"[^{node.text}]"
            case "break":
                return "\\\n"
            case _:
                address = self._original.addresses[node.text]
                written = _bare(node.text, address, self._links)
                if address in (written, f"mailto:{written}") or address in self._links:
                    return f"<{written}>"
                if not self._every:
                    return written  # as the original has it: www.example.org
                return f"[{escape(written, every=True)}]({target(address)})"


def target(address: str) -> str:
    """An address as the target of a link, between pointed brackets."""
    safe = address.replace("\\", "%5C").replace("<", "%3C").replace(">", "%3E").replace("&", "&amp;")
    return f"<{safe}>"


def _is_emphasis(node: Node) -> bool:
    """Whether the node's marks are read only beside certain characters."""
    return isinstance(node, Marked) and node.tag in ("strong", "em", "s")


def _is_letter(sign: str) -> bool:
    """Whether a mark beside the character may not be read as one: it is neither space nor punctuation."""
    return bool(sign) and not sign.isspace() and unicodedata.category(sign)[0] not in "PS"
