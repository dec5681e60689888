"""Logging in at a provider, and tokens that are renewed, against an authorization server of our own (F11, D6)."""

from __future__ import annotations

import json
import logging
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from mailer.adapters.oauth import OAuthClient, OAuthToken, Registration, TokenStore
from mailer.adapters.oauth.http import MOST_OCTETS, Session
from mailer.adapters.oauth.loopback import Loopback
from mailer.adapters.oauth.providers import GOOGLE, Provider, microsoft
from mailer.errors import MailerError, Permanent, Refused, Temporary
from tests.authorization import CLIENT, SECRET, USER, Answer, AuthorizationServer, error
from tests.ports import free_port


@pytest.fixture
def server() -> Iterator[AuthorizationServer]:
    with AuthorizationServer() as running:
        yield running


def logged_in(server: AuthorizationServer, folder: Path, **more: object) -> OAuthToken:
    token = OAuthToken(server.registration, TokenStore(folder, "imap"), USER, **more)  # type: ignore[arg-type]
    token.keep(OAuthClient(server.registration).complete_device(device(server), lambda seconds: None))
    return token


def device(server: AuthorizationServer):  # type: ignore[no-untyped-def]
    return OAuthClient(server.registration).begin_device()


def stored(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "oauth.imap.json").read_text())
    return found


# --- by device code ---


def test_a_login_by_device_code_waits_as_the_provider_wants(server: AuthorizationServer) -> None:
    waits: list[float] = []
    server.says("/token", error("authorization_pending"), error("slow_down"), error("authorization_pending"))
    client = OAuthClient(server.registration)
    begun = client.begin_device()
    tokens = client.complete_device(begun, waits.append)
    assert (begun.user_code, begun.url, begun.seconds) == ("WDJB-MJHT", "https://provider.example/device", 900)
    assert waits == [2, 2, 7, 7]
    assert (tokens.access, tokens.refresh) == ("ya29.access-1", "refresh-1")


def test_a_provider_that_fails_meanwhile_is_asked_less_often(server: AuthorizationServer) -> None:
    waits: list[float] = []
    server.says("/token", Answer(503, "<html>busy</html>"), Answer(200, "not JSON"))
    client = OAuthClient(server.registration)
    client.complete_device(client.begin_device(), waits.append)
    assert waits == [2, 4, 8]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (error("expired_token"), "The code was not used in time"),
        (
            error("access_denied", "by the user"),
            r"Nobody agreed, so .* \(access_denied: by the user\)",
        ),
        (None, "The code was not used in time"),
    ],
)
def test_a_code_that_nobody_accepts_is_refused(server: AuthorizationServer, answer: Answer | None, words: str) -> None:
    server.says("/token", *([answer] if answer else [error("authorization_pending")] * 500))
    client = OAuthClient(server.registration)
    with pytest.raises(Refused, match=words):
        client.complete_device(client.begin_device(), lambda seconds: None)


@pytest.mark.parametrize(
    ("answer", "fault", "words"),
    [
        (error("invalid_client", "AADSTS7000215: bad secret", 401), Permanent, r"Check \[oauth\] client_id"),
        (
            error("invalid_scope", "what is mail?"),
            Permanent,
            r"gives no access token \(invalid_scope: what is mail\?\)",
        ),
        (error("temporarily_unavailable", status=503), Temporary, "cannot give an access token now"),
        (Answer(503, "busy"), Temporary, "cannot be read"),
        (Answer(302, "", {"Location": "https://elsewhere.example/"}), Temporary, "cannot be read"),
        (Answer(200, "[]"), Temporary, "cannot be read: it is not a JSON object"),
        (Answer(200, "{}"), Temporary, "cannot be read: the answer has no code"),
        (Answer(200, "[" * 100_000), Temporary, "cannot be read"),
        (Answer(200, "x" * (MOST_OCTETS + 1)), Temporary, f"more than {MOST_OCTETS} octets"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_F15_any_answer_is_a_fault_in_words(
    server: AuthorizationServer, answer: Answer, fault: type[MailerError], words: str
) -> None:
    server.says("/device", answer)
    with pytest.raises(fault, match=words):
        device(server)


# --- by browser ---


def consent(server: AuthorizationServer, change: str = "") -> str:
    """Log in as a person does in a browser, and return the access token. ``change`` names what is wrong."""
    client = OAuthClient(server.registration)
    shown: list[str] = []
    with Loopback("127.0.0.1") as listening:
        begun = client.begin_consent(listening.url)
        if change == "denied":
            values = {name: found[0] for name, found in parse_qs(urlsplit(begun.url).query).items()}
            server.says("/authorize", server.back(values, error="access_denied"))
        browser = threading.Thread(target=lambda: shown.append(server.agree(begun.url)))
        browser.start()
        code = listening.wait_for_code(begun.state, 20)
        browser.join()
    if change == "verifier":
        begun = OAuthClient(server.registration).begin_consent(begun.redirect_uri)
    tokens = client.complete_consent(begun, code)
    assert "You can close this window" in shown[0]
    return tokens.access


def test_a_login_by_browser_is_bound_to_us(server: AuthorizationServer) -> None:
    assert consent(server) == "ya29.access-2"
    assert [path for path, _ in server.asked] == ["/authorize", "/token"]
    assert server.asked[0][1]["redirect_uri"] == server.asked[1][1]["redirect_uri"]


def test_a_code_without_our_verifier_gives_nothing(server: AuthorizationServer) -> None:
    with pytest.raises(Permanent, match="the verifier is wrong"):
        consent(server, "verifier")


def test_a_person_who_does_not_agree_ends_the_login(server: AuthorizationServer) -> None:
    with pytest.raises(Refused, match=r"The provider gives no access \(access_denied\)"):
        consent(server, "denied")


def test_only_who_knows_the_state_can_bring_a_code() -> None:
    seen: list[int] = []

    def strangers(url: str) -> None:
        for path in ("?code=x", "?code=x&state=wrong", "favicon.ico", "?error=access_denied&state=", "?state=%ff"):
            try:
                urlopen(url + path, timeout=20).close()
            except HTTPError as refusal:
                seen.append(refusal.code)
                refusal.close()
        with socket.create_connection(("127.0.0.1", int(url.split(":")[2].strip("/")))) as odd:
            odd.sendall(b"\0\0 what\r\n\r\n")
            odd.recv(1000)
        urlopen(url + "?code=right&state=known", timeout=20).close()

    with Loopback("127.0.0.1") as listening:
        thread = threading.Thread(target=strangers, args=(listening.url,))
        thread.start()
        assert listening.wait_for_code("known", 20) == "right"
        thread.join()
    assert seen == [404] * 5


def test_nobody_waits_for_a_browser_for_ever() -> None:
    with Loopback("127.0.0.1") as listening, pytest.raises(Refused, match="Nobody logged in within 0 seconds"):
        listening.wait_for_code("state", 0.1)


def test_a_port_that_is_taken_is_named() -> None:
    with (
        Loopback("127.0.0.1") as first,
        pytest.raises(Permanent, match=r"Address already in use. Choose another --port"),
    ):
        Loopback("127.0.0.1", first.port)


# --- renewing ---


def test_a_token_is_renewed_before_it_expires_and_after_a_refusal(server: AuthorizationServer, tmp_path: Path) -> None:
    now = time.time()
    token = logged_in(server, tmp_path, time_of_day=lambda: now)
    assert [token.current(), token.current()] == ["ya29.access-1"] * 2
    now += 3600 - 121
    assert token.current() == "ya29.access-1"
    now += 2
    assert token.current() == "ya29.access-2"
    assert token.after("ya29.access-1") == "ya29.access-2"  # another connection was faster
    assert token.after("ya29.access-2") == "ya29.access-3"
    assert stored(tmp_path)["refresh_token"] == "refresh-3"
    assert (tmp_path / "oauth.imap.json").stat().st_mode & 0o777 == 0o600
    assert "scope" not in dict(server.asked[-1][1])


def test_a_refresh_token_that_stays_is_kept(tmp_path: Path) -> None:
    with AuthorizationServer(rotates=False) as server:
        token = logged_in(server, tmp_path)
        assert token.after("ya29.access-1") == "ya29.access-2"
        assert token.after("ya29.access-2") == "ya29.access-3"
    assert stored(tmp_path)["refresh_token"] == "refresh-1"


def test_a_public_client_sends_no_secret(tmp_path: Path) -> None:
    with AuthorizationServer(secret="") as server:
        token = logged_in(server, tmp_path)
        assert token.after("ya29.access-1") == "ya29.access-2"
        assert [values for _, values in server.asked if "client_secret" in values] == []


def test_F11_a_login_that_the_provider_ended_says_what_to_do(server: AuthorizationServer, tmp_path: Path) -> None:
    token = logged_in(server, tmp_path)
    server.revoke()
    with pytest.raises(Permanent) as caught:
        token.after("ya29.access-1")
    assert str(caught.value) == (
        "The provider ended the login (invalid_grant: the token was revoked): run `mailer login imap` again."
    )


def test_F11_a_provider_that_is_down_is_temporary(tmp_path: Path) -> None:
    nowhere = Registration(Provider(f"http://127.0.0.1:{free_port()}/token"), CLIENT, SECRET, ())
    with pytest.raises(Temporary, match=r"127.0.0.1:\d+ cannot be reached: .*Connection refused"):
        OAuthClient(nowhere).refresh("refresh-1")


def test_a_file_of_another_login_is_not_used(server: AuthorizationServer, tmp_path: Path) -> None:
    logged_in(server, tmp_path)
    other = OAuthToken(server.registration, TokenStore(tmp_path, "imap"), "other@office.example")
    with pytest.raises(Permanent, match=r"oauth.imap.json holds a login of office@office.example, for another user"):
        other.current()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "imap: nobody has logged in at the provider yet: run `mailer login imap`."),
        ("{}", "oauth.imap.json is damaged: run `mailer login imap` again."),
        ("[" * 100_000, "oauth.imap.json is damaged"),
    ],
)
def test_a_missing_or_damaged_file_says_what_to_do(
    server: AuthorizationServer, tmp_path: Path, content: str | None, words: str
) -> None:
    if content is not None:
        (tmp_path / "oauth.imap.json").touch(0o600)
        (tmp_path / "oauth.imap.json").write_text(content)
    with pytest.raises(Permanent, match=re.escape(words)):
        OAuthToken(server.registration, TokenStore(tmp_path, "imap"), USER).current()


def test_D6_a_file_that_others_can_read_is_not_used(server: AuthorizationServer, tmp_path: Path) -> None:
    token = logged_in(server, tmp_path)
    (tmp_path / "oauth.imap.json").chmod(0o644)
    with pytest.raises(Permanent, match=r"others can read .*; run: chmod 600"):
        token.current()


def test_E15_tokens_that_cannot_be_written_are_not_lost(
    server: AuthorizationServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    token = logged_in(server, tmp_path)
    with monkeypatch.context() as full:
        full.setattr(TokenStore, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        assert token.after("ya29.access-1") == "ya29.access-2"
        assert token.after("ya29.access-2") == "ya29.access-3"
    assert "so the login ends with this process: No space left on device" in caplog.text
    assert token.current() == "ya29.access-3"
    assert stored(tmp_path)["refresh_token"] == "refresh-3"


RENEWS = """
import sys
from pathlib import Path
from mailer.adapters.oauth import OAuthToken, Registration, TokenStore
from mailer.adapters.oauth.providers import Provider
url, folder = sys.argv[1:]
registration = Registration(Provider(url), "the-client", "the-secret-of-it", ())
print(OAuthToken(registration, TokenStore(Path(folder), "imap"), "office@office.example").after("ya29.access-1"))
"""


def test_two_processes_do_not_spend_one_refresh_token(server: AuthorizationServer, tmp_path: Path) -> None:
    logged_in(server, tmp_path)
    command = [sys.executable, "-c", RENEWS, f"{server.url}/token", str(tmp_path)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate(timeout=60)[0] for process in both] == ["ya29.access-2\n"] * 2
    assert server.count("/token") == 2  # the login, and one renewal


def test_threads_of_one_process_share_a_token(server: AuthorizationServer, tmp_path: Path) -> None:
    token, found = logged_in(server, tmp_path), []
    threads = [threading.Thread(target=lambda: found.append(token.after("ya29.access-1"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["ya29.access-2"] * 8


# --- secrets ---


def test_D6_no_message_and_no_log_has_a_secret(
    server: AuthorizationServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = logged_in(server, tmp_path)
    server.says("/token", error("invalid_request", f"what are refresh-1, {SECRET} and ya29.access-1?"))
    with pytest.raises(Permanent) as caught:
        token.after("ya29.access-1")
    shown = f"{caught.value} {caplog.text} {server.registration!r} {token!r} {stored}"
    assert [secret for secret in ("refresh-1", "ya29.access-1", SECRET) if secret in shown] == []


def test_D6_a_certificate_that_is_not_trusted_gets_no_secret(tmp_path: Path) -> None:
    from tests.tls import self_signed, server_context

    context = server_context(self_signed(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    context.wrap_socket(connection, server_side=True).close()
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(Permanent, match=r"no secure connection: .*certificate"):
            Session().post(f"https://localhost:{listener.getsockname()[1]}/token", {"client_secret": SECRET})
        thread.join()


# --- providers ---


def test_the_providers_that_we_know() -> None:
    assert microsoft("common").token_url == "https://login.microsoftonline.com/common/oauth2/v2.0/token"
    assert microsoft("t").scopes["smtp"] == ("https://outlook.office.com/SMTP.Send", "offline_access")
    assert (GOOGLE.device_url, GOOGLE.scopes["imap"]) == ("", ("https://mail.google.com/",))


def test_the_library_is_imported_when_it_is_used() -> None:
    code = (
        "import sys, mailer.adapters.oauth, mailer.app.logging_in; "
        "print([name for name in sys.modules if name.startswith('authlib')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"
