"""Reply tokens: what we made is found again wherever it stands, and nothing else is genuine (A35, B5)."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.tokens import MAC_LENGTH, Purpose, Token, TokenKey, find_tokens

KEY = TokenKey(b"k" * 32)
tokens = st.builds(KEY.token, st.sampled_from(Purpose), st.integers(0, 10**18 - 1))
letters = "abcdefghijklmnopqrstuvwxyz234567"


@given(tokens)
def test_what_we_made_is_genuine_and_found_in_any_case(token: Token) -> None:
    assert KEY.genuine(token)
    assert find_tokens(str(token)) == [token]
    assert find_tokens(str(token).upper()) == [token]


@given(tokens, st.text(), st.text())
def test_a_token_is_found_between_any_delimiters(token: Token, before: str, after: str) -> None:
    assert token in find_tokens(f"{before} base+{token}@example.org {after}")
    assert token in find_tokens(f"{before}\n<{token}.3f@example.org> {after}")


@given(tokens, st.integers(0, MAC_LENGTH - 1), st.sampled_from(letters))
def test_B5_one_changed_letter_is_not_genuine(token: Token, place: int, letter: str) -> None:
    forged = Token(token.purpose, token.subject, token.mac[:place] + letter + token.mac[place + 1 :])
    assert KEY.genuine(forged) == (forged == token)


@given(tokens, st.sampled_from(Purpose), st.integers(0, 10**18 - 1))
def test_a_mac_serves_one_purpose_and_one_subject(token: Token, purpose: Purpose, subject: int) -> None:
    other = Token(purpose, subject, token.mac)
    assert KEY.genuine(other) == (other == token)


@given(tokens)
def test_another_office_does_not_know_it(token: Token) -> None:
    assert not TokenKey(b"j" * 32).genuine(token)


@given(st.text())
def test_any_text_is_searched_without_an_error_and_nothing_found_by_chance_is_genuine(text: str) -> None:
    assert [token for token in find_tokens(text) if KEY.genuine(token)] == []


def test_A35_a_mac_has_at_least_128_bits() -> None:
    assert MAC_LENGTH * 5 >= 128


def test_repeats_are_left_out_and_order_is_kept() -> None:
    one, two = KEY.token(Purpose.VOTE, 1), KEY.token(Purpose.VOTE, 2)
    assert find_tokens(f"{two} {one} {two}") == [two, one]


@pytest.mark.parametrize(
    "text",
    [
        "vote-1-" + "a" * (MAC_LENGTH - 1),
        "vote-1-" + "a" * (MAC_LENGTH + 1),
        "vote-1-" + "1" * MAC_LENGTH,
        "vote--" + "a" * MAC_LENGTH,
        "vote-" + "9" * 19 + "-" + "a" * MAC_LENGTH,
        "devote-1-" + "a" * MAC_LENGTH,
        "grant-1-" + "a" * MAC_LENGTH,
        "vote-１-" + "a" * MAC_LENGTH,
    ],
)
def test_what_is_not_shaped_like_a_token_is_none(text: str) -> None:
    assert find_tokens(text) == []


@pytest.mark.parametrize("look_alike", ["ſ", "\u212a", "а"])
def test_A24_a_letter_that_folds_to_an_ascii_one_is_no_part_of_a_token(look_alike: str) -> None:
    mac = KEY.token(Purpose.VOTE, 1).mac
    assert find_tokens(f"vote-1-{look_alike}{mac[1:]}") == []
    assert not KEY.genuine(Token(Purpose.VOTE, 1, look_alike + mac[1:]))


def test_D6_the_secret_is_not_shown() -> None:
    assert repr(KEY) == "TokenKey(…)"


@given(tokens)
def test_a_token_fits_a_local_part_beside_a_short_base(token: Token) -> None:
    assert len(str(token)) + len("+") <= 64
    assert set(str(token)) <= set(string.ascii_lowercase + string.digits + "-")
