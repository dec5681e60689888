"""mailer's command line: the table of commands, and the exit code of each kind of fault.

Start reading here. A command parses, calls one handler, and prints. It stands in ``mailer/commands/`` under its
subject and is imported when it is used, so ``mailer --help`` answers at once.
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

SECTIONS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "Set up and look after the office": {
        "init": ("setup", "Make a working folder with an annotated configuration."),
        "upgrade": ("setup", "Create the store, or upgrade an older one."),
        "doctor": ("doctor", "Check the configuration, the store and the servers."),
        "login": ("login", "Log in at a provider that takes no passwords (OAuth)."),
        "dkim": ("dkim", "Make keys that sign our mail; show what to publish."),
        "service": ("service", "Write a unit for systemd that runs the daemon."),
        "backup": ("backup", "Write all that the office needs into one file."),
        "restore": ("backup", "Put the store and issues of a backup in place."),
        "run": ("run", "Run the daemon: receive, decide, send."),
        "worker": ("worker", "Run one of several processes that share the daemon's work."),
        "status": ("status", "Show how everything stands, and what needs a person."),
        "attention": ("attention", "List the mail that waits for a person, and decide about it."),
        "incoming": ("incoming", "List the mail that came in, and what was done with it."),
        "audit": ("audit", "Show who caused which change, by which message."),
        "explain": ("explain", "Show what would be done with a mail, and why."),
    },
    "Lists and people": {
        "list": ("lists", "Show, import and export the lists."),
        "member": ("members", "Find, show, add, remove and change one person."),
        "organisation": ("organisations", "Organisations, and who speaks for them."),
        "review": ("reviews", "Ask a list's entries by mail whether they are still right."),
        "invite": ("invitations", "Invite organisations to a list."),
        "invitations": ("invitations", "Show who was invited, by whom, and what came of it."),
        "nominations": ("nominations", "Call for nominations; show who brought whom."),
        "bounces": ("bounces", "Show whom mail does not reach, why, and what happens next."),
        "suppressed": ("suppressed", "Show and change who gets no mailings."),
    },
    "Issues": {
        "issue": ("issues", "Write, check, build, look at and submit an issue."),
        "article": ("articles", "Ask for articles by mail; send their authors the proof."),
        "identity": ("identity", "Show how issues look, and write a specimen of it."),
        "ballot": ("ballots", "Show who voted what; remind, extend, close a ballot."),
        "criteria": ("criteria", "Print the rules of disclosure as a document; put it to the board."),
        "send": ("send", "Send an issue that the board has granted."),
        "pause": ("control", "Pause an issue that is being sent."),
        "resume": ("control", "Resume a paused issue."),
        "rate": ("control", "Show or change how fast mail goes out."),
        "deliveries": ("deliveries", "Show who got an issue and who did not, and why."),
    },
    "Library, site and press": {
        "library": ("library", "Write documents with versions; put them to the board; publish."),
        "faq": ("faq", "See what people ask by mail; make entries of the answers."),
        "site": ("site", "Build the static site of what was granted; show how it stands."),
        "channel": ("channels", "Give articles to publications of others; note where they appear."),
        "press": ("press", "Send press releases to journalists, never before their embargo ends."),
    },
    "Presenters and events": {
        "presenters": ("presenters", "See the bank of presenters; approve, decline, call experts."),
        "events": ("events", "See, add and export events: seminars, conferences, internal ones."),
    },
    "What people write": {
        "feedback": ("feedback", "See what people wrote, and answer it."),
        "requests": ("wishes", "See what task groups want of the office, and tell them when it is done."),
    },
    "Try it": {
        "demo": ("demo", "See everything work in a minute."),
        "sandbox": ("sandbox", "Run a mail server to try everything with."),
        "help": ("help", "Show the help of a command."),
    },
}
"""Every command in the order of ``--help``, by subject: its module in ``mailer/commands/``, and its line of help."""

COMMANDS = {name: command for section in SECTIONS.values() for name, command in section.items()}

EXIT_CODES: tuple[tuple[type[MailerError], int], ...] = (
    (ConfigError, os.EX_CONFIG),
    (Refused, os.EX_NOPERM),
    (Temporary, os.EX_TEMPFAIL),
    (Permanent, os.EX_UNAVAILABLE),
    (Malformed, os.EX_DATAERR),
)
"""The exit code of each kind of fault (sysexits.h)."""


class Lazy(click.Group):
    """A group that imports a command when it is used."""

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
        width = max(map(len, COMMANDS))
        for heading, section in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), words) for name, (_, words) in section.items()])


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

    People subscribe, confirm, ask and leave by email. A review board approves every issue by replying. One command
    sends it as HTML, text and PDF.
    """


def main(arguments: list[str] | None = None) -> None:
    """The ``mailer`` command. Ends the process with a sysexits code."""
    os.umask(os.umask(0o077) | 0o077)  # what we write has addresses and secrets in it; see [office] group
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file name may not be text; a terminal may lack “→”
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Run the command that ``arguments`` name; the exit code."""
    try:
        result = commands.main(arguments, prog_name="mailer", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except SystemExit:
        return os.EX_OK  # click's own exit: the reader has gone, or the shell has its completions
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
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  (nothing must be flushed into the closed pipe)
        return os.EX_OK
    except OSError as error:
        if full := import_module("mailer.app.faults").disk_fault(error):
            _complain(str(full))
        else:
            _complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        return os.EX_IOERR
    return result if isinstance(result, int) else os.EX_OK


def _complain(text: str) -> None:
    say = import_module("mailer.commands.terminal").say
    say(*(f"mailer: {line}" for line in text.splitlines()), aside=True)


if __name__ == "__main__":
    main()
