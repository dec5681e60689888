"""Mail that waits in Attention, on every store."""

from __future__ import annotations

from mailer.model.inbound import Folder, Handled, MailKind
from mailer.ports import Ref, Work
from mailer.ports.attention import ToFile
from mailer.ports.incoming import HANDED_OVER
from tests.fakes import NOON

WAITS = Handled(Folder.ATTENTION, MailKind.QUARANTINE, "Malformed", "it is odd")


def raw(work: Work, number: int) -> bytes | None:
    mail = work.inbound.one(number)
    assert mail is not None
    return work.inbound.raw(mail)


def test_a_mail_that_waits_is_kept_until_it_is_decided_and_moved(work: Work) -> None:
    work.inbound.record("a" * 64, Ref(1, 2, "box"), NOON, WAITS)
    number = work.inbound.number_of("a" * 64)
    assert (raw(work, number), work.attention.to_file()) == (None, [])
    work.attention.keep(number, b"whole")
    assert (raw(work, number), work.attention.to_file()) == (b"whole", [])
    work.attention.decide(number, Folder.REFUSED)
    assert raw(work, number) is None
    assert work.inbound.newest(9, Folder.ATTENTION) == []
    assert work.attention.to_file() == [ToFile(number, "a" * 64, Folder.REFUSED)]
    work.attention.filed([number])
    assert work.attention.to_file() == []


def test_a_mail_that_was_handed_over_is_filed_with_the_decision(work: Work) -> None:
    work.incoming.add(b"whole", False, NOON)
    (handed,) = work.incoming.pending()
    work.incoming.file([handed], Folder.ATTENTION)
    work.inbound.record("b" * 64, Ref(1, handed, HANDED_OVER), NOON, WAITS)
    number = work.inbound.number_of("b" * 64)
    assert raw(work, number) == b"whole"
    work.attention.decide(number, Folder.PROCESSED)
    assert work.attention.to_file() == []
    assert work.incoming.has_processed(NOON.replace(year=2030))
