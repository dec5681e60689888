"""What needs a person where no process sends, and what can be done with an issue next."""

from __future__ import annotations

import itertools

import pytest

from mailer.errors import Refused
from mailer.model.issues import TRANSITIONS, Event, Issue, State
from mailer.model.needs import Need, NeedKind, stalled
from mailer.model.next_steps import NEXT, PARTICIPLE, next_step, require
from mailer.model.outbox import Counts, Delivery
from tests.flows.environment import configured

RULES = configured().rules


def issue(state: State, publication: str = "update") -> Issue:
    return Issue(1, publication, 3, "Spring", state, "folder", "source", None, None)


ONE = issue(State.SENDING)
BROKEN_OFF, NOBODY_SENDS = Need(NeedKind.BROKEN_OFF, ONE, 1), Need(NeedKind.NOBODY_SENDS, ONE, 4)


@pytest.mark.parametrize(
    ("counts", "paused", "at_work", "found"),
    [
        ({Delivery.SENDING: 1, Delivery.QUEUED: 4}, False, False, [BROKEN_OFF, NOBODY_SENDS]),
        ({Delivery.SENDING: 1, Delivery.QUEUED: 4}, True, False, [BROKEN_OFF]),
        ({Delivery.SENDING: 1, Delivery.QUEUED: 4}, False, True, []),
        ({Delivery.SENT: 4, Delivery.DEFERRED: 1}, False, False, []),
    ],
)
def test_an_issue_stalls_if_nobody_sends_it(
    counts: dict[Delivery, int], paused: bool, at_work: bool, found: list[Need]
) -> None:
    assert stalled(ONE, Counts(counts), paused, at_work) == found


def test_every_state_has_a_next_step_with_the_publication_if_it_is_not_the_first() -> None:
    assert set(NEXT) == set(State)
    assert next_step(RULES, issue(State.DRAFT)) == "build it with `mailer issue build 3`"
    assert next_step(RULES, issue(State.DRAFT, "member-update")) == (
        "build it with `mailer issue build 3 -p member-update`"
    )


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, PARTICIPLE)))
def test_what_cannot_be_done_is_refused_with_the_next_step(state: State, event: Event) -> None:
    if (state, event) in TRANSITIONS:
        require(RULES, issue(state), event)
        return
    with pytest.raises(Refused) as refused:
        require(RULES, issue(state), event)
    words = f"Issue 3 is {state} and cannot be {PARTICIPLE[event]} now: {next_step(RULES, issue(state))}."
    assert str(refused.value) == words


def test_one_event_of_several_is_enough() -> None:
    require(RULES, issue(State.SUBMITTED), Event.RENDER, Event.EDIT)
    with pytest.raises(Refused, match="cannot be built now"):
        require(RULES, issue(State.SENT), Event.RENDER, Event.EDIT)
