"""``mailer worker``: run one of several processes that share the daemon's work."""

from __future__ import annotations

import sys

import click

from mailer.commands.run import GRACE
from mailer.commands.terminal import app_of


@click.command("worker")
@click.pass_context
def worker_command(context: click.Context) -> None:
    """Run a worker: share the daemon's work with workers on other machines, until told to stop.

    Needs PostgreSQL and [cluster] enabled = true; docs/cluster.md says how to set it up. SIGTERM and Ctrl-C stop it
    cleanly within seconds, and other workers take over its work. `mailer status` shows all workers.

    \b
    Examples:
      mailer worker
      mailer -c /etc/mailer/mailer.toml worker
    """
    app = app_of(context)
    app.log_to(sys.stderr)
    app.wait_for_store(app.worker_watch)
    with app.shared_lock, app.web(), app.lmtp(), app.measured(), app.serving(app.worker_watch):
        mailbox, transports = app.mailbox(), (app.transport(), app.transport())
        worker = app.worker(mailbox, transports)
        try:
            app.work(worker, GRACE)
        finally:
            mailbox.close()
            for transport in transports:
                transport.close()
