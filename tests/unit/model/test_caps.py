"""Whose mailbox an address leads to, and what counts against which cap (B14)."""

from __future__ import annotations

import pytest

from mailer.message import Address
from mailer.model.caps import ANSWERS, Caps, mailbox_of


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Victim+1@x.example", "victim@x.example"),
        ("v.ictim@x.example", "v.ictim@x.example"),
        ("v.i.c+a+b@gmail.com", "vic@gmail.com"),
        ("vic@googlemail.com", "vic@gmail.com"),
        ("v_i-c.x@pm.me", "vicx@proton.me"),
        ("...@gmail.com", "...@gmail.com"),
    ],
)
def test_B14_aliases_are_one_mailbox(address: str, mailbox: str) -> None:
    local, _, domain = address.rpartition("@")
    assert mailbox_of(Address(local, domain)) == mailbox


def test_B14_large_providers_have_no_cap_for_their_domain() -> None:
    caps = Caps(5, 50, 500, frozenset({"gmail.com"}))
    assert caps.counters("help", Address.parse("a@x.example")) == {
        "help a@x.example": ANSWERS["help"],
        "answers a@x.example": 5,
        "answers @x.example": 50,
        "answers": 500,
    }
    assert caps.counters("help", Address.parse("a.b@gmail.com")) == {
        "help ab@gmail.com": ANSWERS["help"],
        "answers ab@gmail.com": 5,
        "answers": 500,
    }
