"""Documents of lists in their forms: the same bytes each time, readable everywhere, safe whatever they are given."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import lxml.html
import pytest

from mailer.adapters.render import Renderer, list_documents, pdf
from mailer.adapters.render.folding import columns
from mailer.adapters.render.font_packages import cure
from mailer.errors import ConfigError
from mailer.model import event_entries, member_entries, presenter_entries
from mailer.model.list_documents import (
    Change,
    Entry,
    EntryChange,
    Forms,
    Issuer,
    ListDocument,
    ListVersion,
    Standing,
    compared,
    differences,
    restored,
    stored,
)
from mailer.model.lists import ListKind
from tests.flows.environment import configured
from tests.unit.adapters.test_render import decompressed
from tests.unit.model.test_presenters import AMINA

ISSUER = Issuer("ISO/SR TG 2", "tg2@iso-sr.example")
LONG = "x" * 200


def entry(number: int, group: str, consents: Mapping[int, tuple[str, ...]] = {}, **values: str) -> Entry:
    return Entry(f"contact {number}", group, values, consents)


SE = entry(
    1, "SE", organisation="Ökologi", kind="media organisation", languages="sv,en", website="https://oko.example/"
)
DE = entry(2, "DE", {7: ("name",)}, organisation="Anders", contact="Åsa Öberg")
NONE = entry(3, "", contact="Zoë")


def of(*entries: Entry, **changes: object) -> ListDocument:
    document = ListDocument(
        *("subscriber", "ISO/SR subscribers", ListKind.READERS, ListVersion(1, 1), date(2026, 11, 28), "en"),
        columns=member_entries.used(member_entries.COLUMNS, entries),
        entries=entries,
        since=ListVersion(1, 0),
        hidden=1,
    )
    return replace(document, **changes)  # type: ignore[arg-type]


EVENTS = of(
    Entry("event 1", "KE", {"title": "A", "dates": "2027-05-03/2027-05-05", "place": "Nairobi", "uid": "1@x"}),
    Entry("event 2", "", {"title": "B", "dates": "2026-11-27/2026-11-27", "uid": "2@x", "hours": "09:00 17:30 UTC"}),
    kind=ListKind.EVENTS,
    columns=event_entries.COLUMNS[:3],
    hidden=0,
    since=None,
)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return configured().renderer


@pytest.fixture
def quick(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> Renderer:
    """A renderer that sets no PDF."""
    monkeypatch.setattr(pdf, "write", lambda *_, **__: (b"%PDF", 1))
    return renderer


@pytest.fixture(scope="module")
def printed(renderer: Renderer) -> Forms:
    changes = compared([], [SE, DE, NONE], member_entries.COLUMNS, [])
    return renderer.list_document(of(SE, DE, NONE, changes=changes), ISSUER)


def test_the_text_has_a_title_block_the_changes_and_the_entries_by_country(quick: Renderer) -> None:
    changes = (
        EntryChange(Change.CAME, "SE", "Ökologi"),
        EntryChange(Change.CHANGED, "DE", "Anders", {"contact": "Åsa Öberg", "website": ""}),
        EntryChange(Change.LEFT, "", ""),
    )
    document = of(SE, DE, NONE, changes=changes)
    assert quick.list_text(document, ISSUER) == (
        "ISO/SR TG 2\n\nISO/SR SUBSCRIBERS\n==================\n"
        "Version                 1.1\n"
        "Date                    28 November 2026\n"
        "Entries                 3 entries from 2 countries\n"
        "Language                English\n"
        "Corrections to          tg2@iso-sr.example\n"
        f"Digest of the entries   {document.digest[:48]}\n                        {document.digest[48:]}\n\n"
        "Each entry says what those concerned let be published.\n\n\n"
        "Changes since version 1.0\n-------------------------\n\n"
        "1 new entry\n  - Sweden: Ökologi\n\n"
        "1 entry has changed\n  - Germany: Anders (Contact: Åsa Öberg, Website: no longer given)\n\n"
        "1 entry is gone\n  - 1 that is not named\n\n\n"
        "Germany\n-------\n\nAnders\n  Contact: Åsa Öberg\n\n\n"
        "Sweden\n------\n\nÖkologi\n  Kind: media organisation\n  Languages: Swedish, English\n"
        "  Website: https://oko.example/\n\n\n"
        "Country not given\n-----------------\n\nZoë\n\n\n"
        "1 further member is on this list and is not shown here, because they\nhave not allowed it.\n"
    )


def test_countries_are_in_the_order_of_the_language(quick: Renderer) -> None:
    document = of(*(entry(at, code, organisation="x") for at, code in enumerate(("ZA", "DE", "EG", "AT"))))
    for language, first in (("en", ["Austria", "Egypt"]), ("fr", ["Afrique du Sud", "Allemagne"]), ("de", ["Ägypten"])):
        page = lxml.html.fromstring(quick.list_document(document, ISSUER, language).files["html"])
        headings = [str(one.text_content()) for one in page.xpath("//th[@scope='rowgroup']")]
        assert headings[: len(first)] == first


def test_the_page_is_whole_by_itself_with_headings_and_headers(quick: Renderer) -> None:
    page = lxml.html.fromstring(quick.list_document(of(SE, DE), ISSUER).files["html"].decode())
    assert [one.tag for one in page.xpath("//h1 | //h2 | //h3")] == ["h1", "h2", "h2"]
    assert page.xpath("//script | //link | //img | //table[.//thead][not(.//th[@scope='col'])]") == []
    assert (page.get("lang"), page.get("dir")) == ("en", "ltr")
    arabic = lxml.html.fromstring(quick.list_document(of(SE), ISSUER, "ar").files["html"].decode())
    assert (arabic.get("lang"), arabic.get("dir")) == ("ar", "rtl")


def test_D15_hostile_words_stay_words(quick: Renderer) -> None:
    bad = entry(
        4, "SE", organisation="<script>alert(1)</script>{{ 7*7 }}", contact="=cmd|calc", website='https://x/"on=1'
    )
    forms = quick.list_document(of(bad, entry(5, "EG", organisation=LONG, contact="\u202egnihton")), ISSUER)
    page = lxml.html.fromstring(forms.files["html"].decode())
    assert page.xpath("//script | //*[@on]") == []
    assert "<script>alert(1)</script>{{ 7*7 }}" in page.text_content()
    rows = list(csv.reader(io.StringIO(forms.files["csv"].decode("utf-8-sig"), newline="")))
    assert [row[3] for row in rows] == ["Contact", "gnihton", "'=cmd|calc"]
    assert [line for line in forms.files["txt"].decode().splitlines() if columns(line) > 72] == []


def test_D8_what_no_font_has_is_a_note_in_the_pdf_alone_and_a_warning(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []
    monkeypatch.setattr(pdf, "write", lambda html, *_, **__: (pages.append(html), (b"%PDF", 1))[1])
    japan = entry(9, "JP", organisation="環境機構", contact="Ken Sato")
    changes = (EntryChange(Change.CAME, "JP", "環境機構"),)
    forms = renderer.list_document(of(SE, japan, changes=changes), ISSUER)
    note = "(Organisation: not printable here; see the web page or the mail)"
    (page,) = pages
    assert (page.count(note), page.count("Ken Sato"), "環" in page) == (2, 1, False)
    assert all("環境機構".encode() in forms.files[name] for name in ("html", "txt", "csv", "vcf"))
    (warning,) = forms.warnings
    assert warning.startswith("環境機構 (Japan): the PDF has a note in the place of what no font here has, such as “")
    assert warning.endswith("; to print it, " + cure("CJK"))


def test_D8_words_around_the_entries_need_a_font(quick: Renderer) -> None:
    with pytest.raises(
        ConfigError, match=r"^the words around the entries: no font has .*; write it otherwise, or name "
    ):
        quick.list_document(replace(of(SE), title="Bad \U00013000"), ISSUER)


def test_a_draft_and_a_translation_say_so(quick: Renderer) -> None:
    draft = quick.list_document(of(SE), ISSUER, standing=Standing(draft=True)).files
    assert draft["txt"].startswith(b"*** DRAFT ***\n") and b'<p class="draft">Draft</p>' in draft["html"]
    french = quick.list_text(of(SE), ISSUER, "fr", Standing(original="en"))
    assert "Ceci est une traduction, pour information." in french


def test_events_are_coming_or_past_and_a_calendar(quick: Renderer) -> None:
    files = quick.list_document(EVENTS, ISSUER).files
    text = files["txt"].decode()
    assert re.findall(r"^(Coming events|Past events|A|B|  Dates.*|  Place.*)$", text, re.M) == [
        *("Coming events", "A", "  Dates: 3 – 5 May 2027", "  Place: Nairobi, Kenya"),
        *("Past events", "B", "  Dates: 27 November 2026"),
    ]
    assert re.findall(rb"UID:(\S+)|DTSTART(\S+)", files["ics"]) == [
        *((b"", b";VALUE=DATE:20270503"), (b"1@x", b"")),
        *((b"", b":20261127T090000Z"), (b"2@x", b"")),
    ]


def test_presenters_have_languages_topics_and_regions_and_are_vcards(quick: Renderer) -> None:
    shown = presenter_entries.entry(replace(AMINA, regions=("014", "FR"), languages=("en", "sw"), topics=("labour",)))
    kept = member_entries.person(shown, 3, member_entries.USUAL)
    assert kept is not None and "address" not in kept.values
    files = quick.list_document(of(kept, kind=ListKind.BANK, columns=presenter_entries.COLUMNS[:5]), ISSUER).files
    assert "Languages: English, Swahili\n  Topics: labour\n  Regions: Eastern Africa, France\n" in files["txt"].decode()
    assert b"FN:" in files["vcf"] and b"EMAIL" not in files["vcf"]


def test_the_forms_are_the_same_each_time_and_tagged(printed: Forms, renderer: Renderer) -> None:
    changes = compared([], [SE, DE, NONE], member_entries.COLUMNS, [])
    again = renderer.list_document(of(SE, DE, NONE, changes=changes), ISSUER)
    assert (again.digest, printed.pages, set(printed.files)) == (
        printed.digest,
        1,
        {"html", "txt", "pdf", "csv", "vcf"},
    )
    inside = decompressed(printed.files["pdf"])
    assert b"/pdfuaid" in inside or b"pdfuaid:part" in inside


def test_a_document_is_stored_and_restored() -> None:
    document = of(SE, DE, NONE, changes=(EntryChange(Change.LEFT, "SE", "x", {"kind": "a"}, (7,)),))
    assert restored(stored(document)) == document
    assert restored(stored(EVENTS)) == EVENTS


def test_two_versions_differ_by_entries_and_values() -> None:
    moved = replace(DE, group="AT", values={**DE.values, "contact": "Bo"})
    found = differences(of(SE, DE), of(moved, NONE))
    assert [(one.change, one.name, dict(one.fields)) for one in found] == [
        (Change.CHANGED, "Anders", {"contact": ("Åsa Öberg", "Bo"), "country": ("DE", "AT")}),
        (Change.CAME, "Zoë", {}),
        (Change.LEFT, "Ökologi", {}),
    ]


def test_columns_are_as_wide_as_what_stands_in_them(renderer: Renderer) -> None:
    found = list_documents.shown(of(SE, DE), configured().catalogues("en"), ISSUER)
    widths = list_documents.widths(found)
    assert (len(widths), round(sum(widths))) == (len(found.head), 100)
