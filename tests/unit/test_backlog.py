"""What of the mail that waits is read first (B14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailer.backlog import LOOKED_AT, MANY, UrgentMail
from mailer.errors import Temporary
from mailer.ports import Ref
from mailer.tokens import Purpose, TokenKey
from tests.fakes import FakeMailbox

KEY = TokenKey(b"k" * 32)
VOTE = KEY.token(Purpose.VOTE, 1)
FORGED = TokenKey(b"x" * 32).token(Purpose.VOTE, 1)


class CountingMailbox(FakeMailbox):
    looked_at = 0
    fault: Temporary | None = None

    def addressees(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        if self.fault:
            raise self.fault
        self.looked_at += len(refs)
        return super().addressees(refs)


def flooded(mailbox: FakeMailbox, count: int) -> None:
    for number in range(count):
        mailbox.arrive(b"To: tg2+%s@iso-sr.example\r\nSubject: %d\r\n\r\n" % (str(FORGED).encode(), number))


def urgent(mailbox: FakeMailbox, token: object = VOTE) -> Ref:
    return mailbox.arrive(f"To: tg2+{token}@iso-sr.example\r\n\r\n".encode())


def test_B14_a_vote_overtakes_a_flood_of_forged_ones() -> None:
    mailbox = FakeMailbox()
    flooded(mailbox, MANY)
    vote = urgent(mailbox)
    refs = mailbox.pending()
    ordered = UrgentMail().first(mailbox, refs, KEY)
    assert (ordered[0], ordered[1:]) == (vote, refs[:-1])


def test_an_ordinary_day_is_read_in_order_and_nothing_is_asked_twice() -> None:
    mailbox = CountingMailbox()
    flooded(mailbox, MANY - 2)
    urgent(mailbox)
    order = UrgentMail()
    assert (order.first(mailbox, mailbox.pending(), KEY), mailbox.looked_at) == (mailbox.pending(), 0)
    flooded(mailbox, 1)
    for _ in range(2):
        order.first(mailbox, mailbox.pending(), KEY)
    assert mailbox.looked_at == MANY


def test_of_many_mails_the_newest_are_looked_at_first() -> None:
    mailbox = CountingMailbox()
    vote = urgent(mailbox)
    flooded(mailbox, LOOKED_AT + 1)
    newest = urgent(mailbox, KEY.token(Purpose.CONFIRM, 7))
    order = UrgentMail()
    assert list(order.first(mailbox, mailbox.pending(), KEY)[:2]) == [newest, vote]
    mailbox.expunge(newest)
    assert (order.first(mailbox, mailbox.pending(), KEY)[0], mailbox.looked_at) == (vote, LOOKED_AT + 3)


def test_a_server_that_does_not_tell_holds_up_nothing() -> None:
    mailbox = CountingMailbox()
    mailbox.fault = Temporary("no")
    flooded(mailbox, MANY)
    assert UrgentMail().first(mailbox, mailbox.pending(), KEY) == mailbox.pending()
