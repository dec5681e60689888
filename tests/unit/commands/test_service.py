"""``mailer service``: a unit that systemd takes, with no more rights than the office needs."""

from __future__ import annotations

import configparser
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.secretary import Secretary
from tests.waiting import TIMEOUT

MOST_EXPOSED = 2.0
"""Of ten, by ``systemd-analyze security``."""


def unit(secretary: Secretary, *options: str) -> dict[str, dict[str, str]]:
    """The last value of each key, by section."""
    result = secretary.types("service", *options)
    assert result.code == 0, result
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(result.out)
    return {name: dict(parser[name]) for name in parser.sections()}


def test_the_service_may_write_the_data_folder_and_nothing_else(secretary: Secretary) -> None:
    service = unit(secretary, "--user", "news")["Service"]
    assert (service["Type"], service["User"], service["UMask"]) == ("notify", "news", "0077")
    assert (service["ProtectSystem"], service["ReadWritePaths"]) == ("strict", str(secretary.folder / "data"))
    assert service["ExecStart"].endswith(f" -c {secretary.folder}/mailer.toml run")
    assert unit(secretary, "--worker")["Service"]["ExecStart"].endswith(" worker")


def test_a_state_folder_is_made_by_systemd_and_passwords_are_handed_over(secretary: Secretary) -> None:
    secretary.environ |= {"MAILER_OFFICE__DATA": "/var/lib/mailer/tg 2", "MAILER_OFFICE__GROUP": "nogroup"}
    for account in ("IMAP", "SMTP"):
        del secretary.environ[f"MAILER_{account}__PASSWORD"]
        password = secretary.folder / f"{account.lower()}.password"
        password.write_text("x")
        password.chmod(0o600)
        secretary.environ[f"MAILER_{account}__PASSWORD_FILE"] = password.name
    out = secretary.types("service").out
    assert 'StateDirectory="mailer/tg 2"\nStateDirectoryMode=2770\n' in out
    assert f"LoadCredential=imap.password:{secretary.folder}/imap.password\n" in out
    assert "Environment=MAILER_SMTP__PASSWORD_FILE=%d/smtp.password\n" in out
    assert ("Group=nogroup\n" in out, "UMask=0007\n" in out) == (True, True)


def test_a_mail_server_can_reach_the_socket_by_which_it_hands_mail_over(secretary: Secretary) -> None:
    closed = unit(secretary)["Service"]
    assert (closed["RuntimeDirectoryMode"], closed["PrivateUsers"]) == ("0700", "yes")
    secretary.environ |= {"MAILER_LMTP__LISTEN": "/run/mailer/lmtp.sock", "MAILER_LMTP__GROUP": "mail"}
    service = unit(secretary)["Service"]
    assert (service["RuntimeDirectoryMode"], service["PrivateUsers"], service["SupplementaryGroups"]) == (
        *("0711", "no"),
        "mail",
    )
    assert service["ReadWritePaths"] == str(secretary.folder / "data")
    secretary.environ["MAILER_LMTP__LISTEN"] = "/var/spool/postfix/office/lmtp.sock"
    assert unit(secretary)["Service"]["ReadWritePaths"] == "/var/spool/postfix/office"


def test_a_percent_in_a_path_is_no_specifier(secretary: Secretary) -> None:
    secretary.environ["MAILER_OFFICE__DATA"] = "/srv/100%$HOME"
    assert "ReadWritePaths=/srv/100%%$$HOME\n" in secretary.types("service").out


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("group", ["", "nogroup"])
def test_systemd_takes_the_unit_and_finds_it_hardened(secretary: Secretary, tmp_path: Path, group: str) -> None:
    secretary.environ["MAILER_OFFICE__GROUP"] = group
    path = tmp_path / "mailer.service"
    assert secretary.types("service", "--user", "games", "--out", str(path)).code == 0
    verified = subprocess.run(
        ["systemd-analyze", "verify", str(path)], capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert [line for line in verified.stderr.splitlines() if "mailer.service" in line] == []
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(path)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    found = re.search(r"exposure level for mailer\.service: ([\d.]+)", judged.stdout)
    assert found is not None, judged
    assert float(found[1]) <= MOST_EXPOSED


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives folders away")
def test_the_service_runs_as_the_owner_of_the_office(secretary: Secretary) -> None:
    games = pwd.getpwnam("games")
    assert unit(secretary)["Service"]["User"] == "mailer"
    os.chown(secretary.folder, games.pw_uid, games.pw_gid)
    assert unit(secretary)["Service"]["User"] == "games"
    secretary.environ["MAILER_OFFICE__GROUP"] = "nogroup"
    assert unit(secretary)["Service"]["User"] == "mailer"


def test_a_user_whom_the_machine_does_not_know_gets_a_warning(secretary: Secretary) -> None:
    result = secretary.types("service", "--user", "nobody-here")
    assert (result.code, "User=nobody-here\n" in result.out) == (0, True)
    assert result.err == (
        "warning: this machine has no user “nobody-here”: make one with `useradd --system --shell /usr/sbin/nologin "
        "nobody-here`, or name another with --user.\n"
    )


def test_a_user_who_cannot_read_the_configuration_gets_a_warning(
    secretary: Secretary,
) -> None:
    secretary.folder.chmod(0o700)
    path = secretary.folder / "mailer.toml"
    closed = [place for place in reversed(path.parents) if not place.stat().st_mode & 1]
    assert secretary.folder in closed
    result = secretary.types("service", "--user", "games")
    assert result.err == (
        f"warning: “games” cannot read {path}, because {closed[0]} is closed to it: name the owner of the office with "
        "--user, or let two users share it ([office] group; “One user or two” in docs/running.md).\n"
    )
    assert secretary.types("service", "--user", pwd.getpwuid(os.getuid()).pw_name).err == ""
