"""Access tokens from commands and files (D6)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mailer.adapters.access_token import TokenCommand, TokenFile
from mailer.errors import Permanent, Temporary

COUNTING = "import pathlib, sys; p = pathlib.Path(sys.argv[1]); n = len(p.read_text()); p.write_text('x' * (n + 1)); "


def command(body: str, *arguments: object, timeout: float = 20) -> TokenCommand:
    return TokenCommand([sys.executable, "-c", body, *map(str, arguments)], "smtp", timeout)


def test_a_command_runs_once_and_again_only_after_a_refusal(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    calls.touch()
    token = command(COUNTING + "print(f'ya29.token-{n}==')", calls)
    assert [token.current(), token.current()] == ["ya29.token-0=="] * 2
    assert token.after("ya29.token-0==") == "ya29.token-1=="
    assert token.after("ya29.token-0==") == "ya29.token-1=="  # another connection was faster
    assert (token.current(), len(calls.read_text())) == ("ya29.token-1==", 2)


@pytest.mark.parametrize(
    ("body", "fault", "words"),
    [
        (
            "import sys; sys.exit('no, ya29.a0AfB_byC3X1secretsecret')",
            Temporary,
            "exit status 1: no, …",
        ),
        ("import sys; sys.exit(3)", Temporary, "exit status 3: it gave no reason"),
        ("print('ya29.words secret')", Permanent, "its output is not an access token"),
        ("print('ya29.one'); print('ya29.two')", Permanent, "its output is not an access token"),
        ("pass", Permanent, "its output is not an access token"),
        ("import time; time.sleep(9)", Temporary, "gave no access token within 1 seconds"),
    ],
)
def test_D6_faults_of_a_command_contain_no_secret(body: str, fault: type[Exception], words: str) -> None:
    with pytest.raises(fault, match=words) as caught:
        command(body, timeout=1 if "sleep" in body else 20).current()
    assert [word for word in ("secret", "ya29") if word in str(caught.value)] == []


def test_a_missing_command_is_permanent() -> None:
    with pytest.raises(
        Permanent, match=r"/nowhere/token: cannot be run .* No such file or directory. Check imap.token_"
    ):
        TokenCommand(["/nowhere/token"], "imap").current()


def test_D6_a_command_shows_none_of_its_arguments() -> None:
    assert repr(TokenCommand(["token", "--key", "s3cret"], "smtp")) == "TokenCommand('token', …)"


def test_a_file_is_read_for_every_login(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.touch(0o600)
    token = TokenFile(path, "imap")
    for number in (1, 2):
        path.write_text(f"ya29.{number}\n")
        assert (token.current(), token.after("ya29.0")) == (f"ya29.{number}", f"ya29.{number}")


def test_D6_a_file_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("ya29.1")
    path.chmod(0o640)
    with pytest.raises(Permanent, match=f"others can read {path}; run: chmod 600 {path}"):
        TokenFile(path, "imap").current()
    path.unlink()
    with pytest.raises(Permanent, match=f"{path}: cannot be read: No such file or directory"):
        TokenFile(path, "imap").current()
