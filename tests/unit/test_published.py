"""What is shown to everybody: only what has a grant that stands, and nothing of a reader."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailer.errors import NotGranted
from mailer.handlers.site import web_version
from mailer.model.issues import Inline, Issue, Marker, State
from mailer.model.site import SiteRules
from mailer.published import OfficePublished
from tests.flows.environment import EDITION, configured
from tests.unit.harness import Harness

PAGE = replace(
    EDITION,
    html=f"<html><body><p>{Marker.GREETING}</p><p>The road.</p><img src='cid:one@x' alt=''>"
    f"<p>To {Marker.RECIPIENT}: <a href='{Marker.LEAVE}'>leave</a></p></body></html>",
    pictures=(Inline("one@x", "image/png", b"\x89PNG"),),
)


def page(harness: Harness, number: int = 1) -> str | None:
    with harness.office() as office:
        return web_version(office, "update", number, "fr")


def test_law_4_an_issue_is_shown_once_it_was_sent_with_its_grant(harness: Harness) -> None:
    harness.import_list("cag", ("ana@cag.example", "bo@cag.example", "cleo@cag.example"))
    harness.import_list("nmb", ("nils@nmb.example",))
    harness.build(PAGE)
    harness.submit()
    assert page(harness) is None
    for member in ("ana@cag.example", "bo@cag.example"):
        harness.answer(member, "APPROVE")
    assert (harness.issue.state, page(harness)) == (State.APPROVED, None)
    harness.start()
    harness.tick()
    shown = page(harness)
    assert shown is not None
    assert [marker for marker in Marker if marker in shown] == []
    assert "nils" not in shown and "data:image/png;base64,iVBORw==" in shown
    assert "<p>Dear reader,</p>" in shown and "tg2+subscribe@iso-sr.example</a>" in shown
    assert "Sent on by" not in shown and "+leave" not in shown
    assert page(harness, 2) is None


@pytest.fixture
def sent(harness: Harness) -> Harness:
    harness.approved()
    harness.start()
    harness.tick()
    return harness


def test_law_4_what_changed_after_its_grant_is_not_shown(sent: Harness) -> None:
    assert page(sent)
    with sent.office() as office:
        (shown,) = OfficePublished(office).contents().editions
        office.work.issues._connection.exec_driver_sql("UPDATE editions SET html = 'another'")  # type: ignore[attr-defined]
        with pytest.raises(NotGranted, match="the HTML"):
            OfficePublished(office).edition(shown)
        with pytest.raises(NotGranted, match="the HTML"):
            OfficePublished(office).facts(shown)
    assert page(sent) is None


def test_another_sender_or_address_of_the_office_takes_nothing_off_the_web(sent: Harness) -> None:
    publications = dict(configured().rules.publications)
    publications["update"] = replace(publications["update"], title="ISO/SR News")
    sent.restart(url="https://news.example", plus=False, publications=publications)
    assert page(sent) is not None


@pytest.mark.parametrize("column", ["html", "text", "pdf", "subject"])
def test_law_4_each_part_of_the_web_version_is_held_against_the_grant(sent: Harness, column: str) -> None:
    value = b"x" if column == "pdf" else "x"
    with sent.office() as office:
        office.work.issues._connection.exec_driver_sql(f"UPDATE editions SET {column} = ?", (value,))  # type: ignore[attr-defined]
    assert page(sent) is None


def test_law_4_what_has_lost_its_grant_is_not_shown(sent: Harness) -> None:
    with sent.office() as office:
        before = OfficePublished(office).contents()
        office.work.approvals.void_grants(Issue.KIND, before.editions[0].issue, sent.now)
        office.record("voided", "update 1")
        after = OfficePublished(office).contents()
    assert (len(before.editions), after.editions, page(sent)) == (1, (), None)
    assert before.state != after.state


@pytest.mark.parametrize(
    ("rules", "is_shown"),
    [
        (SiteRules(), True),
        (SiteRules(leave_out=frozenset({"update"})), False),
        (SiteRules(leave_out=frozenset({"update 1"})), False),
        (SiteRules(leave_out=frozenset({"update 2"})), True),
    ],
)
def test_what_is_left_out_is_not_shown(sent: Harness, rules: SiteRules, is_shown: bool) -> None:
    sent.restart(site=rules)
    assert (page(sent) is not None) == is_shown


@pytest.mark.parametrize(("internal", "is_shown"), [(frozenset(), False), (frozenset({"update"}), True)])
def test_a_publication_for_members_is_shown_only_if_the_configuration_says_so(
    sent: Harness, internal: frozenset[str], is_shown: bool
) -> None:
    publications = dict(configured().rules.publications)
    publications["update"] = replace(publications["update"], lists=("nmb", "wg-member"))
    lists = dict(configured().rules.lists)
    lists["wg-member"] = replace(lists["cag"], key="wg-member")
    sent.restart(site=SiteRules(internal=internal), publications=publications, lists=lists)
    assert (page(sent) is not None) == is_shown
