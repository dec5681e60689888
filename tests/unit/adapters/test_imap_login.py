"""Logging in to IMAP servers with access tokens: OAUTHBEARER (RFC 7628), and XOAUTH2 (rows D6, F11, F15)."""

from __future__ import annotations

import base64
import contextlib
import logging
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.adapters.imap import ImapMailbox
from mailer.adapters.security import Security
from mailer.errors import MailerError, Permanent, ServerBusy, Temporary
from tests.imap_script import OK, ImapScript, Play
from tests.relay import Fault
from tests.settings import Tokens, imap_settings
from tests.tls import self_signed, server_context
from tests.waiting import TIMEOUT

WHY = base64.b64encode(b'{"status":"400","schemes":"Bearer","scope":"https://mail.example/"}').decode()
REFUSED = ("+ \r\n", f"+ {WHY}\r\n", "TAG NO [AUTHENTICATIONFAILED] Invalid credentials\r\n")
BOTH = "MOVE AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER"


def log_in(server: ImapScript, tokens: Tokens) -> None:
    settings = imap_settings(
        "127.0.0.1", server.port, "none", "of,fi=ce@example.org", token=tokens, timeout=server.timeout
    )
    inbox = ImapMailbox(settings)
    try:
        inbox.pending()
    finally:
        inbox.close()


@pytest.mark.parametrize(
    ("offered", "response"),
    [
        (BOTH, b"n,a=of=2Cfi=3Dce@example.org,\1auth=Bearer ya29.one\1\1"),
        ("AUTH=PLAIN AUTH=XOAUTH2", b"user=of,fi=ce@example.org\1auth=Bearer ya29.one\1\1"),
    ],
)
def test_the_best_mechanism_that_takes_a_token(offered: str, response: bytes) -> None:
    with ImapScript(capabilities=offered) as server:
        log_in(server, Tokens(["ya29.one"]))
    assert server.answers == [response]


@pytest.mark.parametrize(("offered", "answer"), [("AUTH=OAUTHBEARER", b"\1"), ("AUTH=XOAUTH2", b"")])
def test_an_expired_token_is_fetched_once_more(offered: str, answer: bytes) -> None:
    """The server says why in a challenge, which wants an empty answer, or one that RFC 7628 3.2.3 names."""
    tokens = Tokens(["ya29.old", "ya29.new"])
    with ImapScript({"AUTHENTICATE": [REFUSED]}, offered) as server:
        log_in(server, tokens)
        assert server.connections == 1
    assert [said.split(b"Bearer ")[-1].strip(b"\1") for said in server.answers] == [
        b"ya29.old",
        answer.strip(b"\1"),
        b"ya29.new",
    ]
    assert (server.answers[1], tokens.refused) == (answer, ["ya29.old"])


@pytest.mark.parametrize("tokens", [["ya29.one"], ["ya29.one", "ya29.two", "ya29.three"]], ids=["the same", "others"])
def test_F11_a_token_that_stays_refused_is_permanent_and_quotes_the_server(tokens: list[str]) -> None:
    with ImapScript({"AUTHENTICATE": [REFUSED] * 3}, BOTH) as server, pytest.raises(Permanent) as caught:
        log_in(server, Tokens(tokens))
    assert len(server.answers) == 2 * min(2, len(tokens))
    assert str(caught.value) == (
        "imap: 127.0.0.1 refused the login of of,fi=ce@example.org: [AUTHENTICATIONFAILED] Invalid credentials "
        '{"status":"400","schemes":"Bearer","scope":"https://mail.example/"}. Check imap.user and the access token.'
    )


@pytest.mark.parametrize(
    ("play", "fault", "words"),
    [
        (("+ \r\n", "+ %%% {\r\n", "TAG NO no\r\n"), Permanent, "refused the login"),
        (("+ \r\n", "+ /w==\r\n", "TAG NO no\r\n"), Permanent, "refused the login"),
        (("+ not base64 at all!\r\n", "TAG NO no\r\n"), Permanent, "refused the login"),
        (("+ \r\n", "TAG NO [UNAVAILABLE] later\r\n"), ServerBusy, "says nothing about the access token"),
        (("+ \r\n", Fault.DROP), Temporary, "cannot log in"),
        (("+ \r\n", f"+ {WHY}\r\n", Fault.DROP), Temporary, "cannot log in"),
        (("+ \r\n", *[f"+ {WHY}\r\n"] * 50, "TAG NO no\r\n"), Permanent, "refused the login"),
    ],
    ids=str,
)
def test_F15_any_challenge_is_answered_or_ends_the_login(play: Play, fault: type[MailerError], words: str) -> None:
    with ImapScript({"AUTHENTICATE": [play]}, BOTH) as server, pytest.raises(fault, match=words):
        log_in(server, Tokens(["ya29.one"]))


def test_F11_a_server_that_takes_no_token_is_permanent() -> None:
    with (
        ImapScript(capabilities="AUTH=PLAIN AUTH=CRAM-MD5") as server,
        pytest.raises(Permanent, match="takes no access token: it offers AUTH=CRAM-MD5 AUTH=PLAIN"),
    ):
        log_in(server, Tokens(["ya29.one"]))
    assert server.answers == []


@pytest.mark.parametrize("form", ["{}", "{:.20}", "BASE64"])
def test_D6_a_token_that_the_server_repeats_is_not_shown(form: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = "ya29.a0AfB_byC3X1secretsecret"
    said = base64.b64encode(token.encode()).decode() if form == "BASE64" else form.format(token)
    refused = ("+ \r\n", f"TAG NO what is {said}?\r\n")
    with ImapScript({"AUTHENTICATE": [refused]}, BOTH) as server, pytest.raises(Permanent) as caught:
        log_in(server, Tokens([token]))
    assert [word for word in (token, said) if len(said) > 20 and word in f"{caught.value} {caplog.text}"] == []


def test_a_password_is_used_as_before() -> None:
    with ImapScript({"AUTHENTICATE": [("+ \r\n", OK)]}, BOTH) as server:
        inbox = ImapMailbox(imap_settings("127.0.0.1", server.port, "none", "office", "pw"))
        inbox.pending()
        inbox.close()
    assert server.answers == [b"\0office\0pw"]


# --- who the server is ---


@contextlib.contextmanager
def tls_server(certificate: Path, greeting: bytes = b"") -> Iterator[tuple[int, list[bytes]]]:
    """A server with this certificate; its port, and what it was told. STARTTLS comes after a ``greeting``."""
    told: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with contextlib.suppress(OSError), connection:
                if greeting:
                    connection.sendall(greeting)
                    for answer in (b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%s OK done\r\n", b"%s OK go on\r\n"):
                        connection.sendall(answer % connection.recv(1000).split()[0])
                with server_context(certificate).wrap_socket(connection, server_side=True) as secure:
                    told.append(secure.recv(1000))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1]), told
        thread.join(TIMEOUT)


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("host", "days", "is_known", "words"),
    [
        ("127.0.0.1", 1, True, "IP address mismatch"),
        ("localhost", -1, True, "certificate has expired"),
        ("localhost", 1, False, "self-signed certificate"),
    ],
    ids=["another name", "expired", "unknown"],
)
def test_E9_a_server_that_does_not_prove_its_name_is_told_nothing(
    tmp_path: Path, security: Security, host: str, days: int, is_known: bool, words: str
) -> None:
    certificate = self_signed(tmp_path, days)
    with tls_server(certificate, b"* OK here\r\n" if security == "starttls" else b"") as (port, told):
        authority = str(certificate) if is_known else None
        inbox = ImapMailbox(imap_settings(host, port, security, "office", "pw", ca_file=authority, timeout=TIMEOUT))
        with pytest.raises(Permanent, match=rf"no secure connection: .*{words}"):
            inbox.pending()
    assert told == []
