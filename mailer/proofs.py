"""Makes the proofs of editions that are whole, outside of any transaction, because to set a page takes seconds."""

from __future__ import annotations

import logging

from mailer.errors import ConfigError, Temporary
from mailer.handlers import manuscripts
from mailer.handlers.manuscripts import Wanted
from mailer.office import Office
from mailer.ports import Work
from mailer.runtime import Runtime

log = logging.getLogger("mailer.proofs")


class Proofs:
    """Makes one proof each time it is called, if one waits, so that mail is never held up for long.

    A try is counted before it begins, so a proof that ends the process is not begun for ever.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def __call__(self) -> bool:
        """Whether a proof was made, or was found to be impossible."""
        with self._runtime.store.snapshot() as work:
            if not manuscripts.waits(self._office(work)):
                return False
        with self._runtime.store.transaction() as work:
            began = manuscripts.begin(self._office(work))
        if began is None:
            return False
        try:
            with self._runtime.store.snapshot() as work:
                wanted = manuscripts.wanted(self._office(work), began)
            self._make(wanted)
        except ConfigError as fault:
            with self._runtime.store.transaction() as work:
                manuscripts.proof_failed(self._office(work), began, fault.problems)
        except Temporary:
            raise
        except Exception:
            log.exception("the proof of translation %d could not be made", began.id)
        return True

    def _make(self, wanted: Wanted) -> None:
        identity = self._runtime.rules.identity_of(wanted.issue.publication)
        edition = self._runtime.resources.renderer.edition(wanted.source, identity)
        with self._runtime.store.transaction() as work:
            made = manuscripts.keep_proof(self._office(work), wanted.translation, edition, wanted.source.title)
        name = f"{wanted.issue.name} {wanted.translation.language}"
        log.info("proof of %s: %s", name, "sent to its translator" if made else "out of date before it was made")

    def _office(self, work: Work) -> Office:
        return self._runtime.office(work, "mailer", "proofs")
