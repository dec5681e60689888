"""What each reply to the board does, by the rows of the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from mailer.ballots import open_ballot, withdraw
from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.handlers import issues
from mailer.message import Address
from mailer.model.approvals import Choice, Grant, Outcome, Quorum, Subject
from mailer.model.issues import Issue, State
from mailer.model.lists import Standing
from mailer.office import Preview
from mailer.ports import Folder
from mailer.tokens import Purpose
from tests.flows.world import EDITION, SOURCE
from tests.unit.scene import ANA, BO, BOARD, CLEO, DAY, NMB, SECRETARY, Scene, text_of

STRANGER = "eve@elsewhere.example"
NEWER = replace(EDITION, text="⟦greeting⟧\n\nOther news.\n")
SECOND = timedelta(seconds=1)


def test_every_member_is_asked_with_a_token_of_their_own(scene: Scene) -> None:
    scene.asked()
    requests = [scene.request(member) for member in BOARD]
    assert len({mail["Reply-To"] for mail in requests}) == 3
    assert [part.get_content() for part in requests[0].iter_attachments()] == [EDITION.pdf]
    assert scene.issue.state is State.SUBMITTED


def test_a_quorum_makes_a_grant_for_these_bytes(scene: Scene) -> None:
    scene.asked()
    scene.answer(ANA, "APPROVE\n\nWell done.")
    assert (scene.outcome, scene.issue.state) == (Outcome.OPEN, State.SUBMITTED)
    scene.answer(BO, "approve")
    assert (scene.outcome, scene.issue.state) == (Outcome.GRANTED, State.APPROVED)
    with scene.world.store.snapshot() as work:
        grant = work.approvals.grant(Issue.KIND, scene.issue.id)
    assert grant is not None
    assert (grant.subject.digest, grant.lists) == (EDITION.digest, ("d-liaison", "nmb", "subscriber"))
    assert scene.subjects(SECRETARY) == ["Approved: ISO/SR Update 1"]
    assert "Well done." in text_of(scene.mails_to(SECRETARY)[0])


def test_A1_a_forged_vote_is_not_counted_and_challenged_once_a_day(scene: Scene) -> None:
    scene.asked()
    for _ in range(3):
        scene.answer(ANA, "APPROVE", **{"X-Forged": "yes", "X-Nr": str(scene.mailbox.next_uid)})
    assert (scene.votes, scene.subjects(ANA)[1:]) == ([], ["Was this you? A vote on ISO/SR Update 1"])
    assert scene.filed()[Folder.REFUSED] == 3
    assert {entry.actor for entry in scene.trail("vote refused")} == {f"unproven: {ANA}"}
    scene.pass_by(DAY)
    scene.answer(ANA, "APPROVE", **{"X-Forged": "yes", "X-Nr": "another day"})
    assert len(scene.mails_to(ANA)) == 3


def test_A8_a_token_is_no_use_to_another(scene: Scene) -> None:
    scene.asked()
    for by in (STRANGER, BO):
        scene.answer(ANA, "APPROVE", by=by)
    assert scene.votes == []
    assert scene.subjects(ANA)[1:] == ["Your voting address was used by somebody else"]
    assert scene.mails_to(STRANGER) == []


def test_A9_the_same_reply_twice_is_one_vote_and_one_receipt(scene: Scene) -> None:
    scene.asked()
    for spool in ("first", "second"):  # the same message by two ways: other bytes, the same Message-ID
        scene.answer(ANA, "APPROVE", message_id="<1@client.example>", **{"X-Spool": spool})
    assert ([vote.choice for vote in scene.votes], len(scene.mails_to(ANA))) == ([Choice.APPROVE], 2)


def test_A10_an_old_reply_replayed_changes_nothing(scene: Scene) -> None:
    scene.asked()
    old = "<old@client.example>"
    scene.answer(ANA, "APPROVE", message_id=old)
    scene.pass_by(SECOND)
    scene.answer(ANA, "OBJECT\nNot yet.")
    scene.pass_by(SECOND)
    scene.answer(ANA, "APPROVE", message_id=old, **{"X-Replayed": "yes"})
    assert [vote.choice for vote in scene.votes] == [Choice.APPROVE, Choice.OBJECT]
    assert scene.outcome is Outcome.OBJECTED


def test_A10_replies_without_a_message_id_are_told_apart_by_their_bytes(scene: Scene) -> None:
    scene.asked()
    for words in ("APPROVE", "OBJECT\nI was too fast."):
        raw_reply(scene, words)
    assert [vote.choice for vote in scene.votes] == [Choice.APPROVE, Choice.OBJECT]


def raw_reply(scene: Scene, words: str) -> None:
    """A reply of Ana's whose mail program gives no Message-ID."""
    to = str(scene.request(ANA)["Reply-To"]).rpartition("<")[2].rstrip(">")
    head = f"From: {ANA}\r\nTo: {to}\r\nSubject: Re: x\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\n\r\n"
    scene.raw((head + words.replace("\n", "\r\n") + "\r\n").encode())


@pytest.mark.parametrize("words", ["APPROVE\nOBJECT", "OBJECT\n\nAPPROVE", "I approve.", "APPROVE?", ""])
def test_A14_no_vote_is_guessed_and_the_text_is_kept(scene: Scene, words: str) -> None:
    scene.asked()
    scene.answer(ANA, words)
    assert (scene.votes, scene.outcome) == ([], Outcome.OPEN)
    assert scene.subjects(ANA)[1:] == ["Not counted yet: your reply on ISO/SR Update 1"]
    assert [entry.detail["comment"] for entry in scene.trail("no vote")] == [words]


def test_A15_two_tokens_are_no_vote(scene: Scene) -> None:
    scene.asked()
    mine, other = (f"tg2+{scene.token(Purpose.VOTE, paper)}@iso-sr.example" for paper in (1, 2))
    scene.write(ANA, mine, "Re: Approve", "APPROVE\n", Cc=other)
    assert (scene.votes, scene.subjects(ANA)[1:]) == ([], ["Not counted yet: your reply on ISO/SR Update 1"])


def test_A18_a_reply_to_an_older_draft_brings_the_current_one_once_a_day(scene: Scene) -> None:
    scene.asked()
    old = scene.request(ANA)
    scene.build(NEWER)
    scene.submit()
    for words in ("APPROVE", "APPROVE now", "APPROVE"):
        scene.answer(ANA, words, to=old)
    assert (scene.votes, scene.outcome) == ([], Outcome.OPEN)
    assert len(scene.mails_to(ANA)) == 3
    again = scene.mails_to(ANA)[-1]
    assert "Your reply was to an earlier draft" in text_of(again)
    scene.answer(ANA, "APPROVE", to=again)
    assert [vote.choice for vote in scene.votes] == [Choice.APPROVE]


def test_A18_a_reply_to_a_withdrawn_draft_is_nothing(scene: Scene) -> None:
    scene.asked()
    scene.do(lambda office: issues.cancel(office, scene.issue))
    scene.answer(ANA, "APPROVE")
    assert (scene.votes, len(scene.mails_to(ANA)), scene.issue.state) == ([], 1, State.CANCELLED)


def test_A19_an_approved_issue_that_was_changed_cannot_be_sent(scene: Scene) -> None:
    scene.approved()
    scene.build(NEWER)
    assert (scene.issue.state, scene.outcome) == (State.RENDERED, Outcome.WITHDRAWN)
    with pytest.raises(Refused, match="has no grant from the board"):
        scene.start()
    scene.build(EDITION)  # the old bytes again: their grant was voided all the same
    with pytest.raises(Refused, match="has no grant from the board"):
        scene.start()
    assert scene.subjects(SECRETARY)[-1] == "Approved: ISO/SR Update 1"
    scene.tick()
    assert scene.subjects(SECRETARY)[-1] == "Changed after approval was asked: ISO/SR Update 1"


def test_A19_the_same_bytes_built_again_keep_their_grant(scene: Scene) -> None:
    scene.approved()
    scene.build()
    scene.start()
    assert scene.issue.state is State.SENDING


def test_A26_the_last_vote_counts_and_both_stay(scene: Scene) -> None:
    scene.asked()
    scene.answer(ANA, "APPROVE")
    scene.answer(ANA, "OBJECT\nPage 2 is wrong.")
    assert [vote.choice for vote in scene.votes] == [Choice.APPROVE, Choice.OBJECT]
    assert (scene.outcome, scene.issue.state) == (Outcome.OBJECTED, State.REJECTED)
    assert scene.subjects(SECRETARY) == ["Objection to ISO/SR Update 1"]
    assert "Page 2 is wrong." in text_of(scene.mails_to(SECRETARY)[0])


@pytest.mark.parametrize("scheduled", [False, True])
def test_A26_an_objection_after_the_quorum_halts(scene: Scene, scheduled: bool) -> None:
    scene.approved()
    if scheduled:
        scene.schedule(scene.now + timedelta(hours=1))
    scene.answer(CLEO, "OBJECT\nPage 2 is wrong.")
    assert (scene.outcome, scene.issue.state) == (Outcome.OBJECTED, State.REJECTED)
    with pytest.raises(Refused, match="has no grant from the board"):
        scene.start()
    scene.pass_by(2 * DAY)
    scene.tick()
    assert (scene.issue.state, [m for reader in NMB for m in scene.mails_to(reader)]) == (State.REJECTED, [])


@pytest.mark.parametrize("words", ["OBJECT\nToo late, I know.", "APPROVE"])
def test_A26_a_vote_that_comes_too_late_to_matter_is_told_so(scene: Scene, words: str) -> None:
    scene.approved()
    scene.start()
    scene.answer(CLEO, words)
    assert (scene.outcome, len(scene.votes)) == (Outcome.GRANTED, 3)
    receipt = text_of(scene.mails_to(CLEO)[-1])
    assert "had been settled before it came" in receipt
    assert ("has been counted" in receipt, "stops here" in receipt) == (False, False)


def test_A26_an_approval_does_not_undo_an_objection(scene: Scene) -> None:
    scene.asked()
    scene.answer(ANA, "OBJECT\nPage 2 is wrong.")
    for member in BOARD:
        scene.answer(member, "APPROVE")
    assert (scene.outcome, scene.issue.state) == (Outcome.OBJECTED, State.REJECTED)
    assert "had been settled before it came" in text_of(scene.mails_to(ANA)[-1])


def test_every_objection_reaches_the_editors(scene: Scene) -> None:
    scene.asked()
    scene.answer(ANA, "OBJECT\nPage 2 is wrong.")
    scene.answer(BO, "OBJECT\nSo is page 3.")
    assert scene.subjects(SECRETARY) == ["Objection to ISO/SR Update 1"] * 2
    assert "bo@cag.example objects" in text_of(scene.mails_to(SECRETARY)[1])
    assert "So is page 3." in text_of(scene.mails_to(SECRETARY)[1])


@pytest.mark.parametrize(
    ("after", "state"), [(-SECOND, State.APPROVED), (timedelta(0), State.APPROVED), (SECOND, State.REJECTED)]
)
def test_A27_the_servers_time_decides_to_the_second(scene: Scene, after: timedelta, state: State) -> None:
    scene.asked()
    request, deadline = scene.request(BO), scene.ballot.deadline
    scene.answer(ANA, "APPROVE")
    scene.pass_by(deadline - scene.now + after)
    scene.world.reply(BO, request, "APPROVE")  # its Date: field says 23 November, whenever it comes
    scene.pass_by(DAY)  # nobody looked for a day
    scene.tick()
    assert scene.issue.state is state


def test_A28_a_late_vote_is_on_record_and_not_counted(scene: Scene) -> None:
    scene.asked()
    scene.pass_by(scene.ballot.deadline - scene.now + SECOND)
    scene.answer(ANA, "APPROVE")
    assert (scene.outcome, scene.issue.state) == (Outcome.LAPSED, State.REJECTED)
    assert [entry.detail["late"] for entry in scene.trail("voted")] == [True]
    assert "It came after the deadline" in text_of(scene.mails_to(ANA)[-1])
    assert scene.subjects(SECRETARY) == ["Not approved in time: ISO/SR Update 1"]


def test_A29_who_was_removed_does_not_count_and_the_quorum_is_computed_again(scene: Scene) -> None:
    scene.import_list("cag", [*BOARD, "dan@cag.example"])
    scene.import_list("nmb", NMB)
    scene.build()
    scene.submit()
    for member in (ANA, BO):
        scene.answer(member, "APPROVE")
    assert scene.outcome is Outcome.OPEN  # two of four; three are needed
    scene.import_list("cag", [BO, CLEO, "dan@cag.example"])
    scene.tick()
    assert scene.outcome is Outcome.OPEN  # Ana's vote went with her: one of three; two are needed
    scene.answer(ANA, "APPROVE")
    assert (scene.outcome, scene.filed()[Folder.REFUSED]) == (Outcome.OPEN, 1)
    scene.import_list("cag", [BO])
    scene.tick()
    assert scene.outcome is Outcome.GRANTED  # one of one


def test_A29_a_changed_address_is_another_member(scene: Scene) -> None:
    scene.asked()
    request = scene.request(ANA)
    scene.import_list("cag", ["ana@new.example", BO, CLEO])
    scene.answer(ANA, "APPROVE", to=request)
    scene.answer(ANA, "APPROVE", to=request, by="ana@new.example")
    assert (scene.votes, scene.filed()[Folder.REFUSED]) == ([], 2)


def test_A30_an_alias_is_the_same_member(scene: Scene) -> None:
    scene.asked()
    scene.answer(ANA, "APPROVE")
    scene.answer(ANA, "APPROVE", by="Ana+phone@cag.example")
    assert len({vote.paper for vote in scene.votes}) == 1
    assert scene.outcome is Outcome.OPEN


def test_A30_two_aliases_may_not_have_two_seats(scene: Scene) -> None:
    scene.import_list("cag", [*BOARD, "ana+phone@cag.example"])
    scene.build()
    reason = "On the board, ana\\+phone@cag.example and ana@cag.example are one mailbox: keep one address of each"
    with pytest.raises(Refused, match=reason):
        scene.do(lambda office: issues.submit(office, scene.issue))


def test_A34_a_leaked_token_is_of_no_use(scene: Scene) -> None:
    scene.asked()
    leaked = scene.request(ANA)
    scene.answer(ANA, "APPROVE")
    scene.answer(ANA, "APPROVE", to=leaked, by=BO)
    scene.answer(ANA, "OBJECT", to=leaked, **{"X-Forged": "yes"})
    assert ([vote.choice for vote in scene.votes], scene.outcome) == ([Choice.APPROVE], Outcome.OPEN)


def test_A35_a_guessed_token_gets_no_answer(scene: Scene) -> None:
    scene.asked()
    genuine = scene.token(Purpose.VOTE, 1)
    for wrong in (f"vote-1-{'a' * 26}", f"vote-99-{genuine.mac}", f"confirm-1-{genuine.mac}"):
        scene.write(STRANGER, f"tg2+{wrong}@iso-sr.example", "Re: vote", "APPROVE\n")
    unknown = scene.token(Purpose.VOTE, 99)  # genuine, of no ballot
    scene.write(STRANGER, f"tg2+{unknown}@iso-sr.example", "Re: vote", "APPROVE\n")
    assert (scene.votes, scene.mails_to(STRANGER)) == ([], [])


def test_B8_a_machine_that_answers_for_a_member_is_helped_once(scene: Scene) -> None:
    scene.asked()
    for number in range(4):
        scene.answer(ANA, "Your mail has been put into the queue.", to=scene.mails_to(ANA)[-1], **{"X-Nr": str(number)})
    assert scene.subjects(ANA)[1:] == ["Not counted yet: your reply on ISO/SR Update 1"]


def test_two_different_faults_are_both_explained(scene: Scene) -> None:
    scene.asked()
    for words in ("I approve.", "APPROVE\nOBJECT"):
        scene.answer(ANA, words)
    assert scene.subjects(ANA)[1:] == ["Not counted yet: your reply on ISO/SR Update 1"] * 2


@pytest.mark.parametrize(
    ("board", "quorum", "reason"),
    [
        ((), "majority", "The board has no members: import the list first with `mailer list import cag FILE`"),
        (BOARD, "4", "The quorum is 4 but the board has only 3 members"),
    ],
)
def test_an_issue_that_can_never_be_granted_is_not_submitted(
    scene: Scene, board: tuple[str, ...], quorum: str, reason: str
) -> None:
    scene.import_list("cag", board)
    scene.build()
    rules = scene.process.rules.boards["cag"]
    scene.restart(boards={"cag": replace(rules, quorum=Quorum(quorum))})
    with pytest.raises(Refused, match=reason):
        scene.do(lambda office: issues.submit(office, scene.issue))


def test_an_issue_is_submitted_once(scene: Scene) -> None:
    scene.asked()
    with pytest.raises(Refused, match="An issue that is submitted cannot take the step “submit”"):
        scene.do(lambda office: issues.submit(office, scene.issue))


def test_law_4_nobody_outside_the_board_and_the_editors_sees_what_was_not_granted(scene: Scene) -> None:
    scene.asked()
    scene.answer(ANA, "OBJECT\nNo.")
    assert {to for to, raw in scene.world.relay.accepted} == {*BOARD, SECRETARY}
    assert scene.standing("nmb", NMB[0]) is Standing.ACTIVE
    assert SOURCE.title == scene.issue.title


# --- boards, and other subjects than issues ---


def test_each_publication_asks_its_own_board(scene: Scene) -> None:
    rules = scene.process.rules
    boards = {**rules.boards, "nmb": replace(rules.boards["cag"], list="nmb")}
    update = replace(rules.publication("update"), board="nmb")
    scene.restart(boards=boards, publications={**rules.publications, "update": update})
    scene.asked()
    assert ([scene.mails_to(member) for member in BOARD], scene.ballot.board) == ([[], [], []], "nmb")
    for member in NMB:
        scene.answer(member, "APPROVE")
    assert (scene.outcome, scene.issue.state) == (Outcome.GRANTED, State.APPROVED)


def test_a_ballot_keeps_the_quorum_with_which_it_was_opened(scene: Scene) -> None:
    scene.asked()
    rules = scene.process.rules.boards["cag"]
    scene.restart(boards={"cag": replace(rules, quorum=Quorum("all"))})
    for member in (ANA, BO):
        scene.answer(member, "APPROVE")
    assert (scene.ballot.quorum, scene.outcome) == (Quorum("majority"), Outcome.GRANTED)


@dataclass
class Charter:
    """Another kind of subject than an issue: it has no table, and notes how its ballots end."""

    haltable: bool = True
    ended: list[Outcome] = field(default_factory=list)
    name = "charter 3"
    heading = "Charter 3"
    editors: Sequence[Address] = (Address.parse("editor@charter.example"),)
    values: Mapping[str, object] = field(
        default_factory=lambda: {"publication": "Charter", "number": 3, "typed": "3", "title": "What we are for"}
    )

    def preview(self, member: Address) -> Preview:
        text = f"We write to {member}."
        return Preview(text, [Attachment("charter.pdf", "application/pdf", b"%PDF of a charter")], {"pages": 1})

    def decided(self, outcome: Outcome) -> None:
        self.ended.append(outcome)


CHARTER = Subject("charter", 3, "c" * 64)


def chartered(scene: Scene) -> Charter:
    """The board has been asked about a charter, in an office that knows no issue."""
    charter = Charter()
    scene.restart(subjects={"charter": lambda office, subject_id: charter})
    scene.import_list("cag", BOARD)
    scene.do(lambda office: open_ballot(office, CHARTER, office.rules.boards["cag"], {"nmb": 7}))
    scene.tick()
    return charter


def charter_grant(scene: Scene) -> Grant | None:
    with scene.world.store.snapshot() as work:
        assert work.issues.all() == []
        return work.approvals.grant("charter", 3)


def test_another_subject_is_shown_as_its_kind_says(scene: Scene) -> None:
    chartered(scene)
    request = scene.request(ANA)
    assert f"We write to {ANA}." in text_of(request)
    assert [part.get_filename() for part in request.iter_attachments()] == ["charter.pdf"]
    assert [entry.subject for entry in scene.trail("submitted")] == ["charter 3"]


def test_another_subject_is_granted_and_halted_and_told_so(scene: Scene) -> None:
    charter = chartered(scene)
    for member in (ANA, BO):
        scene.answer(member, "APPROVE")
    grant = charter_grant(scene)
    assert grant is not None
    assert (charter.ended, grant.subject, grant.lists) == ([Outcome.GRANTED], CHARTER, ("nmb",))
    scene.answer(CLEO, "OBJECT\nArticle 2 is missing.")
    assert (charter.ended, charter_grant(scene)) == ([Outcome.GRANTED, Outcome.OBJECTED], None)
    assert scene.subjects("editor@charter.example") == ["Approved: Charter 3", "Objection to Charter 3"]


def test_A26_another_subject_says_itself_when_it_cannot_be_halted(scene: Scene) -> None:
    charter = chartered(scene)
    for member in (ANA, BO):
        scene.answer(member, "APPROVE")
    charter.haltable = False
    scene.answer(CLEO, "OBJECT\nToo late, I know.")
    assert charter.ended == [Outcome.GRANTED]
    assert charter_grant(scene) is not None
    assert "had been settled before it came" in text_of(scene.mails_to(CLEO)[-1])


def test_another_subject_lapses_or_is_withdrawn(scene: Scene) -> None:
    charter = chartered(scene)
    scene.pass_by(8 * DAY)
    scene.tick()
    assert charter.ended == [Outcome.LAPSED]
    told = []
    scene.do(lambda office: told.append(withdraw(office, "charter", 3)))
    scene.do(lambda office: open_ballot(office, CHARTER, office.rules.boards["cag"], {}))
    scene.do(lambda office: told.append(withdraw(office, "charter", 3)))
    scene.tick()
    scene.answer(ANA, "APPROVE")
    assert (told, charter.ended, charter_grant(scene)) == ([False, True], [Outcome.LAPSED], None)


def test_G6_a_member_is_asked_and_helped_in_their_language(scene: Scene) -> None:
    scene.import_list("cag", BOARD, language="fr")
    scene.import_list("nmb", NMB)
    scene.build()
    scene.submit()
    (asked,) = scene.mails_to(ANA)
    deadline = "lundi 30 novembre 2026 à 12\xa0h\xa000 UTC"
    assert asked["Subject"] == f"À approuver avant le {deadline} : ISO/SR Update 1".replace("\xa0", " ")
    assert "ci-joint en PDF (1 page)." in text_of(asked)
    assert f"Dear reader, News. {ANA} (each reader's own link)" in text_of(asked)  # the issue itself is in English
    scene.answer(ANA, "Oui", to=asked)
    help_ = scene.mails_to(ANA)[-1]
    assert help_["Subject"] == "Pas encore prise en compte : votre réponse sur ISO/SR Update 1"
    assert "La première ligne de votre message n’est pas exactement APPROVE ou OBJECT." in text_of(help_)
