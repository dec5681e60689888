"""The office as one object, built from its configuration.

A part that only some commands need, and that takes long to import, is imported where it is built. So ``mailer status``
does not wait for a PDF engine.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TextIO

from mailer.adapters import data, disk, log
from mailer.adapters.access_token import AccessToken
from mailer.adapters.clock import AheadClock, SystemClock
from mailer.adapters.icalendar import Icalendar
from mailer.adapters.issue_folder import IssueFolders
from mailer.adapters.journal import JournalFile
from mailer.adapters.link_checker import WebLinkChecker
from mailer.adapters.lock import ProcessLock
from mailer.adapters.openpgp import SequoiaOpenPgp
from mailer.adapters.redaction import forms_of
from mailer.adapters.security import Login
from mailer.adapters.service_manager import ServiceManager
from mailer.adapters.stored_mailbox import StoredMailbox
from mailer.adapters.waker import wake_listener
from mailer.adapters.whole_files import write_file
from mailer.app import issue_files
from mailer.app.access_tokens import token_of
from mailer.app.late_conversion import LateConversion
from mailer.app.late_manuscripts import LateManuscripts
from mailer.app.late_renderer import LateRenderer
from mailer.app.lmtp import lmtp_server
from mailer.app.office_files import OfficeFiles
from mailer.app.pages import metrics_endpoint, web_pages
from mailer.app.processes import DAEMON, WORKER, process_name, processes, serving, wait_for_store, watch_of
from mailer.app.servers import mailbox_of, transport_of
from mailer.app.subjects import SUBJECTS
from mailer.app.values import policy_of, quiet_hours, reading_rules_of, rules_of
from mailer.config import CLOCK, Settings, load
from mailer.config.values import is_loopback
from mailer.errors import ConfigError, Permanent, Refused
from mailer.inbound.intents import ReadingRules
from mailer.model.health import Process
from mailer.model.issues import Edition, Source
from mailer.model.publications import Identity
from mailer.office import Office, Resources
from mailer.ports import Duties, Mailbox, Signer, Transport, Verifier, Work
from mailer.ports.conversion import Conversion
from mailer.ports.manuscripts import Manuscripts
from mailer.ports.metrics import NO_METRICS, Metrics
from mailer.ports.restorations import NO_JOURNAL, Journal
from mailer.runtime import Runtime
from mailer.stop import StopFlag
from mailer.store.database import SqlStore
from mailer.store.lock import DatabaseLock
from mailer.throttle.policy import Policy
from mailer.throttle.quiet_hours import QuietHours
from mailer.watch import Watch

if TYPE_CHECKING:
    from mailer.adapters.catalogues import Catalogues
    from mailer.adapters.dkim.configured import ConfiguredKeys
    from mailer.adapters.dkim.lookup import TxtLookup
    from mailer.adapters.imap import ImapMailbox
    from mailer.adapters.render import Renderer
    from mailer.daemon import Daemon
    from mailer.explain import Explanation
    from mailer.foreground import Foreground
    from mailer.handlers.personal_data import Holding
    from mailer.receive import Reception
    from mailer.sending.sender import Sender
    from mailer.worker import Worker


def _trial_clock(settings: Settings, environ: Mapping[str, str]) -> AheadClock | None:
    """The clock that a variable names, if it does. Raises ConfigError unless all servers are on this machine."""
    if CLOCK not in environ:
        return None
    if not (is_loopback(settings.imap.host) and is_loopback(settings.smtp.host)):
        raise ConfigError([f"{CLOCK}: a clock that runs ahead is for trials, with both servers on this machine"])
    return AheadClock(Path(environ[CLOCK]))


class App:
    """Builds the parts of an office from its configuration. It connects to nothing until a part is used."""

    def __init__(self, settings: Settings, configuration: Path | None = None, clock: SystemClock | None = None) -> None:
        """``configuration``: the file that the settings are from; ``clock``: another one than the machine's own."""
        self.settings = settings
        self.configuration = configuration
        self.rules = rules_of(settings)
        self.clock = clock or SystemClock()
        self.metrics: Metrics = NO_METRICS
        self.stop = StopFlag()

    @classmethod
    def load(cls, path: Path, environ: Mapping[str, str]) -> App:
        """Raises ConfigError with every fault of the configuration."""
        settings = load(path, environ, data.languages())
        return cls(settings, path.absolute(), _trial_clock(settings, environ))

    def close(self) -> None:
        """Close the store, if it was opened."""
        if "store" in self.__dict__:
            self.store.close()

    @staticmethod
    def init(folder: Path) -> Path:
        """Create a working folder with an annotated configuration. Raises Refused if there is one already."""
        made = folder / "mailer.toml"
        if made.exists():
            raise Refused(f"{made} is there already: it was left as it is.")
        (folder / "issues").mkdir(parents=True, exist_ok=True)
        write_file(made, (data.CONFIG / "mailer.toml").read_bytes())
        return made

    @property
    def held(self) -> Sequence[Holding]:
        """What each subject holds about a person."""
        from mailer.holdings import HELD

        return HELD

    @cached_property
    def files(self) -> OfficeFiles:
        """The files that the office makes."""
        return OfficeFiles(self.settings)

    @cached_property
    def renderer(self) -> Renderer:
        from mailer.adapters.render import Renderer

        fonts = self.settings.identity.fonts
        return Renderer(data.TEMPLATES, self.rules.identity, self.catalogues, self.rules.timezone, fonts)

    def edition(self, publication: str, source: Source) -> Edition:
        """Render a source. Raises ConfigError with every fault of it."""
        from mailer.adapters.render import pdf

        with pdf.prepared():
            return self.renderer.edition(source, self.identity(publication))

    @property
    def renderer_when_needed(self) -> LateRenderer:
        """The renderer, which is imported when it is first used."""
        return LateRenderer(lambda: self.renderer, partial(issue_files.inputs, self))

    @cached_property
    def manuscripts(self) -> Manuscripts:
        """What takes the texts out of issues for translators, and puts theirs in; it is imported when it is used."""
        return LateManuscripts(self._manuscripts)

    def _manuscripts(self) -> Manuscripts:
        from mailer.adapters import manuscripts

        return manuscripts.Manuscripts(self.catalogues)

    @property
    def conversion(self) -> Conversion:
        """What reads the documents that people send."""
        return LateConversion()

    @cached_property
    def catalogues(self) -> Catalogues:
        """What people read, in each language."""
        from mailer.adapters.catalogues import Catalogues

        return Catalogues(data.TEMPLATES / "locale", self.rules.language)

    def when(self, time: datetime) -> str:
        """A time at the command line, which speaks English."""
        from mailer.compose.catalogue import ENGLISH

        return ENGLISH.when(time, self.rules.timezone)

    # --- the store ---

    @cached_property
    def store(self) -> SqlStore:
        """The store, of whatever version; see ``open_store``."""
        jobs = None
        if self.settings.cluster.enabled:
            jobs = partial(self._cluster().QueuedJobs, batch=self.settings.cluster.batch)
        return SqlStore(self.settings.store_url, jobs=jobs, shortage=disk.shortage)

    @staticmethod
    def _cluster() -> ModuleType:
        try:
            from mailer.adapters import cluster
        except ImportError:
            raise Permanent("[cluster] enabled needs more packages: pip install 'mailer[cluster]'.") from None
        return cluster

    def upgrade_jobs(self) -> bool:
        """Create the tables for jobs, if there are to be workers; whether that was necessary."""
        return self.settings.cluster.enabled and bool(self._cluster().upgrade(self.settings.store_url))

    def open_store(self) -> SqlStore:
        """The store. Raises Refused if its schema is not of this version."""
        return self._current_store

    @cached_property
    def _current_store(self) -> SqlStore:
        """The store with a row for every configured list and publication."""
        self.store.require_current()
        with self.store.snapshot() as work:
            known = work.lists.scopes()
        if not known.keys() >= set(self.rules.scopes):
            with self.store.transaction() as work:
                work.lists.declare(self.rules.scopes)
        return self.store

    @property
    def journal(self) -> Journal:
        """What outlives a store that is lost; the data folder may be on another disk than a store on a server."""
        return JournalFile(self.settings.office.data) if self.settings.office.data.is_dir() else NO_JOURNAL

    @property
    def runtime(self) -> Runtime:
        """What every part of this process has at hand."""
        resources = Resources(
            rules=self.rules,
            renderer=self.renderer_when_needed,
            sources=self.sources,
            key=self.store.key,
            subjects=SUBJECTS,
            openpgp=SequoiaOpenPgp(),
            manuscripts=self.manuscripts,
            conversion=self.conversion,
            calendars=Icalendar(),
            journal=self.journal,
        )
        links = WebLinkChecker() if self.settings.library.check_links else None
        return Runtime(self.store, self.clock, resources, self.metrics, self.stop, links)

    def office(self, work: Work, actor: str, cause: str) -> Office:
        return self.runtime.office(work, actor, cause)

    @property
    def lock(self) -> DatabaseLock | ProcessLock:
        """Held by the one process that sends and receives (E13), on this machine or on all that share the store."""
        return self.store.lock() or ProcessLock.of(self.settings.office.data)

    @property
    def at_work(self) -> bool:
        """Whether a daemon, a worker or ``mailer send`` is running now."""
        return self.lock.held()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While the context lasts, ``wake_listener`` in any process ends a wait of this one."""
        self.files.permissions.make_folder(self._wake_pipe.parent)  # a store on a server has not created it
        self.clock.waker.listen(self._wake_pipe)
        try:
            yield
        finally:
            self._wake_pipe.unlink(missing_ok=True)

    def wake_listener(self) -> None:
        """Wake the daemon, if it waits, because there is something to do."""
        wake_listener(self._wake_pipe)

    @property
    def _wake_pipe(self) -> Path:
        return self.settings.office.data / "mailer.wake"

    @property
    def shared_lock(self) -> AbstractContextManager[object]:
        """Held by every worker, so that no daemon starts beside one. Raises Refused if workers are not configured."""
        lock = self.store.lock(shared=True)
        if not self.settings.cluster.enabled or lock is None:
            raise Refused("Workers need [cluster] enabled = true, and a store in PostgreSQL: see docs/cluster.md.")
        return lock

    # --- processes ---

    @cached_property
    def service_manager(self) -> ServiceManager:
        """What started this process as a service, if anything did."""
        return ServiceManager(os.environ)

    def processes(self) -> list[Process]:
        """What the daemon and the workers say of themselves, as far as the store can be read."""
        return processes(self)

    @cached_property
    def watch(self) -> Watch:
        """The watch over this daemon."""
        return watch_of(self, process_name("daemon"), DAEMON, self.service_manager)

    def wait_for_store(self, watch: Watch) -> SqlStore:
        """The store, as soon as it can be used. Raises Refused and Permanent as ``open_store`` does."""
        return wait_for_store(self, watch)

    def serving(self, watch: Watch) -> AbstractContextManager[None]:
        """This process is at work while the context lasts; systemd is told, and whoever asks."""
        return serving(self, watch)

    # --- issues ---

    def issue_folder(self, publication: str, number: int) -> Path:
        """The folder of an issue. Raises Refused if there is no such publication."""
        return issue_files.folder_of(self, publication, number)

    def create_issue(self, publication: str, number: int, title: str, day: date) -> issue_files.NewFolder:
        """Create an issue's folder with an article to start from. Raises Refused if there is one."""
        return issue_files.create(self, publication, number, title, day)

    def read_issue(self, publication: str, number: int) -> Source:
        """Raises ConfigError with every fault of the issue's files."""
        return issue_files.read(self, publication, number)

    def identity(self, publication: str) -> Identity:
        """The visual identity of one publication."""
        return self.rules.identity_of(publication)

    @cached_property
    def sources(self) -> IssueFolders:
        """The folders of the issues."""
        return IssueFolders()

    # --- the servers ---

    def mailbox(self) -> Mailbox:
        """Where new mail is waited for: the mailbox, or what is handed over if there is none."""
        if self.settings.imap.host:
            return self.imap_mailbox()
        return StoredMailbox(self.open_store(), self.clock.waker)

    def imap_mailbox(self) -> ImapMailbox:
        return mailbox_of(self.settings, self.clock.waker, self.stop)

    def lmtp(self) -> AbstractContextManager[None]:
        """Take what a mail server of ours hands over while the context lasts, if it is configured."""
        return lmtp_server(self)

    @cached_property
    def token(self) -> AccessToken | None:
        return token_of(self.settings, "smtp")

    def transport(self) -> Transport:
        return transport_of(self.settings, self.token, self.metrics, self.stop)

    @property
    def dkim(self) -> ConfiguredKeys:
        """Our own keys; there are none if the relay signs."""
        from mailer.app.signatures import keys_of

        return keys_of(self.settings)

    def signer(self) -> Signer | None:
        """Our signer; None if the relay signs. Raises ConfigError with every fault of the keys."""
        return self.dkim.signer() if self.settings.dkim.keys else None

    def verifier(self) -> Verifier:
        """What verifies the signatures of mail that comes in."""
        from mailer.app.signatures import verifier_of

        return verifier_of(self.settings)

    def public_keys(self) -> TxtLookup:
        """The lookup of other domains' public keys."""
        from mailer.app.signatures import public_keys_of

        return public_keys_of(self.settings)

    # --- what people and machines can ask by HTTP ---

    def web(self) -> AbstractContextManager[None]:
        """Serve the web pages while the context lasts."""
        return web_pages(self)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Serve the metrics while the context lasts. Parts that are built meanwhile are counted and timed."""
        with metrics_endpoint(self) as self.metrics:
            try:
                yield
            finally:
                self.metrics = NO_METRICS

    # --- the log ---

    def log_to(self, stream: TextIO) -> None:
        """Write the log to ``stream``, as configured, without passwords (D6)."""
        chosen = self.settings.log
        log.configure(chosen.format, chosen.level, stream, self.passwords)

    @property
    def passwords(self) -> list[str]:
        """What must appear nowhere (D6)."""
        accounts = self.settings.imap, self.settings.smtp
        logins = [Login(account.user, account.password.get_secret_value()) for account in accounts]
        secret = self.settings.oauth.client_secret.get_secret_value()
        return [secret, *(form for login in logins for form in forms_of(login))]

    # --- the work ---

    @property
    def reading_rules(self) -> ReadingRules:
        """What is needed to read a mail, beside the mail."""
        return reading_rules_of(self.rules)

    def explain(self, paths: Iterable[Path], *, as_vote: bool = False) -> Iterator[tuple[str, Explanation]]:
        """What would be done with each mail in these files."""
        from mailer.app.explaining import explain_files

        return explain_files(self, paths, as_vote=as_vote)

    def reception(self, mailbox: Mailbox, verifier: Verifier) -> Reception:
        """What receives the mail of one way in."""
        from mailer.app.daemons import reception_of

        return reception_of(self, mailbox, verifier)

    def sender(self, transport: Transport, holder: str = "") -> Sender:
        """What sends the mail that is due, on behalf of ``holder``."""
        from mailer.app.senders import sender_of

        return sender_of(self, transport, holder)

    @cached_property
    def policy(self) -> Policy:
        """How fast we may send."""
        return policy_of(self.settings)

    @property
    def quiet(self) -> QuietHours | None:
        return quiet_hours(self.settings)

    def daemon(self, mailbox: Mailbox, transport: Transport) -> Daemon:
        """The daemon, which waits for mail at ``mailbox``."""
        from mailer.app.daemons import daemon_of

        return daemon_of(self, mailbox, self.sender(transport), self.watch)

    def foreground(self, transport: Transport, actor: str, cause: str) -> Foreground:
        """The sender of ``mailer send``, on behalf of ``actor``."""
        from mailer.foreground import Foreground

        return Foreground(self.runtime, self.sender(transport), actor, cause)

    @cached_property
    def worker_name(self) -> str:
        """The name of this worker."""
        return f"{socket.gethostname()[:50]}:{os.getpid()}:{secrets.token_hex(3)}"

    @cached_property
    def worker_watch(self) -> Watch:
        """The watch over this worker."""
        return watch_of(self, self.worker_name, WORKER, self.service_manager)

    def worker(self, mailbox: Mailbox, transports: tuple[Transport, Transport]) -> Worker:
        """One of the workers; service mail and copies go out by a transport each."""
        from mailer.app.daemons import worker_of

        return worker_of(self, mailbox, transports)

    def work(self, duties: Duties, grace: int) -> None:
        """Do jobs until SIGTERM or SIGINT; then finish what is in flight within ``grace`` seconds."""
        cluster, chosen = self._cluster(), self.settings.cluster
        timing = cluster.Timing(chosen.tick_seconds, chosen.stalled_seconds, grace)
        cluster.run(self.settings.store_url, duties, timing)
