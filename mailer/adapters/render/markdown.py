"""Markdown of an article, parsed once: faults with their lines, and a tree from which each form is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup, escape

from mailer.adapters.render.markdown_faults import MAX_FAULTS, Fault, of_article
from mailer.adapters.render.markdown_parser import has_marks, parse
from mailer.adapters.render.prose_html import ProseHtml, shows_address
from mailer.adapters.render.typography import set_tokens
from mailer.model.charts import Chart
from mailer.model.event_listings import Chosen, Listing, Wanted, chosen
from mailer.model.issues import Article, Source

MAX_CHARACTERS = 60_000
"""Characters in one article."""
MAX_WHOLE = 150_000
"""Characters in one issue, about forty A4 pages."""

_BARE = "it is printed as it stands: write the words alone"
_NO_EVENT = (
    "there is no event to show here: `mailer events ls` has those that are accepted; widen the block, or delete it"
)
_EVENTS = re.compile(r"(?:```|~~~)\s*events")
_PAIR = re.compile(r"(?<![\w/.:@-])(\w{1,12}/\w{1,12}|\w-\w{2,12})(?![\w/@-])")


class Form(StrEnum):
    """What HTML is for."""

    MAIL = "mail"
    PRINT = "print"


@dataclass(frozen=True, slots=True)
class Prose:
    """An article's body as a tree of the nodes that ``markdown_parser`` describes."""

    tree: SyntaxTreeNode

    def html(self, form: Form, article: int = 1, first_link: int = 1) -> Markup:
        """Safe HTML, whose pictures have ``src="picture:NAME"``, for ``illustrations``; charts ``chart:N`` and so on.

        ``article`` is its number in the issue, for anchors. In print, links are numbered from ``first_link``.
        """
        links = self.links(first_link) if form is Form.PRINT else {}
        return ProseHtml(article, links, whole).document(self.tree)

    def links(self, first: int = 1) -> dict[str, int]:
        """The numbers, from ``first``, of the addresses that the text does not show."""
        hidden = (
            str(node.attrs["href"]) for node in self.tree.walk() if node.type == "link" and not shows_address(node)
        )
        return {href: number for number, href in enumerate(dict.fromkeys(hidden), first)}

    @property
    def charts(self) -> list[Chart]:
        """The charts, in their order."""
        return [node.meta["chart"] for node in self.tree.walk() if node.type == "chart"]

    @property
    def events(self) -> list[Chosen]:
        """What its blocks of events show, in their order."""
        return [node.meta["chosen"] for node in self.tree.walk() if node.type == "events"]

    @property
    def text(self) -> str:
        """The words alone."""
        return " ".join(_words(self.tree))


def read(
    article: Article, language: str, listings: Sequence[Listing] = (), day: date = date.min
) -> tuple[Prose | None, list[str]]:
    """The body, or None and its faults, each as ``file:line: what is wrong, and what to do``.

    Its blocks of events choose among ``listings``, as of the ``day`` of the issue.
    """
    if len(article.body) > MAX_CHARACTERS:
        return None, [f"{article.name}: more than {MAX_CHARACTERS} characters; make several articles of it"]
    tokens, found = parse(article.body)
    found = sorted({*found, *of_article(tokens, article), *_marks_in_pictures(tokens)})
    found = sorted({*found, *_choose_events(tokens, listings, day)})
    named = [f"{article.name}:{article.line + line}: {what}" for line, what in found[:MAX_FAULTS]]
    named += [f"{article.name}: {len(found) - MAX_FAULTS} more faults"] if len(found) > MAX_FAULTS else []
    faults = [*_marks_above(article), *named]
    if faults:
        return None, faults
    set_tokens(tokens, language)
    return Prose(SyntaxTreeNode(tokens)), []


def _marks_above(article: Article) -> Iterator[str]:
    """Marks in what is printed as it stands."""
    texts = {key: str(getattr(article, key)) for key in ("title", "author", "summary", "kicker", "section")}
    if article.picture:
        texts |= {key: str(getattr(article.picture, key)) for key in ("alt", "caption", "credit")}
    for key, text in texts.items():
        if has_marks(text):
            yield f"{article.name}:{article.lines.get(key, 1)}: {key} has marks of Markdown; {_BARE}"


def _marks_in_pictures(tokens: Sequence[Token]) -> Iterator[Fault]:
    for token in tokens:
        if token.type == "picture":
            for key in ("alt", "caption", "credit"):
                if has_marks(token.meta[key]):
                    said = f"the {key} of a picture has marks of Markdown; {_BARE}"
                    yield Fault(token.map[0] if token.map else 0, said)


def _choose_events(tokens: Sequence[Token], listings: Sequence[Listing], day: date) -> Iterator[Fault]:
    """Put into each block of events what it shows. One that shows nothing is a fault."""
    for token in tokens:
        if token.type == "events" and token.meta["wanted"] is not None:
            token.meta["chosen"] = shown = chosen(listings, token.meta["wanted"], day)
            token.content = "\n".join(one.words for one in shown.all)
            if not shown.all:
                yield Fault(token.map[0] if token.map else 0, _NO_EVENT)


def events_wanted(source: Source) -> list[Wanted]:
    """What the blocks of events in an issue ask for; those with faults are left out."""
    bodies = (article.body[:MAX_CHARACTERS] for article in source.articles if _EVENTS.search(article.body))
    tokens = (token for body in bodies for token in parse(body).tokens)
    return [token.meta["wanted"] for token in tokens if token.type == "events" and token.meta["wanted"] is not None]


def pictures_named(body: str) -> dict[str, int]:
    """The files that the text shows, each with the line that first names it, from 0."""
    found: dict[str, int] = {}
    for token in parse(body[:MAX_CHARACTERS]).tokens:
        if token.type == "picture":
            found.setdefault(token.meta["name"], token.map[0] if token.map else 0)
    return found


def whole(text: str) -> Markup:
    """``text`` as HTML that never breaks a line inside a short name such as ISO/SR or D-liaison."""
    return Markup(_PAIR.sub(r'<span class="whole">\1</span>', str(escape(text))))


def too_long(source: Source) -> list[str]:
    """The fault of an issue that is too long (D5)."""
    whole = sum(len(article.body) for article in source.articles)
    return [f"the issue has {whole} characters; {MAX_WHOLE} are allowed: split it in two"] if whole > MAX_WHOLE else []


def _words(tree: SyntaxTreeNode) -> Iterator[str]:
    for node in tree.walk():
        if node.type in ("text", "code_inline", "fence", "code_block", "picture", "chart", "events"):
            yield node.content
