"""Pipelining over several connections, with data split anywhere, surplus replies and lost connections (E3, E7)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.adapters.smtp import SmtpTransport
from mailer.adapters.smtp.pipeline import Pipeline
from mailer.adapters.smtp.replies import Lost, Replies
from mailer.adapters.smtp.rules import Extensions, Verdict
from mailer.adapters.smtp.transaction import RowVerdict
from mailer.errors import Permanent, Temporary
from mailer.message import Envelope, MailTemplate, Outgoing
from mailer.model.outbox import Delivery
from tests.fakes import FakeLedger
from tests.relay import Action, Fault, Relay
from tests.settings import smtp_settings

SENT, DEFERRED, FAILED, DOUBTFUL = Delivery.SENT, Delivery.DEFERRED, Delivery.FAILED, Delivery.DOUBTFUL
KEYWORDS = ("PIPELINING", "SIZE 1000000")


@cache
def mail(*rows: int) -> Outgoing:
    recipients = tuple(f"r{row}@example.org" for row in rows)
    envelope = Envelope(f"office+{rows[0]}@example.org", recipients)
    return Outgoing(rows, envelope, MailTemplate(b"Subject: %d\r\n\r\n.\r\n" % rows[0]))


@dataclass
class Peer:
    """A relay's end of a connection. Each reply names its row, or the first row of its mail; 0 stands for none."""

    chance: Random
    replies: bytes = b""
    read: bytes = b""
    row: int = 0
    accepted: list[int] = field(default_factory=list)
    in_message: bool = False
    sender_refused: bool = False
    out_of_step: bool = False
    """Whether it has sent a reply that was not asked for."""
    complete: set[int] = field(default_factory=set)
    taken: set[int] = field(default_factory=set)

    def feed(self, octets: bytes) -> None:
        self.read += octets
        while b"\r\n" in self.read:
            line, _, self.read = self.read.partition(b"\r\n")
            self._line(line)

    def _line(self, line: bytes) -> None:
        if self.in_message:
            if line == b".":
                self.in_message = False
                self.complete.update(self.accepted)
                if self._reply(".", "250", self.row):
                    self.taken.update(self.accepted)
            return
        match line[:4]:
            case b"RSET":
                self.replies += b"250 about 0\r\n"
            case b"MAIL":
                self.row = _number(line, b"+")
                self.accepted, self.sender_refused = [], not self._reply("MAIL", "250", self.row)
            case b"RCPT":
                row = _number(line, b"<r")
                if self.sender_refused:
                    self.replies += b"503 about %d\r\n" % row
                elif self._reply("RCPT", "250", row):
                    self.accepted.append(row)
            case _ if self.accepted:
                self.in_message = self._reply("DATA", "354", self.row)
            case _:
                self.replies += b"503 about %d\r\n" % self.row

    def _reply(self, step: str, usual: str, row: int) -> bool:
        refusals = ["450"] if step == "MAIL" else ["450", "550"]  # 550 to MAIL would end it all
        code = self.chance.choice([usual] * 8 + refusals)
        if not self.out_of_step and self.chance.random() < 0.1:
            self.out_of_step = True
            self.replies += b"550 about 0\r\n" if step in ("RCPT", "DATA") and row % 2 else b"250 about 0\r\n"
        self.replies += f"{code}-about {row}\r\n{code} about {row}\r\n".encode()
        return code == usual


def _number(line: bytes, mark: bytes) -> int:
    return int(line.partition(mark)[2].partition(b"@")[0])


@dataclass
class Connections:
    """Several connections that take mails from one queue."""

    chance: Random
    queue: deque[Outgoing]
    verdicts: dict[int, Verdict] = field(default_factory=dict)

    def connect(self) -> tuple[Pipeline, Peer]:
        return Pipeline(Extensions("220", KEYWORDS)), Peer(self.chance)

    def settle(self, row: int, verdict: Verdict) -> None:
        assert row not in self.verdicts
        self.verdicts[row] = verdict

    def step(self, pipeline: Pipeline, peer: Peer) -> bool:
        """Move some octets each way; False if the connection has ended."""
        if pipeline.can_begin and self.queue:
            pipeline.begin(self.queue.popleft())
        try:
            whole = b"".join(pipeline.out)
            if whole:
                written = self.chance.randint(1, len(whole))
                pipeline.wrote(written)
                peer.feed(whole[:written])
            size = self.chance.randint(0, len(peer.replies))
            data, peer.replies = peer.replies[:size], peer.replies[size:]
            for row, verdict in pipeline.feed(data):
                self.settle(row, verdict)
            if self.chance.random() < 0.02:
                raise Lost("dropped")
        except Lost as why:
            verdicts, unanswered = pipeline.lost(str(why))
            for row, verdict in verdicts:
                self.settle(row, verdict)
            if unanswered is not None:
                self.queue.append(unanswered)
            return False
        if pipeline.accepted:
            pipeline.send_message()
        return True


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**64))
def test_E7_no_reply_is_attributed_to_another_recipient(seed: int) -> None:
    chance = Random(seed)
    count = chance.randint(1, 12)
    cuts = sorted({1, count + 1, *(chance.randint(1, count) for _ in range(chance.randint(0, 8)))})
    mails = [mail(*range(first, last)) for first, last in pairwise(cuts)]
    first_of = {row: one.rows[0] for one in mails for row in one.rows}
    connections = Connections(chance, deque(mails))
    open_now = [connections.connect() for _ in range(chance.randint(1, 3))]
    peers = [peer for _, peer in open_now]
    while len(connections.verdicts) < count:
        place = chance.randrange(len(open_now))
        if not connections.step(*open_now[place]):
            open_now[place] = connections.connect()
            peers.append(open_now[place][1])
    taken = set().union(*(peer.taken for peer in peers))
    complete = set().union(*(peer.complete for peer in peers))
    for row, verdict in connections.verdicts.items():
        if not verdict.reply.startswith("connection lost"):
            assert {int(words.split()[0]) for words in verdict.reply.split("about ")[1:]} <= {row, first_of[row], 0}
        assert verdict.state is not DOUBTFUL or row in complete
        if row in taken:
            assert verdict.state in (SENT, DOUBTFUL)


def begun() -> Pipeline:
    pipeline = Pipeline(Extensions("220", KEYWORDS))
    pipeline.begin(mail(1))
    return pipeline


def test_E7_a_reply_to_a_command_that_is_not_yet_sent_ends_the_connection() -> None:
    pipeline = begun()
    pipeline.wrote(sum(map(len, pipeline.out)) - 1)
    assert [*pipeline.feed(b"250 ok\r\n250 ok\r\n")] == []
    with pytest.raises(Lost, match="before it had the command"):
        [*pipeline.feed(b"354 go\r\n")]
    assert pipeline.lost("x")[0] == [(1, Verdict(DEFERRED, "connection lost before the message was complete: x"))]


@pytest.mark.parametrize("replies", [b"550 no\r\n250 ok\r\n", b"250 ok\r\n550 no\r\n250 ok\r\n"])
def test_E7_a_refusal_that_is_followed_by_consent_may_belong_to_another_mail(replies: bytes) -> None:
    pipeline = begun()
    pipeline.wrote(sum(map(len, pipeline.out)))
    with pytest.raises(Lost, match="out of step"):
        [*pipeline.feed(replies)]
    assert [verdict.state for _, verdict in pipeline.lost("x")[0]] == [DEFERRED]


@pytest.mark.parametrize("more", [b"354 go\r\n", b"554 no\r\n", b"250 ok\r\n", b"nonsense"])
def test_E4_what_follows_421_is_ignored(more: bytes) -> None:
    pipeline = begun()
    pipeline.wrote(sum(map(len, pipeline.out)))
    assert [verdict.state for _, verdict in pipeline.feed(b"250 ok\r\n421 4.3.2 going down\r\n")] == [DEFERRED]
    assert [*pipeline.feed(more)] == []
    assert (pipeline.closing_reply, pipeline.lost("x")) == ("421 4.3.2 going down", ([], None))


@given(st.lists(st.integers(1, 9)))
def test_E7_replies_are_the_same_however_they_are_split(sizes: list[int]) -> None:
    data = b"250-one\r\n250 two\r\n354 go\r\n550-5.1.1 no\r\n550-5.1.1 such\r\n550 5.1.1 user\r\n"
    replies, found = Replies(str), []
    for size in [*sizes, len(data)]:
        found += [str(reply) for reply in replies.feed(data[:size])]
        data = data[size:]
    assert found == ["250 one two", "354 go", "550 5.1.1 no 5.1.1 such 5.1.1 user"]
    assert not replies.has_more


def delivered(relay: Relay, count: int, connections: int = 1) -> tuple[FakeLedger, Exception | None]:
    ledger = FakeLedger([mail(row) for row in range(1, count + 1)])
    where = smtp_settings("127.0.0.1", relay.port, "none", timeouts=relay.timeouts, connections=connections)
    try:
        SmtpTransport(where).deliver(ledger)
    except (Temporary, Permanent) as fault:
        return ledger, fault
    return ledger, None


def states(ledger: FakeLedger) -> dict[int, Delivery]:
    return {outcome.row: outcome.state for outcome in ledger.outcomes}


def test_a_pipelined_mail_is_recorded_before_its_message_and_after_the_previous_one() -> None:
    with Relay(keywords=KEYWORDS) as relay:
        ledger, fault = delivered(relay, 5)
    assert (fault, states(ledger)) == (None, dict.fromkeys(range(1, 6), SENT))
    assert ledger.most_under_way == 1
    assert relay.verbs() == ["EHLO", *["MAIL", "RCPT", "DATA"] * 5, "QUIT"]
    assert [taken.recipient for taken in relay.taken] == [f"r{row}@example.org" for row in range(1, 6)]


@pytest.mark.parametrize("connections", [2, 5])
def test_E1_at_most_one_mail_per_connection_is_under_way(connections: int) -> None:
    with Relay(keywords=KEYWORDS) as relay:
        ledger, fault = delivered(relay, 200, connections)
    assert (fault, states(ledger)) == (None, dict.fromkeys(range(1, 201), SENT))
    assert ledger.most_under_way <= connections
    assert 1 < len(relay.sessions) <= connections
    assert sorted(taken.raw for taken in relay.taken) == sorted(mail(row).parts[0] for row in range(1, 201))


@pytest.mark.parametrize(("step", "reply"), [("RCPT", "550 5.1.1 nobody"), ("DATA", "451 4.3.0 later")])
def test_E6_a_refusal_in_a_pipeline_is_for_one_recipient(step: str, reply: str) -> None:
    with Relay({step: ["250 ok" if step == "RCPT" else "354 go", reply]}, keywords=KEYWORDS) as relay:
        ledger, fault = delivered(relay, 3)
    assert (fault, states(ledger)) == (None, {1: SENT, 2: FAILED if step == "RCPT" else DEFERRED, 3: SENT})
    assert (len(relay.sessions), relay.verbs().count("RSET")) == (1, 1)


def test_a_relay_that_asks_for_a_message_after_refusing_it_gets_an_empty_one() -> None:
    script: dict[str, list[Action]] = {"RCPT": ["550 no"], "DATA": ["354 go"], ".": ["554 no recipients"]}
    with Relay(script, keywords=KEYWORDS) as relay:
        ledger, fault = delivered(relay, 2)
    assert (fault, states(ledger)) == (None, {1: FAILED, 2: SENT})
    assert [read.raw for read in relay.read] == [b"", *mail(2).parts]


def test_E3_the_mail_behind_one_in_doubt_goes_over_another_connection() -> None:
    with Relay({".": [Fault.DROP]}, keywords=KEYWORDS) as relay:
        ledger, fault = delivered(relay, 3)
    assert (fault, states(ledger)) == (None, {1: DOUBTFUL, 2: SENT, 3: SENT})
    assert [read.recipient for read in relay.read] == [f"r{row}@example.org" for row in (1, 2, 3)]


@pytest.mark.parametrize("end", ["421 4.3.2 enough of this connection", Fault.DROP], ids=str)
def test_E4_a_relay_that_wants_a_new_connection_after_each_mail_costs_nothing(end: Action) -> None:
    with Relay({"MAIL": ["250 ok", end, "250 ok", end, "250 ok"]}, keywords=KEYWORDS) as relay:
        ledger, fault = delivered(relay, 3)
    assert (fault, states(ledger)) == (None, dict.fromkeys((1, 2, 3), SENT))
    assert len(relay.sessions) == 3


def test_E10_a_policy_refusal_holds_the_mail_that_is_pipelined_behind_it() -> None:
    with Relay({".": ["550 5.7.26 unauthenticated"]}, keywords=KEYWORDS) as relay:
        ledger, fault = delivered(relay, 3)
    assert (states(ledger), type(fault)) == ({1: DEFERRED}, Permanent)
    assert [read.recipient for read in relay.read] == ["r1@example.org"]


def test_a_relay_that_wants_fewer_connections_gets_fewer() -> None:
    script: dict[str, list[Action]] = {"CONNECT": ["220 first", *["421 4.7.0 too many of you"] * 50]}
    with Relay(script, keywords=KEYWORDS) as relay:
        ledger, fault = delivered(relay, 100, connections=5)
    assert (fault, states(ledger)) == (None, dict.fromkeys(range(1, 101), SENT))
    assert ledger.most_under_way == 1


SHARED: dict[str, tuple[dict[str, list[Action]], dict[int, Delivery]]] = {
    "all are taken": ({}, {1: SENT, 2: SENT, 3: SENT}),
    "one is refused": ({"RCPT": ["250 ok", "550 5.1.1 nobody"]}, {1: SENT, 2: FAILED, 3: SENT}),
    "one is deferred": ({"RCPT": ["451 4.2.1 busy"]}, {1: DEFERRED, 2: SENT, 3: SENT}),
    "all are refused, each in its way": (
        {"RCPT": ["550 5.1.1 nobody", "451 4.2.1 busy", "551 5.1.6 gone"]},
        {1: FAILED, 2: DEFERRED, 3: FAILED},
    ),
    "the mail is refused": (
        {"MAIL": ["451 4.3.1 no room"]},
        dict.fromkeys((1, 2, 3), DEFERRED),
    ),
    "one is refused, and then DATA": (
        {"RCPT": ["550 5.1.1 nobody"], "DATA": ["451 4.3.0 later"]},
        {1: FAILED, 2: DEFERRED, 3: DEFERRED},
    ),
    "the message is refused": ({".": ["554 5.6.0 no"]}, dict.fromkeys((1, 2, 3), FAILED)),
    "the relay is lost after the final dot": (
        {"RCPT": ["250 ok", "550 5.1.1 nobody"], ".": [Fault.DROP]},
        {1: DOUBTFUL, 2: FAILED, 3: DOUBTFUL},
    ),
    "the relay closes in between": ({"RCPT": ["550 5.1.1 no", "421 4.3.2 bye"]}, dict.fromkeys((1, 2, 3), DEFERRED)),
    "too many recipients": ({"RCPT": ["250 ok", "552 5.5.3 too many"]}, {1: SENT, 2: DEFERRED, 3: SENT}),
    "a reply too few": ({"RCPT": [b""]}, dict.fromkeys((1, 2, 3), DEFERRED)),
    "a reply too many": ({"RCPT": [("250 ok", "550 5.1.1 nobody")]}, dict.fromkeys((1, 2, 3), DEFERRED)),
}


@pytest.mark.parametrize("keywords", [KEYWORDS, ()], ids=["pipelined", "in turn"])
@pytest.mark.parametrize(("script", "expected"), SHARED.values(), ids=SHARED)
def test_E6_E7_each_recipient_of_a_shared_mail_has_an_outcome_of_its_own(
    keywords: tuple[str, ...], script: dict[str, list[Action]], expected: dict[int, Delivery]
) -> None:
    with Relay(script, keywords=keywords) as relay:
        ledger = FakeLedger([mail(1, 2, 3), mail(4)])
        SmtpTransport(smtp_settings("127.0.0.1", relay.port, "none", timeouts=relay.timeouts)).deliver(ledger)
    assert states(ledger) == {**expected, 4: SENT}
    taken = sorted(int(one.recipient[1]) for one in relay.taken)
    assert taken == [row for row in range(1, 5) if {**expected, 4: SENT}[row] is SENT]


LMTP: dict[str, tuple[dict[str, list[Action]], dict[int, Delivery]]] = {
    "one is full": ({".": ["250 ok", "452 4.2.2 full", "250 ok"]}, {1: SENT, 2: DEFERRED, 3: SENT}),
    "one is refused before, one after": (
        {"RCPT": ["250 ok", "550 5.1.1 nobody"], ".": ["550 5.7.0 no", "250 ok"]},
        {1: FAILED, 2: FAILED, 3: SENT},
    ),
    "lost between the replies": ({".": ["250 ok", Fault.DROP]}, {1: SENT, 2: DOUBTFUL, 3: DOUBTFUL}),
    "a reply too few": ({".": ["250 ok", "250 ok", b""]}, {1: SENT, 2: SENT, 3: DOUBTFUL}),
    "closes between the replies": ({".": ["250 ok", "421 4.3.2 bye"]}, {1: SENT, 2: DEFERRED, 3: DOUBTFUL}),
}


@pytest.mark.parametrize("keywords", [KEYWORDS, ()], ids=["pipelined", "in turn"])
@pytest.mark.parametrize(("script", "expected"), LMTP.values(), ids=LMTP)
def test_E3_E6_over_lmtp_the_message_has_a_reply_for_each_recipient(
    keywords: tuple[str, ...], script: dict[str, list[Action]], expected: dict[int, Delivery]
) -> None:
    with Relay(script, keywords=keywords, lmtp=True) as relay:
        ledger = FakeLedger([mail(1, 2, 3), mail(4)])
        SmtpTransport(smtp_settings("127.0.0.1", relay.port, "none", timeouts=relay.timeouts, lmtp=True)).deliver(
            ledger
        )
    assert states(ledger) == {**expected, 4: SENT}
    assert relay.verbs()[0] == "LHLO"


@pytest.mark.parametrize("keywords", [KEYWORDS, ()], ids=["pipelined", "in turn"])
@pytest.mark.parametrize(("connections", "limit", "most"), [(1, 2, 2), (1, 1, 1), (3, 4, 4), (1, 0, 9)])
def test_a_connection_takes_no_more_mails_than_its_limit(
    keywords: tuple[str, ...], connections: int, limit: int, most: int
) -> None:
    with Relay(keywords=keywords) as relay:
        where = smtp_settings(
            "127.0.0.1",
            relay.port,
            "none",
            timeouts=relay.timeouts,
            connections=connections,
            mails_per_connection=limit,
        )
        ledger = FakeLedger([mail(row) for row in range(1, 10)])
        SmtpTransport(where).deliver(ledger)
    assert states(ledger) == dict.fromkeys(range(1, 10), SENT)
    mails = [relay.verbs(session).count("MAIL") for session in range(len(relay.sessions))]
    assert (sum(mails), max(mails)) == (9, most) if connections == 1 else (sum(mails), max(mails) <= most) == (9, True)
    used = [session for session, count in enumerate(mails) if count]  # one that came too late may not have quit yet
    assert {relay.verbs(session)[-1] for session in used} == {"QUIT"}


@pytest.mark.parametrize(
    "replies",
    [
        b"250 2.0.0 taken as 7\r\n250 ok\r\n251 ok\r\n354 go\r\n",
        b"250 \r\n250 \r\n250 \r\n354 \r\n",
        b"250 ok\r\n250 ok\r\n550 no\r\n554 no\r\n",
        b"451 later\r\n250 ok\r\n250 ok\r\n354 go\r\n",
        b"250-two\r\n250 lines\r\n250 ok\r\n250 ok\r\n354 go\r\n",
    ],
)
def test_E7_replies_mean_the_same_in_one_read_and_in_many(replies: bytes) -> None:
    whole, in_parts = ([replies], [replies[place : place + 1] for place in range(len(replies))])
    assert _outcome(whole) == _outcome(in_parts)


def _outcome(reads: list[bytes]) -> tuple[object, ...]:
    """What becomes of a mail whose message is sent, and of the next one, which has begun."""
    pipeline = begun()
    pipeline.wrote(sum(map(len, pipeline.out)))
    assert [*pipeline.feed(b"250 ok\r\n250 ok\r\n354 go\r\n")] == []
    pipeline.send_message()
    pipeline.begin(mail(2))
    pipeline.wrote(sum(map(len, pipeline.out)))
    verdicts: list[RowVerdict] = []
    fault = ""
    try:
        for read in reads:
            verdicts.extend(pipeline.feed(read))
    except Lost as why:
        fault = str(why)
    more = b"".join(pipeline.out)
    return verdicts, fault, [*pipeline.accepted], [*pipeline.sending], pipeline.awaited, pipeline.reply_count, more


def test_E7_a_missing_reply_to_a_message_leaves_a_doubt() -> None:
    """The replies to the next mail come in the same read, which reveals it."""
    pipeline = begun()
    pipeline.wrote(sum(map(len, pipeline.out)))
    assert [*pipeline.feed(b"250 ok\r\n250 ok\r\n354 go\r\n")] == []
    pipeline.send_message()
    pipeline.begin(mail(2))
    pipeline.wrote(sum(map(len, pipeline.out)))
    verdicts: list[RowVerdict] = []
    with pytest.raises(Lost, match="out of step"):
        verdicts.extend(pipeline.feed(b"250 ok\r\n250 ok\r\n354 go\r\n"))
    assert [(row, verdict.state) for row, verdict in verdicts] == [(1, DOUBTFUL)]
    assert [(row, verdict.state) for row, verdict in pipeline.lost("x")[0]] == [(2, DEFERRED)]
