"""Handled mails, on every store."""

from __future__ import annotations

from mailer.model.inbound import Handled, HandledMail, MailKind
from mailer.ports import Folder, Ref, Work
from tests.fakes import NOON


def note(work: Work, digest: str, ref: Ref, folder: Folder | None, faults: int = 0) -> None:
    work.inbound.record(digest, ref, NOON, Handled(folder, MailKind.REPLY, "Vote", "r"), faults)


def test_F4_a_mail_is_known_by_its_place_and_by_its_bytes(work: Work) -> None:
    note(work, "a" * 64, Ref(1, 7), Folder.PROCESSED)
    note(work, "b" * 64, Ref(1, 8), None, faults=1)
    assert work.inbound.handled([Ref(1, 7), Ref(1, 8), Ref(2, 7)]) == {Ref(1, 7): Folder.PROCESSED}
    assert work.inbound.handled([Ref(1, 7, "another account")]) == {}
    assert work.inbound.folders_of(digest * 64 for digest in "abc") == {"a" * 64: Folder.PROCESSED}


def test_F10_faults_are_counted(work: Work) -> None:
    for faults, folder in ((1, None), (2, None), (3, Folder.ATTENTION)):
        note(work, "b" * 64, Ref(1, 8), folder, faults)
        assert work.inbound.faults("b" * 64) == faults
    assert (work.inbound.counts(), work.inbound.in_attention(), work.inbound.faults("c" * 64)) == ({"reply": 1}, 1, 0)


def test_any_number_of_references_can_be_looked_up(work: Work) -> None:
    note(work, "a" * 64, Ref(2**32 - 1, 2**32 - 1), Folder.REFUSED)
    refs = [Ref(2**32 - 1, 2**32 - n) for n in range(1, 5001)]
    assert work.inbound.handled(refs) == {refs[0]: Folder.REFUSED}


def test_the_newest_mails_are_listed(work: Work) -> None:
    for number, folder in enumerate((Folder.PROCESSED, Folder.ATTENTION, None, Folder.ATTENTION), 1):
        note(work, str(number) * 64, Ref(1, number, "box"), folder)
    listed = work.inbound.newest(10)
    assert [(one.uid, one.handled.folder) for one in listed] == [
        (1, Folder.PROCESSED),
        (2, Folder.ATTENTION),
        (4, Folder.ATTENTION),
    ]
    assert [one.uid for one in work.inbound.newest(1)] == [4]
    assert [one.uid for one in work.inbound.newest(9, Folder.ATTENTION, MailKind.REPLY)] == [2, 4]
    assert work.inbound.newest(9, kind=MailKind.BOUNCE) == []
    assert work.inbound.one(listed[0].id) == HandledMail(
        listed[0].id, NOON, Handled(Folder.PROCESSED, MailKind.REPLY, "Vote", "r"), "box", 1
    )
    assert work.inbound.one(99) is None
