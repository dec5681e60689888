"""What ``mailer doctor`` looks at: the store, the servers, and what this machine has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, nullcontext

from mailer.app import examples
from mailer.app.file_checks import files_of
from mailer.app.logging_in import tokens_of
from mailer.app.root import App
from mailer.errors import MailerError
from mailer.handlers import doctor
from mailer.handlers.doctor import Check
from mailer.model.findings import DkimRecord, Finding, Folders, MailboxLogin, Verdict, Words


def checks_of(app: App) -> Mapping[str, Check]:
    """Every check by its name, in the order in which they are shown."""
    return {
        "configuration": lambda: [
            Finding("configuration", Verdict.OK, Words(f"{app.rules.name} <{app.rules.address}>"))
        ],
        "example values": lambda: examples.findings(app),
        "files": lambda: files_of(app),
        "store": lambda: _store(app),
        "logins": lambda: tokens_of(app),
        "mailbox": lambda: _mailbox(app),
        "relay": lambda: _relay(app),
        "signatures": lambda: _signatures(app),
        "pages": lambda: _pages(app),
        "fonts": lambda: _fonts(app),
        "daemon": lambda: doctor.processes(app.processes()),
        "clock": lambda: [doctor.clock(app.clock.now())],
    }


def loop_check_of(app: App, within: float, tell: Callable[[str], None]) -> Mapping[str, Check]:
    """The check by a mail to ourselves. ``within``: seconds to wait for it; ``tell`` says how it goes."""

    def check() -> Iterator[Finding]:
        from mailer.app.loop import LoopTest

        yield from LoopTest(app, within, tell).findings()

    return {"test mail": check}


def _store(app: App) -> Iterator[Finding]:
    with app.open_store().snapshot() as work:
        office = app.office(work, "", "")
        yield from doctor.store(office, app.store.where, app.store.head, app.store.shortage)
        yield doctor.record(office)
        yield from doctor.disclosure(office)
        yield from doctor.addresses(office)
        yield from doctor.feedback(office)
        yield from doctor.criteria(office)


def _mailbox(app: App) -> Iterator[Finding]:
    if not app.settings.imap.host:
        return
    with closing(app.imap_mailbox()) as mailbox:
        found = mailbox.describe()
    login = MailboxLogin(app.settings.imap.host, app.settings.imap.user)
    yield from doctor.mailbox(login, found.capabilities, Folders(found.found, found.missing, found.instead))
    for name in found.unread:
        words = f"there is no {name} to read mail from; make it in a mail program, or take it out of [imap]"
        yield Finding("folders", Verdict.LOOK, Words(words))


def _relay(app: App) -> Iterator[Finding]:
    with closing(app.transport()) as transport:
        yield from doctor.relay(transport.describe())


def _signatures(app: App) -> Iterator[Finding]:
    records = None
    if app.settings.dkim.keys:
        compared = app.dkim.compared(app.public_keys())
        records = (DkimRecord(record.name, fault) for record, fault in compared)
    yield from doctor.signatures(records)


def _fonts(app: App) -> Iterator[Finding]:
    fonts = app.renderer.fonts
    yield doctor.fonts(fonts.serving, fonts.cures)
    for publication in app.rules.publications:
        app.renderer.check_identity(app.identity(publication))


def _pages(app: App) -> Iterator[Finding]:
    """What the daemon listens on; where no daemon runs, try whether it could."""
    opened = {
        "mail handed over": (app.settings.lmtp.listen, app.lmtp),
        "one-click page": (app.settings.web.listen, app.web),
        "metrics": (app.settings.metrics.listen, app.measured),
    }
    for what, (address, listen) in opened.items():
        if address:
            try:
                with nullcontext() if app.at_work else listen():
                    yield doctor.listening(what, address)
            except MailerError as fault:
                yield doctor.fault_of(what, str(fault))
