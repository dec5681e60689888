"""What is still as in the shipped example: values of the configuration, and articles of ``mailer issue new``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mailer.adapters import data, issue_folder
from mailer.app.root import App
from mailer.config.sentences import line_numbers, line_of
from mailer.config.values import is_loopback
from mailer.model.findings import Finding, Verdict, Words

RESERVED = ("example", "test", "invalid", "localhost", "example.com", "example.net", "example.org")
"""Domains that nobody can own (RFC 2606)."""

MOST_FOLDERS = 50
"""Folders of issues that are looked at, the last ones by name."""

_OWN_KEYS = {
    "office": ("name", "address", "secretary"),
    "imap": ("host", "user"),
    "smtp": ("host", "user"),
    "identity": ("tagline", "publisher", "imprint"),
}
"""The values that every office has of its own."""
_PRINTED = {"office": ("name", "address"), "identity": ("tagline", "publisher", "imprint")}
"""Those of them that readers see in an issue."""


@dataclass(frozen=True, slots=True)
class ExampleValue:
    """A value that was left as it is in the example, or a domain that nobody has."""

    where: str
    """The line of the configuration, and the key."""
    text: str


def in_configuration(app: App) -> list[ExampleValue]:
    """Every value that is still the example's."""
    publications = ((key, ("title", "list_id")) for key in app.settings.publications)
    return [
        *_left(app, _OWN_KEYS),
        *(value for key, names in publications for value in _of_publication(app, key, names)),
    ]


def in_issue(app: App, publication: str, number: int) -> Iterator[str]:
    """What readers of an issue would see of the example, in words for the secretary."""
    printed = [*_left(app, _PRINTED), *_of_publication(app, publication, ("title", "list_id"))]
    for value in printed:
        yield f"{value.where} is the example's: “{value.text}”; write your own."
    for place in issue_folder.example_lines(app.issue_folder(publication, number)):
        yield f"{place} is of the example that `mailer issue new` made; write your own, or delete the file."


def findings(app: App) -> Iterator[Finding]:
    """For ``mailer doctor``."""
    left = in_configuration(app)
    if left:
        words = f"still the example's: {', '.join(value.where for value in left)}; write your own"
        yield Finding("example values", Verdict.LOOK, Words(words))
    articles = [place for folder in _folders(app) for place in issue_folder.example_lines(folder)]
    if articles:
        words = f"still what `mailer issue new` made: {', '.join(articles[:5])}; write your own, or delete the files"
        yield Finding("example values", Verdict.LOOK, Words(words))
    if not left and not articles:
        yield Finding("example values", Verdict.OK, Words("none is left"))


def _left(app: App, keys: dict[str, tuple[str, ...]]) -> Iterator[ExampleValue]:
    for section, names in keys.items():
        found = getattr(app.settings, section)
        for name in names:
            text = str(getattr(found, name))
            if text and (text == str(_example()[section].get(name)) or _is_nobodys(app, text)):
                yield _value(app, (section, name), text)


def _of_publication(app: App, key: str, names: Iterable[str]) -> Iterator[ExampleValue]:
    shown = {str(made.get(name)) for made in _example()["publications"].values() for name in names}
    for name in names:
        text = str(getattr(app.settings.publications[key], name))
        if text in shown or (name == "list_id" and _is_nobodys(app, text)):
            yield _value(app, ("publications", key, name), text)


def _is_nobodys(app: App, text: str) -> bool:
    """Whether this is a host or an address in a reserved domain. A trial on this machine may use such."""
    if " " in text or "." not in text or is_loopback(app.settings.imap.host):
        return False
    domain = text.rpartition("@")[2].lower()
    return any(domain == reserved or domain.endswith(f".{reserved}") for reserved in RESERVED)


def _value(app: App, place: tuple[str, ...], text: str) -> ExampleValue:
    *section, key = place
    named = f"[{'.'.join(section)}] {key}"
    path = app.configuration
    if path is None or not path.is_file():
        return ExampleValue(named, text)
    line = line_of(place, line_numbers(path.read_text(encoding="utf-8")))
    return ExampleValue(f"{path.name}:{line} {named}" if line else named, text)


def _folders(app: App) -> list[Path]:
    """The folders of issues that are there."""
    found = {
        folder
        for publication in app.settings.publications.values()
        for folder in publication.folder.parent.glob(publication.folder.name.replace("{number}", "*"))
        if folder.is_dir()
    }
    return sorted(found)[-MOST_FOLDERS:]


@cache
def _example() -> dict[str, dict[str, dict[str, object]]]:
    return tomllib.loads((data.CONFIG / "mailer.toml").read_text(encoding="utf-8"))
