"""The composition root: the one place that knows which adapter is in use (law 5).

What only some commands need and takes long to import is imported where it is made, so that ``mailer status`` need not
wait for a PDF engine.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date, time, timedelta
from functools import cached_property, partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TextIO

from mailer.adapters import data, eml, issue_folder, log
from mailer.adapters.access_token import AccessToken, TokenCommand, TokenFile
from mailer.adapters.clock import SystemClock
from mailer.adapters.lock import ProcessLock
from mailer.adapters.sendmail import SendmailTransport
from mailer.adapters.smtp import SmtpSettings, SmtpTransport, Timeouts
from mailer.adapters.waker import ring
from mailer.approvals.model import BoardRules
from mailer.config import Limited, Settings, load
from mailer.desk import Desk, Rules
from mailer.errors import ConfigError, Permanent, Refused
from mailer.figures import Figures, figures
from mailer.inbound.intents import Office
from mailer.issues.model import Identity, Issue, Publication, Source
from mailer.lists import handlers as lists
from mailer.lists.model import Format, ListRules, SignupRules
from mailer.metrics import NO_METRICS, Metrics
from mailer.outbox.brakes import Brake
from mailer.outbox.gate import Gate
from mailer.outbox.limits import DAY, HOUR, MINUTE, SECOND, Limit
from mailer.outbox.pace import DomainPace, Pace
from mailer.outbox.providers import PRESETS, counted_as
from mailer.outbox.quiet import Quiet
from mailer.outbox.send import Sender
from mailer.ports import Duties, Folder, Mailbox, Signer, Transport, Verifier, Work
from mailer.stop import Stop
from mailer.store.database import SqlStore
from mailer.tokens import Purpose, TokenKey, find_tokens

if TYPE_CHECKING:
    from mailer.adapters.dkim.configured import ConfiguredKeys
    from mailer.adapters.dkim.lookup import TxtLookup
    from mailer.adapters.imap import ImapMailbox
    from mailer.adapters.render import Renderer
    from mailer.daemon import Daemon
    from mailer.inbound.explain import Explanation
    from mailer.inbound.receive import Reception
    from mailer.worker import Worker


class App:
    """An office, set up from its configuration. Connects to nothing until it is asked to."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.rules = _rules(settings)
        self.clock = SystemClock()
        self.metrics: Metrics = NO_METRICS

    @classmethod
    def load(cls, path: Path, environ: Mapping[str, str]) -> App:
        """Raises ConfigError with every fault of the configuration."""
        return cls(load(path, environ))

    def close(self) -> None:
        """Let go of the store, if it was opened."""
        if "store" in self.__dict__:
            self.store.close()

    @staticmethod
    def init(folder: Path) -> Path:
        """Make a working folder with an annotated configuration. Raises Refused where there is one already."""
        made = folder / "mailer.toml"
        if made.exists():
            raise Refused(f"{made} is there already: it was left as it is.")
        (folder / "issues").mkdir(parents=True, exist_ok=True)
        made.write_bytes((data.CONFIG / "mailer.toml").read_bytes())
        return made

    @cached_property
    def renderer(self) -> Renderer:
        from mailer.adapters.render import Renderer

        return Renderer(data.TEMPLATES, self.rules.identity)

    @property
    def fonts(self) -> list[str]:
        """The fonts that issues are set in, as shipped."""
        return sorted(font.stem for font in (data.TEMPLATES / "issue" / "fonts").glob("*.woff2"))

    # --- the store ---

    @cached_property
    def store(self) -> SqlStore:
        """The store; commands that work on it call ``require_current`` first."""
        jobs = None
        if self.settings.cluster.enabled:
            jobs = partial(self._cluster().QueuedJobs, batch=self.settings.cluster.batch)
        return SqlStore(self.settings.store_url, self.settings.board.list, jobs=jobs)

    @staticmethod
    def _cluster() -> ModuleType:
        try:
            from mailer.adapters import cluster
        except ImportError:
            raise Permanent("[cluster] enabled needs more packages: pip install 'mailer[cluster]'.") from None
        return cluster

    def upgrade_jobs(self) -> bool:
        """Make the tables that jobs are queued in, where workers are to share the work; whether that was necessary."""
        return self.settings.cluster.enabled and bool(self._cluster().upgrade(self.settings.store_url))

    def open_store(self) -> SqlStore:
        """The store, once its schema is what this code needs, with a row for every configured list."""
        self.store.require_current()
        with self.store.transaction() as work:
            work.lists.declare(self.rules.lists)
        return self.store

    def desk(self, work: Work, actor: str, cause: str) -> Desk:
        return Desk(work, self.rules, self.renderer, self.store.key, self.clock.now(), actor, cause)

    @property
    def lock(self) -> AbstractContextManager[object]:
        """Held by whoever sends or receives: one at a time (E13), on this machine or on all that share the store."""
        return self.store.lock() or ProcessLock(self.settings.office.data / "mailer.lock")

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While the context lasts, ``ring``, of whichever process, ends our waiting."""
        self.clock.waker.listen(self._bell)
        try:
            yield
        finally:
            self._bell.unlink(missing_ok=True)

    def ring(self) -> None:
        """Wake the daemon, if it waits: there is something to do."""
        ring(self._bell)

    @property
    def _bell(self) -> Path:
        return self.settings.office.data / "mailer.bell"

    @property
    def shared_lock(self) -> AbstractContextManager[object]:
        """Held by every worker: while there is one, there is no daemon. Raises Refused where none may be."""
        lock = self.store.lock(shared=True)
        if not self.settings.cluster.enabled or lock is None:
            raise Refused("Workers need [cluster] enabled = true, and a store in PostgreSQL: see docs/cluster.md.")
        return lock

    # --- issues ---

    def issue_folder(self, publication: str, number: int) -> Path:
        self.rules.publication(publication)
        return self.settings.publications[publication].issue_folder(number)

    def create_issue(self, publication: str, number: int, title: str, day: date) -> Path:
        """A folder with an article to start from. Raises Refused or ConfigError where it cannot be made."""
        folder = self.issue_folder(publication, number)
        issue_folder.create(folder, number, title or f"{self.rules.publications[publication].title} {number}", day)
        return folder

    def read_issue(self, publication: str, number: int) -> Source:
        """Raises ConfigError with every fault of the issue's files."""
        folder = self.issue_folder(publication, number)
        source = issue_folder.read(folder, publication)
        if source.number != number:
            raise ConfigError(
                [f"{folder / 'issue.toml'}: number is {source.number}, but this is the folder of {number}"]
            )
        return source

    def identity(self, publication: str) -> Identity:
        """The visual identity, with what this publication says of itself."""
        chosen = self.rules.publication(publication)
        own = self.rules.identity
        return replace(own, masthead=chosen.title, max_pages=chosen.max_pages)

    def edited(self, issue: Issue) -> bool:
        """Whether the source is no longer what was rendered; a folder that is gone is."""
        try:
            return issue_folder.fingerprint(Path(issue.folder)) != issue.source_digest
        except ConfigError:
            return True

    # --- the servers ---

    def mailbox(self) -> ImapMailbox:
        from mailer.adapters.imap import ImapMailbox, ImapSettings

        imap = self.settings.imap
        return ImapMailbox(
            ImapSettings(
                host=imap.host,
                port=imap.port,
                security=imap.security,
                user=imap.user,
                password=imap.secret("imap"),
                inbox=imap.inbox,
                folders={
                    Folder.PROCESSED: imap.processed,
                    Folder.REFUSED: imap.refused,
                    Folder.ATTENTION: imap.attention,
                },
                max_bytes=imap.max_bytes,
            ),
            self.clock.waker,
        )

    @cached_property
    def token(self) -> AccessToken | None:
        """What logs in to the relay instead of a password, where one is configured."""
        smtp = self.settings.smtp
        if smtp.token_command:
            return TokenCommand(smtp.token_command)
        return TokenFile(smtp.token_file) if smtp.token_file else None

    def transport(self) -> Transport:
        """The way out that is configured; how fast and over how many connections is in [smtp] for all of them."""
        chosen, smtp = self.settings.transport, self.settings.smtp
        server = partial(
            SmtpSettings,
            helo=smtp.helo or socket.getfqdn(),
            connections=smtp.connections,
            mails_per_connection=smtp.mails_per_connection,
            report_success=smtp.report_success,
            timeouts=Timeouts(command=smtp.timeout_seconds),
        )
        match chosen.way:
            case "lmtp":
                return SmtpTransport(server(*chosen.lmtp_server, "none", lmtp=True), self.metrics)
            case "sendmail":
                return SendmailTransport(chosen.sendmail)
            case "folder":
                return eml.EmlTransport(chosen.folder)
        password = smtp.secret("smtp") if smtp.user and not self.token else ""
        relay = server(smtp.host, smtp.port, smtp.security, smtp.user, password, self.token)
        return SmtpTransport(relay, self.metrics)

    @property
    def dkim(self) -> ConfiguredKeys:
        """Our own keys; none where the relay signs."""
        from mailer.adapters.dkim.configured import ConfiguredKeys

        return ConfiguredKeys(self.settings.dkim_domain, self.settings.dkim.keys)

    def signer(self) -> Signer | None:
        """What signs our mail, if not the relay. Raises ConfigError with every fault of the keys."""
        return self.dkim.signer() if self.settings.dkim.keys else None

    def verifier(self) -> Verifier:
        from mailer.adapters.dkim.verifying import DkimVerifier

        return DkimVerifier(self.public_keys())

    def public_keys(self) -> TxtLookup:
        """Where the keys of signatures are looked up."""
        from mailer.adapters.dkim import lookup

        dns = self.settings.authentication.dns
        return lookup.dns_lookup() if dns == "system" else lookup.file_lookup(Path(dns))

    @contextmanager
    def web(self) -> Iterator[None]:
        """The one-click page while the context lasts, where ``[web] listen`` asks for it."""
        listen = self.settings.web.listen
        if not listen:
            yield
            return
        try:
            from mailer.adapters import web
        except ImportError:
            raise Permanent("[web] listen needs more packages: pip install 'mailer[web]'.") from None
        host, _, port = listen.rpartition(":")
        with web.serve(host, int(port), self._leave_by_page, self.rules.name):
            yield

    def _leave_by_page(self, text: str) -> None:
        """A press of the one-click button. Whether the token was genuine shows nowhere (A35)."""
        tokens = [
            token for token in find_tokens(text) if token.purpose is Purpose.LEAVE and self.store.key.genuine(token)
        ]
        for token in tokens:
            with self.store.transaction() as work:
                lists.leave(self.desk(work, "", f"page {self.clock.now().isoformat()}"), None, token, True, "")

    @contextmanager
    def measured(self) -> Iterator[None]:
        """While the context lasts, what is made here is counted and timed, where ``[metrics] listen`` asks for it."""
        listen = self.settings.metrics.listen
        if not listen:
            yield
            return
        try:
            from mailer.adapters import metrics
        except ImportError:
            raise Permanent("[metrics] listen needs one more package: pip install 'mailer[metrics]'.") from None
        host, _, port = listen.rpartition(":")
        with metrics.serve(host, int(port), self._recent_figures) as self.metrics:
            try:
                yield
            finally:
                self.metrics = NO_METRICS

    def _recent_figures(self) -> Figures:
        now = self.clock.now()
        with self.store.snapshot() as work:
            return figures(work, now, since=now - timedelta(days=30))

    def log_to(self, stream: TextIO) -> None:
        """Write the log there, as configured, without a password in it (D6)."""
        accounts = (self.settings.imap, self.settings.smtp)
        chosen = self.settings.log
        log.configure(chosen.format, chosen.level, stream, [a.password.get_secret_value() for a in accounts])

    # --- the work ---

    @property
    def office(self) -> Office:
        """What the reader of mail has to know."""
        return Office(
            address=str(self.rules.address),
            list_ids=tuple(publication.list_id for publication in self.rules.publications.values()),
            approve=self.rules.board.approve,
            object=self.rules.board.object,
        )

    def explain(self, paths: Iterable[Path]) -> Iterator[tuple[str, Explanation]]:
        """What would be done with each mail in these files, changing nothing. Tokens are known if there is a store."""
        from mailer.inbound.explain import explain

        key = self.store.key if self.store.version() else TokenKey(b"")
        for name, raw in eml.read_messages(paths):
            yield name, explain(raw, self.clock.now(), self.office, key)

    def reception(self, mailbox: Mailbox, verifier: Verifier) -> Reception:
        from mailer.inbound.receive import Reception

        authentication = self.settings.authentication
        return Reception(
            mailbox=mailbox,
            store=self.store,
            verifier=verifier,
            desk=self.desk,
            key=self.store.key,
            office=self.office,
            authserv_id=authentication.authserv_id or None,
            sealers=authentication.sealers,
            metrics=self.metrics,
        )

    def sender(self, transport: Transport, stop: Callable[[], bool], holder: str = "") -> Sender:
        gate = Gate(self.store, self.clock, self.pace, self._tell_of_breaker, self.quiet)
        signer = self.signer()
        return Sender(
            self.store,
            transport,
            self.clock,
            self.rules,
            self.store.key,
            gate,
            stop,
            self.metrics,
            signer,
            recipients=self.settings.smtp.recipients_per_mail,
            holder=holder,
        )

    @cached_property
    def pace(self) -> Pace:
        """How fast we may send."""
        limits = self.settings.limits
        domains = {
            counted_as(name): DomainPace(_limits(chosen), chosen.connections or None)
            for name, chosen in self.settings.domains.items()
        }
        return Pace(
            relay=self.settings.smtp.host or self.settings.transport.way,
            total=_limits(limits),
            preset=PRESETS.get(limits.preset, ()),
            warm_up=limits.warm_up,
            default=domains.pop("default", None),
            domains=domains,
        )

    @property
    def quiet(self) -> Quiet | None:
        """The quiet hours, if there are any."""
        start, dash, end = self.settings.limits.quiet.partition("-")
        if not dash:
            return None
        from mailer.adapters.zones import zones

        return Quiet(time.fromisoformat(start), time.fromisoformat(end), zones(), self.rules.timezone)

    def _tell_of_breaker(self, work: Work, key: str, brake: Brake) -> None:
        values = {
            "domain": key.removeprefix("@") if key.startswith("@") else "",
            "relay": self.pace.relay,
            "reply": brake.reply,
            "until": self.rules.when(brake.until),
        }
        desk = self.desk(work, "mailer", "sending")
        desk.tell_secretary("refused", values, once=f"refused {key} {brake.until.isoformat()}")
        desk.record("sending refused", key, reply=brake.reply)

    def daemon(self, mailbox: Mailbox, transport: Transport) -> Daemon:
        stop = Stop()
        return self._daemon(mailbox, self.sender(transport, stop), stop)

    def worker(self, mailbox: Mailbox, transports: tuple[Transport, Transport]) -> Worker:
        """One of those who share the work; service mail and copies each go their own way out."""
        from mailer.worker import Lane, Worker, holder

        stop, name = Stop(), f"{socket.gethostname()[:50]}:{os.getpid()}:{secrets.token_hex(3)}"
        senders = [self.sender(way, stop, holder(name, lane)) for way, lane in zip(transports, Lane, strict=True)]
        return Worker(
            name=name,
            daemon=self._daemon(mailbox, senders[0], stop),
            store=self.store,
            clock=self.clock,
            conversation=senders[0],
            copies=senders[1],
            stalled=timedelta(seconds=self.settings.cluster.stalled_seconds),
            listen_seconds=self.settings.imap.poll_seconds,
            stop=stop,
        )

    def work(self, duties: Duties, grace: int) -> None:
        """Do what jobs say, until SIGTERM or SIGINT; then finish what is in flight within ``grace`` seconds."""
        cluster, chosen = self._cluster(), self.settings.cluster
        rhythm = cluster.Rhythm(chosen.tick_seconds, chosen.stalled_seconds, grace)
        cluster.run(self.settings.store_url, duties, rhythm)

    def _daemon(self, mailbox: Mailbox, sender: Sender, stop: Stop) -> Daemon:
        from mailer.daemon import Daemon

        return Daemon(
            mailbox=mailbox,
            store=self.store,
            clock=self.clock,
            desk=self.desk,
            reception=self.reception(mailbox, self.verifier()),
            sender=sender,
            edited=self.edited,
            poll_seconds=self.settings.imap.poll_seconds,
            stop=stop,
            metrics=self.metrics,
        )


def _limits(section: Limited) -> tuple[Limit, ...]:
    counts = {SECOND: section.per_second, MINUTE: section.per_minute, HOUR: section.per_hour, DAY: section.per_day}
    return tuple(Limit(period, count) for period, count in counts.items() if count)


def _rules(settings: Settings) -> Rules:
    """The configuration as the rest of the house knows it: plain values."""
    office, board, signup, identity = settings.office, settings.board, settings.signup, settings.identity
    return Rules(
        name=office.name,
        address=office.address,
        secretary=office.secretary,
        plus=office.plus_addressing,
        url=office.url,
        timezone=office.timezone,
        grace=timedelta(minutes=office.grace_minutes),
        format=Format.PDF,
        lists={key: ListRules(key, made.title, made.leave) for key, made in settings.lists.items()},
        publications={
            key: Publication(
                key=key,
                title=made.title,
                list_id=made.list_id,
                lists=made.lists,
                max_pages=made.max_pages,
                folder=str(made.folder),
                editors=tuple(str(editor) for editor in settings.editors(key)),
                personal=made.personal,
            )
            for key, made in settings.publications.items()
        },
        signup=SignupRules(signup.list, signup.per_day, timedelta(days=signup.expires_days)),
        board=BoardRules(
            list=board.list,
            quorum=str(board.quorum),
            deadline=timedelta(days=board.deadline_days),
            approve=board.approve,
            object=board.object,
        ),
        identity=Identity(
            masthead=identity.masthead,
            tagline=identity.tagline,
            publisher=identity.publisher,
            accent=identity.accent,
            ink=identity.ink,
            paper=identity.paper,
            imprint=identity.imprint,
            address=str(office.address),
            max_pages=4,
        ),
    )
