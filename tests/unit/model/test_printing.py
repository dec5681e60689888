"""The order of a booklet's pages on its sheets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.model.printing import booklet_sides

_ = None
ORDERS: dict[int, list[tuple[int | None, int | None]]] = {
    1: [(_, 0), (_, _)],
    2: [(_, 0), (1, _)],
    3: [(_, 0), (1, 2)],
    4: [(3, 0), (1, 2)],
    5: [(_, 0), (1, _), (_, 2), (3, 4)],
    8: [(7, 0), (1, 6), (5, 2), (3, 4)],
}


@pytest.mark.parametrize("pages", ORDERS)
def test_pages_are_in_their_order_when_the_sheets_are_folded(pages: int) -> None:
    assert list(booklet_sides(pages)) == ORDERS[pages]


def test_the_back_of_the_cover_stays_outside() -> None:
    assert list(booklet_sides(6, has_back=True)) == [(5, 0), (1, None), (None, 2), (3, 4)]


def test_a_booklet_that_is_read_from_right_to_left_has_its_spine_on_the_right() -> None:
    assert list(booklet_sides(4, right_to_left=True)) == [(0, 3), (2, 1)]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 120), st.booleans(), st.booleans())
def test_each_page_stands_once_and_facing_pages_face(pages: int, right_to_left: bool, has_back: bool) -> None:
    """Leaves are read as a hand turns them: the right half of a front, then the left half of its back."""
    sides = list(booklet_sides(pages, right_to_left=right_to_left, has_back=has_back))
    halves = [side[::-1] if right_to_left else side for side in sides]
    fronts, backs = halves[::2], halves[1::2]
    assert len(fronts) == len(backs) == -(-pages // 4)
    turned = [page for front, back in zip(fronts, backs, strict=True) for page in (front[1], back[0])]
    rest = [page for front, back in zip(fronts[::-1], backs[::-1], strict=True) for page in (back[1], front[0])]
    read = [page for page in turned + rest if page is not None]
    assert read == list(range(pages))
    if has_back:
        assert rest[-1] == pages - 1
