"""A page of the site as values: what it says, and what leads on from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Link(NamedTuple):
    """What leads somewhere."""

    label: object
    """Words, or a phrase, a language or a country."""
    path: str


class Item(NamedTuple):
    """An issue, document, event or entry in a listing."""

    title: object
    path: str = ""
    kicker: tuple[object, ...] = ()
    """What stands above the title."""
    summary: str = ""
    language: str = ""
    """That of the title and of what it leads to, if it is another than the page's."""
    links: tuple[Link, ...] = ()


class Section(NamedTuple):
    """Items under a heading, which may be empty."""

    title: object
    items: tuple[Item, ...]
    older: bool = False
    """Whether there are more than a page can show."""


class Choice(NamedTuple):
    """A topic, country, language or year that leads to a page of its own."""

    label: object
    path: str
    number: int
    """Of what it leads to."""


class Titled(NamedTuple):
    """A publication, as the site shows it."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    path: str
    language: str
    template: str
    title: object
    """Words, or a phrase."""
    values: Mapping[str, object] = field(default_factory=dict)
    description: object = ""
    picture: str = ""
    """The path of the picture that other sites show."""
    listed: bool = True
    """Whether search engines are told of it."""
