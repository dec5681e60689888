"""``mailer run``: run the daemon."""

from __future__ import annotations

import signal
import sys

import click

from mailer.commands.terminal import app_of

GRACE = 25
"""Seconds to finish the mails in flight. Then SIGALRM ends the process, and unanswered mails are in doubt (E16)."""


@click.command("run")
@click.option("--once", is_flag=True, help="Receive, decide and send once, and stop; for cron.")
@click.pass_context
def run_command(context: click.Context, once: bool) -> None:
    """Run the daemon: receive mail, act on it, and send what is due, until told to stop.

    Only one daemon can use a store at a time. SIGTERM and Ctrl-C stop it cleanly within seconds.

    \b
    Examples:
      mailer run
      mailer -c /etc/mailer/mailer.toml run --once
    """
    app = app_of(context)
    app.log_to(sys.stderr)
    app.open_store() if once else app.wait_for_store(app.watch)
    with app.lock, app.listening(), app.web(), app.lmtp(), app.measured(), app.serving(app.watch):
        mailbox, transport = app.mailbox(), app.transport()
        daemon = app.daemon(mailbox, transport)

        def stop(*_: object) -> None:
            if app.stop():
                app.stop.ask_at_once()
                return
            app.service_manager.stopping()
            daemon.stop()
            signal.alarm(GRACE)

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, stop)
        try:
            daemon.once() if once else daemon.run()
        finally:
            mailbox.close()
            transport.close()
