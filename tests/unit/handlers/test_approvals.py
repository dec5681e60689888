"""The effect of each reply of the board, by the rows of the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from mailer.approval.ballots import open_ballot, withdraw
from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.handlers import issues
from mailer.message import Address
from mailer.model.approvals import Choice, Grant, Outcome, Subject
from mailer.model.forms import digest_of
from mailer.model.issues import Issue, State
from mailer.model.lists import Contact, Standing
from mailer.model.notices import DraftEdition
from mailer.model.policies import Voters
from mailer.office import Office, Preview
from mailer.phrases import Phrase, phrase
from mailer.ports import Folder
from mailer.tokens import Purpose
from tests.flows.environment import EDITION, SOURCE
from tests.unit.harness import ANA, BO, BOARD, CLEO, DAY, NMB, SECRETARY, Harness, text_of

STRANGER = "eve@elsewhere.example"
NEWER = replace(EDITION, text="⟦greeting⟧\n\nOther news.\n")
SECOND = timedelta(seconds=1)
ASKED = "The board is asked: ISO/SR Update 1"


def test_every_member_is_asked_with_a_token_of_their_own(harness: Harness) -> None:
    harness.asked()
    requests = [harness.request(member) for member in BOARD]
    assert len({mail["Reply-To"] for mail in requests}) == 3
    assert [part.get_content() for part in requests[0].iter_attachments()] == [EDITION.pdf]
    assert harness.issue.state is State.SUBMITTED


def test_a_quorum_makes_a_grant_for_these_bytes(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "APPROVE\n\nWell done.")
    assert (harness.outcome, harness.issue.state) == (Outcome.OPEN, State.SUBMITTED)
    harness.answer(BO, "approve")
    assert (harness.outcome, harness.issue.state) == (Outcome.GRANTED, State.APPROVED)
    with harness.environment.store.snapshot() as work:
        grant = work.approvals.grant(Issue.KIND, harness.issue.id)
    assert grant is not None
    assert (grant.subject, grant.lists) == (harness.ballot.subject, ("d-liaison", "nmb", "subscriber"))
    assert grant.subject.digest == digest_of(grant.subject.forms)
    comment = "#1, ana@cag.example comments on ISO/SR Update 1"
    assert harness.subjects(SECRETARY) == [ASKED, comment, "Approved: ISO/SR Update 1"]
    assert all("Well done." in text_of(mail) for mail in harness.mails_to(SECRETARY)[1:])


def test_A1_a_forged_vote_is_not_counted_and_challenged_once_a_day(harness: Harness) -> None:
    harness.asked()
    for _ in range(3):
        harness.answer(ANA, "APPROVE", **{"X-Forged": "yes", "X-Nr": str(harness.mailbox.next_uid)})
    assert (harness.votes, harness.subjects(ANA)[1:]) == ([], ["Was this you? A vote on ISO/SR Update 1"])
    assert harness.filed()[Folder.REFUSED] == 3
    assert {entry.actor for entry in harness.trail("vote refused")} == {f"unproven: {ANA}"}
    harness.pass_by(DAY)
    harness.answer(ANA, "APPROVE", **{"X-Forged": "yes", "X-Nr": "another day"})
    assert len(harness.mails_to(ANA)) == 3


def test_A8_a_token_is_of_no_use_to_another_member(harness: Harness) -> None:
    harness.asked()
    for by in (STRANGER, BO):
        harness.answer(ANA, "APPROVE", by=by)
    assert harness.votes == []
    assert harness.subjects(ANA)[1:] == ["Your voting address was used by somebody else"]
    assert harness.mails_to(STRANGER) == []


def test_A9_the_same_reply_twice_is_one_vote_and_one_receipt(harness: Harness) -> None:
    harness.asked()
    for spool in ("first", "second"):  # the same message over two routes: different bytes, the same Message-ID
        harness.answer(ANA, "APPROVE", message_id="<1@client.example>", **{"X-Spool": spool})
    assert ([vote.choice for vote in harness.votes], len(harness.mails_to(ANA))) == ([Choice.APPROVE], 2)


def test_A10_an_old_reply_replayed_changes_nothing(harness: Harness) -> None:
    harness.asked()
    old = "<old@client.example>"
    harness.answer(ANA, "APPROVE", message_id=old)
    harness.pass_by(SECOND)
    harness.answer(ANA, "OBJECT\nNot yet.")
    harness.pass_by(SECOND)
    harness.answer(ANA, "APPROVE", message_id=old, **{"X-Replayed": "yes"})
    assert [vote.choice for vote in harness.votes] == [Choice.APPROVE, Choice.OBJECT]
    assert harness.outcome is Outcome.OBJECTED


def test_A10_replies_without_a_message_id_are_distinguished_by_their_bytes(harness: Harness) -> None:
    harness.asked()
    for words in ("APPROVE", "OBJECT\nI was too fast."):
        raw_reply(harness, words)
    assert [vote.choice for vote in harness.votes] == [Choice.APPROVE, Choice.OBJECT]


def raw_reply(harness: Harness, words: str) -> None:
    """A reply from Ana without a Message-ID."""
    to = str(harness.request(ANA)["Reply-To"]).rpartition("<")[2].rstrip(">")
    head = f"From: {ANA}\r\nTo: {to}\r\nSubject: Re: x\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\n\r\n"
    harness.raw((head + words.replace("\n", "\r\n") + "\r\n").encode())


@pytest.mark.parametrize("words", ["APPROVE\nOBJECT", "OBJECT\n\nAPPROVE", "I approve.", "APPROVE?", ""])
def test_A14_an_unclear_reply_is_no_vote_and_its_text_is_kept(harness: Harness, words: str) -> None:
    harness.asked()
    harness.answer(ANA, words)
    assert (harness.votes, harness.outcome) == ([], Outcome.OPEN)
    assert harness.subjects(ANA)[1:] == ["Not counted yet: your reply on ISO/SR Update 1"]
    assert [entry.detail["comment"] for entry in harness.trail("no vote")] == [words]


def test_A15_two_tokens_are_no_vote(harness: Harness) -> None:
    harness.asked()
    mine, other = (f"tg2+{harness.token(Purpose.VOTE, paper)}@iso-sr.example" for paper in (1, 2))
    harness.write(ANA, mine, "Re: Approve", "APPROVE\n", Cc=other)
    assert (harness.votes, harness.subjects(ANA)[1:]) == ([], ["Not counted yet: your reply on ISO/SR Update 1"])


def test_A18_a_reply_to_an_older_draft_brings_the_current_one_once_a_day(harness: Harness) -> None:
    harness.asked()
    old = harness.request(ANA)
    harness.build(NEWER)
    harness.submit()
    for words in ("APPROVE", "APPROVE now", "APPROVE"):
        harness.answer(ANA, words, to=old)
    assert (harness.votes, harness.outcome) == ([], Outcome.OPEN)
    assert len(harness.mails_to(ANA)) == 3
    again = harness.mails_to(ANA)[-1]
    assert "Your reply was to an earlier draft" in text_of(again)
    harness.answer(ANA, "APPROVE", to=again)
    assert [vote.choice for vote in harness.votes] == [Choice.APPROVE]


def test_A18_a_reply_to_a_withdrawn_draft_has_no_effect(harness: Harness) -> None:
    harness.asked()
    harness.do(lambda office: issues.cancel(office, harness.issue))
    harness.answer(ANA, "APPROVE")
    assert ([vote.choice for vote in harness.votes], harness.issue.state) == ([Choice.APPROVE], State.CANCELLED)
    assert "it changes nothing any more: it has been cancelled." in text_of(harness.mails_to(ANA)[-1])


def test_A19_an_approved_issue_that_was_changed_cannot_be_sent(harness: Harness) -> None:
    harness.approved()
    harness.build(NEWER)
    assert (harness.issue.state, harness.outcome) == (State.RENDERED, Outcome.WITHDRAWN)
    with pytest.raises(Refused, match="has no grant from the board"):
        harness.start()
    harness.build(EDITION)  # the old bytes again: their grant stays void
    with pytest.raises(Refused, match="has no grant from the board"):
        harness.start()
    assert harness.subjects(SECRETARY)[-1] == "Approved: ISO/SR Update 1"
    harness.tick()
    assert harness.subjects(SECRETARY)[-1] == "Changed after the board was asked: ISO/SR Update 1"


def test_A19_the_same_bytes_built_again_keep_their_grant(harness: Harness) -> None:
    harness.approved()
    harness.build()
    harness.start()
    assert harness.issue.state is State.SENDING


def test_A26_the_last_vote_counts_and_both_are_kept(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "APPROVE")
    harness.answer(ANA, "OBJECT\nPage 2 is wrong.")
    assert [vote.choice for vote in harness.votes] == [Choice.APPROVE, Choice.OBJECT]
    assert (harness.outcome, harness.issue.state) == (Outcome.OBJECTED, State.REJECTED)
    assert harness.subjects(SECRETARY) == [ASKED, "Objection to ISO/SR Update 1"]
    assert "Page 2 is wrong." in text_of(harness.mails_to(SECRETARY)[1])


@pytest.mark.parametrize("scheduled", [False, True])
def test_A26_an_objection_after_the_quorum_halts(harness: Harness, scheduled: bool) -> None:
    harness.approved()
    if scheduled:
        harness.schedule(harness.now + timedelta(hours=1))
    harness.answer(CLEO, "OBJECT\nPage 2 is wrong.")
    assert (harness.outcome, harness.issue.state) == (Outcome.OBJECTED, State.REJECTED)
    with pytest.raises(Refused, match="has no grant from the board"):
        harness.start()
    harness.pass_by(2 * DAY)
    harness.tick()
    assert (harness.issue.state, [m for reader in NMB for m in harness.mails_to(reader)]) == (State.REJECTED, [])


@pytest.mark.parametrize("words", ["OBJECT\nToo late, I know.", "APPROVE"])
def test_A26_a_member_whose_vote_comes_too_late_is_notified(harness: Harness, words: str) -> None:
    harness.approved()
    harness.start()
    harness.answer(CLEO, words)
    assert (harness.outcome, len(harness.votes)) == (Outcome.GRANTED, 3)
    receipt = text_of(harness.mails_to(CLEO)[-1])
    assert "it changes nothing any more: it is being sent." in receipt
    assert ("has been counted" in receipt, "stops here" in receipt) == (False, False)


def test_A26_an_approval_does_not_undo_the_objection_of_another(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "OBJECT\nPage 2 is wrong.")
    for member in (BO, CLEO):
        harness.answer(member, "APPROVE")
    assert (harness.outcome, harness.issue.state) == (Outcome.OBJECTED, State.REJECTED)
    assert "At present an objection stops it." in text_of(harness.mails_to(BO)[-1])


def test_every_objection_reaches_the_editors(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "OBJECT\nPage 2 is wrong.")
    harness.answer(BO, "OBJECT\nSo is page 3.")
    assert harness.subjects(SECRETARY) == [ASKED, *["Objection to ISO/SR Update 1"] * 2]
    assert "bo@cag.example objects" in text_of(harness.mails_to(SECRETARY)[2])
    assert "So is page 3." in text_of(harness.mails_to(SECRETARY)[2])


@pytest.mark.parametrize(
    ("after", "state"), [(-SECOND, State.APPROVED), (timedelta(0), State.APPROVED), (SECOND, State.REJECTED)]
)
def test_A27_the_servers_time_counts_to_the_second(harness: Harness, after: timedelta, state: State) -> None:
    harness.asked()
    request, deadline = harness.request(BO), harness.ballot.deadline
    harness.answer(ANA, "APPROVE")
    harness.pass_by(deadline - harness.now + after)
    harness.environment.reply(BO, request, "APPROVE")  # its Date field always says 23 November
    harness.pass_by(DAY)  # no tick for a day
    harness.tick()
    assert harness.issue.state is state


def test_A28_a_late_vote_is_recorded_and_not_counted(harness: Harness) -> None:
    harness.asked()
    harness.pass_by(harness.ballot.deadline - harness.now + SECOND)
    harness.answer(ANA, "APPROVE")
    assert (harness.outcome, harness.issue.state) == (Outcome.LAPSED, State.REJECTED)
    assert [entry.detail["late"] for entry in harness.trail("voted")] == [True]
    receipt = next(mail for mail in harness.mails_to(ANA) if mail["Subject"].startswith("Received"))
    assert "It came after the deadline" in text_of(receipt)
    assert harness.subjects(SECRETARY) == [ASKED, "Not approved in time: ISO/SR Update 1"]


def test_A29_a_removed_member_does_not_count_and_the_quorum_is_computed_again(harness: Harness) -> None:
    harness.import_list("cag", [*BOARD, "dan@cag.example"])
    harness.import_list("nmb", NMB)
    harness.build()
    harness.submit()
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    assert harness.outcome is Outcome.OPEN  # two of four; three are needed
    harness.import_list("cag", [BO, CLEO, "dan@cag.example"])
    harness.tick()
    assert harness.outcome is Outcome.OPEN  # Ana's vote no longer counts: one of three; two are needed
    harness.answer(ANA, "APPROVE")
    assert (harness.outcome, harness.subjects(ANA)[-1]) == (Outcome.OPEN, "We have your message: number 1")
    harness.import_list("cag", [BO])
    harness.tick()
    assert harness.outcome is Outcome.GRANTED  # one of one


def test_A29_a_changed_address_is_another_member(harness: Harness) -> None:
    harness.asked()
    request = harness.request(ANA)
    harness.import_list("cag", ["ana@new.example", BO, CLEO])
    harness.answer(ANA, "APPROVE", to=request)
    harness.answer(ANA, "APPROVE", to=request, by="ana@new.example")
    assert (harness.votes, harness.filed()[Folder.REFUSED]) == ([], 1)  # of the other address
    assert "We have your message: number 1" in harness.subjects(ANA)


def test_A30_an_alias_is_the_same_member(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "APPROVE")
    harness.answer(ANA, "APPROVE", by="Ana+phone@cag.example")
    assert len({vote.paper for vote in harness.votes}) == 1
    assert harness.outcome is Outcome.OPEN


def test_A30_two_aliases_are_not_two_members(harness: Harness) -> None:
    harness.import_list("cag", [*BOARD, "ana+phone@cag.example"])
    harness.build()
    reason = "On the board, ana\\+phone@cag.example and ana@cag.example are one mailbox: keep one address of each"
    with pytest.raises(Refused, match=reason):
        harness.do(lambda office: issues.submit(office, harness.issue))


def test_A34_a_leaked_token_is_of_no_use(harness: Harness) -> None:
    harness.asked()
    leaked = harness.request(ANA)
    harness.answer(ANA, "APPROVE")
    harness.answer(ANA, "APPROVE", to=leaked, by=BO)
    harness.answer(ANA, "OBJECT", to=leaked, **{"X-Forged": "yes"})
    assert ([vote.choice for vote in harness.votes], harness.outcome) == ([Choice.APPROVE], Outcome.OPEN)


def test_A35_a_guessed_token_gets_no_answer(harness: Harness) -> None:
    harness.asked()
    genuine = harness.token(Purpose.VOTE, 1)
    for wrong in (f"vote-1-{'a' * 26}", f"vote-99-{genuine.mac}", f"confirm-1-{genuine.mac}"):
        harness.write(STRANGER, f"tg2+{wrong}@iso-sr.example", "Re: vote", "APPROVE\n")
    unknown = harness.token(Purpose.VOTE, 99)  # genuine, but of no ballot
    harness.write(STRANGER, f"tg2+{unknown}@iso-sr.example", "Re: vote", "APPROVE\n")
    assert harness.votes == []
    assert set(harness.subjects(STRANGER)) == {"We have your message: number 1"}  # as for any words


def test_B8_an_automatic_reply_of_a_member_gets_help_once(harness: Harness) -> None:
    harness.asked()
    for number in range(4):
        harness.answer(
            ANA, "Your mail has been put into the queue.", to=harness.mails_to(ANA)[-1], **{"X-Nr": str(number)}
        )
    assert harness.subjects(ANA)[1:] == ["Not counted yet: your reply on ISO/SR Update 1"]


def test_two_different_faults_are_both_explained(harness: Harness) -> None:
    harness.asked()
    for words in ("I approve.", "APPROVE\nOBJECT"):
        harness.answer(ANA, words)
    assert harness.subjects(ANA)[1:] == ["Not counted yet: your reply on ISO/SR Update 1"] * 2


def change_policy(harness: Harness, **changed: object) -> None:
    policy = replace(harness.process.rules.policies["disclosure"], **changed)  # type: ignore[arg-type]
    harness.restart(policies={"disclosure": policy})


@pytest.mark.parametrize(
    ("board", "quorum", "reason"),
    [
        ((), "majority", "The board has no members: import the list first with `mailer list import cag FILE`"),
        (BOARD, "4", "The quorum is 4 but the board has only 3 members"),
    ],
)
def test_an_issue_that_can_never_be_granted_is_not_submitted(
    harness: Harness, board: tuple[str, ...], quorum: str, reason: str
) -> None:
    harness.import_list("cag", board)
    harness.build()
    change_policy(harness, rule=quorum)
    with pytest.raises(Refused, match=reason):
        harness.do(lambda office: issues.submit(office, harness.issue))


def test_an_issue_is_submitted_once(harness: Harness) -> None:
    harness.asked()
    with pytest.raises(Refused, match="Issue 1 is submitted and cannot be submitted now: the board has it"):
        harness.do(lambda office: issues.submit(office, harness.issue))


def test_law_4_only_the_board_and_the_editors_see_an_issue_without_a_grant(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "OBJECT\nNo.")
    assert {to for to, raw in harness.environment.relay.accepted} == {*BOARD, SECRETARY}
    assert harness.standing("nmb", NMB[0]) is Standing.ACTIVE
    assert SOURCE.title == harness.issue.title


# --- boards, and subjects other than issues ---


def test_each_publication_asks_its_own_board(harness: Harness) -> None:
    rules = harness.process.rules
    every = rules.policies["disclosure"]
    update = replace(every, key="update", publications=("update",), board="nmb")
    harness.restart(policies={"update": update, "disclosure": every})
    harness.asked()
    assert ([harness.mails_to(member) for member in BOARD], harness.ballot.board) == ([[], [], []], "nmb")
    for member in NMB:
        harness.answer(member, "APPROVE")
    assert (harness.outcome, harness.issue.state) == (Outcome.GRANTED, State.APPROVED)


def test_a_ballot_keeps_the_quorum_with_which_it_was_opened(harness: Harness) -> None:
    harness.asked()
    change_policy(harness, rule="unanimous")
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    assert (harness.ballot.terms.rule, harness.outcome) == ("majority", Outcome.GRANTED)


NOT_CLOSED = Phrase()


@dataclass
class Charter:
    """A subject that is not an issue: it has no table and records how its ballots end."""

    closed: Phrase = NOT_CLOSED
    ended: list[Outcome] = field(default_factory=list)
    name = "charter 3"
    heading = "Charter 3"
    document = "criteria"
    publication = ""
    digest = "c" * 64
    authors: Sequence[str] = ()
    editors: Sequence[Address] = (Address.parse("editor@charter.example"),)
    values: Mapping[str, object] = field(
        default_factory=lambda: {
            "publication": "Charter",
            "number": 3,
            "typed": "3",
            "title": "What we are for",
            "document": "charter",
            "submit": "charter submit 3",
        }
    )

    def preview(self, member: Address, at: datetime) -> Preview:
        drafts = [DraftEdition("en", f"We write to {member}.")]
        return Preview(drafts, [Attachment("charter.pdf", "application/pdf", b"%PDF of a charter")], {"pages": 1})

    def asks(self, member: Contact, voters: Voters) -> bool:
        return True

    def takes(self, outcome: Outcome) -> bool:
        return not self.closed

    def decided(self, outcome: Outcome) -> None:
        self.ended.append(outcome)


CHARTER = Subject("charter", 3, "c" * 64)


def chartered(harness: Harness) -> Charter:
    """Open a ballot about a charter, in an office without issues."""
    charter = Charter()
    harness.restart(subjects={"charter": lambda office, subject_id: charter})
    harness.import_list("cag", BOARD)
    harness.do(lambda office: open_ballot(office, CHARTER, {"nmb": 7}))
    harness.tick()
    return charter


def charter_grant(harness: Harness) -> Grant | None:
    with harness.environment.store.snapshot() as work:
        assert work.issues.all() == []
        return work.approvals.grant("charter", 3)


def test_a_subject_of_another_kind_is_shown_in_its_own_way(harness: Harness) -> None:
    chartered(harness)
    request = harness.request(ANA)
    assert f"We write to {ANA}." in text_of(request)
    assert [part.get_filename() for part in request.iter_attachments()] == ["charter.pdf"]
    assert [entry.subject for entry in harness.trail("submitted")] == ["charter 3"]


def test_a_subject_of_another_kind_learns_that_it_is_granted_and_halted(harness: Harness) -> None:
    charter = chartered(harness)
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    grant = charter_grant(harness)
    assert grant is not None
    assert (charter.ended, grant.subject, grant.lists) == ([Outcome.GRANTED], CHARTER, ("nmb",))
    harness.answer(CLEO, "OBJECT\nArticle 2 is missing.")
    assert (charter.ended, charter_grant(harness)) == ([Outcome.GRANTED, Outcome.OBJECTED], None)
    told = ["The board is asked: Charter 3", "Approved: Charter 3", "Objection to Charter 3"]
    assert harness.subjects("editor@charter.example") == told


def test_A26_a_subject_of_another_kind_decides_whether_it_can_be_halted(harness: Harness) -> None:
    charter = chartered(harness)
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    charter.closed = phrase("it has been sent")
    harness.answer(CLEO, "OBJECT\nToo late, I know.")
    assert charter.ended == [Outcome.GRANTED]
    assert charter_grant(harness) is not None
    assert "it changes nothing any more: it has been sent." in text_of(harness.mails_to(CLEO)[-1])
    assert harness.subjects("editor@charter.example")[-1] == "Objection that came too late: Charter 3"


def test_a_subject_of_another_kind_lapses_or_is_withdrawn(harness: Harness) -> None:
    charter = chartered(harness)
    harness.pass_by(8 * DAY)
    harness.tick()
    assert charter.ended == [Outcome.LAPSED]
    withdrawn = []
    harness.do(lambda office: withdrawn.append(withdraw(office, "charter", 3)))
    harness.do(lambda office: open_ballot(office, CHARTER, {}))

    def withdraw_it(office: Office) -> None:
        withdrawn.append(withdraw(office, "charter", 3))
        office.record("edited", "charter 3")

    harness.do(withdraw_it)
    harness.tick()
    harness.answer(ANA, "APPROVE")
    assert (withdrawn, charter.ended, charter_grant(harness)) == ([False, True], [Outcome.LAPSED], None)


def test_G6_a_member_is_asked_and_helped_in_their_language(harness: Harness) -> None:
    harness.import_list("cag", BOARD, language="fr")
    harness.import_list("nmb", NMB)
    harness.build()
    harness.submit()
    (asked,) = harness.mails_to(ANA)
    deadline = "lundi 30 novembre 2026 à 12\xa0h\xa000 UTC"
    assert asked["Subject"].endswith(deadline.replace("\xa0", " "))
    assert text_of(asked).startswith("Bonjour")
    assert "APPROUVER" in text_of(asked)
    assert f"Dear reader, News. {ANA} (each reader's own link)" in text_of(asked)  # the issue itself is in English
    harness.answer(ANA, "Oui", to=asked)
    help_ = harness.mails_to(ANA)[-1]
    assert help_["Subject"] == "Pas encore prise en compte : votre réponse sur ISO/SR Update 1"
    assert "La première ligne n’est pas exactement APPROVE ou OBJECT ou ABSTAIN." in text_of(help_)
