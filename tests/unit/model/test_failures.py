"""Replies that differ only in recipient, time and server are one group."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.model.failures import MOST, NAMED, OTHER, generalise, group_replies

UNKNOWN = "550 5.1.1 user unknown"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (UNKNOWN, UNKNOWN),
        ("550 5.1.1 <a@x.example> user unknown", UNKNOWN),
        ("550 5.1.1 user unknown <b@y.example>", UNKNOWN),
        ("550 5.1.1 <c@z.example>: user unknown", UNKNOWN),
        ("550 5.1.1 user unknown: anna.kim+news@x.example", UNKNOWN),
        ("550 5.1.1 user unknown (d@x.example)", UNKNOWN),
        ("given up: 451 4.7.1 greylisted, back in 300 seconds", "given up: 451 4.7.1 greylisted, back in … seconds"),
        ("452 4.2.2 mailbox full: 104857600 of 104857600", "452 4.2.2 mailbox full: … of …"),
        ("550 5.7.1 host [203.0.113.7] blocked by zen.example", "550 5.7.1 host blocked by zen.example"),
        ("554 5.7.1 [2001:db8::7] blocked at 12:07", "554 5.7.1 blocked at …"),
        ("550 5.1.1 no, see https://help.example/?p=NoSuchUser d2e1a72fcca58-7a1b2c3d4e5si1234567b3a.12 - gsmtp",
         "550 5.1.1 no, see https://help.example/?p=NoSuchUser - gsmtp"),
        ("550 mailbox unavailable [AM7EUR06FT012.outlook.example 2026-11-25T01:02:03.456Z 08DE1A2B3C4D5E6F]",
         "550 mailbox unavailable"),
        ("554 5.3.0 4Bx9Zq1w2Pz3: refused", "554 5.3.0 refused"),
        ("stopped before the relay's answer was known", "stopped before the relay's answer was known"),
        ("250 ok", "250 ok"),
        ("<a@x.example>", "no reply"),
        ("", "no reply"),
    ],
)  # fmt: skip
def test_the_group_of_a_reply(reply: str, expected: str) -> None:
    assert generalise(reply) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("550 5.1.1 no", "550 5.1.2 no"),
        ("550 no", "450 no"),
        ("550 5.1.1 user unknown", "550 5.1.1 user inactive"),
        ("550 x.example does not take mail", "550 y.example does not take mail"),
    ],
)
def test_different_groups(one: str, other: str) -> None:
    assert generalise(one) != generalise(other)


@given(st.text(max_size=300))
def test_any_generalised_reply_is_one_short_line(reply: str) -> None:
    words = generalise(reply)
    assert words.strip() == words != ""
    assert "\n" not in words
    assert len(words) <= max(len(reply), len("no reply"))


def test_the_largest_group_is_first_and_names_a_few() -> None:
    many = [(f"m{n}@x.example", f"550 5.1.1 <m{n}@x.example> User unknown") for n in range(NAMED + 2)]
    found = group_replies([("full@x.example", "452 4.2.2 mailbox full"), *many, ("z@y.example", UNKNOWN)])
    assert [(group.words, group.count, group.others) for group in found] == [
        ("550 5.1.1 User unknown", NAMED + 3, 3),
        ("452 4.2.2 mailbox full", 1, 0),
    ]
    assert found[0].addresses == [recipient for recipient, _ in many[:NAMED]]


def test_the_number_of_groups_is_bounded() -> None:
    found = group_replies((f"m{n}@x.example", "550 " + "a" * n) for n in range(1, MOST + 31))
    assert (found[0].words, found[0].count, len(found)) == (OTHER, 30, MOST + 1)
