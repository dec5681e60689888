"""``mailer service``: a unit that systemd takes, with no more rights than the office needs."""

from __future__ import annotations

import configparser
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
