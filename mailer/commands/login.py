"""``mailer login``: give the office access to its account at a provider that takes no passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailer.commands.terminal import app_of, say

if TYPE_CHECKING:
    from mailer.app.access_tokens import Section


@click.command("login")
@click.argument("account", type=click.Choice(["imap", "smtp"]))
@click.option("--device", "way", flag_value="device", help="By a code that you type into any browser.")
@click.option(
    "--browser", "way", flag_value="browser", help="By a browser that the provider sends back to this machine."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="PORT",
    help="With --browser: where to wait for it; by default, any port that is free.",
)
@click.pass_context
def login_command(context: click.Context, account: Section, way: str | None, port: int) -> None:
    """Log in at a provider that wants OAuth 2.0 instead of a password.

    Needed once for each account with "oauth = true", and again if the provider ends the login. The office registers
    its own client there first: docs/oauth.md has the steps for Microsoft and Google. The tokens go into the data
    folder, into a file that only this user can read, so run this as the user of the daemon.

    Without --device or --browser it is by code where the provider has codes for mail (Microsoft), else by browser
    (Google).

    \b
    Examples:
      mailer login imap
      mailer login smtp --browser --port 8400
    """
    from mailer.app.logging_in import LoggingIn

    with_port = context.get_parameter_source("port") is click.core.ParameterSource.COMMANDLINE
    if way == "device" and with_port:
        raise click.UsageError("--port is for a login by browser: leave out --device.")
    login = LoggingIn(app_of(context), account, click.echo)
    if way == "device" or (way is None and login.has_device_code and not with_port):
        login.by_device_code()
    else:
        login.by_browser(port)
    say("The provider has given access. Trying it at the mail server …")
    login.try_server()
    say(f"Logged in. The office renews its access by itself; “mailer doctor” says how {account} stands.")
