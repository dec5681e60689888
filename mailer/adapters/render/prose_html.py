"""HTML of an article, written from its tree: each node has its own element, and no other HTML gets in (D3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote, unquote

import nh3
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup, escape

WIDE_COLUMNS = 3
"""A table with so many columns spans the page."""
LONG_ROWS = 12
"""A table with more rows is one that may go over pages."""

_SCHEMES = {"http", "https", "mailto", "picture", "chart", "events"}
_SIDES = {"text-align:right": "right", "text-align:center": "center", "text-align:left": "left"}
_TASKS = {"done": "☑", "open": "☐"}
_TAGS = {
    *("p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "hr", "br", "pre", "code", "em", "strong", "a"),
    *("s", "sup", "sub", "figure", "figcaption", "img", "aside", "section", "div", "span"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "a": {"href", "id"},
    "ol": {"start"},
    "li": {"id"},
    "th": {"scope"},
    "img": {"src", "alt"},
}
_CLASSES = {
    "a": {"address"},
    "aside": {"box"},
    "blockquote": {"pull"},
    "div": {"table", "wide", "long", "events"},
    "figure": {"picture", "chart"},
    "li": {"task", "done", "open"},
    "ol": {"links"},
    "p": {"box-title", "table-title", "by"},
    "section": {"notes"},
    "span": {"whole", "credit", "tick"},
    "sup": {"note", "link"},
    "td": {*_SIDES.values()},
    "th": {*_SIDES.values()},
}


class ProseHtml:
    """Writes one article. ``links`` are the numbers that the addresses of its links have in print."""

    def __init__(self, article: int, links: Mapping[str, int], words: Callable[[str], Markup]) -> None:
        self._article = article
        self._links = links
        self._words = words
        self._charts = self._events = 0
        self._nodes: dict[str, Callable[[SyntaxTreeNode], str]] = {
            "root": self._inner,
            "inline": self._inner,
            "paragraph": lambda node: self._inner(node) if node.hidden else self._block("p", node),
            "heading": lambda node: self._block(node.tag, node),
            "bullet_list": lambda node: self._lines("ul", node),
            "ordered_list": self._ordered_list,
            "list_item": self._item,
            "blockquote": lambda node: self._lines("blockquote", node),
            "hr": lambda node: "<hr>\n",
            "fence": _code,
            "code_block": _code,
            "box": lambda node: self._lines("aside", node, "box"),
            "box_title": lambda node: self._block("p", node, "box-title"),
            "pull": lambda node: self._lines("blockquote", node, "pull"),
            "pull_by": lambda node: self._block("p", node, "by"),
            "picture": _picture,
            "chart": self._chart,
            "events": self._block_of_events,
            "table_block": self._table,
            "table_title": lambda node: self._block("p", node, "table-title"),
            "table": lambda node: self._lines("table", node),
            "thead": lambda node: self._lines("thead", node),
            "tbody": lambda node: self._lines("tbody", node),
            "tr": lambda node: self._block("tr", node),
            "th": lambda node: f'<th scope="col"{_side(node)}>{self._inner(node)}</th>',
            "td": lambda node: f"<td{_side(node)}>{self._inner(node)}</td>",
            "footnote_block": lambda node: f'<section class="notes"><ol>\n{self._inner(node)}</ol></section>\n',
            "footnote": self._footnote,
            "footnote_ref": self._footnote_ref,
            "text": lambda node: str(self._words(node.content)),
            "code_inline": lambda node: f"<code>{escape(node.content)}</code>",
            "softbreak": lambda node: "\n",
            "hardbreak": lambda node: "<br>\n",
            "link": self._link,
            **dict.fromkeys(("em", "strong", "s", "sup", "sub"), self._marked),
        }

    def document(self, tree: SyntaxTreeNode) -> Markup:
        """The body, and below it the addresses of its links."""
        html = self._node(tree) + self._addresses()
        return Markup(
            nh3.clean(
                html,
                tags=_TAGS,
                attributes=_ATTRIBUTES,
                allowed_classes=_CLASSES,
                url_schemes=_SCHEMES,
                link_rel=None,
            )
        )

    def _node(self, node: SyntaxTreeNode) -> str:
        return self._nodes[node.type](node)

    def _inner(self, node: SyntaxTreeNode) -> str:
        return "".join(map(self._node, node.children))

    def _marked(self, node: SyntaxTreeNode) -> str:
        return f"<{node.type}>{self._inner(node)}</{node.type}>"

    def _block(self, tag: str, node: SyntaxTreeNode, kind: str = "") -> str:
        return f"<{tag}{_class(kind)}>{self._inner(node)}</{tag}>\n"

    def _lines(self, tag: str, node: SyntaxTreeNode, kind: str = "") -> str:
        return f"<{tag}{_class(kind)}>\n{self._inner(node)}</{tag}>\n"

    def _ordered_list(self, node: SyntaxTreeNode) -> str:
        start = int(node.attrs.get("start", 1))
        first = f' start="{start}"' if start != 1 else ""
        return f"<ol{first}>\n{self._inner(node)}</ol>\n"

    def _item(self, node: SyntaxTreeNode) -> str:
        task = node.meta.get("task", "")
        tick = f'<span class="tick">{_TASKS[task]}</span> ' if task else ""
        return f"<li{_class(f'task {task}' if task else '')}>{tick}{self._inner(node)}</li>\n"

    def _chart(self, node: SyntaxTreeNode) -> str:
        self._charts += 1
        return f'<figure class="chart"><img src="chart:{self._charts}" alt=""></figure>\n'

    def _block_of_events(self, node: SyntaxTreeNode) -> str:
        self._events += 1
        return f'<div class="events"><img src="events:{self._events}" alt=""></div>\n'

    def _table(self, node: SyntaxTreeNode) -> str:
        rows = [row for row in node.walk() if row.type == "tr"]
        kinds = ["table", "wide" * (len(rows[0].children) >= WIDE_COLUMNS), "long" * (len(rows) - 1 > LONG_ROWS)]
        return self._lines("div", node, " ".join(filter(None, kinds)))

    def _footnote(self, node: SyntaxTreeNode) -> str:
        return f'<li id="note-{self._article}-{node.meta["id"] + 1}">{self._inner(node)}</li>\n'

    def _footnote_ref(self, node: SyntaxTreeNode) -> str:
        number, again = node.meta["id"] + 1, node.meta.get("subId", 0)
        own = f"ref-{self._article}-{number}" + (f"-{again + 1}" if again else "")
        return f'<sup class="note"><a href="#note-{self._article}-{number}" id="{own}">{number}</a></sup>'

    def _link(self, node: SyntaxTreeNode) -> str:
        href = str(node.attrs["href"])
        number = self._links.get(href)
        shown = shows_address(node)
        note = f'<sup class="link">[{number}]</sup>' if number and not shown else ""
        return f'<a href="{escape(href)}"{_class("address" if shown else "")}>{self._inner(node)}</a>{note}'

    def _addresses(self) -> str:
        if not self._links:
            return ""
        items = (f'<li><a href="{escape(href)}" class="address">{_readable(href)}</a></li>\n' for href in self._links)
        return f'<ol class="links" start="{next(iter(self._links.values()))}">\n{"".join(items)}</ol>\n'


def shows_address(link: SyntaxTreeNode) -> bool:
    """Whether the text of a link is its address."""
    text = "".join(node.content for node in link.walk() if node.type in ("text", "code_inline"))
    href = str(link.attrs["href"])
    schemes = ("", "mailto:", "http://", "https://")
    return link.info == "auto" or any(text in (bare, unquote(bare)) for bare in map(href.removeprefix, schemes))


def _class(names: str) -> str:
    return f' class="{names}"' if names else ""


def _side(node: SyntaxTreeNode) -> str:
    return _class(_SIDES.get(str(node.attrs.get("style", "")), ""))


def _code(node: SyntaxTreeNode) -> str:
    return f"<pre><code>{escape(node.content)}</code></pre>\n"


def _picture(node: SyntaxTreeNode) -> str:
    parts: Iterable[str] = (
        escape(node.meta["caption"]),
        f'<span class="credit">{escape(node.meta["credit"])}</span>' if node.meta["credit"] else "",
    )
    caption = " · ".join(filter(None, parts))
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    source = f"picture:{quote(node.meta['name'], safe='')}"
    return f'<figure class="picture"><img src="{source}" alt="{escape(node.meta["alt"])}">{below}</figure>\n'


def _readable(href: str) -> str:
    return str(escape(href.removeprefix("mailto:")))
