"""Reply tokens: our own are found wherever they stand, and no others are genuine (A35, B5)."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.config.sections import MAX_LOCAL_PART
from mailer.tokens import MAC_LENGTH, Era, Purpose, Token, TokenKey, find_tokens

KEY = TokenKey(b"k" * 32)
numbers = st.integers(0, 36**12 - 1)
unscoped = st.builds(KEY.token, st.sampled_from([one for one in Purpose if one is not Purpose.LEAVE]), numbers)
tokens = unscoped | st.builds(KEY.token, st.just(Purpose.LEAVE), numbers, numbers)
letters = "abcdefghijklmnopqrstuvwxyz234567"


@given(tokens)
def test_a_token_of_ours_is_genuine_and_found_in_any_case(token: Token) -> None:
    assert KEY.genuine(token)
    assert find_tokens(str(token)) == [token]
    assert find_tokens(str(token).upper()) == [token]


@given(tokens, st.text(), st.text())
def test_a_token_is_found_between_any_delimiters(token: Token, before: str, after: str) -> None:
    assert token in find_tokens(f"{before} base+{token}@example.org {after}")
    assert token in find_tokens(f"{before}\n<{token}.3f@example.org> {after}")


@given(tokens, st.integers(0, MAC_LENGTH - 1), st.sampled_from(letters))
def test_B5_one_changed_letter_is_not_genuine(token: Token, place: int, letter: str) -> None:
    forged = token._replace(mac=token.mac[:place] + letter + token.mac[place + 1 :])
    assert KEY.genuine(forged) == (forged == token)


@given(tokens, tokens)
def test_a_mac_serves_one_purpose_one_subject_and_one_scope(token: Token, made: Token) -> None:
    for other in (made, token._replace(subject=made.subject), token._replace(purpose=made.purpose, scope=made.scope)):
        forged = other._replace(mac=token.mac)
        assert KEY.genuine(forged) == (forged == token)


@given(st.integers(0, 36**6), st.integers(0, 36**6))
def test_subject_and_scope_are_not_interchangeable(subject: int, scope: int) -> None:
    token = KEY.token(Purpose.LEAVE, subject, scope)
    assert KEY.genuine(Token(Purpose.LEAVE, scope, token.mac, subject)) == (subject == scope)


@given(tokens)
def test_a_writer_writes_the_same_token(token: Token) -> None:
    assert KEY.writer(token.purpose, token.scope)(token.subject) == str(token)


def test_only_a_leave_token_has_a_scope() -> None:
    leave, vote = KEY.token(Purpose.LEAVE, 17, 3), KEY.token(Purpose.VOTE, 17)
    assert (str(leave), str(vote)) == (f"leave-h-3-{leave.mac}", f"vote-h-{vote.mac}")
    assert find_tokens(f"leave-h-{leave.mac} vote-h-3-{vote.mac}") == []


@given(tokens)
def test_a_token_of_another_office_is_not_genuine(token: Token) -> None:
    assert not TokenKey(b"j" * 32).genuine(token)


@given(st.text())
def test_any_text_is_searched_without_error_and_no_random_match_is_genuine(text: str) -> None:
    assert [token for token in find_tokens(text) if KEY.genuine(token)] == []


def test_A35_a_mac_has_at_least_128_bits() -> None:
    assert MAC_LENGTH * 5 >= 128


def test_tokens_are_found_in_order_without_repeats() -> None:
    one, two = KEY.token(Purpose.VOTE, 1), KEY.token(Purpose.VOTE, 2)
    assert find_tokens(f"{two} {one} {two}") == [two, one]


@pytest.mark.parametrize(
    "text",
    [
        "vote-1-" + "a" * (MAC_LENGTH - 1),
        "vote-1-" + "a" * (MAC_LENGTH + 1),
        "vote-1-" + "1" * MAC_LENGTH,
        "vote--" + "a" * MAC_LENGTH,
        "vote-" + "9" * 13 + "-" + "a" * MAC_LENGTH,
        "leave-1-" + "a" * MAC_LENGTH,
        "leave-1-" + "9" * 13 + "-" + "a" * MAC_LENGTH,
        "devote-1-" + "a" * MAC_LENGTH,
        "grant-1-" + "a" * MAC_LENGTH,
        "vote-１-" + "a" * MAC_LENGTH,
    ],
)
def test_text_without_the_shape_of_a_token_is_not_found(text: str) -> None:
    assert find_tokens(text) == []


@pytest.mark.parametrize("look_alike", ["ſ", "\u212a", "а"])
def test_A24_a_letter_that_case_folds_to_ascii_is_no_part_of_a_token(look_alike: str) -> None:
    mac = KEY.token(Purpose.VOTE, 1).mac
    assert find_tokens(f"vote-1-{look_alike}{mac[1:]}") == []
    assert not KEY.genuine(Token(Purpose.VOTE, 1, look_alike + mac[1:]))


def test_D6_the_secret_is_not_shown() -> None:
    assert repr(KEY) == "TokenKey(…)"


@given(tokens)
def test_a_token_fits_a_local_part_beside_a_short_base(token: Token) -> None:
    assert len(str(token)) + len("+") <= 64
    assert set(str(token)) <= set(string.ascii_lowercase + string.digits + "-")


@pytest.mark.parametrize(
    ("purpose", "subject", "scope"),
    [
        (Purpose.CONFIRM, 1_600_000, 0),
        (Purpose.LEAVE, 1_600_000, 35),
        (Purpose.LEAVE, 46_655, 1_295),
        (Purpose.LEAVE_EVERYTHING, 10**9, 0),
        (Purpose.VOTE, 10**9, 0),
        (Purpose.BOUNCE, 60_000_000, 0),
        (Purpose.SHARED, 60_000_000, 0),
    ],
)
def test_a_token_fits_a_local_part_beside_the_longest_base(purpose: Purpose, subject: int, scope: int) -> None:
    assert MAX_LOCAL_PART + len(f"+{KEY.token(purpose, subject, scope)}") <= 64


def test_after_a_restore_old_rows_keep_their_tokens_and_new_ones_have_another_key() -> None:
    before, era = TokenKey(b"1" * 32), Era(b"2" * 32, {Purpose.LEAVE: 10, Purpose.VOTE: 3})
    after = TokenKey(b"1" * 32, (era,))
    later = TokenKey(b"1" * 32, (era, Era(b"3" * 32, {Purpose.LEAVE: 20, Purpose.VOTE: 3})))
    for purpose, subject, keys in (
        (Purpose.LEAVE, 10, (before, after, later)),
        (Purpose.LEAVE, 11, (after, later)),
        (Purpose.LEAVE, 20, (after, later)),
        (Purpose.VOTE, 4, (later,)),
    ):
        made = keys[0].token(purpose, subject, 1 if purpose is Purpose.LEAVE else 0)
        assert [key.genuine(made) for key in (before, after, later)] == [key in keys for key in (before, after, later)]
    for key in (before, after, later):
        write = key.writer(Purpose.LEAVE, 7)
        assert [write(subject) for subject in (1, 10, 11, 21)] == [
            str(key.token(Purpose.LEAVE, subject, 7)) for subject in (1, 10, 11, 21)
        ]
