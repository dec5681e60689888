"""A board that does anything in any order, and an office that crashes: nothing goes out that the policy does not allow.

The machine draws a policy and then 50 steps, 10,000 in all, of which “make test” takes 4,000. After each step it
compares the office with a model of its own: a board, the words of its members in the order in which they came, and the
rules as config/mailer.toml explains them. The model knows nothing of how the office counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from unittest.mock import patch

from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from mailer import daemon
from mailer.errors import Refused
from mailer.handlers import approvals, ballots, imports, issues, mailings
from mailer.message import Address
from mailer.model import list_file
from mailer.model.approvals import Ballot, Choice, Outcome
from mailer.model.caps import FLOODS
from mailer.model.imports import ImportOptions
from mailer.model.issues import Issue
from mailer.model.lists import Details
from mailer.model.notices import Notice
from mailer.model.policies import Policy, WithoutQuorum
from mailer.model.working_days import Span
from mailer.office import Office
from mailer.store.schema import feedback_entries, outbox
from mailer.tokens import Purpose
from tests.flows.environment import EDITION, SOURCE, Crash, CrashPoint, Environment, OfficeProcess, configured
from tests.thoroughness import thorough

STEPS = 50
LISTS = ("nmb",)
OFFICE = "tg2@iso-sr.example"


class QuickRenderer:
    """Writes notices as the values that they were given, in no time."""

    def notice(self, name: str, values: Mapping[str, object], language: str = "") -> Notice:
        said = " ".join(f"{key}={value}" for key, value in values.items() if isinstance(value, str))
        return Notice(f"{name}: {values.get('heading', '')}", f"{name} {said}\n")

    def __getattr__(self, name: str) -> object:
        return getattr(configured().renderer, name)


class Cast(NamedTuple):
    """A vote that a member gave by an authentic reply about some bytes."""

    member: str
    choice: Choice
    at: datetime
    digest: str
    by_hand: bool = False


@dataclass
class Model:
    """What is allowed, by the policy's words alone."""

    policy: Policy
    board: list[str]
    cast: list[Cast] = field(default_factory=list)

    def last_votes(self, digest: str, until: datetime, *, by_hand: bool = True) -> list[Choice]:
        """The last vote of each member who is on the board now."""
        last: dict[str, Choice] = {}
        for one in self.cast:
            if one.digest == digest and one.at <= until and one.member in self.board and (by_hand or not one.by_hand):
                last[one.member] = one.choice
        return list(last.values())

    def until_a_member_votes(self, digest: str) -> Model:
        """Without what was entered by hand after the last mail, such as one that was read later: it makes no grant."""
        cast = sorted((one for one in self.cast if one.digest == digest), key=lambda one: one.at)
        while cast and cast[-1].by_hand:
            cast.pop()
        return replace(self, cast=cast)

    def allows(self, digest: str, deadline: datetime, now: datetime) -> bool:
        """Whether these bytes may go out."""
        votes = self.last_votes(digest, deadline)
        yes, no, none = (votes.count(choice) for choice in (Choice.APPROVE, Choice.OBJECT, Choice.ABSTAIN))
        if self.policy.rule == "no-objection" and now > deadline:
            yes += len(self.board) - len(votes)
        if len(votes) < self.policy.minimum_votes or yes == 0:
            return False
        if no and (self.policy.objection_blocks or no >= yes):
            return False
        return self._is_enough(yes, len(self.board) - none, no)

    def _is_enough(self, yes: int, voters: int, no: int) -> bool:
        match self.policy.rule:
            case "unanimous":
                return yes == voters
            case "no-objection":
                return yes == voters - no
            case "majority":
                return yes * 2 > voters
        share = Fraction(self.policy.rule)
        return yes >= (share * voters if "/" in self.policy.rule else share)

    def forbids(self, digest: str, deadline: datetime) -> bool:
        """Whether one objection has decided it."""
        return self.policy.objection_blocks and Choice.OBJECT in self.last_votes(digest, deadline)


def _row(address: str) -> list_file.Row:
    return list_file.Row(Address.parse(address), Details())


POLICIES = st.builds(
    Policy,
    key=st.just("disclosure"),
    title=st.just("All that goes out"),
    documents=st.just(("issue",)),
    board=st.just("cag"),
    rule=st.sampled_from(["unanimous", "majority", "1", "2", "1/2", "2/3", "3/4", "no-objection"]),
    minimum_votes=st.sampled_from([0, 0, 1, 2]),
    objection_blocks=st.booleans(),
    deadline=st.builds(Span, st.sampled_from([2, 5]), st.booleans()),
    reminders=st.sampled_from([(), (Span(1),)]),
    without_quorum=st.sampled_from([WithoutQuorum.REJECT, WithoutQuorum.EXTEND]),
    extension=st.just(Span(2)),
    by_hand=st.booleans(),
)
MEMBER = st.integers(0, 5)
CHOICE = st.sampled_from([Choice.APPROVE, Choice.APPROVE, Choice.APPROVE, Choice.OBJECT, Choice.ABSTAIN])


class Approvals(RuleBasedStateMachine):
    """Whatever happens, the office grants and sends what the model allows, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(prefix="mailer-machine-")
        self.environment = Environment(Path(self.folder.name))
        self.environment.renderer = QuickRenderer()
        self.crash_point = CrashPoint()
        self.down = False
        self.number, self.revision, self.names = 1, 0, 0  # an issue's id is its number
        self.mails: list[tuple[str, bytes]] = []
        """Authentic votes, each with its member."""
        self.words: list[str] = []
        self.was: dict[int, Outcome] = {}

    def teardown(self) -> None:
        self.stop_or_start(down=False)
        self.all_words_are_read()
        self.environment.close()
        self.folder.cleanup()

    @initialize(policy=POLICIES, size=st.integers(2, 5))
    def begin(self, policy: Policy, size: int) -> None:
        self.model = Model(policy, [self.new_name() for _ in range(size)])
        self.restart()
        self.import_board()
        with self.office() as office:
            imports.import_rows(office, "nmb", [_row("nils@nmb.example")], ImportOptions(replace=True))
        self.submit()

    # --- the office ---

    def restart(self) -> None:
        """Start another process, which reads one way in and decides what concerns boards."""
        rules = replace(configured().rules, policies={"disclosure": self.model.policy})
        self.process = OfficeProcess(self.environment, self.crash_point, rules)
        self.process.daemon._ways = self.process.daemon._ways[:1]

    @contextmanager
    def office(self) -> Iterator[Office]:
        """A transaction of a command, which does not crash."""
        self.environment.clock.pass_by(timedelta(seconds=1))
        with self.environment.store.transaction() as work:
            yield self.process.office(work, "secretary", f"command {self.now.isoformat()}")

    def command(self, act: Callable[[Office], object]) -> bool:
        """Do it; False if it is refused."""
        try:
            with self.office() as office:
                act(office)
        except Refused:
            return False
        return True

    def settle(self) -> None:
        """Let the daemon read and decide, and start it again after each crash."""
        while not self.down:
            try:
                with patch.object(daemon, "AGENDA", (approvals.due, ballots.due)):
                    self.process.daemon.receive()
                return
            except Crash:
                self.crash_point = CrashPoint()
                self.restart()

    @property
    def now(self) -> datetime:
        return self.environment.clock.now()

    # --- what the model needs to see ---

    def latest(self) -> Ballot:
        with self.environment.store.snapshot() as work:
            ballot = work.approvals.latest_ballot(Issue.KIND, self.number)
            assert ballot is not None
            return ballot

    def member(self, who: int) -> str:
        return self.model.board[who % len(self.model.board)]

    # --- steps of the secretary ---

    @rule()
    def submit(self) -> None:
        edition = replace(EDITION, subject=f"Update {self.number}.{self.revision}")
        source = replace(SOURCE, number=self.number)

        def act(office: Office) -> None:
            issues.build(office, source, edition, "update")
            issues.submit(office, issues.find(office, "update", self.number))

        self.command(act)

    @rule(changed=st.booleans())
    def amend(self, changed: bool) -> None:
        self.revision += changed
        edition = replace(EDITION, subject=f"Update {self.number}.{self.revision}")
        source = replace(SOURCE, number=self.number)
        if not self.command(lambda office: issues.amend(office, source, edition, "update", "a typo")):
            self.revision -= changed

    @rule(act=st.sampled_from([ballots.remind, ballots.withdraw, ballots.close]))
    def ask_less(self, act: Callable[[Office, Ballot], object]) -> None:
        ballot = self.latest()
        self.command(lambda office: act(office, ballot))

    @rule(act=st.sampled_from([ballots.extend, ballots.reopen]), days=st.integers(1, 4))
    def give_time(self, act: Callable[[Office, Ballot, datetime], object], days: int) -> None:
        ballot = self.latest()
        self.command(lambda office: act(office, ballot, max(self.now, ballot.deadline) + timedelta(days=days)))

    @rule(who=MEMBER, choice=CHOICE)
    def enter_by_hand(self, who: int, choice: Choice) -> None:
        member = self.member(who)
        ballot = self.latest()

        def act(office: Office) -> None:
            paper = ballots.voter(office, ballot, member)
            ballots.enter(office, ballot, paper, choice, "by telephone")

        if self.command(act):
            assert self.model.policy.by_hand
            self.model.cast.append(Cast(member, choice, self.now, ballot.subject.digest, True))

    @rule()
    def send(self) -> None:
        """It goes out if, and only if, the votes as they are allow it."""
        granted = self.latest().outcome is Outcome.GRANTED
        started = self.command(lambda office: mailings.start(office, issues.find(office, "update", self.number), LISTS))
        assert started <= granted, "sent without a grant"
        if started:
            self.number, self.revision = self.number + 1, 0
            self.submit()

    # --- steps of the board ---

    @rule(who=MEMBER, choice=CHOICE)
    def vote(self, who: int, choice: Choice) -> None:
        self.reply(self.member(who), f"{choice.upper()}\n", choice)

    @rule(who=MEMBER, choice=CHOICE)
    def vote_with_a_comment(self, who: int, choice: Choice) -> None:
        self.reply(self.member(who), f"{choice.upper()}\n\nAfter all.\n", choice)

    @rule()
    def the_rest_approves(self) -> None:
        """Those who have not voted approve."""
        voted = {one.member for one in self.model.cast}
        for member in self.model.board:
            if member not in voted:
                self.reply(member, "APPROVE\n", Choice.APPROVE)

    @rule(who=MEMBER, choice=CHOICE, by=st.sampled_from(["forger", "colleague"]), old=st.booleans())
    def attack(self, who: int, choice: Choice, by: str, old: bool) -> None:
        """Somebody else has the token: a forger, or a colleague to whom the member has sent the request."""
        self.reply(self.member(who), f"{choice.upper()}\n", choice, by, old)

    @rule(who=MEMBER, choice=CHOICE)
    def vote_on_the_first_revision(self, who: int, choice: Choice) -> None:
        self.reply(self.member(who), f"{choice.upper()}\n", choice, old=True)

    @rule(who=MEMBER)
    def say(self, who: int) -> None:
        word = f"remark{len(self.words)}"
        if self.reply(self.member(who), f"Non. Il y a une faute: {word}\n", None):
            self.words.append(word)

    @rule(which=st.integers(0, 99), changed=st.booleans())
    @precondition(lambda self: self.mails)
    def replay(self, which: int, changed: bool) -> None:
        """An earlier mail comes again, with the same bytes or with a field more."""
        _, raw = self.mails[which % len(self.mails)]
        self.arrive(b"Received: from relay.example\r\n" + raw if changed else raw)

    # --- steps of the world ---

    @rule(hours=st.sampled_from([1, 20, 60, 200]))
    def wait(self, hours: int) -> None:
        self.environment.clock.pass_by(timedelta(hours=hours))
        self.settle()

    @rule(down=st.booleans())
    def stop_or_start(self, down: bool) -> None:
        self.down, self.crash_point = down, CrashPoint()
        self.restart()
        self.settle()

    @rule(at=st.integers(1, 40))
    def crash(self, at: int) -> None:
        """The process ends at one of the next calls of a port."""
        self.crash_point = CrashPoint(at=at)
        self.restart()

    @rule(who=MEMBER, comes=st.booleans())
    def change_board(self, who: int, comes: bool) -> None:
        if comes and len(self.model.board) < 6:
            self.model.board.append(self.new_name())
        elif len(self.model.board) > 1:
            del self.model.board[who % len(self.model.board)]
        self.import_board()
        self.settle()

    # --- what always holds ---

    @invariant()
    def what_the_board_has_said_decides(self) -> None:
        if self.down or self.environment.mailbox.inbox:
            return
        ballot = self.latest()
        before = self.was.get(ballot.id, Outcome.OPEN)
        self.was[ballot.id] = ballot.outcome
        digest = ballot.subject.digest
        allowed = self.model.allows(digest, ballot.deadline, self.now)
        if ballot.outcome is Outcome.GRANTED and before is not Outcome.GRANTED:
            assert allowed, f"granted against the policy: {self.model}"
        if ballot.outcome is Outcome.OPEN:
            waits = self.model.until_a_member_votes(digest)
            assert not waits.allows(digest, ballot.deadline, min(self.now, ballot.deadline)), "not granted"
            assert not self.model.forbids(digest, ballot.deadline), "an objection does not halt"
        with self.environment.store.snapshot() as work:
            grant = work.approvals.grant(Issue.KIND, self.number)
            votes = work.approvals.votes(ballot.id)
        assert (grant is not None and grant.subject.digest == digest) == (ballot.outcome is Outcome.GRANTED)
        own = [vote for vote in votes if vote.carried_from is None]
        assert len({vote.message_id for vote in own if vote.message_id}) == len(
            [vote for vote in own if vote.message_id]
        ), "a vote is counted twice"

    def all_words_are_read(self) -> None:
        """What an authentic member wrote that is no vote has gone to the editors and the secretary (A37).

        Of a flood, only the first mails go singly; the rest is an item of feedback, which one mail lists (B14).
        """
        with self.environment.store.snapshot() as work:
            rows = work.connection.execute(select(outbox.c.recipient, outbox.c.payload)).all()
            kept = work.connection.execute(select(feedback_entries.c.text)).scalars().all()
        staff = str(configured().rules.secretary)
        sent = b"\n".join(payload for recipient, payload in rows if recipient == staff and payload)
        assert [word for word in self.words[: FLOODS["feedback"]] if word.encode() not in sent] == []
        items = "\n".join(kept)
        assert [word for word in self.words if word not in items] == []

    # --- mails ---

    def reply(self, member: str, body: str, choice: Choice | None, by: str = "", old: bool = False) -> bool:
        """Answer a request; whether it is the member's authentic reply to the current one."""
        with self.environment.store.snapshot() as work:
            all_ballots = work.approvals.ballots_of(Issue.KIND, self.number)
            ballot = all_ballots[0 if old else -1]
            paper = next((one for one in work.approvals.papers(ballot.id) if one.address == member), None)
        if paper is None:
            return False
        mail = EmailMessage()
        mail["From"] = "colleague@cag.example" if by == "colleague" else member
        mail["To"] = f"tg2+{self.environment.store.key.token(Purpose.VOTE, paper.id)}@iso-sr.example"
        mail["Subject"], mail["Date"] = "Re: Approve", "Mon, 23 Nov 2026 12:00:00 +0000"
        mail["Message-ID"] = f"<{len(self.mails)}.{self.names}.{self.now.timestamp()}@client.example>"
        if by == "forger":
            mail["X-Forged"] = "yes"
        mail.set_content(body)
        raw = mail.as_bytes().replace(b"\n", b"\r\n")
        current = ballot.id == all_ballots[-1].id
        self.arrive(raw)
        if by or not current:
            return False
        if choice is not None:
            self.mails.append((member, raw))
            self.model.cast.append(Cast(member, choice, self.now, ballot.subject.digest))
        return True

    def arrive(self, raw: bytes) -> None:
        self.environment.clock.pass_by(timedelta(seconds=1))
        self.environment.mailbox.arrive(raw, self.now)
        self.settle()

    def new_name(self) -> str:
        self.names += 1
        return f"member{self.names}@cag.example"

    def import_board(self) -> None:
        with self.office() as office:
            imports.import_rows(office, "cag", [_row(name) for name in self.model.board], ImportOptions(replace=True))


@seed(13)
class MoreApprovals(Approvals):
    """The same with other examples, so that two processes share the steps."""


TestApprovals, TestMoreApprovals = Approvals.TestCase, MoreApprovals.TestCase
TestApprovals.settings = TestMoreApprovals.settings = settings(
    max_examples=(10_000 if thorough() else 4_000) // STEPS // 2, stateful_step_count=STEPS
)
