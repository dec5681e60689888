"""The daemon keeps the site up to date: it builds what was granted, takes down what is not, and publishes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.adapters.site.record import SiteRecordFile
from mailer.errors import Permanent
from mailer.model.issues import Issue
from mailer.model.site import Contents, SiteRules
from mailer.site_upkeep import SiteUpkeep
from tests.site import builder
from tests.unit.harness import SECRETARY, Harness, text_of


@dataclass
class FakePublisher:
    """ports.SitePublisher whose outcome the test sets."""

    ends: list[str] = field(default_factory=list)
    started: int = 0
    is_running: bool = False

    def start(self) -> None:
        self.started += 1
        self.is_running = True

    def outcome(self) -> str | None:
        if not (self.is_running and self.ends):
            return None
        self.is_running = False
        return self.ends.pop(0)


@dataclass
class Site:
    harness: Harness
    place: Path
    publisher: FakePublisher
    record: SiteRecordFile
    upkeep: SiteUpkeep

    def keep(self) -> None:
        """Time passes, and the daemon has its turns."""
        self.harness.pass_by(timedelta(minutes=6))
        while self.upkeep():
            pass

    @property
    def issues(self) -> list[str]:
        return sorted(path.parent.name for path in self.place.glob("en/issues/update/*/index.html"))


@pytest.fixture
def site(harness: Harness, tmp_path: Path) -> Site:
    place, publisher, record = tmp_path / "www", FakePublisher(), SiteRecordFile(tmp_path / "mailer.site")
    harness.restart(site=SiteRules(folder=str(place)))
    upkeep = SiteUpkeep(harness.process.runtime, lambda: builder(place), publisher, record)
    return Site(harness, place, publisher, record, upkeep)


def sent(harness: Harness) -> None:
    harness.asked()
    for member in ("ana@cag.example", "bo@cag.example"):
        harness.answer(member, "APPROVE")
    harness.start()
    harness.tick()


def test_an_issue_is_on_the_site_once_it_was_sent_and_off_it_without_its_grant(site: Site) -> None:
    site.keep()
    assert (site.issues, (site.place / "index.html").is_file()) == ([], True)
    sent(site.harness)
    site.keep()
    assert site.issues == ["1"]
    with site.harness.office() as office:
        issue = office.work.issues.issue("update", 1)
        assert issue is not None
        office.work.approvals.void_grants(Issue.KIND, issue.id, office.now)
        office.record("voided", "update 1")
    site.keep()
    assert site.issues == []
    entries = site.harness.trail("site built")
    assert any("en/issues/update/1/index.html" in str(entry.detail["made"]) for entry in entries)


def test_nothing_is_looked_at_while_nothing_happens(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.keep()
    site.keep()
    looks: list[int] = []
    monkeypatch.setattr("mailer.published.OfficePublished.contents", lambda _: looks.append(1) or Contents())
    site.keep()
    assert looks == []


def test_what_has_changed_is_published_and_a_failure_is_told_once(site: Site) -> None:
    site.keep()
    assert (site.publisher.started, site.record.read().waits) == (1, True)
    site.publisher.ends = ["it ended with code 12: no route to host"]
    site.keep()
    site.publisher.ends = ["it ended with code 12: no route to host"]
    site.keep()
    site.harness.tick()
    told = [mail for mail in site.harness.mails_to(SECRETARY) if "not up to date" in str(mail["Subject"])]
    assert len(told) == 1 and "no route to host" in text_of(told[0])
    assert "no route to host" in site.record.read().failure
    site.publisher.ends = [""]
    site.keep()
    state = site.record.read()
    assert (state.failure, state.failed_at, state.waits) == ("", None, False)
    started = site.publisher.started
    site.keep()
    assert site.publisher.started == started


def test_a_folder_that_cannot_be_written_is_told_and_tried_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise Permanent("The site cannot be written at /srv/www: No space left on device.")

    with monkeypatch.context() as patched:
        patched.setattr("mailer.adapters.site.folder.SiteFolder.write", full)
        site.keep()
    site.harness.tick()
    assert any("No space left" in text_of(mail) for mail in site.harness.mails_to(SECRETARY))
    assert not site.place.exists()
    site.keep()
    assert ((site.place / "index.html").is_file(), site.record.read().failure) == (True, "")


def test_without_a_folder_nothing_is_built(site: Site) -> None:
    site.harness.restart(site=SiteRules())
    idle = SiteUpkeep(site.harness.process.runtime, lambda: builder(site.place), site.publisher, site.record)
    assert (idle(), site.place.exists()) == (False, False)
