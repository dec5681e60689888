"""The parts of an office that the configuration turns on and off."""

from __future__ import annotations

import http.client
import re
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from mailer.adapters.data import CONFIG
from mailer.app import App
from mailer.app.checks import checks_of
from mailer.handlers import doctor, issues, mailings
from mailer.handlers.doctor import CURES
from mailer.model.findings import Words
from mailer.model.issues import State
from mailer.model.lists import Standing
from mailer.tokens import find_tokens
from tests.flows.office import BOARD, OFFICE, READERS, Flow, office
from tests.ports import free_port
from tests.secretary import ARTICLE, ISSUE
from tests.waiting import TIMEOUT

NILS, _, ULLA = READERS


def write_issue(flow: Flow) -> None:
    folder = flow.app.issue_folder("update", 1)
    for path in folder.glob("*"):
        path.unlink()
    (folder / "issue.toml").write_text(ISSUE, "utf-8")
    (folder / "01-decided.md").write_text(ARTICLE, "utf-8")
    flow.build()


def send(flow: Flow) -> None:
    with flow.app.store.transaction() as work:
        office = flow.app.office(work, "test", "send")
        issue = issues.find(office, "update", 1)
        mailings.start(office, issue, mailings.outstanding(office, issue))
    flow.tick()


def submit_and_approve(flow: Flow) -> None:
    write_issue(flow)
    with flow.app.store.transaction() as work:
        office = flow.app.office(work, "test", "submit")
        issues.submit(office, issues.find(office, "update", 1))
    flow.tick()
    for member in BOARD:
        flow.reply(member, flow.last(member), "APPROVE")
    flow.tick()


def standing(flow: Flow, key: str, address: str) -> Standing | None:
    with flow.app.store.snapshot() as work:
        contact = work.lists.contact_at(address)
        return work.lists.standing(key, contact.id) if contact else None


def issue_mail(flow: Flow) -> EmailMessage:
    (mail,) = [mail for mail in flow.inbox(ULLA) if mail["List-Id"]]
    return mail


def test_a_provider_without_plus_addresses(tmp_path: Path) -> None:
    with office(tmp_path, (*BOARD, ULLA), MAILER_OFFICE__PLUS_ADDRESSING="false") as flow:
        flow.import_list("cag", BOARD)
        flow.write(ULLA, OFFICE.address, "Newsletter", "subscribe\n")
        flow.tick()
        confirm = flow.last(ULLA)
        assert "+" not in str(confirm["Reply-To"] or confirm["From"])
        assert [token.purpose for token in find_tokens(confirm["Message-ID"])] == ["confirm"]
        flow.reply(ULLA, confirm, "")
        flow.tick()
        assert standing(flow, "subscriber", ULLA.address) is Standing.ACTIVE

        submit_and_approve(flow)
        with flow.app.store.snapshot() as work:
            issue = work.issues.issue("update", 1)
            assert issue is not None and issue.state is State.APPROVED

        send(flow)
        leave = re.sub(r"\s", "", str(issue_mail(flow)["List-Unsubscribe"]))
        link = urlsplit(leave.strip("<>"))
        (token,) = find_tokens(unquote(link.query))
        assert (link.scheme, link.path) == ("mailto", OFFICE.address)
        flow.write(ULLA, OFFICE.address, f"unsubscribe {token}", "")
        flow.tick()
        assert standing(flow, "subscriber", ULLA.address) is Standing.LEFT


def test_B3_one_click_through_the_page(tmp_path: Path) -> None:
    port = free_port()
    settings = {"MAILER_OFFICE__URL": "https://news.iso-sr.example/office", "MAILER_WEB__LISTEN": f"127.0.0.1:{port}"}
    with office(tmp_path, (*BOARD, ULLA), **settings) as flow:
        flow.import_list("cag", BOARD)
        flow.import_list("subscriber", (ULLA,))
        submit_and_approve(flow)
        send(flow)
        mail = issue_mail(flow)
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        links = re.findall(r"<([^>]+)>", re.sub(r"\s", "", str(mail["List-Unsubscribe"])))
        assert sorted(urlsplit(link).scheme for link in links) == ["https", "mailto"]
        (https,) = [link for link in links if link.startswith("https:")]
        assert https.startswith("https://news.iso-sr.example/office/leave/leave-")
        path = urlsplit(https).path.removeprefix("/office")

        with flow.app.web():
            assert request(port, "GET", path) == 200
            assert standing(flow, "subscriber", ULLA.address) is Standing.ACTIVE
            assert request(port, "POST", path, "List-Unsubscribe=One-Click") == 200
            assert standing(flow, "subscriber", ULLA.address) is Standing.LEFT
            assert request(port, "POST", path, "List-Unsubscribe=One-Click") == 200


def request(port: int, method: str, path: str, body: str = "") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("route", "found"),
    [
        ({"WAY": "folder", "FOLDER": "out"}, "mail becomes files in {folder}/out, and goes no further"),
        ({"WAY": "sendmail", "SENDMAIL": '["/bin/true"]'}, "/bin/true takes mail on this machine"),
        (
            {"WAY": "sendmail", "SENDMAIL": '["/nowhere"]'},
            "/nowhere: there is no such program. Check transport.sendmail.",
        ),
        (
            {"WAY": "lmtp", "LMTP": "/nowhere"},
            f"lmtp: /nowhere: no connection: [Errno 2] No such file or directory: {CURES['relay']}",
        ),
        (
            {"WAY": "lmtp", "LMTP": "127.0.0.1:1"},
            f"lmtp: 127.0.0.1:1: no connection: [Errno 111] Connection refused: {CURES['relay']}",
        ),
        ({"WAY": "smtp"}, "[smtp] password: is missing; name a password_file, or set MAILER_SMTP__PASSWORD"),
    ],
    ids=str,
)
def test_doctor_shows_where_each_transport_delivers(tmp_path: Path, route: dict[str, str], found: str) -> None:
    (tmp_path / "mailer.toml").write_bytes((CONFIG / "mailer.toml").read_bytes())
    app = App.load(tmp_path / "mailer.toml", {f"MAILER_TRANSPORT__{key}": value for key, value in route.items()})
    with closing(app):
        (finding,) = [one for one in doctor.examine(checks_of(app)) if one.what == "relay"]
    assert finding.fact == Words(found.format(folder=tmp_path))


@pytest.mark.parametrize(("configured", "shown"), [("", "ISO/SR Update"), ("ISO/SR", "ISO/SR")])
def test_the_masthead_is_the_configured_one_or_the_publications_title(configured: str, shown: str) -> None:
    app = App.load(CONFIG / "demo" / "mailer.toml", {"MAILER_IDENTITY__MASTHEAD": configured})
    assert app.identity("update").masthead == shown


@pytest.mark.parametrize(
    ("option", "may_leave"),
    [
        ("", True),
        ('kind = "members"', True),
        ('kind = "board"', False),
        ('kind = "board"\nleave = true', True),
        ("leave = false", False),
    ],
)
def test_a_list_can_be_left_unless_it_is_a_board_or_the_configuration_says_otherwise(
    tmp_path: Path, option: str, may_leave: bool
) -> None:
    text = (CONFIG / "mailer.toml").read_text("utf-8")
    (tmp_path / "mailer.toml").write_text(text.replace("[lists.partners]", f"[lists.partners]\n{option}"), "utf-8")
    assert App.load(tmp_path / "mailer.toml", {}).rules.lists["partners"].leave is may_leave
