"""What follows when mail does not arrive, complaints, and the secretary's decision about a doubt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mailer.errors import Refused
from mailer.handlers import bounces, mailings
from mailer.message import Address
from mailer.model.bounces import AddressState, BouncePolicy
from mailer.model.issues import State
from mailer.model.outbox import Delivery, Doubts, Fate
from mailer.model.reports import Reported, Why
from mailer.model.suppressions import Cause
from mailer.ports import Folder
from mailer.tokens import Purpose, Token
from tests.unit.harness import BOARD, DAY, NILS, NMB, NORA, OFFICE, SECRETARY, Harness, signup, text_of

GONE = "550 5.1.1 no such user"
HARD = Reported(NILS, Fate.REFUSED, GONE, "5.1.1", Why.USER_UNKNOWN)


def sent(harness: Harness) -> int:
    """Send the issue; returns the row of Nils's copy."""
    harness.approved()
    harness.start()
    harness.tick()
    assert harness.issue.state is State.SENT
    with harness.environment.store._engine.connect() as connection:
        query = "SELECT id FROM outbox WHERE recipient = ? AND mailing IS NOT NULL"
        return int(connection.exec_driver_sql(query, (NILS,)).scalar_one())


def report(token: Token | str, status: str = "5.1.1", action: str = "failed") -> bytes:
    """A delivery report to the reply address with ``token``."""
    lines = (
        "Return-Path: <>",
        "From: MAILER-DAEMON@mx.nmb.example",
        f"To: tg2+{token}@iso-sr.example",
        "Subject: Undelivered Mail Returned to Sender",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.nmb.example",
        "",
        f"Final-Recipient: rfc822; {NILS}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {GONE.replace('5.1.1', status)}",
        "",
        "--b--",
        "",
    )
    return "\r\n".join(lines).encode()


def test_B10_without_plus_addresses_a_report_is_known_by_the_copy_that_it_returns(harness: Harness) -> None:
    harness.restart(plus=False)
    sent(harness)
    (copy,) = (raw for to, raw in harness.environment.relay.accepted if to == NILS and b"List-Id" in raw)
    head = copy.partition(b"\r\n\r\n")[0]
    lines = report("x").replace(b"tg2+x@", b"tg2@").removesuffix(b"--b--\r\n")
    harness.raw(lines + b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n" + head + b"\r\n\r\n--b--\r\n")
    with harness.environment.store.snapshot() as work:
        assert work.lists.suppressed(NILS) is not None


def test_with_plus_addresses_a_copy_needs_no_field_for_reports(harness: Harness) -> None:
    sent(harness)
    assert [raw for _, raw in harness.environment.relay.accepted if b"X-Report-Token" in raw] == []


def suppressed(harness: Harness, address: str = NILS) -> str | None:
    with harness.environment.store.snapshot() as work:
        return work.lists.suppressed(address)


def states(harness: Harness) -> dict[Delivery, int]:
    with harness.environment.store.snapshot() as work:
        return dict(work.outbox.counts(harness.mailing.id).by_state)


def test_a_hard_bounce_ends_mail_to_that_address(harness: Harness) -> None:
    token = harness.token(Purpose.BOUNCE, sent(harness))
    harness.raw(report(token))
    assert (suppressed(harness), states(harness)) == (f"bounced: {GONE}", {Delivery.SENT: 1, Delivery.FAILED: 1})
    harness.raw(report(token) + b"\r\nonce more")
    assert len(harness.trail("bounced")) == 1


@pytest.mark.parametrize("status", ["4.2.2", "5.2.2"])
def test_B10_a_soft_bounce_removes_nobody(harness: Harness, status: str) -> None:
    harness.raw(report(harness.token(Purpose.BOUNCE, sent(harness)), status))
    assert (suppressed(harness), states(harness)) == (None, {Delivery.SENT: 2})


def test_B10_a_forged_report_changes_nothing(harness: Harness) -> None:
    genuine = harness.token(Purpose.BOUNCE, sent(harness))
    for wrong in (f"bounce-{genuine.subject}-{'a' * 26}", f"bounce-{genuine.subject + 1}-{genuine.mac}", "x"):
        harness.raw(report(wrong))
    assert (suppressed(harness), states(harness), harness.trail("bounced")) == (None, {Delivery.SENT: 2}, [])


def test_B5_another_kind_of_token_is_no_bounce_token(harness: Harness) -> None:
    sent(harness)
    for purpose in (Purpose.LEAVE, Purpose.VOTE, Purpose.CONFIRM):
        harness.raw(report(harness.token(purpose, 1)))
    assert ([suppressed(harness, address) for address in NMB], harness.trail("bounced")) == ([None, None], [])


def test_a_bounce_of_an_unsent_mail_changes_nothing(harness: Harness) -> None:
    harness.do(lambda office: bounces.bounced(office, harness.token(Purpose.BOUNCE, 999), HARD))
    assert harness.trail("bounced") == []


def test_a_reader_who_complains_gets_no_more_mail(harness: Harness) -> None:
    token = harness.token(Purpose.BOUNCE, sent(harness))
    harness.do(lambda office: bounces.complained(office, token))
    assert suppressed(harness) == "complained"


@pytest.mark.parametrize(
    ("doubts", "state", "after"),
    [
        (Doubts.RESEND, State.SENDING, {Delivery.SENT: 1, Delivery.QUEUED: 1}),
        (Doubts.GIVE_UP, State.SENT, {Delivery.SENT: 1, Delivery.FAILED: 1}),
    ],
)
def test_E3_the_secretary_resolves_a_doubt(
    harness: Harness, doubts: Doubts, state: State, after: dict[Delivery, int]
) -> None:
    row = sent(harness)
    with harness.environment.store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'in doubt' WHERE id = ?", (row,))
    with harness.office() as office:
        assert mailings.resolve_doubts(office, harness.issue, doubts) == 1
    assert (harness.issue.state, states(harness)) == (state, after)
    with harness.office() as office:
        assert mailings.resolve_doubts(office, harness.issue, doubts) == 0
    harness.tick()
    ids = [mail["Message-ID"] for mail in harness.mails_to(NILS)]
    assert (harness.issue.state, len(ids), len(set(ids))) == (State.SENT, 1 + (doubts is Doubts.RESEND), 1)


def doubt(harness: Harness, row: int) -> None:
    with harness.environment.store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'in doubt' WHERE id = ?", (row,))


@pytest.mark.parametrize(
    ("action", "status", "before", "after"),
    [
        ("delivered", "2.0.0", Delivery.DOUBTFUL, Delivery.SENT),
        ("relayed", "2.0.0", Delivery.DOUBTFUL, Delivery.SENT),
        ("expanded", "2.0.0", Delivery.DOUBTFUL, Delivery.SENT),
        ("delayed", "4.4.1", Delivery.DOUBTFUL, Delivery.DOUBTFUL),
        ("failed", "4.4.7", Delivery.DOUBTFUL, Delivery.FAILED),
        ("failed", "5.1.1", Delivery.DOUBTFUL, Delivery.FAILED),
        ("delivered", "2.0.0", Delivery.SENT, Delivery.SENT),
        ("delayed", "4.4.1", Delivery.SENT, Delivery.SENT),
        ("failed", "4.4.7", Delivery.SENT, Delivery.SENT),
        ("failed", "5.1.1", Delivery.SENT, Delivery.FAILED),
    ],
)
def test_E3_a_delivery_report_settles_a_doubt(
    harness: Harness, action: str, status: str, before: Delivery, after: Delivery
) -> None:
    row = sent(harness)
    if before is Delivery.DOUBTFUL:
        doubt(harness, row)
    harness.raw(report(harness.token(Purpose.BOUNCE, row), status, action))
    assert states(harness) == ({Delivery.SENT: 2} if after is Delivery.SENT else {Delivery.SENT: 1, after: 1})
    assert (suppressed(harness) is None) == (status != "5.1.1")
    moved = before is not after and action != "failed"
    assert len(harness.trail("delivery reported")) == moved


def test_a_report_that_names_the_mail_by_our_envelope_id_needs_no_plus_address(harness: Harness) -> None:
    row = sent(harness)
    doubt(harness, row)
    raw = report("nothing", "2.0.0", "delivered")
    token = str(harness.token(Purpose.BOUNCE, row)).encode()
    forged = token[:-1] + (b"b" if token.endswith(b"a") else b"a")
    harness.raw(raw.replace(b"Reporting-MTA", b"Original-Envelope-Id: " + forged + b"\r\nReporting-MTA"))
    assert states(harness) == {Delivery.SENT: 1, Delivery.DOUBTFUL: 1}
    harness.raw(raw.replace(b"Reporting-MTA", b"Original-Envelope-Id: " + token + b"\r\nReporting-MTA"))
    assert states(harness) == {Delivery.SENT: 2}


def test_B10_a_report_on_a_shared_mail_moves_the_rows_it_names_and_removes_nobody(harness: Harness) -> None:
    row = sent(harness)
    token = harness.token(Purpose.SHARED, harness.mailing.id)
    other = "\r\n\r\nOriginal-Recipient: rfc822;NORA@nmb.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--"
    harness.raw(report(token, "5.1.1").replace(b"\r\n\r\n--b--", other.encode()))
    assert states(harness) == {Delivery.FAILED: 2}
    assert [suppressed(harness, address) for address in NMB] == [None, None]
    assert {entry.detail["fate"] for entry in harness.trail("delivery reported")} == {"refused"}
    doubt(harness, row)
    harness.raw(report(token, "2.0.0", "delivered"))
    assert states(harness) == {Delivery.SENT: 1, Delivery.FAILED: 1}


def test_B10_a_complaint_or_a_bounce_in_words_to_a_shared_mails_address_removes_nobody(harness: Harness) -> None:
    sent(harness)
    token = harness.token(Purpose.SHARED, harness.mailing.id)
    harness.raw(f"Return-Path: <>\r\nFrom: MAILER-DAEMON@x.example\r\nTo: tg2+{token}@iso-sr.example\r\n"
              "Subject: failure notice\r\n\r\n550 5.1.1 nobody\r\n".encode())  # fmt: skip
    complaint = report(token).replace(b"report-type=delivery-status", b"report-type=feedback-report")
    complaint = complaint.replace(b"message/delivery-status", b"message/feedback-report")
    harness.raw(complaint.replace(b"Reporting-MTA", b"Feedback-Type: abuse\r\nReporting-MTA"))
    assert (states(harness), [suppressed(harness, address) for address in NMB]) == ({Delivery.SENT: 2}, [None, None])


# --- what follows from reports ---


def state_of(harness: Harness, address: str = NILS) -> AddressState:
    with harness.environment.store.snapshot() as work:
        found = work.bounces.find(Address.parse(address))
        return found.state if found else AddressState.OK


def cause_of(harness: Harness, address: str = NILS) -> Cause | None:
    with harness.environment.store.snapshot() as work:
        found = work.suppressions.find(address)
        return found.cause if found else None


def last_row(harness: Harness, address: str = NILS) -> int:
    with harness.environment.store._engine.connect() as connection:
        return int(
            connection.exec_driver_sql("SELECT max(id) FROM outbox WHERE recipient = ?", (address,)).scalar_one()
        )


def test_an_address_that_does_not_exist_is_tried_once_more_and_then_given_up(harness: Harness) -> None:
    harness.raw(report(harness.token(Purpose.BOUNCE, sent(harness))))
    assert (state_of(harness), cause_of(harness)) == (AddressState.SUSPENDED, Cause.SUSPENDED)
    harness.pass_by(7 * DAY - timedelta(minutes=1))
    harness.tick()
    assert len(harness.mails_to(NILS)) == 1
    harness.pass_by(timedelta(minutes=2))
    harness.tick()
    assert harness.subjects(NILS)[1:] == ["Does this address still work?"]
    assert (state_of(harness), cause_of(harness)) == (AddressState.RETRIED, Cause.SUSPENDED)
    harness.tick()
    assert len(harness.mails_to(NILS)) == 2
    harness.raw(report(harness.token(Purpose.BOUNCE, last_row(harness))) + b"\r\nthe try")
    assert (state_of(harness), cause_of(harness)) == (AddressState.REMOVED, Cause.BOUNCED)
    assert suppressed(harness) == f"bounced: {GONE}"
    assert [len(harness.trail(action)) for action in ("bounced", "tried again", "given up")] == [1, 1, 1]
    harness.pass_by(100 * DAY)
    harness.tick()
    assert (len(harness.mails_to(NILS)), state_of(harness)) == (2, AddressState.REMOVED)


def test_an_address_whose_last_try_does_not_come_back_gets_mail_again(harness: Harness) -> None:
    harness.raw(report(harness.token(Purpose.BOUNCE, sent(harness))))
    harness.pass_by(8 * DAY)
    harness.tick()
    harness.pass_by(5 * DAY + timedelta(minutes=1))
    harness.tick()
    assert (state_of(harness), suppressed(harness)) == (AddressState.TROUBLED, None)
    assert len(harness.trail("mailed again")) == 1
    harness.pass_by(31 * DAY)
    harness.tick()
    assert state_of(harness) is AddressState.OK


def test_who_is_on_no_list_any_more_is_not_tried_again(harness: Harness) -> None:
    harness.raw(report(harness.token(Purpose.BOUNCE, sent(harness))))
    harness.import_list("nmb", [NORA])
    harness.pass_by(8 * DAY)
    harness.tick()
    assert (state_of(harness), suppressed(harness), len(harness.mails_to(NILS))) == (AddressState.OK, None, 1)


def test_no_more_addresses_are_tried_again_in_a_day_than_configured(harness: Harness) -> None:
    harness.restart(bounces=BouncePolicy(tries_per_day=2))
    people = [f"reader{number}@nmb.example" for number in range(5)]
    harness.import_list("nmb", people)
    for address in people:
        with harness.office() as office:
            bounces._count(office, Address.parse(address), replace(HARD, recipient=address), office.now)
    tried = []
    for _ in range(4):
        harness.pass_by(7 * DAY if not tried else DAY)
        harness.tick()
        harness.tick()
        tried.append(sum(len(harness.mails_to(address)) for address in people))
    assert tried == [2, 4, 5, 5]


def test_a_try_that_still_waits_has_shown_nothing(harness: Harness) -> None:
    harness.raw(report(harness.token(Purpose.BOUNCE, sent(harness))))
    harness.pass_by(8 * DAY)
    harness.tick()
    row = last_row(harness)
    with harness.environment.store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'deferred', due_at = due_at * 2 WHERE id = ?", (row,))
    harness.pass_by(6 * DAY)
    harness.tick()
    assert state_of(harness) is AddressState.RETRIED


@pytest.mark.parametrize("authentic", [True, False])
def test_an_authentic_mail_shows_that_an_address_works(harness: Harness, authentic: bool) -> None:
    harness.raw(report(harness.token(Purpose.BOUNCE, sent(harness))))
    headers = {} if authentic else {"X-Forged": "yes"}
    harness.write(NILS, OFFICE, "Hello", "a word to you", **headers)
    assert state_of(harness) is (AddressState.OK if authentic else AddressState.SUSPENDED)


def test_soft_failures_hold_mailings_for_a_time_and_remove_nobody(harness: Harness) -> None:
    row = sent(harness)
    for day in range(8):
        harness.raw(report(harness.token(Purpose.BOUNCE, row), "4.2.2") + f"\r\n{day}".encode())
        harness.pass_by(DAY)
    assert (state_of(harness), cause_of(harness)) == (AddressState.HELD, Cause.HELD)
    assert len(harness.trail("held back")) == 1
    harness.pass_by(14 * DAY)
    harness.tick()
    assert (state_of(harness), suppressed(harness)) == (AddressState.TROUBLED, None)


def test_a_report_about_us_counts_against_no_reader_and_is_told_once_a_day(harness: Harness) -> None:
    row = sent(harness)
    for number in range(2):
        raw = report(harness.token(Purpose.BOUNCE, row), "5.7.1").replace(b"no such user", b"blocked by our block list")
        harness.raw(raw + f"\r\n{number}".encode())
    assert (state_of(harness), suppressed(harness)) == (AddressState.OK, None)
    assert [subject for subject in harness.subjects(SECRETARY) if "because of us" in subject] == [
        "nmb.example sends our mail back because of us"
    ]
    with harness.environment.store.snapshot() as work:
        assert not work.throttle.breakers()["@nmb.example"].is_open


def test_E10_reports_of_several_readers_about_us_stop_mail_to_their_provider(harness: Harness) -> None:
    people = [f"reader{number}@nmb.example" for number in range(bounces.OPENS_AT)]
    blocked = Reported("", Fate.RETURNED, "554 5.7.1 blocked", "5.7.1", Why.BLOCKED)
    opened = []
    for address in people:
        with harness.office() as office:
            office.work.bounces.note(Address.parse(address), blocked, office.now)
            bounces._refused_because_of_us(office, Address.parse(address), blocked)
            opened.append(office.work.throttle.breakers()["@nmb.example"].is_open)
    harness.tick()
    assert opened == [False] * (bounces.OPENS_AT - 1) + [True]
    assert len([subject for subject in harness.subjects(SECRETARY) if "because of us" in subject]) == 1


def test_a_refusal_by_the_relay_counts_as_a_report_does(harness: Harness) -> None:
    row = sent(harness)
    with harness.environment.store.transaction() as work:
        work.bounces.refuse([(row, GONE)], harness.now)
    harness.tick()
    assert (state_of(harness), suppressed(harness)) == (AddressState.SUSPENDED, f"bounced: {GONE}")
    with harness.environment.store.snapshot() as work:
        assert work.bounces.refusals_waiting() == 0


# --- organisations ---

UNION = "Union of Examples"


def test_an_organisation_s_other_contact_is_asked_for_the_right_address(harness: Harness) -> None:
    harness.import_list("cag", BOARD)
    harness.import_list("nmb", NMB, organisation=UNION)
    gone(harness, NILS)
    (asked,) = [mail for mail in harness.mails_to(NORA) if UNION in mail["Subject"]]
    words = text_of(asked)
    assert NILS in words
    assert GONE not in words
    gone(harness, NORA)  # nobody else is left there
    (listed,) = [mail for mail in harness.mails_to(SECRETARY) if "do not work" in mail["Subject"]]
    assert f"- {NORA}, {UNION}" in text_of(listed)
    harness.tick()
    assert len([subject for subject in harness.subjects(SECRETARY) if "do not work" in subject]) == 1


def test_who_signs_up_with_an_organisation_s_name_learns_nothing_of_it(harness: Harness) -> None:
    harness.import_list("nmb", [NILS], organisation=UNION)
    harness.import_list("subscriber", [NORA], organisation=UNION)
    gone(harness, NILS)
    assert harness.mails_to(NORA) == []
    gone(harness, NORA)
    (listed,) = [mail for mail in harness.mails_to(SECRETARY) if "do not work" in mail["Subject"]]
    assert (NILS in text_of(listed), NORA in text_of(listed)) == (True, False)


def gone(harness: Harness, address: str) -> None:
    with harness.office() as office:
        bounces._count(office, Address.parse(address), replace(HARD, recipient=address), office.now)
    harness.tick()


# --- complaints ---


def test_B10_a_complaint_without_our_token_goes_to_a_person(harness: Harness) -> None:
    row = sent(harness)
    forged = report(f"bounce-{row}-{'a' * 26}").replace(b"report-type=delivery-status", b"report-type=feedback-report")
    forged = forged.replace(b"message/delivery-status", b"message/feedback-report")
    harness.raw(forged.replace(b"Reporting-MTA", b"Feedback-Type: abuse\r\nReporting-MTA"))
    assert (suppressed(harness), harness.trail("complained")) == (None, [])
    assert harness.filed()[Folder.ATTENTION] == 1
    (told,) = [mail for mail in harness.mails_to(SECRETARY) if mail["Subject"] == "A mail needs a person"]
    assert "a complaint about our mail that does not say whose" in text_of(told)


def test_a_complaint_outweighs_what_bounces_and_replies_say(harness: Harness) -> None:
    row = sent(harness)
    harness.do(lambda office: bounces.complained(office, harness.token(Purpose.BOUNCE, row)))
    harness.raw(report(harness.token(Purpose.BOUNCE, row)))
    assert cause_of(harness) is Cause.COMPLAINED
    harness.write(NILS, OFFICE, "Hello", "a word to you")
    assert (state_of(harness), cause_of(harness)) == (AddressState.OK, Cause.COMPLAINED)
    with pytest.raises(Refused, match="mailer suppressed remove"), harness.office() as office:
        bounces.revive(office, NILS, "phoned")


def test_B1_who_complained_is_not_asked_to_confirm_whoever_signs_them_up(harness: Harness) -> None:
    with harness.environment.store.transaction() as work:
        work.lists.suppress("ulla@reader.example", "complained", harness.now)
    for number in range(2):
        harness.raw(signup("ulla@reader.example", f"subscribe\n\n{number}"))
    assert harness.mails_to("ulla@reader.example") == []
    assert harness.filed()[Folder.ATTENTION] == 2
    assert harness.subjects(SECRETARY) == ["A mail needs a person"] * 2


def test_what_a_suppressed_person_asks_for_by_mail_is_still_sent(harness: Harness) -> None:
    with harness.environment.store.transaction() as work:
        work.lists.suppress(NILS, "complained", harness.now)
    harness.import_list("nmb", [NILS])
    harness.write(NILS, OFFICE, "help", "")
    assert len(harness.mails_to(NILS)) == 1


# --- a person's word ---


def test_a_person_revives_an_address(harness: Harness) -> None:
    harness.raw(report(harness.token(Purpose.BOUNCE, sent(harness))))
    harness.do(lambda office: bounces.revive(office, NILS, "phoned"))
    assert (state_of(harness), suppressed(harness)) == (AddressState.OK, None)
    assert [entry.detail for entry in harness.trail("mailed again")] == [{"reason": "phoned"}]
    with pytest.raises(Refused, match="nothing to revive"), harness.office() as office:
        bounces.revive(office, NILS, "again")
