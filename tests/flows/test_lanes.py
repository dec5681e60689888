"""Who goes first, over real sockets: service mail overtakes an issue, and two issues share fairly."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from pathlib import Path

import pytest

from mailer.handlers import issues, lists, mailings
from mailer.message import Address
from mailer.model.inbound import Done, Result
from mailer.model.lists import Details
from mailer.model.outbox import Delivery
from tests.flows.test_control import BOARD, copies, in_mid_send, relay_of
from tests.relay import Mail
from tests.secretary import Secretary, office
from tests.waiting import TIMEOUT

READERS, FEW = 200, 60
ULLA = Address.parse("ulla@union.example")


def secretary_with(folder: Path, numbers: tuple[int, ...], readers: int, connections: int) -> Secretary:
    """An office with a grant for issues with these numbers, and no other mail to send."""
    secretary = office(folder)
    secretary.environ["MAILER_SMTP__CONNECTIONS"] = str(connections)
    secretary.imports("subscriber", *(f"reader{n}@readers.example" for n in range(readers)))
    secretary.imports("cag", *BOARD)
    for number in numbers:
        secretary.writes(number)
        secretary.grants(number)
    with relay_of(secretary):
        assert secretary.types("send").code == 0
    return secretary


@pytest.mark.parametrize("connections", [1, 4])
def test_a_confirmation_asked_for_in_mid_send_overtakes_the_rest(tmp_path: Path, connections: int) -> None:
    secretary = secretary_with(tmp_path / "office", (1,), FEW, connections)
    with relay_of(secretary) as relay, secretary.starts("send", "1", "--yes") as process:
        with in_mid_send(relay, 3), secretary.app() as app, app.store.transaction() as work:
            result = lists.subscribe(app.office(work, str(ULLA), "mail 1"), ULLA, Details(), ())
            assert result == Result(Done.CONFIRMATION_REQUESTED)
        assert process.wait(TIMEOUT) == 0
    place = [mail.recipient for mail in relay.taken].index(str(ULLA))
    under_way = 3 + connections
    prefetched = connections + connections**2 if connections > 1 else 0  # by delivery_loop.py and ledger.py
    assert place <= under_way + prefetched < FEW
    assert len(set(copies(relay))) == FEW


@pytest.mark.parametrize("connections", [1, 10])
def test_two_issues_sent_at_the_same_time_take_turns(tmp_path: Path, connections: int) -> None:
    secretary = secretary_with(tmp_path / "office", (1, 2), READERS, connections)
    with relay_of(secretary) as relay, secretary.app() as app:
        for number in (1, 2):
            with app.open_store().transaction() as work:
                office = app.office(work, "test", f"test {number}")
                issue = issues.find(office, "update", number)
                mailings.start(office, issue, mailings.outstanding(office, issue))
        transport = app.transport()
        app.sender(transport).drain()
        transport.close()
        with app.store.snapshot() as work:
            assert [work.outbox.counts(n).by_state for n in (1, 2)] == [{Delivery.SENT: READERS}] * 2
    order = [issue_of(mail) for mail in relay.taken if b"\r\nList-Id:" in mail.raw]
    assert Counter(order) == {1: READERS, 2: READERS}
    leads = accumulate(1 if number == 1 else -1 for number in order)
    assert max(abs(lead) for lead in leads) <= connections


def issue_of(mail: Mail) -> int:
    """The number in the copy's Message-ID."""
    return int(mail.raw.partition(b"\r\nMessage-ID: <update-")[2].partition(b".")[0])
