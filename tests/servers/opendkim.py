"""OpenDKIM as Debian ships it, which signs what members submit to Postfix."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from mailer.adapters.sandbox.keys import SELECTOR, Keyring
from tests.ports import free_port
from tests.waiting import TIMEOUT, wait_until

OPENDKIM = Path("/usr/sbin/opendkim")
SHIPPED = Path("/etc/opendkim.conf")
OF_THE_PLACE = ("Socket", "PidFile", "UserID", "Syslog", "SyslogSuccess", "TrustAnchorFile")
"""Settings that say where it runs, and nothing of how it signs."""


@contextlib.contextmanager
def opendkim(root: Path, keyring: Keyring, domains: Iterable[str]) -> Iterator[str]:
    """Runs within the context with Debian's configuration; yields its address as Postfix names milters."""
    folder = root / "opendkim"
    folder.mkdir()
    key = folder / "key.pem"
    key.write_bytes(keyring.key.pem())
    key.chmod(0o600)
    (folder / "signing").write_text("".join(f"*@{domain} {domain}\n" for domain in domains))
    (folder / "keys").write_text("".join(f"{domain} {domain}:{SELECTOR}:{key}\n" for domain in domains))
    port = free_port()
    own = {
        "Socket": f"inet:{port}@127.0.0.1",
        "PidFile": folder / "pid",
        "UserID": "opendkim",
        "SigningTable": f"refile:{folder / 'signing'}",
        "KeyTable": folder / "keys",
        "InternalHosts": "127.0.0.1",
        "RequireSafeKeys": "no",  # everybody may write to /tmp
    }
    shipped = [line for line in SHIPPED.read_text().splitlines() if line and not line.startswith(("#", *OF_THE_PLACE))]
    conf = folder / "opendkim.conf"
    conf.write_text("\n".join([*shipped, *(f"{name} {value}" for name, value in own.items())]) + "\n")
    for path in (folder, *folder.iterdir()):
        shutil.chown(path, "opendkim", "opendkim")
    subprocess.run([OPENDKIM, "-x", conf], check=True, timeout=TIMEOUT)
    try:
        wait_until(lambda: _listens(port), "OpenDKIM listens")
        yield f"inet:127.0.0.1:{port}"
    finally:
        pid = int((folder / "pid").read_text())
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not Path(f"/proc/{pid}").exists(), "OpenDKIM has ended")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
