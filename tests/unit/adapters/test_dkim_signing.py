"""Our signatures are valid for dkimpy, whatever the mail and however it is cut into pieces."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from email.utils import format_datetime

import dkim as dkimpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.adapters.dkim.canonical import BodyHash, are_plain, relaxed_value
from mailer.adapters.dkim.keys import Algorithm, SigningKey
from mailer.adapters.dkim.records import Record
from mailer.adapters.dkim.signing import DkimSigner
from mailer.compose import mailings
from mailer.compose.issues import issue_template
from mailer.compose.mailings import MESSAGE_ID, TO, TOKEN
from mailer.compose.mime import NamedPiece, NamedTemplate, Placeholder
from mailer.model.lists import Format
from tests import signatures
from tests.unit.sending.mails import DATE, EDITION, OFFICE, PUBLICATION

DOMAIN = "iso-sr.example"
KEYS = {"rsa": SigningKey.new(), "ed": SigningKey.new(Algorithm.ED25519)}
RECORDS = {made.name: made.txt for made in (Record(name, DOMAIN, key) for name, key in KEYS.items())}
QUICK = {"ed": KEYS["ed"]}
LEAVE = [f"https://x.example/leave/{TOKEN}", f"mailto:x+{TOKEN}@x.example"]

HEAD = b"From: a@iso-sr.example\r\nTo: b@x.example\r\nSubject: s\r\nDate: d\r\nMessage-ID: <1@x>\r\n"
FIELDS = ("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post")
TEXTS = st.text(" \t\r\nab.=", max_size=60).map(lambda text: re.sub(r"\r?\n|\r", "\r\n", text).encode())


WORDS = st.text("ab.=\r\n ", min_size=1, max_size=9).map(
    lambda text: re.sub(r" +", " ", re.sub(r" *[\r\n]+", "\r\n", f"a{text}b")).encode()
)


def hashed(body: BodyHash, values: Sequence[bytes]) -> bytes:
    return body.of(values, are_plain(values)[0])


def verdicts(raw: bytes) -> list[bool]:
    return signatures.verdicts(raw, RECORDS)


def copy(template: NamedTemplate, values: Mapping[str, str], keys: Mapping[str, SigningKey] = QUICK) -> bytes:
    filled = template.values(values)
    return DkimSigner(DOMAIN, keys).of(template.template)(filled) + b"\r\n" + b"".join(template.template.fill(filled))


def cut(text: bytes, places: Sequence[int]) -> list[bytes]:
    """``text`` in pieces, some of them perhaps empty."""
    marks = sorted(min(place, len(text)) for place in places)
    return [text[start:end] for start, end in zip([0, *marks], [*marks, len(text)], strict=True)]


def dkimpy_hash(body: bytes) -> bytes:
    """dkimpy's body hash. A transport adds the end of the last line, so it is added here."""
    whole = body if not body or body.endswith(b"\r\n") else body + b"\r\n"
    policy = dkimpy.CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    return hashlib.sha256(policy.canonicalize_body(whole)).digest()


@given(TEXTS, st.lists(st.integers(0, 60), max_size=6), st.lists(st.booleans(), min_size=7, max_size=7))
def test_a_body_hash_is_the_same_wherever_the_body_is_cut(body: bytes, places: list[int], is_value: list[bool]) -> None:
    parts = cut(body, places)
    body_hash = BodyHash([number if is_value[number] else part for number, part in enumerate(parts)])
    assert [hashed(body_hash, parts), body_hash.of(parts, plain=False)] == [dkimpy_hash(body)] * 2


@given(st.lists(st.tuples(TEXTS, WORDS), max_size=4), TEXTS)
def test_plain_values_fill_a_body_that_is_canonical_already(around: list[tuple[bytes, bytes]], end: bytes) -> None:
    values = [value for _, value in around]
    pieces = [piece for number, (text, _) in enumerate(around) for piece in (text, number)]
    shared = BodyHash([*pieces, end])
    assert are_plain(values)[0]
    whole = b"".join([*(text + value for text, value in around), end])
    assert [shared.of(values, plain=True), shared.of(values, plain=False)] == [dkimpy_hash(whole)] * 2


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (b"Dear Anna,", (True, True)),
        (b".", (True, True)),
        (b"long =\r\n and longer", (True, False)),
        (b"a\r\n\r\nb", (True, False)),
        (b"", (False, False)),
        (b" a", (False, False)),
        (b"a ", (False, False)),
        (b"a  b", (False, False)),
        (b"a\tb", (False, False)),
        (b"a \r\nb", (False, False)),
        (b"a\r\n", (False, False)),
        (b"\r\na", (False, False)),
        (b"a\r\n  b", (False, False)),
    ],
)
def test_what_is_plain(value: bytes, plain: tuple[bool, bool]) -> None:
    assert [are_plain([value]), are_plain([b"x", value]), are_plain([value, b"x"])] == [plain] * 3


@given(st.lists(TEXTS, min_size=2, max_size=2))
def test_one_mail_does_not_change_the_hash_of_the_next(bodies: list[bytes]) -> None:
    shared = BodyHash([b"Dear \t", 0, b" \r\n \r\n"])
    for body in bodies:
        assert hashed(shared, [body]) == dkimpy_hash(b"Dear \t" + body + b" \r\n \r\n")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\r\n",
        b"\r\n\r\n",
        b" \t\r\n",
        b"a",
        b"a \r\n",
        b"a\t \tb  c \t\r\n\r\n \r\n",
        b"\r\n \r\na",
        b".\r\n..\r\n",
        b"\x00\xff\x0b\x0c\xa0 \r\n",
    ],
)
def test_odd_bodies(body: bytes) -> None:
    assert hashed(BodyHash([body]), []) == dkimpy_hash(body)
    assert verdicts(DkimSigner(DOMAIN, KEYS).signed(HEAD + b"\r\n" + body)) == [True, True]


@given(st.text(" \t\r\nab", max_size=30).map(lambda text: re.sub(r"[\r\n]+", "\r\n ", text).encode()))
def test_a_field_is_unfolded_as_in_dkimpy(value: bytes) -> None:
    policy = dkimpy.CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    assert policy.canonicalize_headers([(b"X", value)]) == [(b"x", relaxed_value(value) + b"\r\n")]


@given(
    st.dictionaries(st.sampled_from(FIELDS), st.text(" \tab<>,:", max_size=12), min_size=1),
    st.lists(st.tuples(TEXTS, st.booleans()), max_size=5),
)
def test_any_mail_with_placeholders_anywhere_verifies(fields: dict[str, str], bodies: list[tuple[bytes, bool]]) -> None:
    """Each of ``fields`` fills a placeholder in the header; in the body, a true flag makes a text a value."""
    head = {"From": "a@x.example"} | fields
    pieces: list[NamedPiece] = []
    for name in head:
        pieces += [f"{name}: x".encode(), Placeholder(name, encoded=False), b"\r\n"]
    pieces += [
        b"\r\n",
        *(Placeholder(f"{n}", encoded=False) if is_value else text for n, (text, is_value) in enumerate(bodies)),
    ]
    template = NamedTemplate(_joined(pieces))
    values = head | {f"{number}": text.decode() for number, (text, _) in enumerate(bodies)}
    raw = copy(template, values)
    assert verdicts(raw if raw.endswith(b"\r\n") else raw + b"\r\n") == [True]


def _joined(pieces: Sequence[NamedPiece]) -> list[NamedPiece]:
    """The empty line after the header, joined with the end of the field before it."""
    end = next(number for number, piece in enumerate(pieces) if piece == b"\r\n" == pieces[number - 1])
    return [*pieces[: end - 1], b"\r\n\r\n", *pieces[end + 1 :]]


@pytest.mark.parametrize("wanted", Format)
@pytest.mark.parametrize("name", ["Anna Kim", "Анна Ким " * 12, "A  \t B", ""])
def test_an_issue_is_signed_with_both_keys(wanted: Format, name: str) -> None:
    template = issue_template(
        EDITION, PUBLICATION, 1, wanted, sender=OFFICE, leave=LEAVE, help="mailto:tg2+help@iso-sr.example"
    )
    values = {
        TO: f'"{name}" <anna@union.example>' if name.isascii() else "анна@union.example",
        mailings.DATE: format_datetime(DATE),
        MESSAGE_ID: "<1@x>",
        TOKEN: "1" * 90,
        "⟦greeting⟧": f"Dear {name}",
        "⟦recipient⟧": "anna@union.example",
    }
    raw = copy(template, values, KEYS)
    assert verdicts(raw) == [True, True]
    changes = (b"union.example", b"Date: ", b"Leave:", b"List-Unsubscribe=", b"x.example/leave/1", b"Sent")
    for change in changes:
        assert verdicts(raw.replace(change, change + b"x")) == [False, False]


@pytest.mark.parametrize("name", FIELDS)
def test_no_important_field_can_be_added(name: str) -> None:
    """Whether it is present already, or absent (RFC 8058)."""
    signed = DkimSigner(DOMAIN, KEYS).signed(HEAD + b"\r\nA bill.\r\n")
    assert verdicts(signed) == [True, True]
    assert verdicts(f"{name}: another\r\n".encode() + signed) == [False, False]


def test_fields_of_one_name_are_covered_from_the_last_one_up() -> None:
    raw = HEAD + b"Cc: one@x.example\r\nCC: two@x.example\r\n\r\nHello\r\n"
    signed = DkimSigner(DOMAIN, KEYS).signed(raw)
    assert verdicts(signed) == [True, True]
    assert verdicts(signed.replace(b"two@", b"six@")) == verdicts(signed.replace(b"one@", b"six@")) == [False, False]


def test_the_signature_comes_first_and_fits_its_lines() -> None:
    signer = DkimSigner(DOMAIN, KEYS)
    raw = HEAD + b"List-Unsubscribe: <mailto:x@x.example>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\n"
    signed = signer.signed(raw)
    assert signed.endswith(raw)
    fields = re.split(rb"\r\n(?! )", signed.removesuffix(raw).removesuffix(b"\r\n"))
    assert [field.partition(b";")[0] for field in fields] == [b"DKIM-Signature: v=1"] * 2
    assert max(map(len, signed.split(b"\r\n"))) <= 78
    assert signer.signed(raw) == signed  # the same mail, the same signature
