"""Files in mails: none exceeds its room, none is lost, none comes twice."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.model.parts import Parts, divided


def test_files_go_into_as_few_mails_as_they_fit_in_and_keep_their_order() -> None:
    sizes = {"a": 5, "b": 4, "c": 6, "d": 1, "e": 20}
    assert divided(sizes, 10) == Parts([["a", "b", "d"], ["c"]], ["e"])
    assert divided(sizes, 10, most=1) == Parts([["a", "b", "d"]], ["c", "e"])
    assert divided({}, 10) == Parts([], [])


@settings(max_examples=50)
@given(st.dictionaries(st.text(), st.integers(0, 50)), st.integers(0, 40), st.integers(0, 4))
def test_each_file_is_in_one_mail_or_left(sizes: dict[str, int], room: int, most: int) -> None:
    parts = divided(sizes, room, most)
    assert sorted([*parts.left, *(name for mail in parts.mails for name in mail)]) == sorted(sizes)
    assert all(sum(sizes[name] for name in mail) <= room for mail in parts.mails)
    assert not most or len(parts.mails) <= most
