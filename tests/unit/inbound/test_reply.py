"""The writer's own words, and the vote in them (A11-A14, A20-A25, C7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.inbound.keywords import Ballot, read_ballot
from mailer.inbound.parse import parse
from mailer.inbound.quoting import LineKind
from mailer.inbound.reply import lines_left_out, own_text, readings, text_for_people
from mailer.message import Inbound
from mailer.model.approvals import Choice
from mailer.model.policies import ENGLISH, Keywords
from mailer.phrases import Phrase
from tests.cost import bounded
from tests.unit.inbound.mails import DATA, RECEIVED, alternative, html, mail, sample

REPLIES = sorted(path.name for path in (DATA / "replies").glob("*.eml"))
"""What ordinary clients make of a reply “APPROVE”, a blank line, “I have read it twice.” above the quoted request."""


def vote(seen: Inbound) -> tuple[Choice | None, str]:
    read = read_ballot(seen, ENGLISH)
    return read.choice, read.reason


def choice(seen: Inbound) -> Choice | None:
    return vote(seen)[0]


def reply(name: str) -> Inbound:
    return parse(sample(f"replies/{name}"), RECEIVED)


NOT_FIRST = "The first line is not exactly APPROVE or OBJECT or ABSTAIN."
BOTH = "The mail holds both keywords, each on a line of its own."
DISAGREE = "The plain and the HTML version do not say the same."


@pytest.mark.parametrize("name", REPLIES)
def test_a_vote_and_its_comment_are_read_in_any_client_and_language(name: str) -> None:
    read = read_ballot(reply(name), ENGLISH)
    assert read == Ballot(Choice.APPROVE, "I have read it twice.", Phrase())


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
        "APPROVE..",
        "APPROVE.!",
        "*APPROVE",
        "*APPROVE_",
        "~~APPROVE~~",
        "-APPROVE-",
        "APPROVE,",
        "APPROVE:",
        "(APPROVE)",
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


@pytest.mark.parametrize(
    "line", ["APPROVE.", "APPROVE!", "*APPROVE*", "**APPROVE**", "_APPROVE_", "/Approve/", "*APPROVE.*", "*approve*."]
)
def test_A13_a_final_stop_and_emphasis_around_the_keyword_are_nothing(line: str) -> None:
    assert choice(mail(f"{line}\n")) is Choice.APPROVE
    assert choice(html(f"<p>{line}</p>")) is Choice.APPROVE
    assert choice(mail(f"{line}\n*OBJECT*.\n")) is None


@pytest.mark.parametrize("line", ["APPROVE", "approve", "Approve", "  APPROVE\t", "\xa0APPROVE\xa0 ", "\n\n\nAPPROVE"])
def test_a_keyword_in_any_case_and_with_spaces_around_it_is_a_vote(line: str) -> None:
    assert choice(mail(line, Content_Type="text/plain; charset=utf-8")) is Choice.APPROVE
    assert choice(mail(line.replace("APPROVE", "OBJECT"), Content_Type="text/plain; charset=utf-8")) is not None


@pytest.mark.parametrize("body", ["APPROVE\nOBJECT\n", "OBJECT\n\nwell\n\n approve \n", "APPROVE\n> Reply\nOBJECT\n"])
def test_A14_both_keywords_are_no_vote_and_the_text_is_kept(body: str) -> None:
    assert vote(mail(body)) == (None, BOTH)
    assert read_ballot(mail(body), ENGLISH).comment == own_text(mail(body))


def test_A14_a_keyword_within_a_sentence_is_comment() -> None:
    read = read_ballot(mail("APPROVE\n\nI do not OBJECT to it.\n"), ENGLISH)
    assert read == Ballot(Choice.APPROVE, "I do not OBJECT to it.", Phrase())


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
    assert vote(seen) == (None, "The mail cannot be read for certain: its charset is not one that we read.")


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
    assert (
        read_ballot(seen, Keywords(("APPROVE", "GENEHMIGT", "承認", "Да"), ("OBJECT", "ОК"), ("PASS",))).choice
        is Choice.APPROVE
    )


def test_A24_A25_the_case_of_letters_does_not_matter_and_a_look_alike_is_another_letter() -> None:
    russian = Keywords(("Да",), ("Нет",), ("Пас",))
    assert read_ballot(mail("да", Content_Type="text/plain; charset=utf-8"), russian).choice is Choice.APPROVE
    assert read_ballot(mail("дa", Content_Type="text/plain; charset=utf-8"), russian).choice is None
    assert (
        read_ballot(
            mail("o\u212a", Content_Type="text/plain; charset=utf-8"), Keywords(("OK",), ("NO",), ("PASS",))
        ).choice
        is None
    )


def test_a_mail_without_text_is_no_vote() -> None:
    assert vote(mail("x", Content_Type="image/png")) == (None, "The mail cannot be read for certain: it has no text.")


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


WROTE = {
    "Yahoo": "On Tuesday, December 1, 2026 at 09:00:00 AM GMT, TG 2 <tg2@iso-sr.example> wrote:",
    "Yahoo's one-line header": "----- Original Message ----- From: TG 2 <tg2@iso-sr.example> To: anna@reader.example "
    "Sent: Tuesday, December 1, 2026 at 09:00:00 AM GMT Subject: Update",
    "one line without dashes": "From: TG 2 <tg2@iso-sr.example> Sent: Tuesday, 1 December 2026 To: anna@x.example",
    "Polish Thunderbird": "W dniu 1.12.2026 o 09:00, TG 2 pisze:",
    "Polish Gmail": "wt., 1 gru 2026 o 09:00 TG 2 <tg2@iso-sr.example> napisał(a):",
    "Czech": "út 1. 12. 2026 v 9:00 odesílatel TG 2 <tg2@iso-sr.example> napsal:",
    "Slovak Thunderbird": "Dňa 1. 12. 2026 o 9:00 TG 2 napísal(a):",
    "Hungarian": "TG 2 <tg2@iso-sr.example> ezt írta (időpont: 2026. dec. 1., K, 9:00):",
    "Dutch Apple Mail": "Op 1 dec 2026, om 09:00 heeft TG 2 <tg2@iso-sr.example> het volgende geschreven:",
    "Danish": "Den tirs. 1. dec. 2026 kl. 09.00 skrev TG 2 <tg2@iso-sr.example>:",
    "Turkish": "TG 2 <tg2@iso-sr.example>, 1 Ara 2026 Sal, 09:00 tarihinde şunu yazdı:",
    "Ukrainian": "вт, 1 груд. 2026 р. о 09:00 TG 2 <tg2@iso-sr.example> пише:",
    "Greek": "Στις Τρί 1 Δεκ 2026 στις 9:00 π.μ., ο χρήστης TG 2 <tg2@iso-sr.example> έγραψε:",
    "Korean Gmail": "2026년 12월 1일 (화) 오전 9:00, TG 2 <tg2@iso-sr.example>님이 작성:",
    "Vietnamese": "Vào Th 3, 1 thg 12, 2026 vào lúc 09:00 TG 2 <tg2@iso-sr.example> đã viết:",
    "Arabic": "في ثلاثاء، 1 ديسمبر 2026 في 9:00 ص تمت كتابة ما يلي بواسطة TG 2 <tg2@iso-sr.example>:",
    "Zoho": "---- On Tue, 01 Dec 2026 09:00:00 +0000 TG 2 <tg2@iso-sr.example> wrote ----",
    "Proton": "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
    "Foxmail": "-----原始邮件-----",
    "Notes": "-----TG 2 <tg2@iso-sr.example> wrote: -----",
    "web.de": "Gesendet: Dienstag, 1. Dezember 2026 um 09:00 Uhr\nVon: TG 2\nAn: Anna\nBetreff: Update",
    "Outlook in Finnish": "Lähettäjä: TG 2\nLähetetty: tiistai 1. joulukuuta 2026\nVastaanottaja: Anna\nAihe: Update",
    "Outlook in Czech": "Od: TG 2\nOdesláno: úterý 1. prosince 2026\nKomu: Anna\nPředmět: Update",
    "Outlook in Korean": "보낸 사람: TG 2\n보낸 날짜: 2026년 12월 1일\n받는 사람: Anna\n제목: Update",
    "Outlook in Hebrew": "מאת: TG 2\nנשלח: יום שלישי\nאל: Anna\nנושא: Update",
    "Outlook in Arabic": "من: TG 2\nتاريخ الإرسال: الثلاثاء\nإلى: Anna\nالموضوع: Update",
    "Outlook in Greek": "Από: TG 2\nΣτάλθηκε: Τρίτη\nΠρος: Anna\nΘέμα: Update",
    "underscores": "________________________________\nFrom: TG 2\nSent: Tuesday\nTo: Anna\nSubject: Update",
}
"""What stands above a quoted mail."""


@pytest.mark.parametrize("name", WROTE)
def test_what_introduces_a_quotation_is_known_in_many_clients_and_languages(name: str) -> None:
    seen = mail(f"Thank you.\n\n{WROTE[name]}\n\nWrite APPROVE or\nOBJECT\n", Content_Type="text/plain; charset=utf-8")
    assert own_text(seen) == "Thank you."
    assert text_for_people(seen) == "Thank you."
    assert [kind for kind, _ in lines_left_out(seen)] == [LineKind.QUOTED]


@pytest.mark.parametrize("reply", ["Yes please", "fine---", "I see --"])
def test_a_reply_on_the_line_of_the_attribution_is_read(reply: str) -> None:
    seen = mail(f"{reply} On Wed, Apr 4, 2026 at 3:59 PM, TG 2 <tg2@iso-sr.example> wrote:\n> Hi\n")
    assert own_text(seen) == reply.rstrip("- ")
    assert choice(mail("APPROVE On Wed, Apr 4, 2026 at 3:59 PM, TG 2 wrote:\n> Hi\n")) is None


@pytest.mark.parametrize(
    "line",
    [
        "On the matter of minutes we wrote:",
        "------- Enter Feedback Below -------",
        ">>> look here <<<",
        "=== 1. Scope ===",
        "From: the board To: everybody",
        "--- see my message ---",
    ],
)
def test_lines_that_only_look_like_a_quotation_are_the_writers(line: str) -> None:
    seen = mail(f"Hello\n{line}\nBye\n")
    assert own_text(seen) == f"Hello\n{line}\nBye"


FORWARD = "From: Ben <ben@reader.example>\nDate: Tue, 1 Dec 2026 at 09:00\nSubject: Question\nTo: Anna\n\n"


@pytest.mark.parametrize(
    "line",
    [
        "---------- Forwarded message ---------",
        "-------- Weitergeleitete Nachricht --------",
        "----- Forwarded Message -----",
        "---------- Пересылаемое сообщение ----------",
        "Begin forwarded message:\n",
        "Début du message réexpédié :\n",
        "--------- 转发邮件信息 ----------",
    ],
)
@pytest.mark.parametrize("mark", ["", "> "])
def test_G1_a_forwarded_mail_reaches_the_person_too(line: str, mark: str) -> None:
    below = "".join(f"{mark}{part}\n" for part in f"{FORWARD}When is the deadline?".split("\n"))
    seen = mail(f"FYI\n\n{line}\n{below}", Content_Type="text/plain; charset=utf-8")
    assert own_text(seen) == "FYI"
    assert text_for_people(seen).endswith("When is the deadline?")
    assert lines_left_out(seen) == ()


def test_G1_what_a_person_forwarded_is_read() -> None:
    seen = parse(sample("mails/fb-forwarded-below.eml"), RECEIVED)
    assert text_for_people(seen).startswith("FYI, please answer Ben.\n\n---------- Forwarded message ---------\n")
    assert text_for_people(seen).endswith("When is the deadline?")


@pytest.mark.parametrize(
    "markup",
    [
        'FYI<div class="gmail_quote">---------- Forwarded message ---------<br>From: Ben<br><br>When?</div>',
        'FYI<div class="moz-forward-container">-------- Forwarded Message --------<table><tr><td>From<td>Ben</table>'
        "When?</div>",
    ],
)
def test_G1_a_mail_forwarded_in_html_reaches_the_person_too(markup: str) -> None:
    assert own_text(html(markup)) == "FYI"
    assert text_for_people(html(markup)).endswith("When?")


def test_G1_html_that_is_too_large_to_be_read_reaches_a_person_as_plain_text() -> None:
    seen = html("<p>Hello</p>" + "<b>" * 60_000 + "world")
    assert (own_text(seen), text_for_people(seen)) == ("", "Hello\nworld")
    assert choice(html("APPROVE<br>" + "<b>" * 60_000)) is None


def test_G1_what_a_person_does_not_get_of_a_text_is_counted() -> None:
    seen = mail("Hello\n-- \nAnna\n\nOn 1 Dec 2026, TG 2 wrote:\n> a\n>\n> b\n\nbelow\n" + "_" * 30 + "\nfooter\n")
    assert own_text(seen) == "Hello\n\nbelow"
    assert text_for_people(seen) == "Hello\n--\nAnna\n\nbelow"
    assert lines_left_out(seen) == ((LineKind.QUOTED, 4), (LineKind.FOOTER, 2))


def test_G1_a_mail_that_outlook_passed_on_without_a_word_is_read() -> None:
    passed_on = mail("From: Ben\nSent: Tuesday\nTo: Anna\nSubject: Question\n\nWhen is the deadline?\n")
    assert own_text(passed_on) == ""
    assert text_for_people(passed_on).endswith("When is the deadline?")


@pytest.mark.parametrize("body", ["> a\n> b\n", "On 1 Dec 2026, TG 2 <tg2@iso-sr.example> wrote:\n> a\n"])
def test_G1_a_mail_that_is_nothing_but_a_marked_quotation_has_no_text(body: str) -> None:
    assert text_for_people(mail(body)) == ""
    assert lines_left_out(mail(body)) == ((LineKind.QUOTED, 2),)


def test_the_lines_of_a_quotation_in_html_are_known() -> None:
    seen = readings(html("x<blockquote>a<p>b<blockquote>c</blockquote></blockquote>y"))[0]
    assert [line for line in seen.lines if line] == ["x", "> a", "> b", "> > c", "y"]


def test_much_text_below_underscores_is_the_writers() -> None:
    below = "\n".join(f"line {number}" for number in range(20))
    assert own_text(mail(f"Hello\n{'_' * 30}\n{below}\n")).endswith("line 19")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Good \nday\n\nBye\n", "Good day\n\nBye\n"),
        ("> quoted \n> more\nown \nwords\n", "> quoted more\nown words\n"),
        ("> a \n>> b \nc\n", "> a \n>> b \nc\n"),
        ("  spaced\n From x\n", " spaced\nFrom x\n"),
        ("Bye \n-- \nAnna\n", "Bye \n-- \nAnna\n"),
        ("APPROVE \nif you fix x\n", "APPROVE if you fix x\n"),
        ("last ", "last "),
    ],
)
def test_A41_flowed_paragraphs_are_joined(written: str, read: str) -> None:
    assert mail(written, Content_Type="text/plain; format=flowed").text == read
    assert mail(written).text == written


def test_A41_flowed_paragraphs_without_spaces_are_joined() -> None:
    seen = mail("今日 \nは\n", Content_Type="text/plain; charset=utf-8; format=Flowed; DelSp=Yes")
    assert seen.text == "今日は\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [("fb-dark", "White text on dark theme"), ("fb-whiteclass", "Our answer in a dark table cell\nrest")],
)
def test_C13_white_text_on_a_dark_ground_is_read(name: str, text: str) -> None:
    assert own_text(parse(sample(f"mails/{name}.eml"), RECEIVED)) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<style>@media print{.a{display:none} .b{x:y}}</style><p class=a>x", "x"),
        ("<style>@media print{.b{x:y}} .a{display:none}</style><p class=a>x<p>y", "y"),
        ('<p style="color:transparent">x', ""),
        ('x<div class="gmail_signature">Anna</div><div class=gmail_quote>y', "x\n--\nAnna"),
    ],
)
def test_what_a_person_may_see_of_html_is_read(markup: str, text: str) -> None:
    assert text_for_people(html(markup)) == text


def test_own_text_of_a_mail_with_only_html() -> None:
    assert own_text(html("<p>a <b>b</b></p><ul><li>c<li>d</ul>e<br>f")) == "a b\nc\nd\ne\nf"


@given(st.text(alphabet=st.sampled_from("On wrote:2025<a@b>\n>-_*|—APPROVE "), max_size=400))
def test_all_lines_of_own_text_are_lines_of_the_mail(text: str) -> None:
    own = own_text(mail(text)).split("\n")
    lines = {line.strip(" \t\xa0") for line in text.split("\n")} | {""}
    assert [line for line in own if not any(whole.startswith(line) for whole in lines)] == []


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
