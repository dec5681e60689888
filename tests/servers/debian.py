"""Debian's Dovecot and Postfix with their own ports and folders, separate from the machine's services."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Template

import pytest

from mailer.adapters.dkim.lookup import TxtLookup
from mailer.adapters.dkim.signing import DkimSigner
from mailer.adapters.imap import ImapSettings
from mailer.adapters.sandbox import SandboxUser
from mailer.adapters.sandbox.clients import MailClients
from mailer.adapters.sandbox.keys import SELECTOR, Keyring
from mailer.adapters.smtp import SmtpSettings
from tests.ports import free_port
from tests.servers.opendkim import opendkim
from tests.settings import imap_settings, smtp_settings
from tests.waiting import TIMEOUT, wait_until

DOVECOT = Path("/usr/sbin/dovecot")
POSTFIX = Path("/usr/sbin/postfix")

_DOVECOT_CONF = Template("""
base_dir = $root/run
state_dir = $root/state
log_path = $root/dovecot.log
instance_name = mailer-tests
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:$root/mail/%u
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
postmaster_address = postmaster@office.example
hostname = dovecot.example
auth_mechanisms = plain login $token_mechanisms
$tokens
passdb {
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN $root/users
}
userdb {
  driver = passwd-file
  args = $root/users
}
service imap-login {
  inet_listener imap {
    port = $imap_port
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    port = $lmtp_port
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  unix_listener $root/run/auth-postfix {
    mode = 0666
  }
}
""")

_TOKENS = """passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {root}/oauth2.conf
}}
"""
_OAUTH2_CONF = """introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""

_MAIN_CF = Template("""
compatibility_level = 3.6
queue_directory = $root/queue
data_directory = $root/postfix-data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = $root/postfix.log
maillog_file_prefixes = $root
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = postfix.example
mydestination =
mynetworks =
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = $domains
virtual_mailbox_maps = texthash:$root/postfix/users
virtual_transport = lmtp:inet:127.0.0.1:$lmtp_port
transport_maps = texthash:$root/postfix/transport
recipient_delimiter = +
message_size_limit = 40000000
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = $root/run/auth-postfix
smtpd_recipient_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_milters = $milter
""")

_SERVICES = {
    "pickup": "unix n - n 1 1 pickup",
    "postlog": "unix-dgram n - n - 1 postlogd",
    "cleanup": "unix n - n - 0 cleanup",
    "qmgr": "unix n - n 300 1 qmgr",
    "rewrite": "unix - - n - - trivial-rewrite",
    "bounce": "unix - - n - 0 bounce",
    "defer": "unix - - n - 0 bounce",
    "trace": "unix - - n - 0 bounce",
    "proxymap": "unix - - n - - proxymap",
    "lmtp": "unix - - n - - lmtp",
    "error": "unix - - n - - error",
    "retry": "unix - - n - - error",
    "anvil": "unix - - n - 1 anvil",
    "scache": "unix - - n - 1 scache",
}

USERS = (
    SandboxUser("office@office.example", "The Office", "office-pw"),
    SandboxUser("anna@members.example", "Anna Kim", "anna-pw"),
    SandboxUser("bela@members.example", "Béla Nagy", "bela-pw"),
)


class DebianServers(MailClients):
    """Both servers, running while the context lasts."""

    def __init__(
        self,
        users: Sequence[SandboxUser] = USERS,
        folder: Path | None = None,
        introspection_url: str = "",
        handed_to: Mapping[str, str] = {},
        signed_by_opendkim: bool = False,
    ) -> None:
        """``folder``: where the users' DKIM keys and ``dns.json`` are kept; only in memory without one.

        ``introspection_url``: who knows which access tokens are good (RFC 7662); without one, there are none.
        ``handed_to``: the transport of addresses whose mail Postfix does not hand to Dovecot. ``signed_by_opendkim``:
        whether OpenDKIM signs what users submit, and not we.
        """
        self._signed_by_opendkim = signed_by_opendkim
        self._milter = ""
        self._handed_to = handed_to
        self._introspection_url = introspection_url
        super().__init__("127.0.0.1", free_port(), free_port())
        self.mailboxes = tuple(users)
        self.lmtp_port = free_port()
        self.keyring = Keyring(folder, (_domain(user) for user in users))
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> DebianServers:
        with contextlib.ExitStack() as stack:
            self._root = Path(tempfile.mkdtemp(prefix="mailer-servers-"))
            stack.callback(shutil.rmtree, self._root, ignore_errors=True)
            self._root.chmod(0o755)  # the servers' own users need access
            self._start_dovecot(stack)
            if self._signed_by_opendkim:
                self._milter = self._start_opendkim(stack)
            self._start_postfix(stack)
            _wait_for(self.imap_port, self.lmtp_port, self.smtp_port, logs=self._root)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def postfix_conf(self) -> Path:
        """The folder of Postfix's configuration, for its programs."""
        return self._root / "postfix"

    @property
    def txt(self) -> TxtLookup:
        """The TXT records of the users' domains."""
        return self.keyring.txt

    def submit(self, user: SandboxUser, raw: bytes, to: Sequence[str], sender: str | None = None) -> None:
        """Send as a user who is logged in, with a DKIM signature as from the provider."""
        if self._signed_by_opendkim:
            super().submit(user, raw, to, sender)
            return
        signer = DkimSigner(_domain(user), {SELECTOR: self.keyring.key})
        super().submit(user, signer.signed(raw), to, sender)

    def mail_folder(self, user: SandboxUser) -> Path:
        """Where Dovecot keeps a user's mail, in Maildir form."""
        return self._root / "mail" / user.address

    def deliver(self, user: SandboxUser, raw: bytes) -> None:
        """Hand a mail to Dovecot, which answers when it is in the mailbox."""
        with smtplib.LMTP(self.host, self.lmtp_port) as lmtp:
            lmtp.sendmail("", [user.address], raw)

    def wait_until_delivered(self) -> None:
        """Wait until Postfix's queue is empty; Postfix answers before it delivers."""
        queues = [self._root / "queue" / name for name in ("maildrop", "incoming", "active", "deferred")]
        wait_until(lambda: not any(path.is_file() for queue in queues for path in queue.rglob("*")), "all is delivered")

    def deferred(self) -> int:
        """How many mails Postfix keeps for later."""
        return sum(path.is_file() for path in (self._root / "queue" / "deferred").rglob("*"))

    def flush(self) -> None:
        """Let Postfix try again now what it keeps."""
        _run(Path("/usr/sbin/postqueue"), "-c", self.postfix_conf, "-f")

    def imap(self, user: SandboxUser, **more: object) -> ImapSettings:
        return imap_settings(self.host, self.imap_port, "none", user.address, user.password, **more)  # type: ignore[arg-type]

    def smtp(self, user: SandboxUser) -> SmtpSettings:
        return smtp_settings(self.host, self.smtp_port, "none", user.address, user.password)

    def _values(self) -> dict[str, object]:
        domains = sorted({_domain(user) for user in self.mailboxes})
        return {
            "root": self._root,
            "imap_port": self.imap_port,
            "lmtp_port": self.lmtp_port,
            "domains": " ".join(domains),
            "tokens": _TOKENS.format(root=self._root) if self._introspection_url else "",
            "milter": self._milter,
            "token_mechanisms": "oauthbearer xoauth2" if self._introspection_url else "",
        }

    def _start_dovecot(self, stack: contextlib.ExitStack) -> None:
        (self._root / "mail").mkdir()
        shutil.chown(self._root / "mail", "mail", "mail")
        (self._root / "users").write_text(
            "".join(
                f"{user.address}:{user.password}::::{self._root}/mail/{user.address}::\n" for user in self.mailboxes
            )
        )
        (self._root / "oauth2.conf").write_text(_OAUTH2_CONF.format(url=self._introspection_url))
        conf = self._root / "dovecot.conf"
        conf.write_text(_DOVECOT_CONF.substitute(self._values()))
        _run(DOVECOT, "-c", conf)
        stack.callback(_run, DOVECOT, "-c", conf, "stop")

    def _start_opendkim(self, stack: contextlib.ExitStack) -> str:
        domains = sorted({_domain(user) for user in self.mailboxes})
        return stack.enter_context(opendkim(self._root, self.keyring, domains))

    def _start_postfix(self, stack: contextlib.ExitStack) -> None:
        conf = self.postfix_conf
        conf.mkdir()
        (self._root / "queue").mkdir()
        (self._root / "postfix-data").mkdir()
        shutil.chown(self._root / "postfix-data", "postfix")
        (conf / "users").write_text("".join(f"{user.address} mailbox\n" for user in self.mailboxes))
        (conf / "transport").write_text("".join(f"{address} {way}\n" for address, way in self._handed_to.items()))
        (conf / "main.cf").write_text(_MAIN_CF.substitute(self._values()))
        services = {f"127.0.0.1:{self.smtp_port}": "inet n - n - - smtpd", **_SERVICES}
        (conf / "master.cf").write_text("".join(f"{name} {service}\n" for name, service in services.items()))
        _run(POSTFIX, "-c", conf, "start")
        stack.callback(_run, POSTFIX, "-c", conf, "stop")


def _domain(user: SandboxUser) -> str:
    return user.address.rpartition("@")[2]


def _run(program: Path, *arguments: object) -> None:
    command = [str(program), *map(str, arguments)]
    with tempfile.TemporaryFile("w+") as output:  # and no pipe: the daemon that it starts would hold it open
        if subprocess.run(command, stdout=output, stderr=output, timeout=TIMEOUT, check=False).returncode:
            output.seek(0)
            raise RuntimeError(f"{' '.join(command)}: {output.read()}")


def _wait_for(*ports: int, logs: Path) -> None:
    deadline = time.monotonic() + TIMEOUT
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    words = "\n".join(path.read_text() for path in sorted(logs.glob("*.log")))
                    raise RuntimeError(f"nothing listens on port {port}\n{words}") from None
                time.sleep(0.05)


def missing() -> str:
    """Why the servers cannot run here, or empty."""
    if not (DOVECOT.exists() and Path("/usr/lib/dovecot/lmtp").exists() and POSTFIX.exists()):
        return "needs the packages dovecot-imapd, dovecot-lmtpd and postfix"
    if os.geteuid() != 0:
        return "needs root, as whom Postfix starts"
    return "" if "mail" in {entry.pw_name for entry in pwd.getpwall()} else "needs the user mail"


@pytest.fixture(scope="session")
def debian_runs() -> None:
    """Skips where Dovecot and Postfix cannot run; with MAILER_REQUIRE_SERVERS=1 that is a failure."""
    if why := missing():
        if os.environ.get("MAILER_REQUIRE_SERVERS") == "1":
            pytest.fail(f"the servers' tests must run, but: {why}")
        pytest.skip(why)


@pytest.fixture(scope="session")
def real_servers(debian_runs: None) -> Iterator[DebianServers]:
    """Dovecot and Postfix, for as long as the tests run."""
    with DebianServers() as servers:
        yield servers
