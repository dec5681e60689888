"""The subjects of mails about an item."""

from __future__ import annotations

import pytest

from mailer.inbound.item_subjects import numbered, numbers_in, plain_subject


@pytest.mark.parametrize(
    "subject",
    ["Page 2", "Re: Page 2", "RE: AW: Page 2 (#7)", "Antwort: Page 2", "Réf: Page 2", "Re[2]: Page 2", "回复：Page 2"],
)
def test_a_reply_has_the_subject_of_what_it_answers(subject: str) -> None:
    assert plain_subject(subject) == "Page 2"
    assert numbered(subject, 7) == "Page 2 (#7)"


@pytest.mark.parametrize("subject", ["Fwd: Page 2", "Reading: Page 2", "Page 2: Re: this"])
def test_other_words_stay(subject: str) -> None:
    assert plain_subject(subject) == subject


def test_numbers_are_ours_if_they_stand_as_we_write_them() -> None:
    assert numbers_in("Re: Page 2 (#7), #8 and (#12)") == [7, 12]
