"""Compares two drafts of an HTML document word by word, and marks in the newer one what differs.

Marks are ``ins`` and ``del`` elements around text alone: without them the document is what it was. Only text that a
reader sees is compared, and where pictures and links lead to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal, NamedTuple

from lxml import etree, html

from mailer.model.changes import Change, What

ADDED, REMOVED = "draft-added", "draft-removed"
"""The classes of the marks."""

_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "figure", "footer"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
        *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "br"),
    )
)
_UNSEEN = frozenset(("head", "style", "script", "title", "template"))
_COPIED = frozenset(("p", "pre", "li"))
"""Elements after which one of the same kind may hold what was removed there."""
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_REPEATING = frozenset(("contents", "preheader"))
"""The classes of what repeats titles and summaries of articles."""
_ARTICLE = re.compile(r"article-(\d{1,4})")
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|(?:(?![\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])\w)+|[^\w\s]"
)
"""A word, or a sign of a script that puts no spaces between words."""
_ALIKE = 0.45
"""How much two paragraphs have in common that are versions of one, from 0 to 1."""
_ALIKE_TITLES = 0.3
"""The same for titles, which are short."""
_MOST_PAIRS = 400
"""Comparisons of paragraphs in one changed stretch; a longer one is marked as a whole."""
_MOST_WORDS = 1_500
"""Words of a paragraph that is compared word by word."""
_MOST_PARAGRAPHS = 6_000
"""Paragraphs of both drafts together. The time to compare them may grow with the square of their number."""
_FEW = 3
"""Words that are quoted with a neighbour on each side, so that the place can be recognised."""


class _Word(NamedTuple):
    """A word of a paragraph, or a picture or link in it."""

    text: str
    """What it is compared by."""
    piece: int
    """The piece of text that it stands in; of a link or a picture, the one after which it stands."""
    start: int
    end: int
    what: What = What.WORDS
    words: str = ""
    """The words of a link, the description of a picture."""
    element: html.HtmlElement | None = None
    """The picture or the link."""
    spaced: bool = True
    """Whether white space stands before it."""


class _Piece(NamedTuple):
    """Text of one node of the tree: what is in the element, or what follows it."""

    element: html.HtmlElement
    place: Literal["text", "tail"]
    text: str


@dataclass
class _Paragraph:
    """What stands between two edges of blocks."""

    block: html.HtmlElement
    article: int
    title: bool
    """Whether it is the title of its article."""
    pieces: list[_Piece] = field(default_factory=list)
    words: list[_Word] = field(default_factory=list)
    listed: int = 0
    """How many of the words repeat what stands elsewhere in the document, as in a table of contents."""

    @property
    def keys(self) -> list[str]:
        return [word.text for word in self.words]

    def said(self, words: Sequence[_Word]) -> str:
        """Words of this paragraph as they stand there."""
        shown = (f"{' ' if word.spaced else ''}{word.text}" for word in words if word.what is What.WORDS)
        return "".join(shown).strip()


@dataclass
class _Edit:
    """Marks in one paragraph: the words that are new, and by the number of a word what was removed before it."""

    added: list[tuple[int, int]] = field(default_factory=list)
    removed: dict[int, str] = field(default_factory=dict)
    pictures: list[_Word] = field(default_factory=list)
    """Pictures that are new."""
    links: list[tuple[_Word, _Word]] = field(default_factory=list)
    """Links that lead elsewhere, each as it was and as it is."""
    is_new: bool = False
    """Whether the whole paragraph is new."""


def mark(before: html.HtmlElement, now: html.HtmlElement) -> list[Change]:
    """Mark in ``now`` what differs from ``before``, and return it. ``before`` is left as it is."""
    return _Comparison(_paragraphs(before), _paragraphs(now)).run()


@dataclass
class _Comparison:
    old: list[_Paragraph]
    new: list[_Paragraph]
    found: list[tuple[int, Change]] = field(default_factory=list)
    """Each with the number of the new paragraph where it is."""

    def run(self) -> list[Change]:
        edits: dict[int, _Edit] = {}
        gone: list[tuple[int, int]] = []
        """Paragraphs that were removed, each with the number of the one that it stood before."""
        entire: dict[int, bool] = {}
        """For each article whether all of it is new."""
        for tag, i1, i2, j1, j2 in self._stretches():
            if tag == "equal":
                entire.update((self.new[j].article, False) for j in range(j1, j2))
                continue
            pairs = self._pairs(range(i1, i2), range(j1, j2))
            left = iter(sorted(set(range(i1, i2)) - set(pairs.values())))
            waiting = next(left, None)
            for j in range(j1, j2):
                i = pairs.get(j)
                while waiting is not None and i is not None and waiting < i:
                    gone.append((waiting, j))
                    waiting = next(left, None)
                entire[self.new[j].article] = i is None and entire.get(self.new[j].article, True)
                edits[j] = self._edit(j, i)
            while waiting is not None:
                gone.append((waiting, j2))
                waiting = next(left, None)
        self._name(edits, gone, entire)
        for j, edit in edits.items():
            _write(self.new[j], edit)
        for i, j in reversed(gone):
            if not self._is_listing(self.old[i]):
                self._write_removed(i, j)
        return [change for _, change in sorted(self.found, key=lambda one: one[0])]

    def _stretches(self) -> Sequence[tuple[str, int, int, int, int]]:
        old, new = (["\0".join(paragraph.keys) for paragraph in side] for side in (self.old, self.new))
        if len(old) + len(new) > _MOST_PARAGRAPHS:
            return [("replace", 0, len(old), 0, len(new))] if old != new else []
        return SequenceMatcher(None, old, new).get_opcodes()

    def _pairs(self, olds: range, news: range) -> Mapping[int, int]:
        """Which of the new paragraphs is a version of which old one. Pairs do not cross."""
        pairs: dict[int, int] = {}
        if len(olds) * len(news) > _MOST_PAIRS:
            return pairs
        if len(olds) == len(news) == 1 and self.old[olds[0]].block.tag == self.new[news[0]].block.tag:
            return {news[0]: olds[0]}
        first = olds.start
        for j in news:
            rest = range(first, olds.stop)
            best = max(((self._alike(i, j), -i) for i in rest), default=(0.0, 0))
            if best[0] >= (_ALIKE_TITLES if self.new[j].block.tag in _HEADINGS else _ALIKE):
                pairs[j] = -best[1]
                first = pairs[j] + 1
        return pairs

    def _alike(self, i: int, j: int) -> float:
        old, new = self.old[i], self.new[j]
        if len(old.words) > _MOST_WORDS or len(new.words) > _MOST_WORDS:
            return 0.0
        if old.block.tag == new.block.tag and len(old.words) == len(new.words) == 1:
            return 1.0 if old.words[0].what is new.words[0].what else 0.0
        if (old.block.tag in _HEADINGS or new.block.tag in _HEADINGS) and old.block.tag != new.block.tag:
            return 0.0
        matcher = SequenceMatcher(None, old.keys, new.keys)
        return matcher.ratio() if matcher.quick_ratio() >= _ALIKE_TITLES else 0.0

    def _edit(self, j: int, i: int | None) -> _Edit:
        """The marks of a new paragraph, or of one that is a version of an old one."""
        new = self.new[j]
        if i is None:
            pictures = [word for word in new.words if word.what is What.PICTURE]
            return _Edit([(0, len(new.words))], pictures=pictures, is_new=True)
        old, edit = self.old[i], _Edit()
        codes = _joined(SequenceMatcher(None, old.keys, new.keys).get_opcodes())
        if self._alike(i, j) < _ALIKE:
            codes = [("replace", 0, len(old.words), 0, len(new.words))]
        for tag, i1, i2, j1, j2 in codes:
            if tag == "equal":
                continue
            if j2 > j1:
                edit.added.append((j1, j2))
            if gone := _shown(old, old.words[i1:i2]):
                edit.removed[j1] = gone
            edit.pictures += [word for word in new.words[j1:j2] if word.what is What.PICTURE]
            edit.links += _changed_links(old.words[i1:i2], new.words[j1:j2])
            self._name_words(j, old, new, (i1, i2), (j1, j2))
        return edit

    def _name_words(
        self, place: int, old: _Paragraph, new: _Paragraph, olds: tuple[int, int], news: tuple[int, int]
    ) -> None:
        before, now = old.words[slice(*olds)], new.words[slice(*news)]
        self._name_pictures(place, before, now, new.article)
        for link, led in ((link, led) for led, link in _changed_links(before, now)):
            self.found.append((place, Change(What.LINK, led.text, link.text, new.article, link.words)))
        words = [[word for word in side if word.what is What.WORDS] for side in (before, now)]
        if any(words) and not (self._is_listing(old) and self._is_listing(new)):
            few = max(map(len, words)) <= _FEW
            quoted = [
                side.said(_widened(side.words, *span) if few else side.words[slice(*span)])
                for side, span in ((old, olds), (new, news))
            ]
            self.found.append((place, Change(What.WORDS, quoted[0], quoted[1], new.article)))

    def _is_listing(self, paragraph: _Paragraph) -> bool:
        """Whether the paragraph only repeats what articles have: their titles, or the numbers beside these."""
        if paragraph.article or not any(one.article for one in self.new):
            return False
        return paragraph.listed == len(paragraph.words) or all(word.text.isdecimal() for word in paragraph.words)

    def _name_pictures(self, place: int, before: Sequence[_Word], now: Sequence[_Word], article: int) -> None:
        olds, news = ([word for word in side if word.what is What.PICTURE] for side in (before, now))
        for old, new in zip_longest(olds, news):
            same = old and new and old.text.partition("\0")[0] == new.text.partition("\0")[0]
            what = What.WORDS if same else What.PICTURE
            change = Change(what, old.words if old else "", new.words if new else "", article)
            self.found.append((place, change))

    def _name(self, edits: Mapping[int, _Edit], gone: Sequence[tuple[int, int]], entire: Mapping[int, bool]) -> None:
        """Name the articles and paragraphs that are new or gone."""
        new = {number for number, is_new in entire.items() if number and is_new}
        gone_places = dict(gone)
        left = {paragraph.article for i, paragraph in enumerate(self.old) if i not in gone_places} | {0}
        for number in new:
            first = next(j for j, paragraph in enumerate(self.new) if paragraph.article == number)
            self.found.append((first, Change(What.ARTICLE, "", _title(self.new, number), number)))
        for number in sorted({self.old[i].article for i in gone_places} - left):
            first = min(j for i, j in gone if self.old[i].article == number)
            self.found.append((first, Change(What.ARTICLE, _title(self.old, number), "")))
        added = [j for j, edit in edits.items() if edit.is_new and self.new[j].article not in new]
        for run in _runs(added, lambda j: (self.new[j].article, j)):
            whole = _joined_paragraphs([self.new[j] for j in run], self.new[run[0]].article)
            self._name_words(run[0], _Paragraph(whole.block, 0, False), whole, (0, 0), (0, len(whole.words)))
        removed = [i for i, _ in gone if self.old[i].article in left]
        for run in _runs(removed, lambda i: (self.old[i].article, i)):
            j = gone_places[run[0]]
            whole = _joined_paragraphs([self.old[i] for i in run], self.new[j - 1].article if j else 0)
            if not self._is_listing(self.old[run[0]]):
                nothing = _Paragraph(whole.block, whole.article, False)
                self._name_words(j, whole, nothing, (0, len(whole.words)), (0, 0))

    def _write_removed(self, i: int, j: int) -> None:
        """Show a paragraph that was removed before number ``j``, struck out: after the one above it."""
        text = _shown(self.old[i], self.old[i].words)
        if not text or not self.new:
            return
        mark = _marked("del", text)
        block = self.new[max(j - 1, 0)].block
        parent = block.getparent()
        if j and parent is not None and block.tag in _COPIED | _HEADINGS:
            tag = "p" if block.tag in _HEADINGS else block.tag
            kept = {name: block.get(name, "") for name in ("class", "style") if block.get(name) and tag == block.tag}
            made = html.Element(tag, {**kept, "data-draft": "removed"})
            made.append(mark)
            made.tail, block.tail = block.tail, None
            parent.insert(parent.index(block) + 1, made)
        elif j:
            block.append(html.Element("br", {"data-draft": "removed"}))
            block.append(mark)
        else:
            mark.tail, block.text = block.text, None
            block.insert(0, mark)


def _runs(places: Sequence[int], at: Callable[[int], tuple[int, int]]) -> list[list[int]]:
    """Paragraphs that follow each other in one article, together."""
    found: list[list[int]] = []
    for place in places:
        article, number = at(place)
        if found and at(found[-1][-1]) == (article, number - 1):
            found[-1].append(place)
        else:
            found.append([place])
    return found


def _joined_paragraphs(paragraphs: Sequence[_Paragraph], article: int) -> _Paragraph:
    """Their words, as if they were one."""
    first = paragraphs[0]
    words = [word for paragraph in paragraphs for word in paragraph.words]
    return _Paragraph(first.block, article, False, words=words, listed=sum(one.listed for one in paragraphs))


def _changed_links(before: Sequence[_Word], now: Sequence[_Word]) -> list[tuple[_Word, _Word]]:
    """The links that differ, one by one."""
    olds, news = ([word for word in side if word.what is What.LINK] for side in (before, now))
    return [(old, new) for old, new in zip(olds, news, strict=False) if old.text != new.text]


def _joined(codes: Sequence[tuple[str, int, int, int, int]]) -> list[tuple[str, int, int, int, int]]:
    """The same steps, in which one equal word between two changes belongs to them: it says little by itself."""
    found: list[tuple[str, int, int, int, int]] = []
    for place, (tag, i1, i2, j1, j2) in enumerate(codes):
        between = tag == "equal" and i2 - i1 == 1 and 0 < place < len(codes) - 1
        if found and found[-1][0] != "equal" and (tag != "equal" or between):
            _, first, _, begin, _ = found.pop()
            found.append(("replace", first, i2, begin, j2))
        else:
            found.append((tag, i1, i2, j1, j2))
    return found


def _widened(words: Sequence[_Word], start: int, end: int) -> Sequence[_Word]:
    """The words with one more on each side, over marks of punctuation."""
    while start > 0:
        start -= 1
        if words[start].text[0].isalnum():
            break
    while end < len(words):
        end += 1
        if words[end - 1].text[0].isalnum():
            break
    return words[start:end]


def _title(paragraphs: Sequence[_Paragraph], article: int) -> str:
    return next((one.said(one.words) for one in paragraphs if one.article == article and one.title), "")


def _shown(paragraph: _Paragraph, words: Sequence[_Word]) -> str:
    """What is shown as removed: the words, and what pictures show."""
    shown = (
        f"{' ' if word.spaced else ''}{word.text}" if word.what is What.WORDS else f" [{word.words}]"
        for word in words
        if word.what is What.WORDS or (word.what is What.PICTURE and word.words)
    )
    return "".join(shown).strip()


# --- reading ---


def _paragraphs(root: html.HtmlElement) -> list[_Paragraph]:
    """The document's paragraphs that have text or pictures."""
    found = [paragraph for paragraph in _split(root) if paragraph.words]
    titled: set[int] = set()
    for paragraph in found:
        if paragraph.article and paragraph.article not in titled:
            paragraph.title = True
            titled.add(paragraph.article)
    return found


def _split(root: html.HtmlElement) -> Iterator[_Paragraph]:
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    articles, blocks, listing = [0], [root], 0
    paragraph = _Paragraph(root, 0, False)
    for event, element in walk:
        if event == "start":
            numbered = _ARTICLE.fullmatch(element.get("id") or "")
            articles.append(int(numbered[1]) if numbered else articles[-1])
            if element.tag in _BLOCKS:
                yield paragraph
                if element.tag != "br":
                    blocks.append(element)
                paragraph = _Paragraph(blocks[-1], articles[-1], False)
            if element.tag in _UNSEEN or "display: none" in (element.get("style") or ""):
                walk.skip_subtree()
            else:
                listing += _repeats(element)
                _read_thing(paragraph, element)
                _read(paragraph, element, "text", listed=listing > 0)
            continue
        if event == "end":
            articles.pop()
            listing -= _repeats(element)
            if element.tag in _BLOCKS and element.tag != "br":
                yield paragraph
                blocks.pop()
                paragraph = _Paragraph(blocks[-1] if blocks else root, articles[-1], False)
        if element is not root:
            _read(paragraph, element, "tail", listed=listing > 0)
    yield paragraph


def _repeats(element: html.HtmlElement) -> bool:
    if not _REPEATING.isdisjoint((element.get("class") or "").split()):
        return True
    return element.tag == "a" and (element.get("href") or "").startswith("#")


def _read(paragraph: _Paragraph, element: html.HtmlElement, place: Literal["text", "tail"], *, listed: bool) -> None:
    text = (element.text if place == "text" else element.tail) or ""
    if not text:
        return
    number = len(paragraph.pieces)
    open_end = number > 0 and paragraph.pieces[-1].text[-1:].strip() != ""
    paragraph.pieces.append(_Piece(element, place, text))
    for found in _WORD.finditer(text):
        spaced = not open_end if found.start() == 0 else text[found.start() - 1].isspace()
        paragraph.words.append(_Word(found[0], number, found.start(), found.end(), spaced=spaced))
        paragraph.listed += listed


def _read_thing(paragraph: _Paragraph, element: html.HtmlElement) -> None:
    """A picture, or a link that leaves the document."""
    number = len(paragraph.pieces)
    if element.tag == "img":
        if not paragraph.pieces:
            paragraph.pieces.append(_Piece(element, "tail", ""))
        alt = " ".join((element.get("alt") or "").split())
        paragraph.words.append(_Word(f"{element.get('src')}\0{alt}", number, 0, 0, What.PICTURE, alt, element))
    elif element.tag == "a" and (target := element.get("href") or "") and not target.startswith("#"):
        words = " ".join("".join(element.itertext()).split())
        paragraph.words.append(_Word(target, number, 0, 0, What.LINK, words, element))


# --- writing ---


def _marked(tag: Literal["ins", "del"], text: str) -> html.HtmlElement:
    made = html.Element(tag, {"class": ADDED if tag == "ins" else REMOVED})
    made.text = text
    return made


def _write(paragraph: _Paragraph, edit: _Edit) -> None:
    """Put the marks into the tree, the last piece of text first, so that earlier places stay as they are."""
    marks: dict[int, list[tuple[int, int, str]]] = {}
    """For each piece: where a mark begins and ends in it, and what was removed there, or nothing if it is new."""
    for at, text in edit.removed.items():
        number, place = _position(paragraph, at)
        marks.setdefault(number, []).append((place, place, text))
    for first, last in edit.added:
        for number, (start, end) in _extents(paragraph, first, last).items():
            marks.setdefault(number, []).append((start, end, ""))
    for number in sorted(marks, reverse=True):
        _rewrite(paragraph.pieces[number], sorted(marks[number]))
    for word in edit.pictures:
        if word.element is not None and word.words:
            _insert(word.element, [_marked("ins", f"[{word.words}]")])
    for old, new in edit.links:
        if new.element is not None:
            new.element.append(_marked("ins", f" ({new.text})"))
            new.element.append(_marked("del", f" ({old.text})"))


def _extents(paragraph: _Paragraph, first: int, last: int) -> dict[int, tuple[int, int]]:
    """From where to where the words are in each piece of text."""
    found: dict[int, tuple[int, int]] = {}
    for word in paragraph.words[first:last]:
        if word.what is What.WORDS:
            start = found[word.piece][0] if word.piece in found else word.start
            found[word.piece] = start, word.end
    return found


def _position(paragraph: _Paragraph, at: int) -> tuple[int, int]:
    """The piece, and the place in it, before which a removed text is shown."""
    for word in paragraph.words[at:]:
        if word.what is What.WORDS:
            return word.piece, word.start
    last = len(paragraph.pieces) - 1
    return last, len(paragraph.pieces[last].text.rstrip())


def _rewrite(piece: _Piece, marks: Sequence[tuple[int, int, str]]) -> None:
    """Cut a piece of text at the marks, which stand in it in order."""
    begin, at = piece.text[: marks[0][0]], marks[0][0]
    made: list[html.HtmlElement] = []
    for start, end, removed in marks:
        if made:
            made[-1].tail = (made[-1].tail or "") + piece.text[at:start]
        if removed:
            made.append(_marked("del", removed))
            made[-1].tail = " "
        else:
            made.append(_marked("ins", piece.text[start:end]))
        at = end
    made[-1].tail = (made[-1].tail or "") + piece.text[at:]
    if piece.place == "text":
        piece.element.text = begin
        for place, one in enumerate(made):
            piece.element.insert(place, one)
    else:
        piece.element.tail = begin
        _insert(piece.element, made)


def _insert(after: html.HtmlElement, made: Sequence[html.HtmlElement]) -> None:
    """Insert elements, each with its tail, after an element and its tail."""
    parent = after.getparent()
    if parent is not None:
        place = parent.index(after) + 1
        parent[place:place] = made
