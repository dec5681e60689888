"""Every store keeps invitations, and calls for nominations."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mailer.model.invitations import Invitation, Nominator, State
from mailer.model.lists import Details, Kind
from mailer.ports import Work
from tests.contracts.stores import LISTS, scopes
from tests.fakes import NOON

UNION = Invitation(
    id=0,
    list="nmb",
    address="bea@union.example",
    details=Details("Bea", "The Union", Kind.LABOUR, "KE", "en"),
    by="secretary",
    created_at=NOON,
    nominator=Nominator("ana@wg.example", "Ana", 3),
    next_at=NOON,
)
"""An invitation that waits, of a nomination."""


def test_invitations_are_kept_and_found(work: Work) -> None:
    work.lists.declare(scopes(*LISTS))
    first, second = work.invitations.add([UNION, replace(UNION, address="bo@union.example", nominator=Nominator())])
    assert (first, second.nominator) == (replace(UNION, id=first.id), Nominator())
    asked = replace(first, state=State.ASKED, times=1, asked_at=NOON, next_at=NOON + timedelta(days=60), told="asked")
    work.invitations.save(asked)
    assert work.invitations.invitation(first.id) == asked
    assert work.invitations.newest_of(["bea@union.example", "x@x.example"], "nmb") == {"bea@union.example": asked}
    assert work.invitations.newest_of(["bea@union.example"], "cag") == {}
    assert work.invitations.each("nmb", [State.ASKED]) == [asked]
    assert work.invitations.due((State.WAITING, State.ASKED), NOON, 5) == [second]
    assert work.invitations.untold(5) == []
    work.invitations.save(replace(asked, state=State.ACCEPTED, next_at=None))
    assert [one.id for one in work.invitations.untold(5)] == [first.id]


def test_who_wants_none_is_remembered(work: Work) -> None:
    for _ in range(2):
        work.invitations.add_never("a" * 64, NOON)
    assert work.invitations.never(["a" * 64, "b" * 64]) == {"a" * 64}
    work.invitations.drop_never(["a" * 64])
    assert work.invitations.never(["a" * 64]) == set()


def test_a_call_goes_on_until_all_were_asked(work: Work) -> None:
    work.lists.declare(scopes(*LISTS))
    call = work.invitations.begin_call("nmb", "secretary", NOON)
    assert work.invitations.calls(open_only=True) == [call]
    work.invitations.save_call(call._replace(asked=7, ended_at=NOON))
    assert work.invitations.calls(open_only=True) == []
    assert work.invitations.calls() == [call._replace(asked=7, ended_at=NOON)]
