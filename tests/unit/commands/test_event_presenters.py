"""``mailer events recommend``, ``assign``, ``reports`` and ``report``, and ``mailer issue draft``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mailer.adapters.issue_folder.drafts import literal
from mailer.adapters.render.markdown_parser import parse
from mailer.app.report_articles import said_of
from mailer.commands.terminal import office_for
from mailer.message import Address
from mailer.model.assignments import State
from mailer.model.event_reports import EventReport
from mailer.model.lists import Details
from mailer.model.presenters import Period
from mailer.model.presenters import State as Registration
from mailer.office import Office
from tests.fakes import NOON
from tests.secretary import Secretary
from tests.unit.model.test_presenters import AMINA

EVIL = "**Bold** <script>x</script> https://evil.example/ [a](http://b.example) ::: %%x%% ![p](q.png)"


def picture(size: tuple[int, int] = (1100, 700)) -> bytes:
    made = BytesIO()
    Image.new("1", size).save(made, "PNG")
    return made.getvalue()


def bank(secretary: Secretary) -> None:
    def add(office: Office) -> None:
        for name, values in (("Amina", {}), ("Bo", {"country": "FR", "topics": ()}), ("Cy", {"languages": ("fr",)})):
            contact = office.work.lists.save_contact(Address.parse(f"{name}@x.example"), Details(name=name), office.now)
            one = replace(AMINA, contact=contact.id, name=name, state=Registration.APPROVED, busy=(), **values)
            office.work.presenters.add(one)

    secretary.types("events", "add", "--title", "Standards in daily work", "--starts", "2099-05-03", "--country",
                    "KE", "--languages", "en", "--topics", "labour practices", "--presenter")  # fmt: skip
    with secretary.app() as app, office_for(app, "a test") as office:
        add(office)


def raw(*files: tuple[str, bytes]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "amina@x.example", "Report"
    mail.set_content("words")
    for name, data in files:
        mail.add_attachment(data, maintype="image", subtype="png", filename=name)
    return mail.as_bytes()


def report(secretary: Secretary, mail: bytes, **values: str) -> None:
    with secretary.app() as app, office_for(app, "a test") as office:
        (made,) = office.work.assignments.of_event(1)
        office.work.assignments.save(replace(made, state=State.REPORTED))
        filed = EventReport(event=1, assignment=made.id, values=values, words="Thank you.\n", received_at=NOON)
        office.work.assignments.add_report(filed, mail)


def test_the_bank_is_ranked_with_reasons_and_a_presenter_asked(secretary: Secretary) -> None:
    bank(secretary)
    shown = secretary.types("events", "recommend", "1")
    assert max(map(len, shown.out.splitlines())) <= 80
    assert "+30 knows about labour practices" in " ".join(shown.out.split())
    assert "does not present in English" in shown.out
    found = secretary.types("events", "recommend", "1", "--json").json
    assert [one["name"] for one in found["suited"]] == ["Amina", "Bo"]
    assert secretary.types("events", "assign", "1", "1", "2", "--dry-run").out == "Amina would be asked, then Bo.\n"
    assert secretary.types("events", "assign", "1", "1", "2").out.startswith("Amina is asked, then Bo.")
    shown = secretary.types("events", "recommend", "1").out
    assert shown.startswith("Amina: asked\n")
    assert ("Ask one with" in shown, "is not free" in shown) == (False, False)
    found = secretary.types("events", "recommend", "1", "--json").json
    assert found["taken"] == [{"presenter": 1, "name": "Amina", "state": "asked"}]
    assert [one["name"] for one in found["suited"]] == ["Bo"]
    assert "Somebody is asked to event 1 already" in secretary.types("events", "assign", "1", "2").err
    assert "There is no event 9" in secretary.types("events", "recommend", "9").err


def test_who_does_not_suit_an_event_is_asked_with_a_warning(secretary: Secretary) -> None:
    bank(secretary)
    dry = secretary.types("events", "assign", "1", "1", "3", "--dry-run")
    assert dry.out == "Amina would be asked, then Cy.\n"
    assert dry.err == "warning: Cy does not present in English\n"
    with secretary.app() as app, office_for(app, "a test") as office:
        two = office.work.presenters.by_id(2)
        assert two is not None
        office.work.presenters.save(replace(two, busy=(Period(date(2099, 5, 1), date(2099, 5, 9)),)))
    asked = secretary.types("events", "assign", "1", "2")
    assert (asked.code, asked.err) == (0, "warning: Bo is not free then\n")


def test_D16_a_report_is_shown_saved_under_names_of_ours_and_made_an_article(
    secretary: Secretary, tmp_path: Path
) -> None:
    bank(secretary)
    secretary.types("events", "assign", "1", "1")
    mail = raw(
        ("../../etc/passwd.png", picture()),
        ("bomb.png", picture((9000, 9000))),
        ("b.png", picture()),
        ("x.sh", b"rm -rf"),
    )
    report(secretary, mail, people="40", questions=f"Who pays?\n{EVIL}", well=EVIL, captions=EVIL, better="The food")
    assert "Amina" in secretary.types("events", "reports", "1").out
    assert secretary.types("events", "report", "1", "--json").json["people"] == "40"
    folder = tmp_path / "saved"
    secretary.types("events", "report", "1", "--save", str(folder))
    assert sorted(path.suffix for path in folder.iterdir()) == [".png", ".png", ".png", ".sh"]
    assert all(path.name.startswith("report-1-") for path in folder.iterdir())
    assert "there is such a file already" in secretary.types("events", "report", "1", "--save", str(folder)).err
    secretary.writes(1)
    drafted = secretary.types("issue", "draft", "1", "--from-report", "1")
    assert ("with 2 pictures" in drafted.out, "more than 40 million pixels" in drafted.err) == (True, True)
    assert "is this article already" in secretary.types("issue", "draft", "1", "--from-report", "1").err
    checked = secretary.types("issue", "check", "1")
    assert (checked.code, "No faults" in checked.out) == (0, True)
    with secretary.app() as app:
        edition = app.edition("update", app.read_issue("update", 1))
    assert "**Bold** <script>x</script> https://evil.example/" in " ".join(edition.text.split())
    page = lxml.html.fromstring(edition.html)
    assert page.xpath("//script | //a[contains(@href, '.example/') and not(contains(@href, 'iso-sr'))]/@href") == []


@pytest.mark.parametrize(
    ("text", "count", "found"),
    [
        ("The hall | Anna Kim", 1, [("The hall", "Anna Kim")]),
        ("The hall (photo: Anna Kim)\nThe street. Photo by Bo", 2, [("The hall", "photo: Anna Kim"),
                                                                      ("The street", "Photo by Bo")]),
        ("The hall, in the evening", 2, [("The hall, in the evening", "")] * 2),
        ("", 1, [("", "")]),
    ],
)  # fmt: skip
def test_what_is_said_of_pictures(text: str, count: int, found: list[tuple[str, str]]) -> None:
    assert said_of(text, count) == found


def test_an_ordinary_sentence_stays_readable() -> None:
    assert literal("It went well, and everybody (all 40) stayed. Didn't they?").count("\\") == 0


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=60))
def test_D16_what_others_wrote_makes_no_markup(text: str) -> None:
    written = literal(text)
    tokens, faults = parse(written + "\n")
    inside = [child for token in tokens for child in token.children or ()]
    assert (faults, {one.type for one in inside} <= {"text", "text_special"}) == ([], True)
    assert "".join(one.content for one in inside) == " ".join(text.split())
