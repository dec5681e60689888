"""Keeps the site up to date beside the mail: a slice at a time, and publishes it when it has changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from mailer.errors import MailerError, Permanent, Refused
from mailer.handlers import site
from mailer.model.site import Built
from mailer.office import Office
from mailer.ports import Work
from mailer.ports.site_builder import SiteBuilder, SitePublisher, SiteRecord
from mailer.published import OfficePublished
from mailer.runtime import Runtime

log = logging.getLogger("mailer.site")

SLICE = 2.0
"""Seconds of building, after which mail has its turn."""
EVERY = 20.0
"""Seconds between two looks at what is granted, while things change."""
AGAIN = 300.0
"""Seconds after a failure."""


class SiteUpkeep:
    """Does one slice of work each time it is called, if there is any."""

    def __init__(
        self,
        runtime: Runtime,
        make: Callable[[], SiteBuilder],
        publisher: SitePublisher | None,
        record: SiteRecord,
    ) -> None:
        """``make`` is called when there is something to build for the first time."""
        self._runtime = runtime
        self._make = make
        self._publisher = publisher
        self._record = record
        self._builder: SiteBuilder | None = None
        self._is_building = False
        self._seen: tuple[int, date] | None = None
        self._until: datetime | None = None
        self._next = 0.0
        self._publishes = False

    def __call__(self) -> bool:
        """Whether there is more to build at once."""
        if not self._runtime.rules.site.folder:
            return False
        self._hear_publisher()
        if self._is_building or self._is_due():
            try:
                self._is_building = not self._build()
            except (Permanent, Refused) as fault:
                self._fail(str(fault))
            except MailerError:
                raise
            except Exception as fault:
                log.exception("the site could not be built")
                self._fail(f"{type(fault).__name__}: see the log")
        self._publish()
        return self._is_building

    # --- building ---

    def _is_due(self) -> bool:
        """Whether something may have changed: an entry of the record, the day, or the end of an embargo."""
        if self._runtime.clock.monotonic() < self._next:
            return False
        with self._runtime.store.snapshot() as work:
            seen = site.standing(self._office(work))
        over = self._until is not None and self._runtime.clock.now() >= self._until
        if seen == self._seen and not over:
            return False
        self._seen = seen
        self._next = self._runtime.clock.monotonic() + EVERY
        return True

    def _build(self) -> bool:
        """Build for a slice of time; whether it is done."""
        clock = self._runtime.clock
        until = clock.monotonic() + SLICE
        self._builder = self._builder or self._make()
        with self._runtime.store.snapshot() as work:
            published = OfficePublished(self._office(work))
            built = self._builder.step(published, lambda: clock.monotonic() < until and not self._runtime.stop())
            self._until = published.until
        if built is None:
            return False
        self._note(built)
        return True

    def _note(self, built: Built) -> None:
        now, state = self._runtime.clock.now(), self._record.read()
        if built.is_new:
            log.info("the site has changed: %d made, %d gone", len(built.changed), len(built.gone))
            with self._runtime.store.transaction() as work:
                site.note_built(self._office(work), built)
        failed = state.failed_at if state.failure.startswith(PUBLISHING) else None
        self._record.write(
            replace(
                state,
                built_at=now if built.is_new or state.built_at is None else state.built_at,
                looked_at=now,
                files=built.files,
                hidden=built.hidden,
                failed_at=failed,
                failure=state.failure if failed else "",
            )
        )
        self._publishes = self._publisher is not None and self._record.read().waits

    # --- publishing ---

    def _publish(self) -> None:
        if not self._publishes or self._publisher is None or self._publisher.is_running or self._is_building:
            return
        self._publishes = False
        try:
            self._publisher.start()
        except Permanent as fault:
            self._fail(f"{PUBLISHING}{fault}")

    def _hear_publisher(self) -> None:
        said = self._publisher.outcome() if self._publisher else None
        if said is None:
            return
        if said:
            self._fail(f"{PUBLISHING}{said}")
            self._publishes = True
            return
        log.info("the site was published")
        state = replace(self._record.read(), published_at=self._runtime.clock.now(), failed_at=None, failure="")
        self._record.write(state)

    def _fail(self, why: str) -> None:
        """Keep and tell why the site is not up to date; the secretary is told once until it works again."""
        log.warning("the site: %s", why)
        if self._builder is not None and not why.startswith(PUBLISHING):
            self._builder.give_up()
        self._is_building, self._seen = False, None
        self._next = self._runtime.clock.monotonic() + AGAIN
        state = self._record.read()
        since = state.failed_at or self._runtime.clock.now()
        self._record.write(replace(state, failed_at=since, failure=why))
        with self._runtime.store.transaction() as work:
            site.tell_failure(self._office(work), why, since)

    def _office(self, work: Work) -> Office:
        return self._runtime.office(work, "mailer", "site")


PUBLISHING = "publishing it failed: "
"""What a failure begins with that is the command's."""
