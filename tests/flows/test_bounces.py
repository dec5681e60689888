"""A reader whom the relay refuses for good, on real sockets, with the commands that a secretary types."""

from __future__ import annotations

from pathlib import Path

from tests.relay import Relay
from tests.secretary import Secretary, office

ANA, BO, GONE = "ana@nmb.example", "bo@nmb.example", "gone@nmb.example"
REPLY = "550 5.1.1 <{who}>: Recipient address rejected: User unknown"


def sends(secretary: Secretary, *arguments: str, refuses: int = 0) -> list[str]:
    """Send over a relay that refuses the recipient of one copy; who got a copy."""
    script = {"RCPT": [*["250 ok"] * (refuses - 1), REPLY]} if refuses else {}
    with Relay(script=script, keywords=("PIPELINING", "AUTH PLAIN")) as relay:
        secretary.environ["MAILER_SMTP__PORT"] = str(relay.port)
        assert secretary.types("send", *arguments).code == 0
        return sorted(mail.recipient for mail in relay.taken if b"\r\nList-Id:" in mail.raw)


def test_a_permanent_refusal_by_smtp_has_a_consequence_for_the_next_issue(tmp_path: Path) -> None:
    secretary = office(tmp_path / "office")
    secretary.imports("nmb", ANA, BO, GONE)
    secretary.imports("cag", "chair@cag.example", "clerk@cag.example")
    for number in (1, 2):
        secretary.writes(number)
        secretary.grants(number)
    sends(secretary)  # the board's mail
    assert sends(secretary, "1", "--yes", refuses=3) == [ANA, BO]
    (found,) = secretary.types("bounces", "--json").json
    assert (found["address"], found["state"], found["why"]) == (GONE, "suspended", "user-unknown")
    assert found["reply"] == REPLY.format(who=GONE)
    assert "suspended" in secretary.types("bounces").out
    assert sends(secretary, "2", "--yes") == [ANA, BO]
    assert "Held back: 1. They get no mailings" in secretary.types("send", "1", "--failed", "--dry-run").out
    assert secretary.types("member", "revive", GONE, "--because", "the server is mended").code == 0
    assert sends(secretary, "1", "--failed", "--yes") == [GONE]
