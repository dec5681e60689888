"""Where the pages of the site stand, and how one leads to another from a folder as from a web server."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from urllib.parse import quote

from mailer.model.site import ShownDocument, ShownEdition, digest

INDEX = "index.html"


def page(*parts: object) -> str:
    """The path of a page: ``en/issues/index.html``."""
    return "/".join([*map(str, parts), INDEX])


def issue(shown: ShownEdition) -> str:
    return page(shown.language.lower(), "issues", shown.publication, shown.number)


def document(shown: ShownDocument) -> str:
    return page(shown.language.lower(), "library", shown.key)


def feed(language: str, publication: str) -> str:
    return f"{language.lower()}/issues/{publication}/feed.xml"


def slug(text: str) -> str:
    """A name for a folder: ``human-rights``. What has no Latin letters gets a name of its own."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    return made if made and (len(made) * 2 >= len(text) or made == text.lower()) else f"t-{digest([text])[:12]}"


def beside(path: str, name: str) -> str:
    """A file in the same folder as the page."""
    return posixpath.join(posixpath.dirname(path), name)


def relative(target: str, start: str) -> str:
    """The link from one page to a file of the site, percent-encoded. Both are paths without ``.`` and ``..``."""
    *above, _ = start.split("/")
    steps = target.split("/")
    shared = 0
    while shared < min(len(above), len(steps) - 1) and above[shared] == steps[shared]:
        shared += 1
    return quote("/".join([*[".."] * (len(above) - shared), *steps[shared:]]), safe="/.-_~")


def address(url: str, path: str) -> str:
    """The public address of a page; empty where the site has none. The name of an index is left out."""
    return f"{url}/{quote(path.removesuffix(INDEX), safe='/.-_~')}" if url else ""
