"""An article that is added to an issue, of texts that others wrote: no sign in them is a mark of Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mailer.adapters.issue_folder import files, picture
from mailer.adapters.issue_folder.table import MAX_LINE, quoted
from mailer.adapters.manuscripts.marks import escape
from mailer.adapters.whole_files import write_file
from mailer.errors import Refused
from mailer.message import clean
from mailer.model.issues import Picture

LONGEST = 2_000
"""Characters of a paragraph."""

_PLAIN = re.compile(r"(?!.*--)[\w\s,;.!?()’'“”«»…–—-]*")
"""A paragraph that a person can still read with its few marks escaped; in any other each sign is."""


class Section(NamedTuple):
    """A part of an article, with texts that others wrote."""

    heading: str
    """Empty for none."""
    paragraphs: Sequence[str]
    is_list: bool = False


class Drafted(NamedTuple):
    """An article that was written."""

    path: Path
    pictures: Sequence[Path]
    left_out: Sequence[str]
    """Each picture that cannot be used, with the reason."""


def add(
    folder: Path, stem: str, front: Mapping[str, str], sections: Iterable[Section], pictures: Iterable[Picture]
) -> Drafted:
    """Write an article after all others, with its pictures beside it. Raises Refused rather than overwrite a file."""
    return place(folder, stem, lambda usable: written(front, sections, usable), pictures)


def place(folder: Path, stem: str, text: Callable[[Sequence[Picture]], str], pictures: Iterable[Picture]) -> Drafted:
    """As ``add``, for an article whose ``text`` is made for the pictures that can be used."""
    files.require(folder)
    if there := [path for path in files.articles(folder) if path.stem.partition("-")[2] == stem]:
        raise Refused(f"{there[0]} is this article already; delete it first if it is to be made anew.")
    usable, left_out = [], []
    for one in pictures:
        if problem := picture.problem_of(one.name, one.data):
            left_out.append(f"{one.name} {problem}")
        else:
            usable.append(one)
    places = [folder / one.name for one in usable]
    for place, one in zip(places, usable, strict=True):
        if place.is_symlink() or (place.exists() and place.read_bytes() != one.data):
            raise Refused(f"{place} is another file; give that one another name first.")
    article = folder / f"{files.next_number(folder):02}-{stem}.md"
    for place, one in zip(places, usable, strict=True):
        if not place.exists():
            write_file(place, one.data, new=True)
    write_file(article, text(usable).encode(), new=True)
    return Drafted(article, places, left_out)


def written(front: Mapping[str, str], sections: Iterable[Section], pictures: Sequence[Picture]) -> str:
    """The text of the article. The first picture is the one at its head."""
    from mailer.adapters.render.markdown_parser import without_marks

    def bare(text: str) -> str:
        return without_marks(clean(text, MAX_LINE)).strip()

    head = dict(front)
    if pictures:
        first = pictures[0]
        head |= {"image": first.name, "alt": first.alt, "caption": first.caption, "credit": first.credit}
    lines = ["+++", *(f"{key} = {quoted(value)}" for key, given in head.items() if (value := bare(given))), "+++", ""]
    for section in sections:
        texts = [literal(text) for text in section.paragraphs if text.strip()]
        if not texts:
            continue
        if section.heading:
            lines += [f"## {literal(section.heading)}", ""]
        lines += [f"- {text}\n" for text in texts] if section.is_list else [f"{text}\n" for text in texts]
    for one in pictures[1:]:
        said = " | ".join(
            escape(bare(part).replace("|", "/"), every=True) for part in (one.caption, one.credit) if part
        )
        title = f' "{said}"' if said else ""
        lines += [f"![{escape(bare(one.alt), every=True)}]({one.name}{title})", ""]
    return "\n".join(lines).rstrip() + "\n"


def literal(text: str) -> str:
    """A paragraph that Markdown reads as itself: no mark, no link, no line of its own."""
    one = clean(text, LONGEST).strip()
    return escape(one, every=not _PLAIN.fullmatch(one))
