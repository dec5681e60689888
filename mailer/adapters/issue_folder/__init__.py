"""An issue as a folder: ``issue.toml``, numbered Markdown articles, and their pictures."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from mailer.adapters.issue_folder import example, files, picture, table
from mailer.adapters.issue_folder.files import ISSUE, Faults
from mailer.adapters.issue_folder.table import Table
from mailer.adapters.whole_files import write_file, write_folder
from mailer.errors import ConfigError, Refused
from mailer.model import event_listings
from mailer.model.event_listings import FILE as EVENTS
from mailer.model.event_listings import Listing
from mailer.model.issues import Article, Issue, Rank, Source

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_FENCE = "+++"
_ISSUE_KEYS: Mapping[str, type] = {
    "number": int,
    "title": str,
    "date": date,
    "language": str,
    "author": str,
    "embargo": datetime,
    "translator": str,
    "original": str,
}
_ARTICLE_KEYS: Mapping[str, type] = {
    "title": str,
    "author": str,
    "summary": str,
    "kicker": str,
    "section": str,
    "rank": str,
    "image": str,
    "alt": str,
    "decorative": bool,
    "caption": str,
    "credit": str,
    "article": int,
}


class IssueFolders:
    """ports.Sources in the file system."""

    def edited(self, issue: Issue) -> bool:
        try:
            return fingerprint(Path(issue.folder)) != issue.source_digest
        except ConfigError:
            return True

    def restored(self, issue: Issue, files: Mapping[str, bytes]) -> Source:
        """As ports.Sources says. An embargo is read in UTC."""
        with TemporaryDirectory(prefix="mailer-") as made:
            folder = Path(made)
            for name, data in files.items():
                (folder / Path(name).name).write_bytes(data)
            return read(folder, issue.publication, issue.number)


def read(folder: Path, publication: str, number: int | None = None, zone: tzinfo = UTC) -> Source:
    """The issue in ``folder``, which must have this ``number`` if one is given; ``zone`` is that of its embargo.

    Raises ConfigError with every fault as ``file:line: what is wrong, and what to do``.
    """
    files.require(folder)
    faults = Faults(folder)
    metadata = _metadata(folder, number, faults)
    paths = files.articles(folder)
    articles = [one for path in paths if (one := article(path, path == paths[0], faults))]
    files.check_names(folder, faults)
    events = _events(folder, faults)
    faults.raise_any()
    own_number, day = metadata.values["number"], metadata.values["date"]
    assert isinstance(own_number, int) and isinstance(day, date)  # table.read has checked it
    language = metadata.text("language") or "en"
    title, made_of = metadata.text("title"), contents(folder)
    author, embargo = metadata.text("author"), aware(metadata.values.get("embargo"), zone)
    return Source(
        publication,
        own_number,
        title,
        day,
        language,
        tuple(articles),
        digest(made_of),
        metadata.lines,
        author,
        embargo,
        made_of,
        metadata.text("translator"),
        metadata.text("original"),
        tuple(files.left_out(folder, articles)),
        events,
    )


def with_events(source: Source, events: Sequence[Listing]) -> Source:
    """The source as it is once ``keep_events`` has been called: its blocks of events show these."""
    made_of = {name: data for name, data in source.files.items() if name != EVENTS}
    if events:
        made_of[EVENTS] = event_listings.written(events)
    return replace(source, events=tuple(events), files=made_of, digest=digest(made_of))


def keep_events(folder: Path, source: Source) -> None:
    """Write into the folder what the issue shows of events, beside its articles; without any, there is no such file."""
    if EVENTS in source.files:
        if not (folder / EVENTS).is_file() or (folder / EVENTS).read_bytes() != source.files[EVENTS]:
            write_file(folder / EVENTS, source.files[EVENTS])
    else:
        (folder / EVENTS).unlink(missing_ok=True)


def _events(folder: Path, faults: Faults) -> tuple[Listing, ...]:
    """What the last build has kept of events; none if it showed none."""
    path = folder / EVENTS
    if not path.is_file():
        return ()
    text = files.text(path, faults)
    try:
        return event_listings.read(text.encode()) if text is not None else ()
    except ValueError as fault:
        faults.add(EVENTS, 1, f"{fault}; delete it, and build the issue again")
        return ()


def aware(time: object, zone: tzinfo) -> datetime | None:
    """A time as it was written, in UTC; without an offset it is one of ``zone``. None if it is no time."""
    if not isinstance(time, datetime):
        return None
    return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)


def fingerprint(folder: Path) -> str:
    """SHA-256 in hexadecimal of the names and contents of all files of the issue in ``folder``.

    Raises ConfigError if it contains no issue.
    """
    return digest(contents(folder))


def contents(folder: Path) -> dict[str, bytes]:
    """All files of the issue in ``folder`` by name. Raises ConfigError if it contains no issue."""
    files.require(folder)
    paths = (folder / ISSUE, *files.articles(folder), *files.pictures(folder), *files.events(folder))
    return {path.name: path.read_bytes() for path in paths}


def digest(made_of: Mapping[str, bytes]) -> str:
    """SHA-256 in hexadecimal of the names and contents of files."""
    whole = hashlib.sha256()
    for name, data in made_of.items():
        for part in (name.encode(), data):
            whole.update(len(part).to_bytes(8, "big"))
            whole.update(part)
    return whole.hexdigest()


def example_lines(folder: Path) -> list[str]:
    """What is left in ``folder`` of ``create``: the first such line of each article, as ``file:line``, and pictures."""
    found = []
    for path in files.articles(folder) if folder.is_dir() else ():
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
        first = next((at for at, line in enumerate(lines, start=1) if example.is_example(line)), None)
        found += [f"{path}:{first}"] if first else []
    pictures = files.pictures(folder) if folder.is_dir() else ()
    return found + [str(path) for path in pictures if example.is_example_picture(path.read_bytes())]


def create(
    folder: Path, number: int, title: str, day: date, language: str = "en", *, replacing: bool = False
) -> Path | None:
    """Write an issue to start from, whole or not at all. Raises Refused if ``folder`` exists.

    With ``replacing``, an existing folder is renamed instead; returns its new name.
    """
    made = example.files(number, title, day, language)
    aside = _rename(folder) if replacing and folder.exists() else None
    try:
        write_folder(folder, made)
    except FileExistsError:
        raise Refused(f"{folder} exists already; choose another name, or edit the issue in it.") from None
    except OSError:
        if aside:
            aside.rename(folder)
        raise
    return aside


def _rename(folder: Path) -> Path:
    """Give the folder of a cancelled issue another name; returns it."""
    suffixes = chain([""], (f"-{number}" for number in count(2)))
    names = (folder.with_name(f"{folder.name}-cancelled{suffix}") for suffix in suffixes)
    free = next(name for name in names if not name.exists())
    return folder.rename(free)


def _metadata(folder: Path, expected: int | None, faults: Faults) -> Table:
    text = files.text(folder / ISSUE, faults)
    if text is None:
        return Table({}, {})
    metadata = table.read(text, _ISSUE_KEYS, {"number", "title", "date"}, ISSUE, faults)
    number = metadata.values.get("number")
    if isinstance(number, int) and number < 0:
        faults.add(ISSUE, metadata.line("number"), "number is below 0; the first issue is 1, or 0")
    elif isinstance(number, int) and expected is not None and number != expected:
        faults.add(ISSUE, metadata.line("number"), f"number is {number}, but this is the folder of issue {expected}")
    for key in ("language", "original"):
        if metadata.text(key) and not LANGUAGE.fullmatch(metadata.text(key)):
            faults.add(ISSUE, metadata.line(key), f'{key} is not a language tag; write for example "en" or "pt-BR"')
    return metadata


def article(path: Path, first: bool, faults: Faults, more: Mapping[str, type] = MappingProxyType({})) -> Article | None:
    """The article in a file, or None if it has faults. ``first``: whether it is the first one, which leads.

    ``more``: further keys that it may have, which are not printed.
    """
    text = files.text(path, faults)
    if text is None:
        return None
    lines = text.split("\n")
    fences = [at for at, line in enumerate(lines) if line.strip() == _FENCE][:2]
    if len(fences) < 2 or fences[0] != 0:
        faults.add(path.name, 1, f'an article begins with a line {_FENCE}, then title = "…", then a line {_FENCE}')
        return None
    end = fences[1]
    front = table.read("\n".join(lines[1:end]), {**_ARTICLE_KEYS, **more}, {"title"}, path.name, faults, offset=1)
    body = "\n".join(lines[end + 1 :])
    if not body.strip():
        faults.add(path.name, end + 2, "the article has no text; write it below the second +++")
    shown = picture.read(path, front, faults)
    number = front.values.get("article", 0)
    if isinstance(number, int) and number < 0:
        faults.add(path.name, front.line("article"), "article is the number of an article that came by mail")
    return Article(
        path.name,
        front.text("title"),
        front.text("author"),
        front.text("summary"),
        body,
        shown,
        line=end + 2,
        lines=front.lines,
        kicker=front.text("kicker"),
        section=front.text("section"),
        rank=_rank(path, front, first, faults),
        pictures=picture.in_text(path, body, end + 2, faults),
        number=number if isinstance(number, int) else 0,
    )


def _rank(path: Path, front: Table, first: bool, faults: Faults) -> Rank:
    written = front.text("rank") or (Rank.LEAD if first else Rank.SECOND)
    if written not in list(Rank):
        faults.add(
            path.name, front.line("rank"), f"rank is one of {', '.join(Rank)}; by default the first article leads"
        )
    elif written == Rank.LEAD and not first:
        faults.add(path.name, front.line("rank"), "only the first article can lead; give this one the lowest number")
    else:
        return Rank(written)
    return Rank.SECOND
