"""The live pages, as visitors use them and as attackers do: what they end in is told by mail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import quote

import pytest
from starlette.requests import Request

from mailer import contacts
from mailer.adapters.web import WebSettings
from mailer.adapters.web.guard import Guard
from mailer.message import Address
from mailer.model.lists import Format, ScopeKind, Standing
from mailer.model.presenters import Presenter
from mailer.model.visits import Wanted
from mailer.pages import asked
from mailer.tokens import find_tokens
from tests.unit.harness import NILS, Harness, text_of
from tests.visitor import Page, Visitor, pages_of

SVEN = "sven@x.example"


@pytest.fixture
def visitor(harness: Harness) -> Iterator[Visitor]:
    harness.import_list("nmb", [NILS], name="Nils Nordby", country="SE")
    with pages_of(harness) as visitor:
        yield visitor


def link_in(harness: Harness, address: str = NILS) -> str:
    found = re.search(r"https://news\.iso-sr\.example(/preferences/\S+)", text_of(harness.mails_to(address)[-1]))
    assert found is not None
    return found[1]


def link_for(harness: Harness, visitor: Visitor, address: str = NILS) -> str:
    assert visitor.fill("/preferences", address=address).title == "Look into your mailbox"
    harness.tick()
    return link_in(harness, address)


def opened(harness: Harness, visitor: Visitor) -> Page:
    link = link_for(harness, visitor)
    return visitor.send(link, visitor.get(link).form())


def change(visitor: Visitor, page: Page, form: str, **values: str) -> Page:
    path = f"/preferences/mine/{form}"
    return visitor.send(path, {**page.form(path), **values})


# --- to subscribe ---


def test_B1_B2_a_sign_up_ends_in_a_mail_and_its_answer_subscribes(harness: Harness, visitor: Visitor) -> None:
    asked = visitor.fill("/subscribe", address="Sven@X.example", name="Buy <b>pills</b> now", format="text")
    assert (asked.status, asked.title) == (200, "Look into your mailbox")
    harness.tick()
    (mail,) = harness.mails_to(SVEN)
    assert "pills" not in str(mail)
    assert harness.standing("subscriber", SVEN) is None
    harness.environment.reply(SVEN, mail, "yes\n")
    harness.tick()
    assert harness.standing("subscriber", SVEN) is Standing.ACTIVE
    with harness.office() as office:
        contact = office.work.lists.contact_at(SVEN)
        assert contact is not None
        assert (contact.details.format, contact.details.language) == (Format.TEXT, "en")


def test_a_sign_up_has_the_language_of_the_page(harness: Harness, visitor: Visitor) -> None:
    visitor.language = "fr"
    page = visitor.get("/subscribe")
    assert (page.tree.get("lang"), page.form()["language"]) == ("fr", "fr")
    visitor.send("/subscribe", {**page.form(), "address": SVEN})
    harness.tick()
    assert "Bonjour" in text_of(harness.mails_to(SVEN)[-1])
    assert visitor.get("/subscribe?lang=ar").tree.get("dir") == "rtl"


def test_B23_the_same_answer_for_who_is_known_and_who_is_not(harness: Harness, visitor: Visitor) -> None:
    for path in ("/subscribe", "/preferences"):
        answers = [visitor.fill(path, address=address) for address in (NILS, SVEN, "x" * 60 + "@nowhere.example")]
        assert len({(one.status, one.html) for one in answers}) == 1
    with harness.environment.store.snapshot() as work:
        assert work.visits.count() == 6
    harness.tick()
    with harness.environment.store.snapshot() as work:
        assert work.visits.count() == 0


def test_a_field_that_people_do_not_see_catches_programs(harness: Harness, visitor: Visitor) -> None:
    page = visitor.fill("/subscribe", address=SVEN, website_2="https://spam.example")
    assert page.title == "Look into your mailbox"
    harness.tick()
    assert harness.mails_to(SVEN) == []


def test_an_error_stands_next_to_its_field(visitor: Visitor) -> None:
    wrong = "It is not one mail address"
    for address, problem in (("", "It is missing"), ("nobody", wrong), ("a@localhost", wrong)):
        page = visitor.fill("/subscribe", address=address, name="Sven <i>")
        box = page.tree.get_element_by_id("address")
        told = page.tree.get_element_by_id(box.get("aria-describedby").split()[-1]).text
        assert (page.status, page.form()["name"], box.get("aria-invalid"), told) == (400, "Sven <i>", "true", problem)


# --- the link ---


def test_B24_only_a_post_spends_a_link_and_only_once(harness: Harness, visitor: Visitor) -> None:
    link = link_for(harness, visitor)
    for _ in range(3):  # a scanner of links
        assert visitor.get(link).status == 200
    assert visitor.cookies == {}
    mine = visitor.send(link, visitor.get(link).form())
    assert NILS in mine.text
    other = Visitor(visitor.server)
    again = other.send(link, other.get(link).form())
    assert (again.status, NILS in again.html) == (403, False)


def test_the_page_of_a_link_is_the_same_whether_it_is_good(harness: Harness, visitor: Visitor) -> None:
    link = link_for(harness, visitor)
    pages = [visitor.get(one).html for one in (link, "/preferences/1-abc", "/preferences/x")]
    assert len({re.sub(r'value="[^"]+"', "", page) for page in pages}) == 1


def test_A35_a_forged_link_opens_nothing(harness: Harness, visitor: Visitor) -> None:
    link_for(harness, visitor)
    for text in ("1", "1-", "1-abc", "-", "9" * 40, "1-" + "0" * 64, "%00", "%E0%A5%A7-x", "leave-1-1-x"):
        path = f"/preferences/{text}"
        page = visitor.send(path, visitor.get(path).form())
        assert (text, page.status, page.title) == (text, 403, "This link is not good any more")


def test_B24_a_link_and_its_session_last_an_hour(harness: Harness, visitor: Visitor) -> None:
    late = link_for(harness, visitor)
    harness.pass_by(timedelta(hours=1, seconds=1))
    assert visitor.send(late, visitor.get(late).form()).status == 403
    assert opened(harness, visitor).status == 200
    harness.pass_by(timedelta(hours=1, seconds=1))
    assert visitor.get("/preferences/mine").status == 403


def test_nothing_is_written_to_who_is_not_known_or_has_complained(harness: Harness, visitor: Visitor) -> None:
    visitor.fill("/preferences", address=SVEN)
    with harness.office() as office:
        office.work.lists.suppress(NILS, "complained", office.now)
    visitor.fill("/preferences", address=NILS)
    harness.tick()
    assert (harness.mails_to(SVEN), harness.mails_to(NILS)) == ([], [])


def test_links_are_capped(harness: Harness, visitor: Visitor) -> None:
    for _ in range(5):
        visitor.fill("/preferences", address=NILS)
        harness.tick()
    assert len(harness.mails_to(NILS)) == 3


def test_B24_a_link_that_went_to_a_former_address_opens_nothing(harness: Harness, visitor: Visitor) -> None:
    link = link_for(harness, visitor)
    with harness.office() as office:
        contacts.change(office, NILS, Address.parse("nils@new.example"), {})
    assert visitor.send(link, visitor.get(link).form()).status == 403


# --- the session ---


def test_the_cookie_is_of_the_session_alone(harness: Harness, visitor: Visitor) -> None:
    link = link_for(harness, visitor)
    first = visitor.send(link, visitor.get(link).form(), follow=False)
    (cookie,) = first.cookies
    assert re.fullmatch(r"__Host-session=[\w-]{43}; HttpOnly; Max-Age=3600; Path=/; SameSite=strict; Secure", cookie)
    assert first.headers["location"] == "/preferences/mine"
    mine = visitor.get("/preferences/mine")
    assert (mine.headers["cache-control"], mine.headers["referrer-policy"]) == ("no-store", "no-referrer")


def test_details_are_changed_as_by_mail(harness: Harness, visitor: Visitor) -> None:
    mine = opened(harness, visitor)
    assert mine.form("/mine/details") | {"csrf": ""} == {
        "csrf": "",
        "name": "Nils Nordby",
        "organisation": "",
        "country": "Sweden",
        "language": "en",
        "format": "pdf",
    }
    wrong = change(visitor, mine, "details", country="Nowhereland", name="Nils N.")
    assert (wrong.status, wrong.form("/mine/details")["name"]) == (400, "Nils N.")
    done = change(visitor, wrong, "details", country="Norvège", format="text", language="fr")
    assert (done.status, done.tree.get("lang")) == (200, "fr")
    harness.tick()
    assert "Format" in text_of(harness.mails_to(NILS)[-1])
    with harness.office() as office:
        contact = office.work.lists.contact_at(NILS)
        assert contact is not None
        assert (contact.details.country, contact.details.format, contact.details.name) == ("NO", Format.TEXT, "Nils N.")


def test_a_pause_begins_and_ends(harness: Harness, visitor: Visitor) -> None:
    mine = opened(harness, visitor)
    assert change(visitor, mine, "pause", until="2020-01-01").status == 400
    paused = change(visitor, mine, "pause", until="2027-03-01")
    assert "No issue comes before 1 March 2027" in paused.text
    ended = change(visitor, paused, "pause")
    assert "No issue comes before" not in ended.text


def test_what_comes_is_chosen_and_everything_left(harness: Harness, visitor: Visitor) -> None:
    mine = opened(harness, visitor)
    form = mine.form("/mine/receive")
    assert form["publication"] == "update"
    del form["publication"]
    visitor.send("/preferences/mine/receive", form)
    assert harness.standing("nmb", NILS) is Standing.LEFT
    again = visitor.send("/preferences/mine/receive", {**form, "publication": "update"})
    assert again.form("/mine/receive")["publication"] == "update"
    assert harness.standing("subscriber", NILS) is Standing.ACTIVE
    change(visitor, again, "leave")
    assert harness.standing("subscriber", NILS) is Standing.LEFT


def test_another_address_is_asked_about_at_both(harness: Harness, visitor: Visitor) -> None:
    mine = opened(harness, visitor)
    assert change(visitor, mine, "address", address=NILS).status == 400
    assert "We have asked at both addresses" in change(visitor, mine, "address", address="nils@new.example").text
    harness.tick()
    assert len(harness.mails_to("nils@new.example")) == 1
    assert "nils@new.example" in text_of(harness.mails_to(NILS)[-1])


def test_all_data_are_shown_and_given(harness: Harness, visitor: Visitor) -> None:
    mine = opened(harness, visitor)
    shown = " ".join(mine.tree.find(".//details").text_content().split())
    assert "Nils Nordby" in shown
    assert "Links to your preferences on 23 November 2026opened" in shown
    data = visitor.get("/preferences/mine/data")
    assert json.loads(data.octets)["address"] == NILS
    assert data.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    change(visitor, mine, "forget")
    harness.tick()
    assert harness.standing("nmb", NILS) is Standing.ACTIVE
    harness.environment.reply(NILS, harness.mails_to(NILS)[-1], "yes\n")
    harness.tick()
    assert harness.standing("nmb", NILS) is None
    assert visitor.get("/preferences/mine").status == 403


def test_who_closes_their_preferences_has_closed_them(harness: Harness, visitor: Visitor) -> None:
    mine, cookies = opened(harness, visitor), dict(visitor.cookies)
    assert change(visitor, mine, "logout").title == "You have closed your preferences"
    thief = Visitor(visitor.server, cookies=cookies)
    assert thief.get("/preferences/mine").status == 403


# --- what others' sites and programs send ---


def test_B23_no_form_of_another_session_or_site_is_taken(harness: Harness, visitor: Visitor) -> None:
    mine = opened(harness, visitor)
    good = mine.form("/mine/leave")
    path = "/preferences/mine/leave"
    assert visitor.send(path, {}).status == 400
    assert visitor.send(path, {"csrf": "0.0"}).status == 400
    assert visitor.send(path, {"csrf": mine.form("/mine/forget")["csrf"]}).status == 400
    assert visitor.send(path, good, Sec_Fetch_Site="cross-site").status == 400
    assert visitor.send(path, good, Sec_Fetch_Site="same-site").status == 400
    assert Visitor(visitor.server).send(path, good).status == 403
    assert Visitor(visitor.server, cookies={"__Host-session": "x"}).send(path, good).status == 403
    assert harness.standing("nmb", NILS) is Standing.ACTIVE
    visitor.send(path, good, Sec_Fetch_Site="same-origin")
    assert harness.standing("nmb", NILS) is Standing.LEFT


def test_a_page_that_has_grown_old_keeps_what_was_written(visitor: Visitor) -> None:
    page = visitor.send("/subscribe", {"csrf": "1.x", "address": SVEN, "name": "Sven"})
    assert (page.status, page.form()["address"], page.form()["name"]) == (400, SVEN, "Sven")
    assert "grown old" in page.text


HOSTILE_REQUESTS: tuple[tuple[str, str, bytes | None, dict[str, str], int], ...] = (
    ("POST", "/subscribe", b"x" * 70_000, {}, 413),
    ("POST", "/subscribe", b"a=%FF%FE&csrf=x", {}, 400),
    ("POST", "/subscribe", b"\xff\xfe", {}, 400),
    ("POST", "/subscribe", b"&".join(b"a=b" for _ in range(100)), {}, 400),
    ("POST", "/subscribe", b"{}", {"Content_Type": "application/json"}, 415),
    ("POST", "/subscribe", b"a", {"Content_Type": "text/plain"}, 415),
    ("PUT", "/subscribe", b"a", {}, 405),
    ("GET", "/preferences/mine/../../etc/passwd", None, {}, 404),
    ("GET", "/preferences/mine/leave", None, {}, 405),
    ("POST", "/preferences/mine/nothing", b"a=b", {}, 404),
    ("GET", "/preferences/mine?done=<script>", None, {}, 403),
    ("GET", "//evil.example/subscribe", None, {}, 404),
    ("GET", "/view/update/1", None, {}, 404),
    ("GET", "/view/update/x", None, {}, 404),
    ("GET", "/view/update/99999999999999999999999", None, {}, 404),
    ("GET", "/subscribe?lang=../../../etc", None, {}, 200),
)  # fmt: skip


def test_hostile_requests_get_a_page_and_nothing_else(visitor: Visitor) -> None:
    for method, path, body, headers, status in HOSTILE_REQUESTS:
        page = visitor.request(method, path, body, **headers)
        assert (path, page.status) == (path, status)
        assert [cookie for cookie in page.cookies if "Max-Age=0" not in cookie] == []
        assert "content-security-policy" in {name.lower() for name in page.headers}
        assert "<script" not in page.html


def test_D7_the_host_of_a_request_is_nowhere(harness: Harness, visitor: Visitor) -> None:
    visitor.headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    link = link_for(harness, visitor)
    response = visitor.send(link, visitor.get(link).form(), follow=False)
    assert "evil" not in f"{response.headers} {visitor.get('/preferences/mine').html}"
    assert link.startswith("/preferences/")


def test_B23_a_client_has_so_many_forms_in_an_hour(harness: Harness) -> None:
    with pages_of(harness, per_client=2, forwarded_by=("127.0.0.1",)) as visitor:
        visitor.headers = {"X-Forwarded-For": "10.0.0.1, 192.0.2.7"}
        assert [visitor.fill("/subscribe", address=SVEN).status for _ in range(3)] == [200, 200, 429]
        visitor.headers = {"X-Forwarded-For": "192.0.2.7, 192.0.2.8"}
        assert visitor.fill("/subscribe", address=SVEN).status == 200
        harness.pass_by(timedelta(hours=1))
        visitor.headers = {"X-Forwarded-For": "192.0.2.7"}
        assert visitor.fill("/subscribe", address=SVEN).status == 200
    with harness.environment.store.snapshot() as work:
        assert "192.0.2.7" not in str(work.caps.__dict__)


# --- a token of a mailing ---


def test_a_token_of_a_mailing_opens_leaving_and_pausing_and_shows_nothing_of_its_reader(
    harness: Harness, visitor: Visitor
) -> None:
    with harness.office() as office:
        contact = office.work.lists.contact_at(NILS)
        assert contact is not None
    token = harness.leave_token(contact.id, ScopeKind.PUBLICATION, "update")
    page = visitor.get(f"/leave/{token}")
    assert not {NILS, "Nils", "Nordby", "Sweden"} & set(page.text.split())
    assert visitor.cookies == {}
    paused = visitor.send(f"/leave/{token}", {"days": "30"})
    assert paused.title == "You have a pause"
    harness.tick()
    assert "- Pause until: " in text_of(harness.mails_to(NILS)[-1])
    assert harness.standing("nmb", NILS) is Standing.ACTIVE
    forged = visitor.send(f"/leave/leave-1-1-{'a' * 26}", {"days": "30"})
    assert forged.html == paused.html
    assert [visitor.send(f"/leave/{token}", {"days": days}).status for days in ("0", "-1", "9999", "x")] == [400] * 4


# --- presenters, events ---


def test_a_presenter_registers_as_by_mail(harness: Harness, visitor: Visitor) -> None:
    wrong = visitor.fill("/presenter", address=SVEN, name="Sven", country="Atlantis", languages="Swedish")
    assert (wrong.status, [one.text[:40] for one in wrong.tree.find_class("problem")]) == (
        400,
        ["It is not the name or the code of one co"],
    )
    done = visitor.send("/presenter", {**wrong.form(), "country": "Sweden", "publish": "yes"})
    assert done.title == "Look into your mailbox"
    harness.tick()
    (mail,) = harness.mails_to(SVEN)
    assert "Atlantis" not in str(mail)
    harness.environment.reply(SVEN, mail, "yes\n")
    harness.tick()
    with harness.office() as office:
        (presenter,) = office.work.presenters.each()
        assert (presenter.name, presenter.country, presenter.languages, presenter.may_publish) == (
            *("Sven", "SE"),
            ("sv",),
            True,
        )


def test_an_event_is_announced_as_by_mail(harness: Harness, visitor: Visitor) -> None:
    filled = {"title": "SR in practice", "organiser": "Union", "country": "KE", "dates": "3 to 5 May 2027"}
    page = visitor.fill("/event", address=SVEN, name="Sven", kind="seminar", **filled, hours="whenever")
    assert [one.text for one in page.tree.find_class("problem")] == ["Write them as 09:00-17:30"]
    visitor.send("/event", {**page.form(), "hours": "09.00-17.30", "costs": "travel,meals", "presenter": "yes"})
    harness.tick()
    harness.environment.reply(SVEN, harness.mails_to(SVEN)[-1], "yes\n")
    harness.tick()
    with harness.office() as office:
        (event,) = office.work.events.of_host(SVEN)
        assert (event.title, event.country, event.costs, event.host) == ("SR in practice", "KE", "travel,meals", SVEN)


# --- an issue in the browser ---


def test_an_issue_is_seen_once_it_was_granted_and_sent_and_without_tokens(harness: Harness) -> None:
    with pages_of(harness) as visitor:
        harness.approved()
        assert visitor.get("/view/update/1").status == 404  # granted, and not sent yet
        harness.start()
        harness.tick()
        page = visitor.get("/view/update/1")
        assert (page.status, find_tokens(page.html)) == (200, [])
        assert "sandbox" in page.headers["content-security-policy"]
        assert [visitor.get(f"/view/{one}").status for one in ("update/1/fr", "update/2", "x/1")] == [200, 404, 404]


def test_pages_that_are_not_named_are_not_served(harness: Harness) -> None:
    with pages_of(harness, pages=("subscribe",)) as visitor:
        statuses = [visitor.get(f"/{page}").status for page in ("subscribe", "preferences", "presenter", "event")]
        assert statuses == [200, 404, 404, 404]
        assert "/preferences" not in visitor.get("/").html


# --- the mail that confirms, and what follows from several visits ---


def test_B2_the_page_of_a_sign_up_confirms_by_a_post_alone(harness: Harness, visitor: Visitor) -> None:
    visitor.fill("/subscribe", address=SVEN)
    harness.tick()
    found = re.search(r"https://news\.iso-sr\.example(/confirm/\S+)", text_of(harness.mails_to(SVEN)[-1]))
    assert found is not None
    page = visitor.get(found[1])
    assert harness.standing("subscriber", SVEN) is None
    assert visitor.send(found[1], {"confirm": "no"}).status == 400
    done = visitor.send(found[1], page.form())
    assert (done.title, harness.standing("subscriber", SVEN)) == ("Thank you", Standing.ACTIVE)
    forged = visitor.send(f"/confirm/confirm-1-{'a' * 26}", page.form())
    assert forged.html == done.html


def test_a_visit_that_fails_holds_up_no_other(
    harness: Harness, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setitem(asked.ACTS, Wanted.EVENT, fail)  # type: ignore[arg-type]
    visitor.fill("/event", address=SVEN, title="T", organiser="O", country="KE", dates="3 May 2027")
    visitor.fill("/subscribe", address=SVEN)
    harness.tick()
    assert len(harness.mails_to(SVEN)) == 1
    assert "what a visitor asked for on a page could not be done: event" in caplog.text
    assert "title: T" in text_of(harness.mails_to("secretary@iso-sr.example")[-1])
    with harness.environment.store.snapshot() as work:
        assert work.visits.count() == 0


def test_too_many_that_wait_are_turned_away(
    harness: Harness, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailer.pages.office.MOST_WAITING", 1)
    assert visitor.fill("/subscribe", address=SVEN).status == 200
    assert visitor.fill("/subscribe", address=SVEN).status == 503


def test_a_presenter_who_has_registered_gets_their_own_lines_by_mail(harness: Harness, visitor: Visitor) -> None:
    for _ in range(2):
        visitor.fill("/presenter", address=SVEN, name="Sven", country="SE", languages="sv, en", experience="a\r\nb")
        harness.tick()
        harness.environment.reply(SVEN, harness.mails_to(SVEN)[-1], "yes\n")
        harness.tick()
        harness.pass_by(timedelta(minutes=1))
    (presenter,) = presenters_of(harness)
    assert presenter.experience == "a\nb"
    assert "Languages: Swedish, English" in text_of(harness.mails_to(SVEN)[-1])


def presenters_of(harness: Harness) -> Sequence[Presenter]:
    with harness.environment.store.snapshot() as work:
        return work.presenters.each()


HOSTILE = (
    "\r\nBcc: all@x.example",
    "b<script>alert(1)</script>",
    "{{7*7}}",
    "'; DROP TABLE contacts; --",
    "Name: x",
)


def test_D1_D3_whatever_is_written_into_a_form_is_words(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    with pages_of(harness, per_client=1_000) as visitor:
        mine = opened(harness, visitor)
        for text in HOSTILE:
            written = dict.fromkeys(("name", "organisation", "country", "language", "format"), text)
            answer = change(visitor, mine, "details", **written)
            assert (answer.status, "<script>" in answer.html) == (400, False)
            assert answer.form("/mine/details")["organisation"].split() == text.split()
            assert change(visitor, mine, "details", name=text).status == 200
            for form, field in (("address", "address"), ("pause", "until")):
                assert change(visitor, mine, form, **{field: text}).status == 400
            for page in ("/subscribe", "/event", "/presenter"):
                fields = dict.fromkeys(("title", "dates", "busy", "kind", "costs", "address"), text)
                assert visitor.fill(page, **fields, **written).status == 400
        harness.tick()
        assert visitor.get(f"/subscribe?lang={quote(text)}").status == 200
    with harness.environment.store.snapshot() as work:
        contact = work.lists.contact_at(NILS)
        assert contact is not None
        assert contact.details.name == "Name: x"
    assert {mail["To"].addresses[0].addr_spec for mail in harness.mails_to(NILS)} == {NILS}


def test_two_who_open_a_link_at_once_are_one(harness: Harness, visitor: Visitor) -> None:
    link = link_for(harness, visitor)
    form = visitor.get(link).form()
    others = [Visitor(visitor.server) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda one: one.send(link, form, follow=False).status, others))
    assert sorted(statuses) == [303, *[403] * 5]


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("testclient", "unknown"),
    ],
)
def test_a_client_is_an_address_or_the_network_of_a_subscriber(host: str, client: str) -> None:
    guard = Guard(WebSettings(secret="x", forwarded_by=("10.0.0.1",)))
    own = {"type": "http", "headers": [(b"x-forwarded-for", b"198.51.100.1")], "client": (host, 1)}
    assert guard.client(Request(own)) == client  # a stranger's field is not believed
    through = {
        "type": "http",
        "headers": [(b"x-forwarded-for", f"spoofed, {host}".encode())],
        "client": ("10.0.0.1", 1),
    }
    assert guard.client(Request(through)) == client


def test_a_form_is_good_for_half_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    guard, request = Guard(WebSettings(secret="x")), Request({"type": "http", "headers": []})
    token = guard.token("subscribe")
    assert guard.accepts(request, token, "subscribe")
    assert not guard.accepts(request, token, "event")
    assert not guard.accepts(request, token, "subscribe", "session")
    monkeypatch.setattr("mailer.adapters.web.guard.FORM_SECONDS", -1)
    assert not guard.accepts(request, token, "subscribe")
