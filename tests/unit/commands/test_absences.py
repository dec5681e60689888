"""``mailer member away`` and ``mailer ballot substitute``, as the secretary types them."""

from __future__ import annotations

import pytest

from tests.secretary import Secretary

ANA = "ana@cag.example"
"""A member of the board, for whom the configuration names no substitute."""


@pytest.fixture
def board(secretary: Secretary) -> Secretary:
    assert secretary.types("member", "add", ANA, "cag", "--reason", "a test").code == 0
    return secretary


def test_an_absence_is_noted_listed_and_ended(board: Secretary) -> None:
    assert board.types("member", "away").out == "Nobody is away, as far as we know.\n"
    dry = board.types("member", "away", ANA, "--until", "2030-12-31", "--dry-run").out
    assert dry.startswith(f"{ANA} would be away until 2030-12-31.") and dry.endswith("Nothing was changed.\n")
    assert board.types("member", "away", "--json").json == []
    said = board.types("member", "away", ANA, "--until", "2030-12-31").out
    assert said == f"{ANA} is away until 2030-12-31. No policy names a substitute.\n"
    (one,) = board.types("member", "away", "--json").json
    assert (one["member"], one["until"], one["substitutes"]) == (ANA, "2031-01-01T00:00:00+00:00", [])
    lines = board.types("member", "away").out.splitlines()
    assert ("2030-12-31" in lines[1], max(map(len, lines)) <= 80) == (True, True)
    assert board.types("member", "away", ANA, "--back").out == f"{ANA} is back.\n"
    assert board.types("member", "away", "--json").json == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("member", "away", ANA), 64, "Say --until with the last day of the absence, or --back."),
        (("member", "away", "--back"), 64, "Name the member who is away."),
        (("member", "away", ANA, "--until", "yesterday"), 64, "does not match the format"),
        (("member", "away", ANA, "--until", "2020-01-01"), 77, "That time has passed already"),
        (("member", "away", ANA, "--back"), 77, "is not away, as far as we know"),
        (("member", "away", "eve@x.example", "--until", "2030-01-01"), 77, "Nobody has the address eve@x.example"),
        (("ballot", "substitute", ANA), 77, "No ballot is open: `mailer ballot ls` lists those that are."),
        (("ballot", "substitute", ANA, "--ballot", "9"), 77, "Ballot 9 is not open"),
    ],
)
def test_what_is_refused_says_why(board: Secretary, arguments: tuple[str, ...], code: int, said: str) -> None:
    result = board.types(*arguments)
    assert (result.code, said in " ".join(result.err.split())) == (code, True)
