"""``mailer doctor --loop`` on Dovecot and Postfix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailer.adapters.sandbox.keys import SELECTOR
from tests.secretary import Secretary, office
from tests.servers.debian import USERS, DebianServers

pytestmark = pytest.mark.servers
OFFICE = USERS[0]


@pytest.fixture
def secretary(real_servers: DebianServers, tmp_path: Path) -> Secretary:
    made = office(tmp_path / "office")
    (made.folder / "dns.json").write_text(json.dumps(real_servers.keyring.records))
    key = made.folder / "dkim.pem"
    key.write_bytes(real_servers.keyring.key.pem())
    key.chmod(0o600)
    made.environ |= {
        "MAILER_OFFICE__ADDRESS": OFFICE.address,
        "MAILER_IMAP__PORT": str(real_servers.imap_port),
        "MAILER_SMTP__PORT": str(real_servers.smtp_port),
        "MAILER_DKIM__KEYS": f'{{ {SELECTOR} = "dkim.pem" }}',
    }
    for server in ("IMAP", "SMTP"):
        made.environ |= {f"MAILER_{server}__USER": OFFICE.address, f"MAILER_{server}__PASSWORD": OFFICE.password}
    return made


def found(secretary: Secretary) -> dict[str, tuple[str, str]]:
    result = secretary.types("doctor", "--loop", "--within", "30", "--json")
    return {finding["what"]: (finding["state"], finding["detail"]) for finding in result.json}


def test_a_mail_to_ourselves_arrives_signed_and_at_a_plus_address(secretary: Secretary) -> None:
    findings = found(secretary)
    assert [findings[what][0] for what in ("test mail", "plus-addresses", "signature", "server's results")] == [
        "ok"
    ] * 4
    assert findings["signature"][1] == "valid, of office.example, and aligned with office.example"


def test_A7_a_server_that_leaves_forged_results_is_found_out(secretary: Secretary) -> None:
    secretary.environ["MAILER_AUTHENTICATION__AUTHSERV_ID"] = "mx.office.example"
    state, detail = found(secretary)["server's results"]
    assert (state, detail.partition(":")[0]) == (
        "wrong",
        "a forged field of mx.office.example reached the mailbox and would be believed",
    )
