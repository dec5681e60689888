"""The file of links in the library's folder, and the web that its addresses are asked of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.adapters import library_folder
from mailer.adapters.issue_folder.files import Faults
from mailer.adapters.library_folder import entries
from mailer.adapters.link_checker import WebLinkChecker
from mailer.adapters.whole_files import write_file
from mailer.errors import Refused
from mailer.model.links import FILE, Answer, Link, same

if TYPE_CHECKING:
    from mailer.app.root import App

AT_ONCE = 6
"""Addresses that are asked at the same time."""


def read(app: App, key: str) -> Sequence[Link]:
    """The links in the folder of a document. Raises ConfigError with its faults, and Refused if it is no such list."""
    manuscript = library_folder.read(app.settings.library.folder / key, zone=app.rules.timezone)
    if manuscript.kind != "links":
        raise Refused(f"“{key}” is a {manuscript.kind}; links are in a document of the kind “links”.")
    return manuscript.links


def add(app: App, key: str, links: Iterable[Link]) -> list[Link]:
    """Write links into the file, after the others; returns those that were not in it. Raises as ``read``.

    Raises ConfigError if the file would have a fault then.
    """
    known = list(read(app, key))
    new: list[Link] = []
    for link in links:
        if not any(same(link.url, one.url) for one in (*known, *new)):
            new.append(link)
    if new:
        path = _path(app, key)
        text = path.read_text("utf-8-sig").rstrip("\n") if path.is_file() else ""
        _write(path, "\n\n".join((*([text] if text else []), *(entries.written(link).rstrip("\n") for link in new))))
    return new


def date_checked(app: App, key: str, alive: Mapping[str, date]) -> None:
    """Write into the file on which day these addresses answered."""
    path = _path(app, key)
    _write(path, entries.with_checked(path.read_text("utf-8-sig"), alive).rstrip("\n"))


def ask(links: Sequence[Link]) -> Iterator[tuple[Link, Answer]]:
    """Ask each address; in the order of the links."""
    checker = WebLinkChecker()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from zip(links, pool.map(lambda link: checker.ask(link.url), links), strict=True)


def _path(app: App, key: str) -> Path:
    return app.settings.library.folder / key / FILE


def _write(path: Path, text: str) -> None:
    """Write the file unless it would have a fault."""
    faults = Faults(path.parent)
    entries.links_of(text, faults)
    faults.raise_any()
    write_file(path, f"{text}\n".encode())
