"""What a small office shows to everybody: issues in two languages, a document, lists and events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from mailer.adapters.catalogues import Catalogues
from mailer.adapters.data import TEMPLATES
from mailer.adapters.render.fonts import Fonts
from mailer.adapters.site import SiteBuilder, SiteFolder
from mailer.adapters.site.jobs import Means
from mailer.compose.site import facts_of
from mailer.errors import NotGranted
from mailer.model import event_entries, presenter_entries
from mailer.model.criteria import Printed
from mailer.model.events import Event
from mailer.model.issues import Edition, Inline
from mailer.model.list_documents import Entry, Forms, ListDocument, ListVersion
from mailer.model.lists import ListKind
from mailer.model.rules import Rules
from mailer.model.site import Contents, EditionFacts, ShownDocument, ShownEdition, ShownList, SiteRules
from tests.flows.environment import configured

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
TODAY = NOW.date()
PNG = b"\x89PNG\r\n\x1a\n"


def shown(number: int, language: str = "en", title: str = "", **values: object) -> ShownEdition:
    at = NOW - timedelta(days=400 - 100 * number)
    own = number * 10 + (language != "en")
    made = ShownEdition("update", number, language, title or f"Issue {number}", at.date(), at, own, number)
    return replace(made, translation=own if language != "en" else 0, state=f"{number} {language}", **values)  # type: ignore[arg-type]


HEAD = '<head><meta name="color-scheme" content="light dark"><title>x</title></head>'


def edition(one: ShownEdition) -> Edition:
    html = (
        f'<!doctype html><html lang="{one.language}">{HEAD}<body class="backdrop">'
        f'<div role="main"><h1>{one.title}</h1><table role="presentation"><tr><td class="pad article">'
        '<p class="kicker"><span class="section">Human rights</span></p>'
        f"<h2>Article of {one.number}</h2>"
        f'<p class="standfirst">What issue {one.number} begins with, in a sentence that is long enough.</p>'
        '<img src="cid:road@iso-sr.example" alt="A road"></td></tr></table></div></body></html>'
    )
    picture = Inline("road@iso-sr.example", "image/png", PNG)
    return Edition(one.title, html, f"{one.title}\n", b"%PDF-1.7 " + one.name.encode(), 2, pictures=(picture,))


DOCUMENT = ShownDocument("faq", "faq", "en", "1.1", "Questions & answers", NOW, TODAY, 1, state="faq")
EVENTS = ShownList("events", "Seminars", ListKind.EVENTS, "1.0", "en", TODAY, 1, "events")
BANK = ShownList("presenters", "Designated presenters", ListKind.BANK, "1.0", "en", TODAY, 2, "bank")


def event(number: int, title: str, starts: date, country: str) -> Event:
    return Event(
        id=number,
        uid=f"{number}@x.example",
        title=title,
        starts=starts,
        ends=starts,
        country=country,
        place="Town",
        languages=("fr",),
        website="https://example.org/e",
        created_at=NOW,
        changed_at=NOW,
    )


def _listed(one: ShownList) -> ListDocument:
    if one.kind is ListKind.EVENTS:
        events = [
            event(3, "Later <b>event</b>", TODAY + timedelta(days=9), "TH"),
            event(4, "Past", date(2025, 3, 1), "FR"),
        ]
        columns, entries = event_entries.COLUMNS, tuple(event_entries.entry(each) for each in events)
    else:
        columns = presenter_entries.COLUMNS
        entries = (Entry("presenter 1", "KE", {"name": "Wanjiru Otieno", "topics": "human rights; the environment"}),)
    return ListDocument(one.key, one.title, one.kind, ListVersion(1, 0), one.day, "en", columns, entries)


@dataclass
class FakePublished:
    """ports.Published over values."""

    editions: list[ShownEdition] = field(
        default_factory=lambda: [shown(3), shown(2), shown(2, "fr", "Numéro 2"), shown(1)]
    )
    documents: list[ShownDocument] = field(default_factory=lambda: [DOCUMENT])
    lists: list[ShownList] = field(default_factory=lambda: [EVENTS, BANK])
    refused: set[str] = field(default_factory=set)
    """The names of what has no grant when its bytes are asked for."""
    reads: list[str] = field(default_factory=list)

    def contents(self) -> Contents:
        return Contents(tuple(self.editions), tuple(self.documents), tuple(self.lists), TODAY)

    def facts(self, one: ShownEdition) -> EditionFacts:
        return facts_of(self.edition(one))

    def edition(self, one: ShownEdition) -> Edition:
        self._require(one.name)
        return edition(one)

    def document(self, one: ShownDocument) -> tuple[Printed, Mapping[str, bytes]]:
        self._require(one.name)
        image = '<img src="data:image/png;base64,iVBORw0KGgo=" alt="">'
        html = f"<html lang='en'>{HEAD}<body><main><h1>FAQ</h1>{image}</main></body></html>"
        return Printed(html, "FAQ\n\n\nWho writes the standard? Experts of many countries do.\n", b"%PDF-1.7", 1), {
            "slides.pdf": b"%PDF"
        }

    def listing(self, one: ShownList) -> tuple[ListDocument, Forms]:
        self._require(one.name)
        files = {"html": b"x", "csv": b"a,b", "pdf": b"%PDF"} | (
            {"ics": b"BEGIN"} if one.kind is ListKind.EVENTS else {}
        )
        return _listed(one), Forms(files, 1)

    def _require(self, name: str) -> None:
        self.reads.append(name)
        if name in self.refused:
            raise NotGranted("the HTML has changed")


def rules(**site: object) -> Rules:
    return replace(configured().rules, site=SiteRules(**site))  # type: ignore[arg-type]


_FONTS = Fonts(TEMPLATES / "issue" / "fonts")


def builder(place: Path, **site: object) -> SiteBuilder:
    """Builds into a folder; ``site``: of its configuration."""
    means = Means(rules(**site), TEMPLATES, Catalogues(TEMPLATES / "locale"), lambda: _FONTS, searchable=False)
    return SiteBuilder(SiteFolder(place), means)
