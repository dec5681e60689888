"""Markdown of an article, parsed once: faults with their lines, sanitised HTML, and tokens for the text part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup, escape

from mailer.model.issues import Article, Source

MAX_CHARACTERS = 60_000
"""Characters in one article."""
MAX_WHOLE = 150_000
"""Characters in one issue, about forty A4 pages."""
MAX_CELLS = 2_000
MAX_BLOCKS = 3_000

_SCHEMES = {"http", "https", "mailto"}
_LINK = re.compile(r"https?://[\w.-]+(:\d+)?([/?#].*)?|mailto:[^@/]+@[\w.-]+(\?.*)?", re.IGNORECASE)
_QUOTES = {"en": "“”‘’", "de": "„“‚‘", "es": "«»“”", "fr": ["«\xa0", "\xa0»", "‹\xa0", "\xa0›"], "pt": "“”‘’"}
_TAGS = {
    *("p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "hr", "br", "pre", "code", "em", "strong", "a"),
    *("table", "thead", "tbody", "tr", "th", "td", "span"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}}
_SIDES = {"text-align:right": "right", "text-align:center": "center", "text-align:left": "left"}
_CLASSES = {"td": {*_SIDES.values()}, "th": {*_SIDES.values()}, "table": {"wide"}, "span": {"whole"}}
_PAIR = re.compile(r"(?<![\w/.:@-])(\w{1,12}/\w{1,12}|\w-\w{2,12})(?![\w/@-])")


@dataclass(frozen=True, slots=True)
class Prose:
    """An article's body as safe HTML, and as a tree."""

    html: Markup
    tree: SyntaxTreeNode


def read(article: Article, language: str) -> tuple[Prose | None, list[str]]:
    """The body, or None and its faults, each as ``file:line: what is wrong, and what to do``."""
    if len(article.body) > MAX_CHARACTERS:
        return None, [f"{article.name}: more than {MAX_CHARACTERS} characters; make several articles of it"]
    markdown = _parser(language)
    tokens = markdown.parse(article.body)
    faults = [f"{article.name}:{article.line + line}: {what}" for line, what in _faults(tokens)]
    if faults:
        return None, faults
    _adapt(tokens)
    html = nh3.clean(
        markdown.renderer.render(tokens, markdown.options, {}),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    return Prose(Markup(html), SyntaxTreeNode(tokens)), []


def whole(text: str) -> Markup:
    """``text`` as HTML that never breaks a line inside a short name such as ISO/SR or D-liaison."""
    return Markup(_PAIR.sub(r'<span class="whole">\1</span>', str(escape(text))))


def too_long(source: Source) -> list[str]:
    """The fault of an issue that is too long (D5)."""
    whole = sum(len(article.body) for article in source.articles)
    return [f"the issue has {whole} characters; {MAX_WHOLE} are allowed: split it in two"] if whole > MAX_WHOLE else []


def _parser(language: str) -> MarkdownIt:
    quotes = _QUOTES.get(language.partition("-")[0].lower())
    options = {"html": False, "typographer": quotes is not None, "quotes": quotes or ""}
    parser = MarkdownIt("commonmark", options).enable("table")
    if quotes:
        parser.enable("smartquotes")
    parser.add_render_rule("text", lambda renderer, tokens, at, options, env: whole(tokens[at].content))
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # accept all links here, so that _faults can report invalid ones
    return parser


# --- Faults ---


def _faults(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Faults, each with its line within the body, from 0."""
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        for child in token.children or ():
            yield from ((line, what) for what in _inline_faults(child))
    blocks = sum(token.nesting >= 0 and token.type != "inline" for token in tokens)
    cells = sum(token.type in ("th_open", "td_open") for token in tokens)
    if cells > MAX_CELLS:
        yield 0, f"{cells} table cells; {MAX_CELLS} are allowed: link to the table instead"
    elif blocks > MAX_BLOCKS:
        yield 0, f"{blocks} paragraphs, points and cells; {MAX_BLOCKS} are allowed: shorten the article"


def _inline_faults(token: Token) -> Iterator[str]:
    if token.type == "image":
        yield 'a picture must be named at the top of the file: image = "name.jpg" and alt = "what it shows"'
    elif token.type == "link_open":
        href = str(token.attrGet("href") or "")
        if not _LINK.fullmatch(href):
            yield f"the link {href[:80]!r} does not work in a mail; write it in full, as https://… or mailto:…"


# --- HTML ---


def _adapt(tokens: Iterable[Token]) -> None:
    """Adapt tokens to the issue: the article's title is an h2, so its own headings begin at h3."""
    table: Token | None = None
    columns = 0
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(max(int(token.tag[1]) + 1, 3), 6)}"
        elif token.type == "table_open":
            table, columns = token, 0
        elif token.type in ("th_open", "td_open"):
            if side := _SIDES.get(str(token.attrs.pop("style", ""))):
                token.attrSet("class", side)
            if token.type == "th_open":
                token.attrSet("scope", "col")
                columns += 1
                if table and columns > 3:
                    table.attrSet("class", "wide")
