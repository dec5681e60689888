"""Votes as mail programs write them, and what may not pass for one (A12, A13, A20, A21, A36, A41)."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailer.inbound.keywords import quotes_only, read_ballot
from mailer.inbound.parse import parse
from mailer.message import Inbound
from mailer.model.approvals import Choice
from mailer.model.policies import ENGLISH
from tests.cost import bounded
from tests.unit.inbound.mails import DATA, RECEIVED, alternative, html, mail

KEPT = {"v2-plainlink.eml", "vote-bottom.eml"}
MAILS = sorted(path.name for pattern in ("v2-*", "vote-*") for path in (DATA / "mails").glob(pattern))


def choice(seen: Inbound, *banners: str) -> Choice | None:
    return read_ballot(seen, ENGLISH, banners).choice


def sample(path: Path) -> Inbound:
    return parse(path.read_bytes(), RECEIVED)


@pytest.mark.parametrize("name", [name for name in MAILS if name not in KEPT])
def test_a_plain_vote_is_read_as_clients_write_it(name: str) -> None:
    seen = sample(DATA / "mails" / name)
    assert choice(seen) is Choice.APPROVE


def test_A13_another_word_beside_the_keyword_is_no_vote() -> None:
    assert choice(sample(DATA / "mails" / "v2-plainlink.eml")) is None


# --- A12: below the quotation ---

SENT = "Dear Anna Kim,\n\nTo vote, reply to this mail:\n\n- Write APPROVE as the first line to let it go\n  out.\n"
BELOW = [
    "> To vote, reply to this mail:\n\nAPPROVE\n",
    "On 1 Dec 2025, at 09:30, TG 2 <tg2@iso-sr.example> wrote:\n> Dear Anna Kim,\n>\n> - Write APPROVE as the\n> first"
    " line to let it go out.\n\nAPPROVE\n\nWell done.\n-- \nAnna\n",
    "Am 01.12.25 um 09:30 schrieb TG 2:\n>\n>> To vote, reply to this mail:\n\n\n*approve*.\n\nWell done.\n",
]
QUOTED = '<div class="moz-cite-prefix">On 1 Dec 2025, TG 2 wrote:<br></div><blockquote type="cite">{}</blockquote>'


@pytest.mark.parametrize("body", BELOW)
def test_A12_a_keyword_below_our_own_request_is_a_vote(body: str) -> None:
    ballot = read_ballot(mail(body), ENGLISH)
    assert (ballot.choice, ballot.below) == (None, Choice.APPROVE)
    assert ballot.remark == ("Well done." if "Well" in body else "")
    assert quotes_only(ballot.quoted, [SENT])


def test_A12_a_keyword_below_our_request_in_html_is_a_vote() -> None:
    quoted = QUOTED.format("<p>Dear Anna Kim,</p><p>To vote, reply to this mail:</p>")
    for seen in (html(f"{quoted}<p>APPROVE</p>"), alternative(BELOW[0], f"{quoted}<p><b>APPROVE</b></p>")):
        ballot = read_ballot(seen, ENGLISH)
        assert (ballot.choice, ballot.below) == (None, Choice.APPROVE)
        assert quotes_only(ballot.quoted, [SENT])


@pytest.mark.parametrize(
    "body",
    [
        "> To vote, reply to this mail:\nAPPROVE\n> Write\n",
        "> To vote, reply to this mail:\n\nNo.\n\nAPPROVE\n",
        "I do not think so.\n> To vote, reply to this mail:\nAPPROVE\n",
        "I do not think so:\n> To vote, reply to this mail:\nAPPROVE\n",
        "-----Original Message-----\n> To vote, reply to this mail:\nAPPROVE\n",
        "From: TG 2\nSent: Monday\nTo: Anna\nSubject: x\n\n> To vote, reply to this mail:\nAPPROVE\n",
        "a\nb\nc\nOn 1 Dec 2025, TG 2 <tg2@iso-sr.example> wrote:\n> To vote, reply to this mail:\nAPPROVE\n",
        "On 1 Dec 2025, TG 2 <tg2@iso-sr.example> wrote:\nTo vote, reply to this mail:\nAPPROVE\n",
        "> To vote, reply to this mail:\nAPPROVE\nOBJECT\n",
        "> To vote, reply to this mail:\nAPPROVE if you fix it\n",
        "APPROVE?\n> To vote, reply to this mail:\n\nAPPROVE\n",
    ],
)
def test_A12_anything_else_above_it_is_no_vote(body: str) -> None:
    ballot = read_ballot(mail(body), ENGLISH)
    assert (ballot.choice, ballot.below) == (None, None)


@pytest.mark.parametrize(
    "quoted",
    [[], [">"], ["> Dear Bo,"], ["> Dear Anna Kim,", "> I do not agree"], ["> Write APPROVE as the last line"]],
)
def test_A12_a_quotation_of_anything_else_is_not_our_request(quoted: list[str]) -> None:
    assert not quotes_only(quoted, [SENT])


def test_A12_versions_that_put_it_in_different_places_are_no_vote() -> None:
    ballot = read_ballot(alternative("APPROVE\n", f"{QUOTED.format('To vote')}<p>APPROVE</p>"), ENGLISH)
    assert (ballot.choice, ballot.below) == (None, None)


# --- A36: what gateways put above ---

BANNERS = [
    "[EXTERNAL]",
    "[EXT]",
    "*** EXTERNAL EMAIL ***",
    "External Email",
    "[EXTERNAL EMAIL]: Do not click links or open attachments unless you recognize the sender.",
    "CAUTION: This email originated from outside of the organization. Do not click links or open attachments unless you"
    " recognize the sender and know the content is safe.",
    "CAUTION: This email originated from outside\nof the organization. Do not click links or open\nattachments unless"
    " you recognize the\nsender and know the content is safe.",
    "WARNING: This message was sent from outside the company. Please do not click links or open attachments unless you"
    " recognise the source of this email.",
    "This email originated from outside of Acme Corp. Use caution when opening attachments.",
    "** This message is from an EXTERNAL SENDER. Please exercise caution. **",
    "You don't often get email from anna@example.org. Learn why this is important"
    " <https://aka.ms/LearnAboutSenderIdentification>",
    "ZjQcmQRYFpfptBannerStart\nThis Message Is From an External Sender\nThis message came from outside your"
    " organization.\nZjQcmQRYFpfptBannerEnd",
    "----------------------------------------\nCAUTION: External email\n----------------------------------------",
    "ACHTUNG: Diese E-Mail stammt von einem externen Absender. Klicken Sie nicht auf Links oder Anhänge, wenn Sie den"
    " Absender nicht kennen.",
    "ATTENTION : ce courriel provient de l'extérieur de l'organisation. Ne cliquez pas sur les liens et n'ouvrez pas"
    " les pièces jointes.",
    "PRECAUCIÓN: Este correo electrónico proviene de fuera de la organización. No haga clic en enlaces.",
    "ATENÇÃO: Este e-mail foi enviado de fora da organização. Não clique em links nem abra anexos.",
    "ATTENZIONE: questa e-mail proviene dall'esterno dell'organizzazione. Non cliccare sui link.",
    "LET OP: Deze e-mail is afkomstig van buiten de organisatie. Klik niet op links.",
]


@pytest.mark.parametrize("banner", BANNERS)
def test_A36_a_banner_above_the_reply_is_passed_over(banner: str) -> None:
    utf8 = "text/plain; charset=utf-8"
    assert choice(mail(f"{banner}\n\nAPPROVE\n", Content_Type=utf8)) is Choice.APPROVE
    assert choice(mail(f"\n{banner}\nAPPROVE\n\nWell done.\n", Content_Type=utf8)) is Choice.APPROVE
    marked = "".join(f"<div>{line}</div>" for line in banner.replace("<", "&lt;").split("\n"))
    boxed = f'<table width="100%" bgcolor="#ffeb9c"><tr><td style="position:sticky">{marked}</td></tr></table>'
    assert choice(html(f"{boxed}<p>APPROVE</p>")) is Choice.APPROVE
    assert choice(alternative("APPROVE\n", f"{boxed}<div>APPROVE</div>")) is Choice.APPROVE


@pytest.mark.parametrize("banner", BANNERS)
def test_A36_words_below_a_banner_are_the_writer_s(banner: str) -> None:
    for words in ("I do not", "Do not send this.", "Not yet: the links are wrong.", "Please do not click anything:"):
        body = f"{banner}\n{words}\nAPPROVE\n"
        assert choice(mail(body, Content_Type="text/plain; charset=utf-8")) is None
        assert choice(mail(body.replace("\n", "\n\n"), Content_Type="text/plain; charset=utf-8")) is None


@pytest.mark.parametrize(
    "line",
    ["Note:", "Important", "CAUTION", "Attention!", "This is from outside", "I am external to it", "Alert:", "---"],
)
def test_A36_what_only_resembles_a_banner_is_the_writer_s(line: str) -> None:
    assert choice(mail(f"{line}\nAPPROVE\n")) is None


def test_A36_a_configured_line_is_passed_over() -> None:
    own = "Sent from outside Green Harbour. Think twice."
    assert choice(mail(f"{own}\nAPPROVE\n")) is None
    assert choice(mail("sent from outside\ngreen  harbour. think twice.\n\nAPPROVE\n"), own) is Choice.APPROVE
    assert choice(mail(f"{own} Not yet.\nAPPROVE\n"), own) is None


@pytest.mark.parametrize("filler", ["[EXTERNAL] ", "this email came ", "do not click ", "caution: ", "***", "a", "( "])
def test_C7_hostile_banners_take_bounded_time(filler: str) -> None:
    body = "\n".join([filler * (850 // len(filler))] * 100 + [filler * (900_000 // len(filler))])
    with bounded():
        assert choice(mail(body)) is None


# --- A41: text as its standard says ---


def flowed(body: str, more: str = "") -> Inbound:
    return mail(body, Content_Type=f"text/plain; charset=utf-8; format=flowed{more}")


@pytest.mark.parametrize(
    "body",
    [
        "APPROVE \nif you fix page 2\n",
        "I do not \nAPPROVE\n",
        " APPROVE \n if you fix page 2\n",
        "APPROVE \nnot yet \n",
    ],
)
def test_A41_lines_that_flow_are_one(body: str) -> None:
    assert choice(flowed(body)) is None


@pytest.mark.parametrize(
    "body", ["APPROVE\nfine\n", "APPROVE \n\n> quoted \n> text\n", " APPROVE\n", "APPROVE\n-- \nAnna\n", "APPROVE \n"]
)
def test_A41_a_paragraph_of_one_word_is_a_vote(body: str) -> None:
    assert choice(flowed(body)) is Choice.APPROVE


def test_A41_deleted_spaces_join_words() -> None:
    assert choice(flowed("APP \nROVE\n", "; delsp=yes")) is Choice.APPROVE
    assert choice(flowed("APPROVE \nD\n", "; delsp=yes")) is None


PGP = "-----BEGIN PGP SIGNED MESSAGE-----\n{}\n\nAPPROVE\n-----BEGIN PGP SIGNATURE-----\n\nAA==\n"


def test_A32_A41_a_signed_text_is_read_in_its_frame() -> None:
    assert choice(mail(PGP.format("Hash: SHA256"))) is Choice.APPROVE
    assert choice(mail(PGP.format("Hash: SHA256\nHash: SHA512, SHA1"))) is Choice.APPROVE


@pytest.mark.parametrize(
    "words",
    ["I do not approve", "Comment: I do not approve", "Hash: SHA256\nI do not\n", "Hash: SHA256\nNot: yet", "Hash: ü"],
)
def test_A41_words_in_the_frame_are_no_vote(words: str) -> None:
    assert choice(mail(PGP.format(words), Content_Type="text/plain; charset=utf-8")) is None


# --- A20: an allow-list of what shows plain text ---

SHOWN = [
    "APPROVE",
    "<div dir=ltr>APPROVE</div>",
    "<b>APPROVE</b>",
    "<p class=MsoNormal><span lang=EN-US style='mso-fareast-language:EN-US'>APPROVE<o:p></o:p></span></p>",
    "<div style='font-family:Calibri,Arial,Helvetica,sans-serif; font-size:12pt; color:rgb(0,0,0)'>APPROVE<br></div>",
    "<div style=\"font-family: Aptos, Calibri; font-size: 11pt; color: black;\" data-ogsc='x'>APPROVE</div>",
    "<body style='-webkit-nbsp-mode: space; line-break: after-white-space;'>APPROVE<div><br></div>",
    "<body text='#000000' bgcolor='#FFFFFF'><p>APPROVE</p></body>",
    "<div style='color:white;background:#1f1f1f'>APPROVE</div>",
    "<body bgcolor=black text=white>APPROVE",
    "<div dir=auto style='color: rgb(33, 33, 33); background-color: rgb(255, 255, 255);'>APPROVE</div>",
    "<p style='margin-top:0;margin-bottom:0;line-height:1.38'>APPROVE</p>",
    "<font face='Arial' size=2 color='#1F497D'>APPROVE</font>",
    "<pre style='white-space:pre-wrap'>APPROVE\nfine</pre>",
    "<table border=0 cellpadding=0 width='100%'><tr><td valign=top>APPROVE</td></tr></table>",
    "<h1>APPROVE</h1>",
    "<center><em><u>APPROVE</u></em></center>",
    "<style>p.MsoNormal{margin:0cm;font-size:11.0pt;font-family:'Calibri',sans-serif}a:link{color:#0563C1}"
    "@page WordSection1{size:612pt 792pt;margin:72pt}div.WordSection1{page:WordSection1}"
    "@font-face{font-family:Calibri;panose-1:2 15 5 2}.MsoChpDefault{mso-style-type:export-only}</style>"
    "<div class=WordSection1><p class=MsoNormal>APPROVE</p></div>",
    "<style type='text/css' style='display:none;'> P {margin-top:0;margin-bottom:0;} </style><div><p>APPROVE</p></div>",
    "<style>.o{display:none} .q span{position:absolute} @media print{.x{top:1}}</style><p class=y>APPROVE</p>",
    "<!--[if gte mso 9]><xml><o:OfficeDocumentSettings>x</o:OfficeDocumentSettings></xml><![endif]--><p>APPROVE</p>",
    "<div hidden>OBJECT</div><p>APPROVE</p>",
]


@pytest.mark.parametrize("markup", SHOWN)
def test_A20_what_clients_write_shows_the_vote(markup: str) -> None:
    assert choice(html(markup)) is Choice.APPROVE
    assert choice(alternative("APPROVE\n", markup)) in (Choice.APPROVE, None if "pre" in markup[:4] else Choice.APPROVE)


STYLES = [
    *("color:#fff", "color:#fefefe", "color:rgb(255,255,255)", "color:rgba(0,0,0,0)", "color:rgba(0,0,0,.1)"),
    *("color:transparent", "color:hsl(0 0% 100%)", "color:var(--x)", "color:#ffff", "color:lightyellow"),
    *("background:#000", "background-color:black", "color:#333;background:#343434", "background:url(x.png)"),
    *("background-image:linear-gradient(#000,#000)", "font-size:0", "font-size:1px", "font-size:.1em"),
    *("font-size:calc(0px)", "font:0/0 a", "font:1px Arial", "line-height:0", "letter-spacing:-1em"),
    *("text-decoration:line-through", "text-decoration:underline line-through", "text-decoration-line:line-through"),
    *("display:none", "display:none!important", "display: NONE", "display:contents", "display:inline-flex"),
    *("visibility:hidden", "visibility:collapse", "opacity:0", "opacity:.01", "filter:opacity(0)", "filter:blur(9px)"),
    *("transform:scale(0)", "transform:rotateX(90deg)", "transform:translateX(-999px)", "scale:0", "rotate:x 90deg"),
    *("translate:-999px", "zoom:0", "clip:rect(0,0,0,0);position:absolute", "clip-path:inset(100%)", "mask:url(x)"),
    *("position:absolute;left:-999px", "position:fixed;top:-99em", "position:absolute", "margin-left:-9999px"),
    *("margin:-999px 0 0", "padding-left:99999px", "text-indent:-999em", "text-indent:9999px", "left:-9999px"),
    *("height:0;overflow:hidden", "max-height:0;overflow:hidden", "width:0;overflow:hidden", "max-width:1px"),
    *(
        "overflow:hidden",
        "-webkit-text-fill-color:transparent",
        "-webkit-text-security:disc",
        "text-shadow:0 0 9px #000",
    ),
    *(
        "content-visibility:hidden",
        "float:right",
        "unicode-bidi:bidi-override;direction:rtl",
        "writing-mode:vertical-rl",
    ),
    *(
        "mix-blend-mode:difference",
        "animation:x 1s",
        "all:unset",
        "font-family:Wingdings",
        "font-family:'Material Icons'",
    ),
    *("mso-hide:all", "columns:9", "z-index:-1;position:relative", "perspective:1px", "backface-visibility:hidden"),
    *("col\\6f r:#fff", "dis/**/play:none", "color:#000;color:#fff", "behavior:url(x)", "width:expression(1)"),
    *("-webkit-line-clamp:0", "text-transform:full-width", "offset:path('M0 0')", "shape-outside:circle()"),
]


@pytest.mark.parametrize("style", STYLES)
def test_A20_a_style_that_may_hide_or_strike_makes_no_vote(style: str) -> None:
    for tag in ("p", "span", "div", "b"):
        assert choice(html(f'<{tag} style="{style}">APPROVE</{tag}>')) is None
        assert choice(html(f'<div style="{style}"><p>APPROVE</p></div>')) is None
    assert choice(html(f'<p style="{style}">APPROVE</p><p>I do not approve.</p>')) is None
    assert choice(html(f"<style>.x{{{style}}}</style><p class=x>APPROVE</p>")) is None
    assert choice(html(f"<style>p{{{style}}}</style><p>APPROVE</p>")) is None
    assert choice(html(f"<style>@media screen{{div > p:not(.y){{{style}}}}}</style><div><p>APPROVE</p></div>")) is None


MARKUP = [
    *("<s>APPROVE</s>", "<strike>APPROVE</strike>", "<del>APPROVE</del>", "<p><s><b>APPROVE</b></s></p>"),
    *("<font color=white>APPROVE</font>", "<font color='#FFFFFE'>APPROVE</font>", "<body text=white>APPROVE"),
    *("<table bgcolor=black><tr><td>APPROVE</table>", "<td background=x.png>APPROVE", "<body background=x>APPROVE"),
    *("<details><p>APPROVE</p></details>", "<dialog>APPROVE</dialog>", "<bdo dir=rtl>EVORPPA</bdo>"),
    *(
        "<bdo dir=ltr>APPROVE</bdo>",
        "<marquee>APPROVE</marquee>",
        "<blink>APPROVE</blink>",
        "<svg><text>APPROVE</text></svg>",
    ),
    *(
        "<select><option>APPROVE</select>",
        "<button>APPROVE</button>",
        "<noscript>APPROVE</noscript>",
        "<ruby>APPROVE</ruby>",
    ),
    *("<object>APPROVE</object>", "<canvas>APPROVE</canvas>", "<audio>APPROVE</audio>", "<math><mi>APPROVE</math>"),
    *("<q>APPROVE</q>", "<x-y>APPROVE</x-y>", "<p hidden>APPROVE</p>", "<p hidden=until-found>APPROVE</p>"),
    *("<p popover>APPROVE</p>", "<p inert>APPROVE</p>", "<div width=0 height=0>APPROVE</div>", "<td width=1>APPROVE"),
    *("<p onclick=x>APPROVE</p>", "<link rel=stylesheet href=x><p>APPROVE</p>", "<p>APP<s>ROVE</s></p>"),
    *(
        "<style>@import 'x';</style><p>APPROVE</p>",
        "<style>@font-face{font-family:Arial;src:url(x)}</style><p>APPROVE</p>",
    ),
    *(
        "<style>p::first-line{color:#fff}</style><p>APPROVE</p>",
        "<style>p:before{content:'not '}</style><p>APPROVE</p>",
    ),
    *("<style>[class]{display:none}</style><p class=x>APPROVE</p>", "<style>*{display:none}</style><p>APPROVE</p>"),
    *("<style>p{color:#fff!important}</style><p>APPROVE</p>", "<style>p{color:#fff}</style><p>APPROVE</p>"),
    *("<style>@supports(x:y){p{display:none}}</style><p>APPROVE</p>", "<style>p{{color:red}</style><p>APPROVE</p>"),
    *("<style>br{display:none}</style>APPROVE<br>if you fix it", "APPROVE<br style='display:none'>if you fix it"),
    *("<div style='display:inline'>APPROVE</div><div style='display:inline'> if you fix it</div>",),
    *(
        "<!--[if mso]><p>I do not</p><![endif]--><p>APPROVE</p>",
        "<!--[if !mso]><!--><p>Not</p><!--<![endif]--><p>APPROVE</p>",
    ),
    *("<p style='max-height:0'>I do not</p><p>APPROVE</p>", "<p style='left:-999px'>I do not</p><p>APPROVE</p>"),
    *("<p hidden style='display:block'>I do not</p><p>APPROVE</p>", "<svg><text>I do not</text></svg><p>APPROVE</p>"),
    *("<style>.h{display:none}</style><p class=h style='display:block'>I do not</p><p>APPROVE</p>",),
    *("<noscript>I do not</noscript><p>APPROVE</p>", "<button>I do not</button><p>APPROVE</p>"),
]


@pytest.mark.parametrize("markup", MARKUP)
def test_A20_markup_that_may_hide_strike_or_add_makes_no_vote(markup: str) -> None:
    assert choice(html(markup)) is None


def test_A20_a_pale_colour_hides_nothing_if_the_plain_text_says_the_same() -> None:
    dark = '<body><div style="color: rgb(255, 255, 255);">APPROVE</div><div style="color:#eee">Well done.</div></body>'
    assert choice(html(dark)) is None
    assert choice(alternative("APPROVE\n\nWell done.\n", dark)) is Choice.APPROVE
    assert choice(alternative("OBJECT\n", dark)) is None
    assert choice(alternative("Hello\n", dark)) is None
    assert choice(alternative("APPROVE\n", "<s style='color:#fff'>APPROVE</s>")) is None
    assert (
        choice(alternative("APPROVE\n", "<p style='color:#fff'>I do not</p><p style='color:#fff'>APPROVE</p>")) is None
    )


@pytest.mark.parametrize(
    "markup",
    [
        *("<style>" + "/*" * 300_000 + "</style>x", "<style>" + "a" * 900_000 + "</style>x"),
        *("<style>" + "@font-face{" * 80_000 + "</style>x", "<style>" + "@media " * 100_000 + "</style>x"),
        *("<!--[if " * 100_000, "<!--[if mso]>" * 70_000, "<!--[if mso]><p>" + "x" * 500_000),
        *("<style>" + "*{color:red}" * 1_900 + "</style>" + "<p>x" * 9_000, "<p class='" + "a " * 200_000 + "'>x"),
        *("<p style='" + "color:#fff;" * 80_000 + "'>x", "<p style='color:" + "(" * 800_000 + "'>x"),
    ],
)
def test_C7_hostile_styles_take_bounded_time(markup: str) -> None:
    seen = html(markup)
    with bounded():
        assert choice(seen) is None


# --- A21: every version says the same ---


def versions(*parts: tuple[str, str], kind: str = "alternative") -> Inbound:
    body = "".join(f"--b\nContent-Type: {media}\n\n{text}\n" for media, text in parts) + "--b--\n"
    return mail(body, Content_Type=f"multipart/{kind}; boundary=b")


OTHER_KINDS = [
    ("text/enriched", "<bold>{}</bold>\n\nfine"),
    ("text/richtext", "{}\n\nfine"),
    ("text/x-amp-html", "<!doctype html><html amp4email><body><p>{}</p></body></html>"),
    ("text/watch-html", "<b>{}</b>"),
    ("text/markdown", "**{}**\n\nfine"),
    ("application/xhtml+xml", "<html><body><p>{}</p></body></html>"),
    ('text/html; name="a.html"', "<p>{}</p>"),
    ('text/html\nContent-Disposition: attachment; filename="a.html"', "<p>{}</p>"),
    ('text/plain; name="a.txt"', "{}"),
    ("text/plain\nContent-Disposition: attachment", "{}"),
]


@pytest.mark.parametrize(("media", "text"), OTHER_KINDS)
def test_A21_another_version_has_to_say_the_same(media: str, text: str) -> None:
    plain, markup = ("text/plain", "APPROVE"), ("text/html", "<p>APPROVE</p>")
    assert choice(versions(plain, (media, text.format("APPROVE")))) is Choice.APPROVE
    assert choice(versions(plain, (media, text.format("OBJECT")))) is None
    assert choice(versions(plain, markup, (media, text.format("I do not approve")))) is None
    assert choice(versions((media, text.format("No")), plain, markup)) is None


def test_A21_a_version_of_an_unknown_kind_is_no_vote() -> None:
    assert choice(versions(("text/plain", "APPROVE"), ("text/x-new", "APPROVE"))) is None
    assert choice(versions(("text/plain", "APPROVE"), ("application/rtf", "x"))) is None
    assert choice(versions(("text/enriched", "APPROVE"))) is None


def test_A31_what_is_attached_is_no_version() -> None:
    attached = ("text/markdown\nContent-Disposition: attachment; filename=a.md", "I do not approve")
    picture, document = ("image/png; name=a.png", "x"), ("application/pdf; name=a.pdf", "x")
    for other in (attached, picture, document, ("text/plain; name=notes.txt\nContent-Disposition: attachment", "No")):
        assert choice(versions(("text/plain", "APPROVE"), other, kind="mixed")) is Choice.APPROVE


def test_A24_a_byte_order_mark_around_the_keyword_is_nothing() -> None:
    utf8 = "text/plain; charset=utf-8"
    for line in ("\ufeffAPPROVE", "APPROVE\ufeff", "\ufeff\n\ufeffAPPROVE \xa0", "\ufeff *APPROVE*."):
        assert choice(mail(line, Content_Type=utf8)) is Choice.APPROVE
        assert choice(html(line.replace("\n", "<br>"))) is Choice.APPROVE


# --- C7: what a vote may cost ---


def test_C7_a_reply_beyond_any_ordinary_size_is_no_vote() -> None:
    assert choice(mail("APPROVE\n" + "x\n" * 4_000)) is Choice.APPROVE
    assert choice(mail("APPROVE\n" + "x\n" * 6_000)) is None
    quoted = f"<blockquote>{'<p>x</p>' * 5_000}</blockquote>"
    assert choice(html(f"<p>APPROVE</p>{quoted}")) is Choice.APPROVE
    assert choice(html(f"<p>APPROVE</p>{'<p>x</p>' * 3_100}")) is None
    assert choice(html(f"<p>APPROVE</p><!-- {'x' * 1_000_000} -->")) is None
