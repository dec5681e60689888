"""``mailer dkim``: making, publishing and checking keys."""

from __future__ import annotations

import json
import re

from tests.secretary import Secretary

NAME = "news._domainkey.iso-sr.example"


def test_a_key_is_made_published_and_found(secretary: Secretary) -> None:
    result = secretary.signs("--selector", "news", "--algorithm", "both")
    shown = secretary.types("dkim", "show", "--json").json
    assert [(record["name"], record["algorithm"]) for record in shown] == [
        (NAME, "rsa"),
        ("news-ed25519._domainkey.iso-sr.example", "ed25519"),
    ]
    assert secretary.types("dkim", "show").out in result.out
    assert secretary.types("dkim", "check").code == 0
    assert {record["name"]: record["txt"] for record in shown} == json.loads(
        (secretary.folder / "dns.json").read_text()
    )
    assert [key.stat().st_mode & 0o777 for key in (secretary.folder / "dkim").iterdir()] == [0o600] * 2


def test_a_key_is_named_after_the_month(secretary: Secretary) -> None:
    result = secretary.types("dkim", "new")
    (key,) = (secretary.folder / "dkim").iterdir()
    assert re.fullmatch(r"mailer-\d{6}\.pem", key.name)
    assert result.out.splitlines()[0] == f"Made {key}, which only you can read."


def test_no_key_is_ever_overwritten(secretary: Secretary) -> None:
    secretary.types("dkim", "new", "--selector", "news-ed25519", "--algorithm", "ed25519")
    (key,) = (secretary.folder / "dkim").iterdir()
    before = key.read_bytes()
    again = secretary.types("dkim", "new", "--selector", "news", "--algorithm", "both")
    assert (again.code, again.out) == (77, "")
    assert again.err == f"mailer: {key} is there already: it was left as it is. Choose another --selector.\n"
    assert [(path, path.read_bytes()) for path in (secretary.folder / "dkim").iterdir()] == [(key, before)]


def test_published_records_are_compared_with_the_keys(secretary: Secretary) -> None:
    secretary.signs("--selector", "news")
    (secretary.folder / "dns.json").write_text("{}")
    result = secretary.types("dkim", "check", "--json")
    assert (result.code, result.json) == (69, [{"name": NAME, "ok": False, "fault": "is not there"}])
    assert result.err == "1 record to put right: `mailer dkim show` has what to publish.\n"
    findings = {finding["what"]: finding for finding in secretary.types("doctor", "--json").json}
    cure = "publish what `mailer dkim show` prints"
    assert findings["signatures"] == {"what": "signatures", "state": "wrong", "detail": f"{NAME} is not there: {cure}"}


def test_without_keys_the_relay_signs(secretary: Secretary) -> None:
    for command in ("show", "check"):
        result = secretary.types("dkim", command)
        assert (result.code, result.out) == (77, "")
        assert result.err.startswith("mailer: No keys are configured ([dkim] keys), so the relay signs.")


def test_every_fault_of_the_keys_is_reported_before_anything_is_sent(secretary: Secretary) -> None:
    secretary.signs("--selector", "news", "--algorithm", "both")
    key, other = (secretary.folder / "dkim" / name for name in ("news.pem", "news-ed25519.pem"))
    key.chmod(0o644)
    other.write_text("no key")
    result = secretary.types("run", "--once")
    assert (result.code, result.err.splitlines()) == (
        78,
        [
            f"mailer: [dkim] keys news: others can read {key}; run: chmod 600 {key}",
            f"mailer: [dkim] keys news-ed25519: {other} is not a private key in PEM format",
        ],
    )


def test_a_selector_is_one_label(secretary: Secretary) -> None:
    result = secretary.types("dkim", "new", "--selector", "../news")
    assert (result.code, result.out) == (64, "")
    assert "letters, digits and hyphens" in result.err
