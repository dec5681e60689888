"""What operators read of a handled mail."""

from __future__ import annotations

import pytest

from mailer.model.inbound import Done, Folder, Result


@pytest.mark.parametrize("done", Done)
def test_every_value_has_words_of_one_line(done: Done) -> None:
    assert len(done.value.splitlines()) == 1


def test_a_result_says_its_details() -> None:
    result = Result(Done.LEFT, {"lists": "nmb, d-liaison"})
    assert (result.words, result.folder) == ("left nmb, d-liaison", Folder.PROCESSED)


def test_D1_words_of_a_stranger_are_never_compiled() -> None:
    result = Result(Done.IGNORED, {"reason": "{done.__class__} {0}"})
    assert result.words == "{done.__class__} {0}"
