"""``mailer requests``, as the secretary types it."""

from __future__ import annotations

from datetime import timedelta

from mailer.handlers import wishes
from mailer.model.submissions import State, Submission
from tests.secretary import Secretary
from tests.unit.commands.test_feedback import office, queued

LEA = "lea@tg5.example"


def comes(secretary: Secretary) -> None:
    """A request that its address has confirmed."""
    with office(secretary) as at_work:
        until = (at_work.now + timedelta(days=30)).date().isoformat()
        values = {"what": "a leaflet", "whom": "TG 5", "until": until}
        draft = Submission(0, "request", LEA, "Lea", "en", values, at_work.now, state=State.CONFIRMED)
        wishes.SUBMISSION.confirmed(at_work, at_work.work.submissions.add(draft))


def test_requests_are_listed_shown_and_done(secretary: Secretary) -> None:
    assert secretary.types("requests", "ls").out == "No request waits.\n"
    comes(secretary)
    head, row = secretary.types("requests", "ls").out.splitlines()
    assert head.split() == ["number", "until", "state", "who", "asks", "for", "whom", "what"]
    assert row.split()[0] == "1" and row.endswith("a leaflet")
    (listed,) = secretary.types("requests", "ls", "--json").json
    assert (listed["number"], listed["address"], listed["lines"]["whom"]) == (1, LEA, "TG 5")
    assert "For whom: TG 5" in secretary.types("requests", "show", "1").out
    done = secretary.types("requests", "done", "1", "--yes", "--note", "It is printed.")
    assert done.out == f"Number 1 is done; Lea <{LEA}> is told.\n"
    assert queued(secretary, LEA) == 1
    assert secretary.types("requests", "ls").out == "No request waits.\n"
    assert secretary.types("requests", "show", "7").code == 77
