"""The writer's own words, and the vote in them (A11-A14, A20-A25, C7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.inbound.keywords import read_vote
from mailer.inbound.parse import parse
from mailer.inbound.reply import own_text, readings
from mailer.message import Inbound
from mailer.model.approvals import Choice
from tests.cost import bounded
from tests.unit.inbound.mails import DATA, RECEIVED, alternative, html, mail, sample

REPLIES = sorted(path.name for path in (DATA / "replies").glob("*.eml"))
"""What ordinary clients make of a reply “APPROVE”, a blank line, “I have read it twice.” above the quoted request."""


def vote(seen: Inbound) -> tuple[Choice | None, str]:
    choice, _, reason = read_vote(seen, ("APPROVE",), ("OBJECT",))
    return choice, reason


def choice(seen: Inbound) -> Choice | None:
    return vote(seen)[0]


def reply(name: str) -> Inbound:
    return parse(sample(f"replies/{name}"), RECEIVED)


NOT_FIRST = "The first line of your mail is not exactly APPROVE or OBJECT."
BOTH = "Your mail holds both keywords, each on a line of its own."
DISAGREE = "The plain and the HTML version of your mail do not say the same."


@pytest.mark.parametrize("name", REPLIES)
def test_a_vote_and_its_comment_are_read_in_any_client_and_language(name: str) -> None:
    assert read_vote(reply(name), ("APPROVE",), ("OBJECT",)) == (Choice.APPROVE, "I have read it twice.", "")


@pytest.mark.parametrize("name", REPLIES)
def test_the_own_text_of_each_version_is_the_writers(name: str) -> None:
    found = [[line for line in reading.own if line] for reading in readings(reply(name))]
    assert found == [["APPROVE", "I have read it twice."]] * len(found)
    assert found


def without(seen: Inbound, *words: str) -> Inbound:
    """The same mail without the words that its writer put above the quotation."""
    text, markup = seen.text, seen.html
    for word in words:
        text = text and text.replace(word, "", 1)
        markup = markup and markup.replace(word, "", 1)
    fields = {name: getattr(seen, name) for name in Inbound.__dataclass_fields__}
    return Inbound(**fields | {"text": text, "html": markup})


@pytest.mark.parametrize("name", REPLIES)
def test_A11_a_keyword_only_in_the_quotation_is_no_vote(name: str) -> None:
    assert vote(without(reply(name), "APPROVE", "I have read it twice.")) == (None, NOT_FIRST)
    assert vote(without(reply(name), "APPROVE")) == (None, NOT_FIRST)


@pytest.mark.parametrize("name", REPLIES)
def test_A14_quoted_keywords_are_not_the_writers(name: str) -> None:
    seen = reply(name)
    assert "OBJECT" in ((seen.text or "") + (seen.html or ""))
    assert choice(seen) is Choice.APPROVE


@pytest.mark.parametrize(
    "body",
    [
        "> APPROVE\n",
        "> Good day\n\nAPPROVE\n",
        "> Good day\nAPPROVE\n> Reply\n",
        "AK> Good day\nAPPROVE\n",
        "| Good day\nAPPROVE\n",
        "Anna wrote:\nAPPROVE\n",
        "On 1 Dec 2025, at 09:30, TG 2 <tg2@iso-sr.example> wrote:\nAPPROVE\n",
        "-----Original Message-----\nAPPROVE\n",
        "From: TG 2\nSent: Monday\nTo: Anna\nSubject: x\n\nAPPROVE\n",
        "-- \nAPPROVE\n",
        "Sent from my iPhone\nAPPROVE\n",
        "Dear all,\nAPPROVE\n",
    ],
)
def test_A11_A12_a_keyword_that_is_not_the_first_line_is_no_vote(body: str) -> None:
    assert vote(mail(body)) == (None, NOT_FIRST)


@pytest.mark.parametrize(
    "line",
    [
        "I do not approve",
        "APPROVE?",
        "approve if you fix x",
        "APPROVE.",
        "*APPROVE*",
        "“APPROVE”",
        "APPROVED",
        "APPROVE OBJECT",
        "Re: APPROVE",
        "DISAPPROVE",
        "",
    ],
)
def test_A13_a_first_line_that_is_not_exactly_the_keyword_is_no_vote(line: str) -> None:
    assert choice(mail(f"{line}\n")) is None
    assert choice(html(f"<p>{line}</p>")) is None


@pytest.mark.parametrize("line", ["APPROVE", "approve", "Approve", "  APPROVE\t", "\xa0APPROVE\xa0 ", "\n\n\nAPPROVE"])
def test_a_keyword_in_any_case_and_with_spaces_around_it_is_a_vote(line: str) -> None:
    assert choice(mail(line, Content_Type="text/plain; charset=utf-8")) is Choice.APPROVE
    assert choice(mail(line.replace("APPROVE", "OBJECT"), Content_Type="text/plain; charset=utf-8")) is not None


@pytest.mark.parametrize("body", ["APPROVE\nOBJECT\n", "OBJECT\n\nwell\n\n approve \n", "APPROVE\n> Reply\nOBJECT\n"])
def test_A14_both_keywords_are_no_vote_and_the_text_is_kept(body: str) -> None:
    assert vote(mail(body)) == (None, BOTH)
    assert read_vote(mail(body), ("APPROVE",), ("OBJECT",))[1] == own_text(mail(body))


def test_A14_a_keyword_within_a_sentence_is_comment() -> None:
    assert read_vote(mail("APPROVE\n\nI do not OBJECT to it.\n"), ("APPROVE",), ("OBJECT",)) == (
        Choice.APPROVE,
        "I do not OBJECT to it.",
        "",
    )


# --- HTML ---

QUOTATIONS = [
    "<blockquote>{}</blockquote>",
    '<div class="gmail_quote">{}</div>',
    '<div class="x_gmail_quote">{}</div>',
    '<div class="moz-cite-prefix">{}</div>',
    '<div id="yahoo_quoted_1" class="yahoo_quoted">{}</div>',
    '<div id="divRplyFwdMsg">From</div><div>{}</div>',
    '<div><div id="appendonsend"></div></div><p>{}</p>',
    '<div style="border:none; border-top:solid #B5C4DF 1.0pt; padding:3.0pt 0in 0in 0in"><p>From</p></div><p>{}</p>',
    '<div name="messageReplySection">{}</div>',
]
HIDDEN = [
    '<div style="display: none">{}</div>',
    '<div style="DISPLAY:NONE !important">{}</div>',
    '<span style="visibility:hidden">{}</span>',
    '<span style="font-size: 0px">{}</span>',
    '<span style="font-size:0">{}</span>',
    '<span style="opacity:0">{}</span>',
    '<div style="max-height:0;overflow:hidden">{}</div>',
    '<div style="mso-hide:all">{}</div>',
    '<div style="position:absolute;left:-9999px">{}</div>',
    '<div style="color:#ffffff">{}</div>',
    '<div style="color: transparent">{}</div>',
    "<div hidden>{}</div>",
    "<style>.q {{ color: red }} div.h, #x {{ display : none }}</style><div class='q H'>{}</div>",
    "<style>#x {{ display:none }}</style><p id=x>{}</p>",
    "<!-- {} -->",
    "<title>{}</title>",
    "<script>{}</script>",
    "<template>{}</template>",
    "<textarea>{}</textarea>",
    '<img alt="{}">',
    '<input value="{}">',
]


@pytest.mark.parametrize("quotation", QUOTATIONS)
def test_A20_quoted_html_is_not_the_writers(quotation: str) -> None:
    quoted = quotation.format("APPROVE")
    assert vote(html(quoted)) == (None, NOT_FIRST)
    assert vote(html(f"{quoted}<p>APPROVE</p>")) == (None, NOT_FIRST)
    assert choice(html(f"<p>APPROVE</p>{quotation.format('<p>OBJECT</p>')}")) is Choice.APPROVE


@pytest.mark.parametrize("hidden", HIDDEN)
def test_A20_hidden_text_never_counts(hidden: str) -> None:
    assert choice(html(hidden.format("APPROVE"))) is None
    assert choice(html(f"{hidden.format('OBJECT')}<p>APPROVE</p>")) is Choice.APPROVE
    assert choice(html(f"{hidden.format('APPROVE')}<p>I do not</p>")) is None


@pytest.mark.parametrize(
    "markup",
    [
        "APPROVE",
        "<b>APP</b>ROVE",
        "<div>&nbsp;</div><div>APPROVE&nbsp;</div><div>fine</div>",
        "APPROVE<br>fine",
        "<p>APPROVE</p><p>fine</p>",
        "<pre>APPROVE\nfine</pre>",
        "<table><tr><td>APPROVE</td><td>fine</td></tr></table>",
        '<p style="color:white;background-color:black">APPROVE</p>',
        '<p style="font-size:0.9em;opacity:0.8">APPROVE</p>',
        '<?xml version="1.0" encoding="utf-16"?><html><body>APPROVE</body></html>',
    ],
)
def test_A20_visible_html_is_read_as_lines(markup: str) -> None:
    assert choice(html(markup)) is Choice.APPROVE


@pytest.mark.parametrize("markup", ["APPROVE fine", "<span>APPROVE</span><span>fine</span>", "APPROVE<wbr>fine"])
def test_A20_inline_elements_stay_on_one_line(markup: str) -> None:
    assert choice(html(markup)) is None


def test_A20_html_that_is_nested_too_deeply_is_no_vote() -> None:
    assert choice(html("<p>APPROVE</p>" + "<div>" * 5000 + "OBJECT")) is None


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("APPROVE\n", "<p>OBJECT</p>"),
        ("APPROVE\n", "<p>I have a question</p>"),
        ("A question\n", "<p>APPROVE</p>"),
        ("APPROVE\n", "<p>APPROVE</p><p>OBJECT</p>"),
    ],
)
def test_A21_two_versions_that_disagree_are_no_vote(text: str, markup: str) -> None:
    assert vote(alternative(text, markup)) == (None, DISAGREE)


@pytest.mark.parametrize(("text", "markup"), [("APPROVE\n", "<p>APPROVE</p>"), (" \n", "<p>APPROVE</p>")])
def test_A21_two_versions_that_agree_are_a_vote(text: str, markup: str) -> None:
    assert choice(alternative(text, markup)) is Choice.APPROVE


# --- charsets, look-alikes, languages ---


def test_A22_A23_uncertain_text_is_no_vote() -> None:
    seen = mail("APPROVE\n", Content_Type="text/plain; charset=utf-7")
    assert vote(seen) == (None, "Your mail cannot be read for certain: its charset is not one that we read.")


def test_A22_an_unknown_charset_in_one_of_two_versions_is_no_vote() -> None:
    body = "--b\n\nAPPROVE\n--b\nContent-Type: text/html; charset=x-none\n\nAPPROVE\n--b--\n"
    assert choice(mail(body, Content_Type="multipart/alternative; boundary=b")) is None


@pytest.mark.parametrize(
    "line",
    [
        "АPPROVE",
        "ＡＰＰＲＯＶＥ",
        "APPROVE\u200b",
        "\ufeff\u200dAPPROVE",
        "APP\u00adROVE",
        "\u202eEVORPPA",
        "\u202dAPPROVE\u202c",
        "APPROVE\u2028",
        "APPROVE\u2003",
        "APPROVE\v",
        "APPROVE\x85OBJECT",
        "\u2800\nAPPROVE",
        "\u200b\nAPPROVE",
    ],
)
def test_A24_look_alikes_and_invisible_characters_are_no_vote(line: str) -> None:
    assert choice(mail(line, Content_Type="text/plain; charset=utf-8")) is None
    assert choice(html("<p>" + line.replace("\n", "<br>") + "</p>")) is None or line == "APPROVE\v"


@pytest.mark.parametrize("line", ["OBJE\u212aT", "SUPPORT", "ZUSTIMMEN", "承認"])
def test_A25_a_keyword_that_is_not_configured_is_no_vote(line: str) -> None:
    assert choice(mail(line, Content_Type="text/plain; charset=utf-8")) is None


@pytest.mark.parametrize("line", ["APPROVE", "genehmigt", "承認", "Да"])
def test_A25_configured_keywords_are_exact_in_any_script(line: str) -> None:
    seen = mail(line, Content_Type="text/plain; charset=utf-8")
    assert read_vote(seen, ("APPROVE", "GENEHMIGT", "承認", "Да"), ("OBJECT", "ОК"))[0] is Choice.APPROVE


def test_A25_only_ascii_letters_are_compared_without_case() -> None:
    assert read_vote(mail("да", Content_Type="text/plain; charset=utf-8"), ("Да",), ("Нет",))[0] is None
    assert read_vote(mail("o\u212a", Content_Type="text/plain; charset=utf-8"), ("OK",), ("NO",))[0] is None


def test_a_mail_without_text_is_no_vote() -> None:
    assert vote(mail("x", Content_Type="image/png")) == (None, "Your mail cannot be read for certain: it has no text.")


# --- own text ---


@pytest.mark.parametrize(
    ("body", "own"),
    [
        ("Hello\n\n\n\nBye\n", "Hello\n\nBye"),
        ("Hello\n-- \nAnna\n", "Hello"),
        ("Hello\n\nSent from my iPhone\n", "Hello"),
        ("> quoted\n\nbelow\n", "below"),
        ("above\n\n> quoted\n\nbetween\n\n> quoted\n\nbelow\n-- \nAnna\n", "above\n\nbetween\n\nbelow"),
        ("above\n-- \nAnna\n\nOn 1 Dec 2025, A <a@x.org> wrote:\n> quoted\n\nbelow\n", "above\n\nbelow"),
        ("above\nOn 1 Dec 2025 at 9:30 A <a@x.org> wrote:\n\nquoted\n", "above"),
        ("above\nOn Mon, 1 Dec 2025 at\n9:30 A <a@x.org> wrote:\n> quoted\n", "above"),
        ("above\n\nAnna wrote:\n> quoted\nbelow\n", "above\n\nbelow"),
        ("I wrote: please come.\nNote:\nit rains\n", "I wrote: please come.\nNote:\nit rains"),
        ("He came at 10:30 and wrote:\nno\n", "He came at 10:30 and wrote:\nno"),
        ("Name: Anna\nTo: whom?\nhello\n", "Name: Anna\nTo: whom?\nhello"),
        ("a -- b\n--- c\n-----\nd\n", "a -- b\n--- c\n-----\nd"),
        ("text\n________________________________\nlist footer\n", "text"),
        ("", ""),
    ],
)
def test_own_text(body: str, own: str) -> None:
    assert own_text(mail(body)) == own


def test_own_text_of_a_mail_with_only_html() -> None:
    assert own_text(html("<p>a <b>b</b></p><ul><li>c<li>d</ul>e<br>f")) == "a b\nc\nd\ne\nf"


@given(st.text(alphabet=st.sampled_from("On wrote:2025<a@b>\n>-_*|—APPROVE "), max_size=400))
def test_all_lines_of_own_text_are_lines_of_the_mail(text: str) -> None:
    own = own_text(mail(text)).split("\n")
    assert set(own) <= {line.strip(" \t\xa0") for line in text.split("\n")} | {""}


HOSTILE = {
    "attributions": "On 1 Dec 2025 a@b.org\n" * 20_000,
    "colons": ":\n" * 100_000,
    "verbs": "wrote " * 20_000 + "\n" + "wrote:\n" * 50_000,
    "one long line": "On " + "a" * 900_000 + " wrote:\n",
    "dashes": "-" * 900_000,
    "labels": "From: x\n" * 100_000,
    "quotes": "> \n" * 200_000,
    "blanks": " " * 900_000 + "x",
    "nbsp": "\xa0" * 400_000 + "x\n",
    "brackets": "<" * 400_000 + "\n" + ">" * 400_000,
    "digits": "1" * 900_000 + ":",
    "dates": "1.1.1.1." * 100_000 + ":",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_C7_hostile_text_takes_bounded_time(name: str) -> None:
    seen = mail(HOSTILE[name], Content_Type="text/plain; charset=utf-8")
    with bounded():
        own_text(seen)


@pytest.mark.parametrize(
    "markup",
    [
        "<b>" * 300_000,
        "<p>x" * 200_000,
        "<style>" + "a" * 900_000 + "</style>x",
        "<style>" + "{" * 900_000 + "</style>x",
        "<style>" + ".a{display:none}" * 60_000 + "</style>x",
        '<p style="' + "opacity:0" * 90_000 + '">x',
        "<table><tr><td colspan=99999999 rowspan=99999999>x</table>",
        '<p style="padding:99999999em;margin:99999999em">x',
        "<" * 900_000,
        "&" * 900_000,
        "<!--" * 200_000,
        "\v \v" * 300_000,
    ],
)
def test_C7_hostile_html_takes_bounded_time(markup: str) -> None:
    seen = html(markup)
    with bounded():
        assert len(own_text(seen)) <= len(markup)
