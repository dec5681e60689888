"""``Key: value`` lines of a sign-up (B1, C2, D1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.inbound.details import read_details
from mailer.model.lists import Details, Format, Kind


def problems(*lines: str) -> tuple[str, ...]:
    return read_details(lines, "")[1]


def test_all_keys() -> None:
    lines = (
        "subscribe",
        "Name: Anna Kim",
        "Organisation: Verband der Verbände",
        "KIND: Industry Association",
        "country : Korea",
        "Language：pt-BR",
        "Format: PDF",
        "Best regards, Anna",
    )
    expected = Details("Anna Kim", "Verband der Verbände", Kind.INDUSTRY, "KR", "pt-br", Format.PDF)
    assert read_details(lines, "From") == (expected, ())


def test_the_name_defaults_to_that_of_the_from() -> None:
    assert read_details([], "Anna")[0] == Details(name="Anna")
    assert read_details(["Name: Bo"], "Anna")[0] == Details(name="Bo")


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("labour union", Kind.LABOUR),
        ("Labor Union", Kind.LABOUR),
        ("trade union", Kind.LABOUR),
        ("consumer organization", Kind.CONSUMER),
        ("media", Kind.MEDIA),
        ("consultancy", Kind.CONSULTANCY),
        ("Member Body", Kind.NMB),
        ("国家成员体", Kind.NMB),
        ("D-Liaison", Kind.D_LIAISON),
        ("other", Kind.OTHER),
    ],
)
def test_kinds(written: str, kind: Kind) -> None:
    assert read_details([f"Kind: {written}"], "") == (Details(kind=kind), ())


@pytest.mark.parametrize(
    ("written", "tag"), [("en", "en"), ("French", "fr"), ("zh_Hant_TW", "zh-hant-tw"), ("中文", "zh")]
)
def test_languages(written: str, tag: str) -> None:
    assert read_details([f"Language: {written}"], "") == (Details(language=tag), ())


KINDS = (
    "industry association, labour union, consultancy, consumer organisation, media organisation, "
    "national member body, D-liaison organisation, other"
)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Organizatoin: x", "Line 1: its key is not one that we know. Did you mean “Organization”?"),
        ("Colour: x", "Line 1: its key is not one that we know."),
        ("Kind: unoin", f"Line 1: Kind is one of {KINDS}. Did you mean “Union”?"),
        ("Kind: x", f"Line 1: Kind is one of {KINDS}."),
        ("Language: whatever you like", "Line 1: Language is a code such as en, fr or pt-br."),
        ("Language: Englsh", "Line 1: Language is a code such as en, fr or pt-br. Did you mean “English”?"),
        ("Country: Gremany", "Line 1: Country is a name or a code such as KE or FR. Did you mean “Germany”?"),
        ("Country: Atlantis-by-the-Sea", "Line 1: Country is a name or a code such as KE or FR."),
        ("Format: docx", "Line 1: Format is one of pdf, html, text."),
    ],
)
def test_a_problem_suggests_the_nearest_match(line: str, problem: str) -> None:
    assert problems(line) == (problem,)


def test_a_key_given_twice_counts_once() -> None:
    details, found = read_details(["Country: Korea", "Country: Japan"], "")
    assert (details.country, found) == ("KR", ("Line 2: Country was given before; the first one counts.",))


def test_the_number_of_problems_is_bounded() -> None:
    assert len(problems(*(["What: x"] * 1000))) == 10


@pytest.mark.parametrize("value", ["{{7*7}}", "<b>x</b>", "=1+1", "${x}"])
def test_D1_a_value_is_kept_as_it_is_written(value: str) -> None:
    assert read_details([f"Name: {value}"], "")[0].name == value


def test_C2_values_are_one_clean_line() -> None:
    assert read_details(["Organisation: a\u2028b\x0bc\u202ed"], "")[0].organisation == "a b c d"


@given(st.lists(st.text(max_size=60), max_size=5), st.text(alphabet="XYZ", min_size=5, max_size=9))
def test_B1_no_problem_repeats_the_writers_text(lines: list[str], secret: str) -> None:
    written = [f"{secret}: x", f"Kind: {secret}", f"Language: {secret} {secret}", f"Format: {secret}", *lines]
    details, found = read_details(written, "")
    assert [problem for problem in found if secret in problem] == []
    assert all("\n" not in str(value) for value in (details.name, details.organisation, details.country))


@given(st.sampled_from(Kind), st.sampled_from(Format))
def test_printed_details_are_read_again(kind: Kind, wanted: Format) -> None:
    assert read_details([f"Kind: {kind}", f"Format: {wanted}"], "") == (Details(kind=kind, format=wanted), ())
