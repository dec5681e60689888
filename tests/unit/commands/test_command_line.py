"""What all commands share: help, errors, exit codes and output that cannot be written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import cli
from mailer.errors import ConfigError, MailerError, Malformed, Permanent, Refused, Temporary
from tests.secretary import ROOT, Secretary


def all_commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from all_commands(command, (*path, name))
        yield (*path, name)


COMMANDS = sorted(all_commands(cli.commands))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_has_examples_and_fits_80_columns(secretary: Secretary, path: tuple[str, ...]) -> None:
    result = secretary.types(*path, "--help")
    assert (result.code, result.err) == (0, "")
    assert "Example" in result.out
    assert f"mailer {' '.join(path)}" in result.out
    assert max(map(len, result.out.splitlines())) <= 80
    assert "..." not in result.out.partition("\nCommands:")[2]


def test_help_of_all_needs_no_office_and_imports_little() -> None:
    code = (
        "import sys, cli; code = cli.run(['--help']); print(code, 'mailer.app' in sys.modules, 'rich' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "0 False False"


def test_status_imports_no_renderer_and_no_mail_client(secretary: Secretary) -> None:
    late = ("weasyprint", "imapclient", "dkim", "jinja2", "PIL", "mailer.receive", "mailer.inbound.classify")
    code = f"import sys, cli; cli.run(['status']); print([name for name in {late} if name in sys.modules])"
    environ = {**secretary.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=secretary.folder, env=environ, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("statos",), "Did you mean 'status'?"),
        (("issue", "bild", "1"), "Did you mean 'build'?"),
        (("list", "exprt", "nmb"), "Did you mean 'export'?"),
        (("send", "1", "--dryrun"), "Did you mean '--dry-run'?"),
        (("issue", "check", "-1"), "No such option"),
        (("issue", "check", "one"), "'one' is not a valid integer"),
    ],
)
def test_a_mistyped_word_gets_a_hint(secretary: Secretary, arguments: tuple[str, ...], hint: str) -> None:
    result = secretary.types(*arguments)
    assert (result.code, result.out) == (64, "")
    assert hint in result.err


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (ConfigError(["one", "two"]), 78),
        (Refused("no"), 77),
        (Temporary("later"), 75),
        (Permanent("never"), 69),
        (Malformed("what"), 65),
        (MailerError("hm"), 70),
        (OSError(28, "No space left on device", "/store"), 74),
        (click.Abort(), 130),
        (click.UsageError("what?"), 64),
    ],
)
def test_each_kind_of_fault_has_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: Exception, code: int
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(cli.commands, "main", fails)
    assert cli.run([]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err


def test_every_fault_of_the_configuration_is_reported_at_once(secretary: Secretary) -> None:
    secretary.environ |= {"MAILER_BOARD__QUORUM": "some", "MAILER_SMTP__HOTS": "x"}
    result = secretary.types("status")
    assert (result.code, result.out) == (78, "")
    assert [line.split(":")[:2] for line in result.err.splitlines()] == [
        ["mailer", " MAILER_BOARD__QUORUM"],
        ["mailer", " MAILER_SMTP__HOTS"],
    ]


def test_a_wrong_folder_gets_a_hint(tmp_path: Path) -> None:
    result = Secretary(tmp_path).types("status")
    assert (result.code, result.out) == (78, "")
    hint = (
        f"mailer: {tmp_path / 'mailer.toml'}: there is no such file; “mailer init” makes one; for an office that "
        "exists, cd into its folder first, or name its file with -c FILE"
    )
    assert result.err == f"{hint}\n"
    (tmp_path / "my office.backup").touch()
    result = Secretary(tmp_path).types("restore", "my office.backup")
    assert result.code == 78
    assert result.err == f"{hint}; the backup holds it: tar xf 'my office.backup' mailer.toml\n"


@pytest.mark.parametrize("unreadable", ["export", "issue", "init"])
def test_a_file_that_cannot_be_written_is_named(secretary: Secretary, unreadable: str) -> None:
    (secretary.folder / "file").touch()
    arguments = {
        "export": ("list", "export", "nmb", "-o", "file/nmb.csv"),
        "init": ("init", "file/office"),
        "issue": ("issue", "show", "1", "--out", "file/look"),
    }[unreadable]
    if unreadable == "issue":
        secretary.writes()
        assert secretary.types("issue", "build", "1").code == 0
    result = secretary.types(*arguments)
    assert result.code == 74
    assert result.err.startswith("mailer: file/")
    assert result.err.endswith("Not a directory\n")


def test_a_closed_pipe_is_no_error(secretary: Secretary) -> None:
    secretary.imports("nmb", *(f"reader{n}@nmb.example" for n in range(1500)))  # more than fits into a pipe
    for command in ("list export nmb", "list show nmb", "status"):
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; '{sys.executable}' '{ROOT / 'cli.py'}' {command} | head -c 1"],
            cwd=secretary.folder,
            env={**secretary.environ, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_an_output_with_a_small_charset_gets_replacement_characters(secretary: Secretary) -> None:
    secretary.environ["PYTHONIOENCODING"] = "latin-1"
    result = secretary.runs("list", "show", "nope")
    assert result.code == 77
    assert result.err.startswith("mailer: There is no list \\u201cnope\\u201d; there are: nmb")


@pytest.mark.parametrize(
    ("typed", "usage"),
    [
        (("help",), "Usage: mailer [OPTIONS] COMMAND [ARGS]..."),
        (("help", "send"), "Usage: mailer send [OPTIONS] [NUMBER]"),
        (("help", "send", "--at"), "Usage: mailer send [OPTIONS] [NUMBER]"),
        (("help", "issue", "submit"), "Usage: mailer issue submit [OPTIONS] NUMBER"),
        (("issue", "help", "submit"), "Usage: mailer issue submit [OPTIONS] NUMBER"),
        (("list", "help"), "Usage: mailer list [OPTIONS] COMMAND [ARGS]..."),
        (("help", "--help"), "Usage: mailer help [OPTIONS] [COMMAND]..."),
    ],
)
def test_help_works_as_people_type_it(capsys: pytest.CaptureFixture[str], typed: tuple[str, ...], usage: str) -> None:
    assert cli.run(list(typed)) == 0
    assert capsys.readouterr().out.splitlines()[0] == usage


@pytest.mark.parametrize(
    ("typed", "said"),
    [(("help", "sned"), "Did you mean 'send'?"), (("help", "send", "what"), "“mailer send” has no further commands.")],
)
def test_help_of_what_is_no_command(capsys: pytest.CaptureFixture[str], typed: tuple[str, ...], said: str) -> None:
    assert cli.run(list(typed)) == 64
    assert said in capsys.readouterr().err
