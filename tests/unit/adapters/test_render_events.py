"""The block of events in an issue: what may be written in it, and how each form shows it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from mailer.adapters import data, issue_folder
from mailer.adapters.catalogues import Catalogues
from mailer.adapters.render import markdown
from mailer.adapters.render.events_block import read_events
from mailer.adapters.render.events_html import Events
from mailer.adapters.render.markdown import Form
from mailer.adapters.render.plain_text import PlainText
from mailer.errors import ConfigError
from mailer.model.event_listings import FILE, Chosen, Listing, Span, Wanted
from mailer.model.events import EventKind, Hours
from mailer.model.issues import Article

CATALOGUES = Catalogues(data.TEMPLATES / "locale")
DAY = date(2027, 5, 1)
KENYA = Listing(
    1,
    "Standards <b>& labour",
    EventKind.SEMINAR,
    "KEBS",
    "Nairobi",
    "KE",
    date(2027, 5, 3),
    date(2027, 5, 5),
    Hours(time(9), time(17), "Africa/Nairobi"),
    ("en", "sw"),
    "https://kebs.example/x?a=1&b=2",
)
EGYPT = replace(
    KENYA,
    id=2,
    title="ندوة",
    organiser="",
    place="",
    country="EG",
    starts=date(2027, 4, 30),
    ends=date(2027, 5, 2),
    hours=None,
    languages=(),
    website="",
)
PAST = replace(EGYPT, id=3, title="Over", ends=date(2027, 4, 30))
BLOCK = "Text.\n\n```events\npast: 3 months\ncoming: 6 months\n```\n\nMore.\n"


def article(body: str) -> Article:
    return Article("01-a.md", "Events", "", "", body, line=5)


def faults(body: str, *listings: Listing) -> list[str]:
    return markdown.read(article(body), "en", listings, DAY)[1]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", Wanted()),
        ("coming: 8 weeks\nmost: 5", Wanted(coming=Span(days=56), most=5)),
        ("past: 1 year", Wanted(coming=None, past=Span(months=12))),
        ("Past : 30 Days\nCOMING: 1 month", Wanted(coming=Span(months=1), past=Span(days=30))),
        ("country: ke\nkind: Workshop", Wanted(country="KE", kind=EventKind.WORKSHOP)),
    ],
)
def test_what_may_be_written(text: str, wanted: Wanted) -> None:
    assert read_events(text) == (wanted, [])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("comming: 6 months", (0, "unknown key comming of an events block; did you mean coming?")),
        ("place: x", (0, "unknown key place of an events block; known are coming, past, country, kind, most")),
        ("\nall of them", (1, "“all of them” is no line of an events block; write one such as “coming: 6 months”")),
        ("most: 3\nmost: 4", (1, "most is given twice; delete one of the two lines")),
        ("most: 31", (0, "most: “31” is no number from 1 to 30")),
        ("most: 9999999999", (0, "most: “9999999999” is no number from 1 to 30")),
        ("country: Kenya", (0, "country: “Kenya” is no code of a country; write two letters, such as KE")),
        ("kind: party", (0, "kind: “party” is no kind of event; known are seminar, conference, workshop, other")),
        (
            "past: soon",
            (0, "past: “soon” is no length of time; write one such as 6 months, 8 weeks or 1 year"),
        ),
        (
            "coming: 9 years",
            (0, "coming: “9 years” is not between a day and 3 years; write one such as 6 months, 8 weeks or 1 year"),
        ),
    ],
)
def test_faults_have_their_line_and_a_cure(text: str, fault: tuple[int, str]) -> None:
    assert read_events(text) == (None, [fault])


def test_an_article_names_the_faults_of_its_blocks() -> None:
    assert faults("Text.\n\n```events\nmost: x\n```\n", KENYA) == ["01-a.md:8: most: “x” is no number from 1 to 30"]
    assert faults("```event\n```\n") == ["01-a.md:5: unknown kind of block event; did you mean events?"]
    nothing = (
        "there is no event to show here: `mailer events ls` has those that are accepted; widen the block, or delete it"
    )
    assert faults(BLOCK) == [f"01-a.md:7: {nothing}"]
    assert faults(BLOCK, KENYA) == []


def test_the_text_shows_coming_and_past_events() -> None:
    prose, _ = markdown.read(article(BLOCK), "en", (KENYA, EGYPT, PAST), DAY)
    assert prose is not None
    assert PlainText().blocks(prose.tree.children) == [
        "Text.",
        "",
        "*Coming events*",
        "",
        "30 Apr – 2 May 2027",
        "    ندوة",
        "    Egypt",
        "    seminar",
        "",
        "3–5 May 2027 · 09:00–17:00",
        "    Standards <b>& labour",
        "    Nairobi, Kenya",
        "    KEBS · seminar · English and Swahili",
        "    <https://kebs.example/x?a=1&b=2>",
        "",
        "*Past events*",
        "",
        "30 Apr 2027",
        "    Over",
        "    Egypt",
        "    seminar",
        "",
        "More.",
    ]
    assert prose.events == [Chosen((EGYPT, KENYA), (PAST,))]
    assert '<div class="events"><img src="events:1" alt=""></div>' in prose.html(Form.MAIL)


def test_D3_what_a_host_wrote_is_text() -> None:
    hostile = replace(
        KENYA, title="<script>x</script>", organiser='"><img src=x>', place="<i>", website="https://x/?\"'>"
    )
    for made in (Events(CATALOGUES("en"), "ltr").in_mail, Events(CATALOGUES("en"), "ltr").in_print):
        html = made(Chosen((hostile,)))
        assert "<script" not in html and "<img" not in html and "<i>" not in html
        assert 'href="https://x/?&#34;&#39;&gt;"' in html


@pytest.mark.parametrize(
    ("language", "days"),
    [
        ("en", ["3–5 May 2027", "30 Apr –", "2 May 2027"]),
        ("fr", ["3–5 mai 2027", "30 avr. –", "2 mai 2027"]),
        ("ru", ["3—5 мая 2027 г.", "30 апр. —", "2 мая 2027 г."]),
        ("ja", ["2027年5月3日～5日", "2027年4月30日～5月2日"]),
        ("ar", ["3–5 مايو 2027", "30 أبريل –", "2 مايو 2027"]),
    ],
)
def test_days_are_written_in_the_language_of_the_issue(language: str, days: list[str]) -> None:
    events = Events(CATALOGUES(language), "ltr")
    assert [*events.days(KENYA), *events.days(EGYPT)] == days


def test_D8_what_no_font_has_is_a_note_in_print_alone() -> None:
    events = Events(CATALOGUES("en"), "ltr", str.isascii)
    chosen = Chosen((replace(KENYA, title="環境", organiser="機構", website="https://環境.example/"),))
    printed = str(events.in_print(chosen))
    assert re.findall(r"\((\w+(?: page)?): not printable here; see the web page or the mail\)", printed) == [
        *("Title", "Organiser", "Web page")
    ]
    assert "Nairobi" in printed and "環境</a>" not in printed
    assert "環境</a>" in events.in_mail(chosen) and "    環境" in events.lines(chosen, 72)


def test_words_of_another_direction_are_isolated() -> None:
    assert '<bdi dir="rtl">ندوة</bdi>' in Events(CATALOGUES("en"), "ltr").in_mail(Chosen((EGYPT,)))
    html = Events(CATALOGUES("ar"), "rtl").in_print(Chosen((KENYA, EGYPT)))
    assert '<bdi dir="ltr">Nairobi</bdi>' in html and "<bdi dir=" not in html.partition("ندوة")[2]


# --- what a build keeps in the folder ---


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "issue.toml").write_text('number = 1\ntitle = "x"\ndate = 2027-05-01\n')
    (tmp_path / "01-a.md").write_text(f'+++\ntitle = "Events"\n+++\n{BLOCK}')
    return tmp_path


def test_the_digest_covers_the_events(folder: Path) -> None:
    source = issue_folder.read(folder, "update")
    assert markdown.events_wanted(source) == [Wanted(past=Span(months=3))]
    shown = issue_folder.with_events(source, [KENYA])
    assert shown.digest != source.digest
    issue_folder.keep_events(folder, shown)
    assert issue_folder.read(folder, "update") == shown
    assert issue_folder.read(folder, "update").files == shown.files
    assert issue_folder.fingerprint(folder) == shown.digest
    assert issue_folder.with_events(shown, [replace(KENYA, place="Mombasa")]).digest != shown.digest
    issue_folder.keep_events(folder, issue_folder.with_events(shown, []))
    assert issue_folder.fingerprint(folder) == source.digest and not (folder / FILE).exists()


def test_a_damaged_file_is_a_fault(folder: Path) -> None:
    (folder / FILE).write_text("[1]")
    with pytest.raises(ConfigError, match=r"events\.json:1: it is not as a build has written it; delete it, and build"):
        issue_folder.read(folder, "update")
