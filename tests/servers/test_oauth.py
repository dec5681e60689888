"""Dovecot and Postfix that take access tokens of an authorization server, and ``mailer login`` at a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.adapters.imap import ImapMailbox
from mailer.adapters.smtp import SmtpTransport
from mailer.errors import Permanent
from tests.authorization import CLIENT, SECRET, USER, AuthorizationServer, error
from tests.secretary import Secretary, office
from tests.servers.debian import DebianServers
from tests.settings import Tokens, imap_settings, smtp_settings
from tests.waiting import TIMEOUT, wait_until

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def provider() -> Iterator[AuthorizationServer]:
    with AuthorizationServer() as running:
        yield running


@pytest.fixture(scope="module")
def servers(debian_runs: None, provider: AuthorizationServer) -> Iterator[DebianServers]:
    with DebianServers(introspection_url=f"{provider.url}/introspect") as running:
        yield running


@pytest.fixture(params=["OAUTHBEARER", "XOAUTH2"])
def mechanism(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    for module in ("imap_login", "smtp.login"):
        monkeypatch.setattr(f"mailer.adapters.{module}.TOKEN_MECHANISMS", (request.param,))
    return str(request.param)


def given(provider: AuthorizationServer) -> str:
    provider.grant()
    return list(provider.access)[-1]


def test_both_servers_take_a_token(servers: DebianServers, provider: AuthorizationServer, mechanism: str) -> None:
    good = given(provider)
    inbox = ImapMailbox(imap_settings(servers.host, servers.imap_port, "none", USER, token=Tokens(["ya29.old", good])))
    assert isinstance(inbox.pending(), list)
    inbox.close()
    relay = smtp_settings(servers.host, servers.smtp_port, "none", USER, token=Tokens(["ya29.old", good]))
    SmtpTransport(relay).extensions()


def test_F11_a_token_that_is_not_good_is_permanent(servers: DebianServers, mechanism: str) -> None:
    inbox = ImapMailbox(imap_settings(servers.host, servers.imap_port, "none", USER, token=Tokens(["ya29.bad"])))
    with pytest.raises(Permanent, match=r"refused the login of office@office.example: .*\"status\""):
        inbox.pending()
    inbox.close()


@pytest.fixture
def secretary(tmp_path: Path, servers: DebianServers, provider: AuthorizationServer) -> Secretary:
    """An office without passwords."""
    (tmp_path / "secret").touch(0o600)
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "dns.json").write_text("{}")
    return office(
        tmp_path / "office",
        MAILER_IMAP__HOST=servers.host,
        MAILER_IMAP__PORT=str(servers.imap_port),
        MAILER_IMAP__USER=USER,
        MAILER_SMTP__HOST=servers.host,
        MAILER_SMTP__PORT=str(servers.smtp_port),
        MAILER_SMTP__USER=USER,
        MAILER_IMAP__PASSWORD="",
        MAILER_SMTP__PASSWORD="",
        MAILER_AUTHENTICATION__DNS=str(tmp_path / "dns.json"),
        MAILER_IMAP__OAUTH="true",
        MAILER_SMTP__OAUTH="true",
        MAILER_OAUTH__CLIENT_ID=CLIENT,
        MAILER_OAUTH__CLIENT_SECRET_FILE=str(tmp_path / "secret"),
        MAILER_OAUTH__TOKEN_URL=f"{provider.url}/token",
        MAILER_OAUTH__DEVICE_URL=f"{provider.url}/device",
        MAILER_OAUTH__AUTHORIZE_URL=f"{provider.url}/authorize?prompt=consent",
        MAILER_OAUTH__IMAP_SCOPES='["mail", "offline_access"]',
        MAILER_OAUTH__SMTP_SCOPES='["mail", "offline_access"]',
    )


def test_a_login_by_device_code_and_then_the_daemon(secretary: Secretary, provider: AuthorizationServer) -> None:
    provider.says("/token", error("authorization_pending"))
    result = secretary.runs("login", "imap")
    assert result.code == 0, result
    assert "Open https://provider.example/device in any browser, log in as office@office.example" in result.out
    assert "    WDJB-MJHT" in result.out
    assert result.out.splitlines()[-1].startswith("Logged in. The office renews its access by itself")
    file = secretary.folder / "data" / "oauth.imap.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert secretary.runs("login", "smtp", "--device").code == 0
    assert secretary.runs("run", "--once").code == 0
    found = {finding["what"]: finding for finding in secretary.runs("doctor", "--json").json}
    assert [found[what]["state"] for what in ("imap login", "smtp login", "mailbox", "relay")] == ["ok"] * 4
    assert found["imap login"]["detail"].startswith("office@office.example logged in on ")


def test_a_login_by_browser_shows_no_secret_in_its_process(secretary: Secretary, provider: AuthorizationServer) -> None:
    output = secretary.folder / "output.txt"
    with secretary.starts("login", "smtp", "--browser") as process:
        wait_until(lambda: "ssh -L " in output.read_text(), "the address is shown")
        (url,) = re.findall(r"http://\S+/authorize\S+", output.read_text())
        command = Path(f"/proc/{process.pid}/cmdline").read_text()
        assert "You can close this window" in provider.agree(url)
        assert process.wait(TIMEOUT) == 0
    shown = output.read_text() + command
    secrets = [SECRET, *provider.access, *provider.refresh, provider.asked[-1][1].get("code", "no code")]
    assert [secret for secret in secrets if secret in shown] == []


def test_F11_a_login_that_was_ended_is_told_and_a_new_one_helps(
    secretary: Secretary, provider: AuthorizationServer
) -> None:
    assert secretary.runs("login", "imap").code == 0
    assert secretary.runs("login", "smtp").code == 0
    provider.revoke()
    for command in (("run", "--once"), ("doctor", "--json")):
        result = secretary.runs(*command)
        assert "The provider ended the login (invalid_grant: the token was revoked): run `mailer login imap` again" in (
            result.out + result.err
        )
    assert secretary.runs("login", "imap").code == 0
    found = {finding["what"]: finding["state"] for finding in secretary.runs("doctor", "--json").json}
    assert (found["imap login"], found["mailbox"], found["relay"]) == ("ok", "ok", "wrong")


def test_a_login_that_nobody_needs_is_refused(secretary: Secretary) -> None:
    del secretary.environ["MAILER_SMTP__OAUTH"]
    secretary.environ["MAILER_SMTP__PASSWORD"] = "x"
    result = secretary.types("login", "smtp")
    assert (result.code, result.err) == (
        77,
        "mailer: [smtp] oauth is not true, so no login is needed there; see docs/oauth.md.\n",
    )


def test_a_login_by_another_user_than_the_daemons_is_refused(
    secretary: Secretary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    result = secretary.types("login", "imap")
    assert (result.code, "who runs the daemon: run sudo -u root mailer login" in result.err) == (77, True)
