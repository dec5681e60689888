"""An issue as the site says of it, and as one page by itself. Pure."""

from __future__ import annotations

import base64
import re
import tomllib
from collections.abc import Mapping

from mailer.model.issues import Edition, Marker
from mailer.model.site import EditionFacts

SUMMARY = 280
"""Characters of a summary, at most."""

_FRONT = re.compile(rb"\A\+\+\+\r?\n(.*?)\r?\n\+\+\+", re.DOTALL)
_PARAGRAPH = re.compile(r"\n\s*\n")


def whole_page(edition: Edition) -> str:
    """The HTML with its pictures in it, so that it is a page by itself."""
    html = edition.html
    for one in edition.pictures:
        data = base64.b64encode(one.data).decode()
        html = html.replace(f"cid:{one.cid}", f"data:{one.media_type};base64,{data}")
    return html


def facts_of(edition: Edition, source: Mapping[str, bytes]) -> EditionFacts:
    """What pages say of an issue; ``source``: the files that it was built from, as far as they are kept."""
    heads = [_head(data) for name, data in sorted(source.items()) if name.endswith(".md")]
    articles = [str(head["title"]) for head in heads if head.get("title")]
    topics = [str(head["section"]) for head in heads if head.get("section")]
    return EditionFacts(
        summary=summary(edition.text),
        articles=tuple(articles),
        topics=tuple(dict.fromkeys(topics)),
        pages=edition.pages,
        words=len(edition.text.split()),
    )


def _head(data: bytes) -> Mapping[str, object]:
    """The keys above an article; none if they cannot be read."""
    found = _FRONT.match(data)
    try:
        return tomllib.loads(found[1].decode()) if found else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}


def summary(text: str) -> str:
    """The first paragraph of running text, cut at a word."""
    for paragraph in _PARAGRAPH.split(text):
        line = " ".join(paragraph.split())
        if len(line) > 80 and not any(marker in line for marker in Marker):
            return line if len(line) <= SUMMARY else f"{line[:SUMMARY].rpartition(' ')[0]} …"
    return ""
