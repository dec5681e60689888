"""A relay that refuses us, and not a reader: nobody is failed for it, and a person is told what to do (E18)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mailer.model.outbox import Delivery
from tests.relay import Action, Relay
from tests.secretary import Secretary, office

READERS = tuple(f"r{number}@d{number % 20}.example" for number in range(40))
BOARD = ("ana@cag.example", "bo@cag.example")
QUOTA = "550-5.4.5 Daily user sending limit exceeded. For more information on Gmail\r\n550 5.4.5 sending limits go to"


@pytest.fixture(scope="module")
def granted(tmp_path_factory: pytest.TempPathFactory) -> Secretary:
    secretary = office(tmp_path_factory.mktemp("granted") / "office")
    secretary.imports("subscriber", *READERS)
    secretary.imports("cag", *BOARD)
    secretary.writes()
    secretary.grants()
    at_work = replace(secretary, environ=dict(secretary.environ))
    with relay_of(at_work):
        assert at_work.types("send").code == 0  # sends the board's mail first
    return secretary


@pytest.fixture
def secretary(granted: Secretary, tmp_path: Path) -> Secretary:
    """An office with a grant for its first issue, and no other mail to send."""
    return granted.copied(tmp_path / "office")


@contextmanager
def relay_of(
    secretary: Secretary, script: Mapping[str, Sequence[Action]] | None = None, *keywords: str
) -> Iterator[Relay]:
    with Relay(script=script or {}, keywords=("PIPELINING", "AUTH PLAIN", *keywords)) as relay:
        secretary.environ["MAILER_SMTP__PORT"] = str(relay.port)
        yield relay


def copies(relay: Relay) -> list[str]:
    return sorted(mail.recipient for mail in relay.taken if b"\r\nList-Id:" in mail.raw)


def counts(secretary: Secretary, mailing: int | None = 1) -> Mapping[Delivery, int]:
    with secretary.app() as app, app.store.snapshot() as work:
        return work.outbox.counts(mailing).by_state


def notices(relay: Relay) -> list[str]:
    """The secretary's mails, unfolded to one line each."""
    mails = [mail.raw for mail in relay.taken if b"\r\nList-Id:" not in mail.raw]
    return [b" ".join(raw.replace(b"=\r\n", b"").split()).decode() for raw in mails]


def waits(secretary: Secretary) -> int:
    found = counts(secretary)
    assert found.get(Delivery.FAILED, 0) == 0
    return found.get(Delivery.QUEUED, 0) + found.get(Delivery.DEFERRED, 0)


REFUSALS = [
    ("MAIL", QUOTA, 75, "We have sent as much as the relay takes"),
    ("RCPT", "554 5.7.1 <{who}>: hourly limit exceeded", 75, "[limits] per_hour"),
    (".", "550 5.7.705 Access denied, tenant has exceeded threshold", 75, "goes on by itself"),
    (".", "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", 75, "per_day"),
    ("RCPT", "553 5.7.1 <{who}>: Sender address rejected: not owned by user x", 69, "Set [office] address"),
    ("RCPT", "550 5.7.60 Client does not have permissions to send as this sender", 69, "Set [office] address"),
    ("RCPT", "530 5.7.0 Authentication required", 69, "Check user and password in [smtp]"),
    ("RCPT", "550 5.7.1 relaying denied", 69, "port for submission"),
]


@pytest.mark.parametrize(("step", "reply", "code", "words"), REFUSALS, ids=[f"{r[0]} {r[1][:12]}" for r in REFUSALS])
def test_E18_a_refusal_of_us_stops_the_send_and_the_rest_goes_out_later(
    secretary: Secretary, step: str, reply: str, code: int, words: str
) -> None:
    usual = {"MAIL": "250 ok", "RCPT": "250 ok", ".": "250 taken"}[step]
    with relay_of(secretary, {step: [*[usual] * 10, *[reply] * 3]}) as relay:
        stopped = secretary.runs("send", "1", "--yes")
        assert (stopped.code, len(copies(relay)), waits(secretary)) == (code, 10, 30)
        said = " ".join(stopped.err.split())
        assert reply.replace("\r\n550 ", " ").partition("<")[0][4:30].strip() in said
        assert words in said
        assert words in " ".join(secretary.types("status").out.split())
    with relay_of(secretary) as relay:  # a person has mended it
        assert secretary.runs("send", "1", "--yes").code == 0
        assert len(copies(relay)) == 30
        (told,) = [notice for notice in notices(relay) if "refuses our mail" in notice]
        assert words in told
    assert counts(secretary) == {Delivery.SENT: 40}


def test_E18_a_quota_that_lasts_for_days_fails_nobody(secretary: Secretary) -> None:
    with relay_of(secretary, {"MAIL": [QUOTA] * 99}) as relay:
        for _ in range(30):  # more often than a mail is tried before it expires
            assert secretary.types("send", "1", "--yes").code == 75
        assert (relay.taken, waits(secretary)) == ([], 40)
    with secretary.app() as app, app.store.snapshot() as work:
        assert {row.attempts for row in work.outbox.page(1, 0, 99)} == {0}


def test_E18_service_mail_waits_for_the_end_of_a_quota(secretary: Secretary) -> None:
    secretary.writes(2)
    for step in ("build", "submit"):
        assert secretary.types("issue", step, "2").code == 0
    before = counts(secretary, None)
    with relay_of(secretary, {".": [QUOTA] * 9}):
        result = secretary.runs("send")
        assert result.code == 75
        assert "We have sent as much" in " ".join(result.err.split())
    assert counts(secretary, None).get(Delivery.FAILED, 0) == 0
    with relay_of(secretary) as relay:
        assert secretary.runs("send").code == 0
        assert {mail.recipient for mail in relay.taken} >= set(BOARD)
    assert counts(secretary, None)[Delivery.SENT] == before[Delivery.SENT] + 4  # ballots, that they went, the fault


@pytest.mark.parametrize("script", [{}, {"MAIL": ["552 5.3.4 Message size exceeds fixed limit"]}], ids=str)
def test_E18_an_issue_that_is_too_large_stops_before_anything_is_sent(
    secretary: Secretary, script: dict[str, list[Action]]
) -> None:
    with relay_of(secretary, script, *([] if script else ["SIZE 3000"])) as relay:
        result = secretary.runs("send", "1", "--yes")
        assert (result.code, copies(relay), waits(secretary)) == (69, [], 40)
        assert "smaller pictures" in " ".join(result.err.split())
        assert any("ISO/SR Update 1: sending is suspended" in notice for notice in notices(relay))
    status = " ".join(secretary.types("status").out.split())
    assert "→ update 1 is suspended: " in status
    assert "Go on with `mailer send 1`." in status
    with relay_of(secretary) as relay:
        assert secretary.runs("send", "1", "--yes").code == 0
        assert len(copies(relay)) == 40


def test_E18_when_in_doubt_it_stops_and_asks(secretary: Secretary) -> None:
    spam = "554 5.7.1 <{who}>: message rejected as spam (id 4711)"
    with relay_of(secretary, {"RCPT": [spam] * 99}) as relay:
        secretary.environ["MAILER_SMTP__CONNECTIONS"] = "8"
        result = secretary.runs("send", "1", "--yes")
        assert (result.code, len(copies(relay))) == (69, 0)
        found = counts(secretary)
        assert (found[Delivery.FAILED], found.get(Delivery.QUEUED, 0) + found.get(Delivery.DEFERRED, 0)) == (3, 37)
        assert "One reader after another was refused in the same words." in " ".join(result.err.split())
        assert "go on with `mailer send 1`" in " ".join(result.out.split())
    with relay_of(secretary) as relay:
        assert secretary.runs("send", "1", "--failed", "--yes").code == 0
        assert len(copies(relay)) == 40
    assert counts(secretary) == {Delivery.SENT: 40}


def test_E18_a_person_can_go_on_because_the_readers_were_meant(secretary: Secretary) -> None:
    with relay_of(secretary, {"RCPT": ["550 rejected"] * 3}) as relay:
        assert secretary.runs("send", "1", "--yes").code == 69
        assert secretary.runs("send", "1", "--yes").code == 0
        assert len(copies(relay)) == 37
    assert counts(secretary) == {Delivery.SENT: 37, Delivery.FAILED: 3}


def test_E18_a_trial_that_is_refused_like_those_before_fails_nobody(secretary: Secretary) -> None:
    with relay_of(secretary, {".": ["554 5.7.1 Spam message rejected"] * 99}) as relay:
        assert secretary.runs("send", "1", "--yes").code == 69
        tried, found = len(relay.refused), counts(secretary)
        for again in range(1, 4):  # each is another process, which has seen no refusal yet
            assert secretary.runs("send", "1", "--yes").code == 69
            assert len(relay.refused) == tried + again
        assert counts(secretary)[Delivery.FAILED] == found[Delivery.FAILED] == 3
        assert counts(secretary, None).get(Delivery.FAILED, 0) == 0


@pytest.mark.parametrize(
    "replies",
    [
        ["550 5.1.1 <{who}> no such user"] * 20,
        ["552 5.2.2 <{who}> mailbox over quota"] * 3,
        ["550 no", "550 no", "250 ok", "550 no", "550 no", "250 ok"],
        ["550 no", "550 never", "550 not you", "550 gone", "550 closed"],
    ],
    ids=["unknown", "over quota", "others accepted between", "each for its own reason"],
)
def test_E6_refusals_of_readers_stop_nothing(secretary: Secretary, replies: list[Action]) -> None:
    with relay_of(secretary, {"RCPT": replies}) as relay:
        secretary.types("send", "1", "--yes")
        refused = [reply for reply in replies if str(reply)[0] == "5"]
        assert len(copies(relay)) == 40 - len(refused)


def test_the_end_of_a_send_tells_that_most_copies_failed(secretary: Secretary) -> None:
    refusals = [f"550 {number} no thanks, {'x' * number}" for number in range(1, 40)]  # each in other words
    with relay_of(secretary, {"RCPT": ["250 ok", *refusals]}) as relay:
        result = secretary.runs("send", "1", "--yes")
        assert (result.code, len(copies(relay))) == (69, 1)
        assert any("Subject: ISO/SR Update 1: 39 of 40 copies failed" in notice for notice in notices(relay))
    said = " ".join(result.out.split())
    assert "nothing more to send" not in said
    assert said.endswith(
        "but not to everybody. 39 of 40 copies failed. First see why: `mailer deliveries 1 --summary`. When the cause "
        "is gone, send them once more: `mailer send 1 --failed`."
    )
    assert secretary.types("send", "1", "--yes", "--json").code == 69


@pytest.mark.parametrize(
    ("step", "reply", "failed"),
    [("MAIL", QUOTA, 0), ("RCPT", "553 5.7.1 Sender address rejected: not owned by user x", 0), ("RCPT", "550 no", 3)],
    ids=["quota", "sender", "unclear"],
)
def test_E18_the_daemon_stops_and_the_rest_waits(secretary: Secretary, step: str, reply: str, failed: int) -> None:
    (secretary.folder / "dns.json").write_text("{}")
    secretary.environ["MAILER_SMTP__PORT"] = "1"
    assert secretary.types("send", "1", "--yes").code == 75  # its copies wait, as there is no relay
    with relay_of(secretary, {step: ["250 ok"] * 5 + [reply] * 99}) as relay:
        result = secretary.runs("run", "--once")
        assert (result.code, len(copies(relay))) == (0, 5)
        assert reply[4:30] in result.err
    found = counts(secretary)
    assert (found[Delivery.SENT], found.get(Delivery.FAILED, 0)) == (5, failed)
    assert found.get(Delivery.QUEUED, 0) + found.get(Delivery.DEFERRED, 0) == 35 - failed
    assert counts(secretary, None).get(Delivery.FAILED, 0) == 0


def test_E18_lmtp_and_sendmail_stop_too(secretary: Secretary, tmp_path: Path) -> None:
    with Relay(script={".": ["250 ok", *[QUOTA] * 9]}, lmtp=True) as relay:
        secretary.environ |= {
            "MAILER_TRANSPORT__WAY": "lmtp",
            "MAILER_TRANSPORT__LMTP": f"127.0.0.1:{relay.port}",
        }
        result = secretary.runs("send", "1", "--yes")
        assert (result.code, len(copies(relay)), waits(secretary)) == (75, 1, 39)
    program = tmp_path / "sendmail"
    program.write_text(
        "#!/bin/sh\necho 'msmtp: server message: 550 5.4.5 Daily user sending limit exceeded' >&2\nexit 69\n"
    )
    program.chmod(0o755)
    secretary.environ |= {"MAILER_TRANSPORT__WAY": "sendmail", "MAILER_TRANSPORT__SENDMAIL": f'["{program}"]'}
    result = secretary.runs("send", "1", "--yes")
    assert (result.code, waits(secretary)) == (75, 39)
    assert "sending limit exceeded" in result.err
