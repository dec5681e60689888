"""mailer's command line: what there is to say, and how each kind of fault ends.

Start reading here. A command parses, calls and prints; it stands in ``mailer/commands/`` under its subject, and is
imported only when it is asked for, so that ``mailer --help`` answers at once.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from importlib import import_module

import click

from mailer import __version__
from mailer.errors import ConfigError, MailerError, Malformed, Permanent, Refused, Temporary

COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("setup", "Make a working folder with an annotated configuration."),
    "upgrade": ("setup", "Make the store, or bring an older one to this version."),
    "doctor": ("doctor", "Check configuration, store, mailbox, relay, fonts, clock."),
    "dkim": ("dkim", "Make keys that sign our mail, and see what to publish."),
    "list": ("lists", "Show, import and export the lists."),
    "issue": ("issues", "Write, check, build, look at and submit an issue."),
    "send": ("send", "Distribute an issue that the board has granted."),
    "pause": ("control", "Hold an issue that is being sent."),
    "resume": ("control", "Let a paused issue go on."),
    "rate": ("control", "Show or change how fast mail goes out."),
    "deliveries": ("deliveries", "Who has an issue and who has not, in the relay's words."),
    "run": ("run", "The daemon: receive, decide, send."),
    "worker": ("worker", "One of many that share the daemon's work."),
    "status": ("status", "Where everything stands, and what needs a person."),
    "audit": ("status", "Who caused which change, by which message."),
    "explain": ("explain", "What would be done with a mail, and why."),
    "sandbox": ("sandbox", "A mail server to try it with, nothing installed."),
    "demo": ("demo", "See the whole circle in a minute."),
}
"""Every command: the module in ``mailer/commands/`` that holds it, and what help says of it, in help's order."""

EXIT_CODES: tuple[tuple[type[MailerError], int], ...] = (
    (ConfigError, os.EX_CONFIG),
    (Refused, os.EX_NOPERM),
    (Temporary, os.EX_TEMPFAIL),
    (Permanent, os.EX_UNAVAILABLE),
    (Malformed, os.EX_DATAERR),
)
"""What a fault ends the process with (sysexits)."""


class Lazy(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"mailer.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.command(
    cls=Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    epilog="Every command shows examples with --help. First time here? Try: mailer demo",
)
@click.option(
    "-c",
    "--config",
    metavar="FILE",
    envvar="MAILER_CONFIG",
    default="mailer.toml",
    show_default=True,
    help="The office's configuration (or set MAILER_CONFIG).",
)
@click.version_option(__version__, prog_name="mailer", message="%(prog)s %(version)s")
def commands(config: str) -> None:
    """A newsletter office in one mailbox.

    People subscribe, confirm, ask and leave by email; a review board approves every issue by replying; one command
    distributes it as HTML, text and PDF.
    """


def main(arguments: list[str] | None = None) -> None:
    """The ``mailer`` command. Ends the process with a sysexits code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's name may be no text, a terminal may know no “→”
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Do what ``arguments`` say; the exit code."""
    try:
        result = commands.main(arguments, prog_name="mailer", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except SystemExit:
        return os.EX_OK  # click's own way out: nobody reads any further, or a shell has its completions
    except click.Abort:
        click.echo("Stopped; nothing was changed.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return os.EX_USAGE
    except MailerError as error:
        _complain(str(error))
        return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), os.EX_SOFTWARE)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  (so that nothing is flushed into the closed pipe)
        return os.EX_OK
    except OSError as error:
        _complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        return os.EX_IOERR
    return result if isinstance(result, int) else os.EX_OK


def _complain(text: str) -> None:
    say = import_module("mailer.commands.terminal").say
    say(*(f"mailer: {line}" for line in text.splitlines()), aside=True)


if __name__ == "__main__":
    main()
