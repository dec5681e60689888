"""A report on an event as the draft of an article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailer.adapters.issue_folder import drafts
from mailer.adapters.issue_folder.drafts import Drafted, Section
from mailer.app.root import App
from mailer.compose.catalogue import Catalogue
from mailer.compose.criteria import said
from mailer.handlers.event_reports import Filed, attached
from mailer.message import clean
from mailer.model.captions import credited
from mailer.model.event_reports import REPORT, questions_in
from mailer.model.issues import Picture
from mailer.model.questionnaires import shown

PICTURES = 12
"""The most pictures of one report that are copied."""


def draft(app: App, publication: str, number: int, filed: Filed) -> Drafted:
    """Write an article of a report into an issue's folder. Raises Refused or ConfigError.

    It is printed under the presenter's name only if that needs no yes to the very words: they agreed to be named.
    """
    folder = app.issue_folder(publication, number)
    source = app.read_issue(publication, number)
    catalogue = app.catalogues(source.language)
    report, event = filed.report, filed.event
    came = report.values.get("people", "")
    front = {
        "title": event.title,
        "author": filed.presenter if filed.may_name and app.rules.articles.proof != "required" else "",
        "summary": ", ".join(filter(None, (event.place, _days(filed, catalogue)))),
    }
    lines = {one.key: one for one in shown(REPORT, report.values)}

    def section(key: str) -> Section:
        return Section(said(lines[key].label, catalogue), report.values.get(key, "").split("\n"))

    who = [
        f"{said(lines[key].label, catalogue)}: {report.values[key]}"
        for key in ("people", "audience")
        if report.values.get(key)
    ]
    asked = Section(
        said(lines["questions"].label, catalogue), questions_in(report.values.get("questions", "")), is_list=True
    )
    opening = who if came or who else [event.title]
    sections = [Section("", opening), section("well"), asked, Section("", report.words.split("\n"))]
    drafted = drafts.add(folder, f"report-{report.id}", front, sections, _pictures(filed, catalogue))
    if app.files.permissions.gid is not None:
        app.files.permissions.mend([drafted.path, *drafted.pictures])
    return drafted


def _days(filed: Filed, catalogue: Catalogue) -> str:
    return catalogue.days(f"{filed.event.starts.isoformat()}/{filed.event.ends.isoformat()}")


def _pictures(filed: Filed, catalogue: Catalogue) -> Iterator[Picture]:
    """The pictures of the report, each with what is said of it."""
    found = [(file, data) for file, data in attached(filed) if file.media_type.startswith("image/")][:PICTURES]
    told = said_of(filed.report.values.get("captions", ""), len(found))
    for (file, data), (caption, credit) in zip(found, told, strict=True):
        yield Picture(file.given, data, caption or filed.event.title, caption, credit)


def said_of(text: str, count: int) -> list[tuple[str, str]]:
    """Caption and credit of each of so many pictures: a line for each, or else the same words for all."""
    lines = [clean(line, 280).strip(" -*•") for line in text.split("\n") if line.strip()]
    each: Iterable[str] = lines if len(lines) == count else [clean(text, 280)] * count
    return [credited(one) for one in each]
