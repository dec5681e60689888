"""An article as an editor elsewhere gets it: head, text, pictures with their captions, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mailer.adapters.packs.prose import Block, Prose


class PictureLine(NamedTuple):
    """A picture in the list at the end of an article."""

    file: str
    """Its path in the pack."""
    words: str
    """Caption, credit, size and what it shows."""


@dataclass(frozen=True, slots=True)
class PackedText:
    """An article, whole or shortened."""

    title: str
    prose: Prose
    language: str
    """BCP 47."""
    kicker: str = ""
    standfirst: str = ""
    byline: str = ""
    """The author's line: ``By Anna Kim``."""
    pictures: Sequence[PictureLine] = ()
    pictures_heading: str = ""
    colophon: Sequence[str] = ()
    """Where it comes from, what may be done with it, and whether it is shortened; a sentence each."""
    author: str = ""
    places: Mapping[str, str] = field(default_factory=dict)
    """The words that stand at the place of a picture, by its name in the issue."""
    is_right_to_left: bool = False

    def placed(self, block: Block) -> str:
        """What stands at the place of a picture."""
        assert block.picture is not None
        return self.places.get(block.picture.name, block.picture.name)
