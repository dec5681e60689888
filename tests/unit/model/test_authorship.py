"""Whose own text it is, as authors are written."""

from __future__ import annotations

import pytest

from mailer.model.authorship import is_author


@pytest.mark.parametrize(
    ("author", "wrote"),
    [
        ("Anna Kim", True),
        ("anna  KIM", True),
        ("Anna Kim, KATS", True),
        ("Bo Li and Anna Kim", True),
        ("Bo Li & Anna Kim (KATS)", True),
        ("par Anna Kim", True),
        ("anna+tg2@kats.example", True),
        ("Annie <ANNA@KATS.example>", True),
        ("Anna", False),
        ("Anna Kim-Lee", False),
        ("Joanna Kim", False),
        ("Friends of Anna Kim", False),
        ("anna@kats.example.org", False),
        ("TG 2 leaders", False),
        ("@", False),
        ("", False),
    ],
)
def test_a_member_wrote_what_has_their_whole_name_or_address(author: str, wrote: bool) -> None:
    assert is_author([author], "anna@kats.example", "Anna Kim") is wrote


def test_nobody_without_a_name_is_an_author_by_it() -> None:
    assert is_author(["", "TG 2"], "anna@kats.example", "") is False
