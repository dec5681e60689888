"""``mailer member key``, as the secretary types it."""

from __future__ import annotations

import pytest
from pysequoia import Tsk

from tests.secretary import Secretary
from tests.unit.inbound.mails import DATA

ANNA, BO = "anna@example.org", "bo@example.org"
KEY = DATA / "openpgp" / "anna.asc"
KEYS = ("member", "key")


@pytest.fixture
def enrolled(secretary: Secretary) -> Secretary:
    for address in (ANNA, BO):
        secretary.types("member", "add", address, "nmb", "--reason", "a test")
    assert secretary.types(*KEYS, "add", ANNA, str(KEY)).code == 0
    return secretary


def test_a_key_is_enrolled_shown_and_removed(enrolled: Secretary) -> None:
    (shown,) = enrolled.types(*KEYS, "show", ANNA, "--json").json
    assert (shown["user_ids"], shown["problem"]) == ([f"Anna Kim <{ANNA}>"], None)
    fingerprint = shown["fingerprint"]
    lines = enrolled.types(*KEYS, "show", ANNA).out.splitlines()
    assert ("".join(lines[0].split()).lower(), max(map(len, lines)) <= 80) == (fingerprint, True)
    dry = enrolled.types(*KEYS, "remove", ANNA, fingerprint[-16:], "--dry-run")
    assert dry.out.startswith("Would be removed: ")
    assert enrolled.types(*KEYS, "remove", ANNA, fingerprint[-16:].upper()).code == 0
    assert "has no OpenPGP key here" in enrolled.types(*KEYS, "show", ANNA).out


def test_adding_it_dry_changes_nothing(enrolled: Secretary) -> None:
    assert enrolled.types(*KEYS, "remove", ANNA, "--all-keys").code == 0
    assert "Nothing was changed." in enrolled.types(*KEYS, "add", ANNA, str(KEY), "--dry-run").out
    assert enrolled.types(*KEYS, "show", ANNA, "--json").json == []


@pytest.mark.parametrize(
    ("what", "code", "words"),
    [
        (("add", BO, str(KEY)), 77, "The key is of Anna Kim <anna@example.org>, not of bo@example.org"),
        (("add", "nobody@example.org", str(KEY)), 77, "nobody@example.org"),
        (("add", ANNA, str(KEY.with_name("expired.asc"))), 77, "has expired: ask anna@example.org for a new one"),
        (("add", ANNA, str(KEY.with_name("revoked.asc"))), 77, "is revoked"),
        (("add", ANNA, str(KEY.with_name("clear.eml"))), 77, "This is no OpenPGP public key"),
        (("remove", ANNA), 64, "Name the key by the end of its fingerprint"),
        (("remove", ANNA, "ab"), 64, "at least the last eight characters"),
        (("remove", ANNA, "0123456789"), 77, "has no such key"),
    ],
)
def test_what_cannot_be_done_is_said(enrolled: Secretary, what: tuple[str, ...], code: int, words: str) -> None:
    done = enrolled.types(*KEYS, *what)
    assert (done.code, words in done.err) == (code, True)


def test_a_key_of_another_address_needs_a_word(enrolled: Secretary) -> None:
    assert enrolled.types(*KEYS, "add", BO, str(KEY), "--other-address").code == 0
    assert len(enrolled.types(*KEYS, "show", BO, "--json").json) == 1


def test_a_secret_key_is_not_taken(enrolled: Secretary) -> None:
    path = enrolled.folder / "secret.asc"
    path.write_text(str(Tsk.generate(f"Anna <{ANNA}>")))
    assert "This is a secret key" in enrolled.types(*KEYS, "add", ANNA, str(path)).err


def test_the_owner_is_told(enrolled: Secretary) -> None:
    trail = enrolled.types("audit", "--of", ANNA).out
    assert "key enrolled" in trail
