"""Links: as data, and which of them are dead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mailer.model.links import (
    BETWEEN_TRIES,
    TRIES,
    Answer,
    Check,
    Link,
    LinkKind,
    after,
    by_kind,
    is_round_over,
    links_in,
    proposed,
    same,
    to_ask,
)
from tests.fakes import NOON

UN, GRI = "https://www.un.org/", "https://www.globalreporting.org/standards/"
EVERY = timedelta(days=182)
FINE, GONE = Answer(True, "200"), Answer(False, "404")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://www.un.org/", "http://un.org", True),
        ("https://UN.org/a/", "https://un.org/a", True),
        ("https://un.org/a", "https://un.org/b", False),
        ("https://un.org/?a=1", "https://un.org/?a=2", False),
    ],
)
def test_an_address_is_the_same_whatever_its_scheme(one: str, other: str, is_same: bool) -> None:
    assert same(one, other) is is_same


def test_links_are_read_from_the_folder_of_a_version() -> None:
    text = f'[[link]]\nurl = "{UN}"\ntitle = "T"\nbody = "B"\nkind = "norm"\nlanguage = "en"\nchecked = 2026-11-27\n'
    found = links_in({"links.toml": text.encode()})
    assert found == (Link(UN, "T", "B", LinkKind.NORM, "en", "", date(2026, 11, 27)),)
    assert links_in({}) == ()


def test_links_stand_by_kind_and_body() -> None:
    values = {"url": UN, "title": "b", "body": "UN", "kind": "report"}
    one, two = proposed(values), proposed({**values, "title": "a", "kind": ""})
    other = proposed({**values, "title": "a"})
    assert by_kind([one, two, other]) == [(LinkKind.INITIATIVE, [two]), (LinkKind.REPORT, [other, one])]


def test_an_address_is_dead_after_it_failed_on_three_days() -> None:
    check, now = None, NOON
    for tried in range(1, TRIES + 1):
        assert to_ask([UN], {UN: check} if check else {}, now, EVERY) == [UN]
        check = after(check, UN, GONE, now)
        assert (check.failures, check.is_dead) == (tried, tried == TRIES)
        assert to_ask([UN], {UN: check}, now + BETWEEN_TRIES / 2, EVERY) == []
        now += BETWEEN_TRIES
    assert check is not None
    assert to_ask([UN], {UN: check}, now, EVERY) == []
    assert to_ask([UN], {UN: check}, now + EVERY, EVERY) == [UN]
    assert after(check, UN, FINE, now) == Check(UN, now, "200")


def test_a_round_is_over_when_it_is_known_of_each_address() -> None:
    fine, dead = after(None, UN, FINE, NOON), Check(GRI, NOON, "404", TRIES)
    assert is_round_over([UN, GRI], {UN: fine, GRI: dead})
    assert not is_round_over([UN, GRI], {UN: fine})
    assert not is_round_over([UN, GRI], {UN: fine, GRI: after(None, GRI, GONE, NOON)})
