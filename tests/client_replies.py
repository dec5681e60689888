"""Plain votes as mail programs write them: the generator of replies for tests and for ``benchmarks/votes.py``.

Each program is a function from what somebody typed and what they answer to the parts of a mail. What they write around
it (attributions, header blocks, signatures, styles) is as these programs write it, in several languages.
"""

# ruff: noqa: E501 (what programs write stands as they write it)
from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

SENDER, OFFICE = "Anna Kim <anna@example.org>", "tg2@iso-sr.example"
RFC_DATE = "Mon, 01 Dec 2025 10:12:13 +0100"


class Words(NamedTuple):
    """What mail programs write in a language."""

    attribution: str
    """Above a quotation, as Gmail, Apple or Thunderbird writes it."""
    labels: tuple[str, str, str, str]
    """From, Sent, To, Subject, as Outlook writes them."""
    phone: str
    """A telephone's signature."""
    original: str
    """The line above an original message."""
    closing: str
    """A greeting at the end."""


LANGUAGES: Mapping[str, Words] = {
    "en": Words("On Mon, 1 Dec 2025 at 09:30, {who} wrote:", ("From", "Sent", "To", "Subject"), "Sent from my iPhone",
                "-------- Original message --------", "Kind regards,\nAnna Kim"),
    "fr": Words("Le lun. 1 déc. 2025 à 09:30, {who} a écrit :", ("De", "Envoyé", "À", "Objet"), "Envoyé de mon iPhone",
                "-------- Message d'origine --------", "Cordialement,\nAnna Kim"),
    "es": Words("El lun, 1 dic 2025 a las 9:30, {who} escribió:", ("De", "Enviado", "Para", "Asunto"),
                "Enviado desde mi iPhone", "-------- Mensaje original --------", "Saludos,\nAnna Kim"),
    "de": Words("Am Mo., 1. Dez. 2025 um 09:30 Uhr schrieb {who}:", ("Von", "Gesendet", "An", "Betreff"),
                "Von meinem iPhone gesendet", "-------- Ursprüngliche Nachricht --------", "Viele Grüße\nAnna Kim"),
    "it": Words("Il giorno lun 1 dic 2025 alle ore 09:30 {who} ha scritto:", ("Da", "Inviato", "A", "Oggetto"),
                "Inviato da iPhone", "-------- Messaggio originale --------", "Cordiali saluti\nAnna Kim"),
    "pt": Words("{who} escreveu (segunda, 1/12/2025 à(s) 09:30):", ("De", "Enviado", "Para", "Assunto"),
                "Enviado do meu iPhone", "-------- Mensagem original --------", "Atenciosamente,\nAnna Kim"),
    "nl": Words("Op ma 1 dec 2025 om 09:30 schreef {who}:", ("Van", "Verzonden", "Aan", "Onderwerp"),
                "Verstuurd vanaf mijn iPhone", "-------- Oorspronkelijk bericht --------", "Met vriendelijke groet,\nAnna"),
    "sv": Words("Den mån 1 dec. 2025 kl 09:30 skrev {who}:", ("Från", "Skickat", "Till", "Ämne"),
                "Skickat från min iPhone", "-------- Originalmeddelande --------", "Med vänlig hälsning\nAnna"),
    "pl": Words("pon., 1 gru 2025 o 09:30 {who} napisał(a):", ("Od", "Wysłano", "Do", "Temat"),
                "Wysłane z iPhone'a", "-------- Oryginalna wiadomość --------", "Pozdrawiam\nAnna Kim"),
    "ru": Words("пн, 1 дек. 2025 г. в 09:30, {who}:", ("От", "Отправлено", "Кому", "Тема"),
                "Отправлено с iPhone", "-------- Исходное сообщение --------", "С уважением,\nАнна Ким"),
    "ja": Words("2025年12月1日(月) 9:30 {who}:", ("差出人", "送信日時", "宛先", "件名"),
                "iPhoneから送信", "-------- 元のメッセージ --------", "よろしくお願いします。\nアンナ"),
    "zh": Words("{who} 于2025年12月1日周一 09:30写道:", ("发件人", "发送时间", "收件人", "主题"),
                "发自我的iPhone", "-------- 原始邮件 --------", "谢谢\n安娜"),
}  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """What somebody typed, and what they answer."""

    keyword: str
    comment: str
    language: str
    subject: str
    asked: str
    """The text of our request."""
    asked_html: str
    """Its HTML."""
    is_signed: bool = False
    """Whether the program adds a signature of the writer's."""

    @property
    def words(self) -> Words:
        return LANGUAGES[self.language]

    @property
    def closing(self) -> str:
        return self.words.closing if self.is_signed else ""

    @property
    def lines(self) -> list[str]:
        """What is typed, and the signature."""
        body = [self.keyword, *(["", *self.comment.split("\n")] if self.comment else [])]
        return [*body, *(["", *self.closing.split("\n")] if self.closing else [])]

    @property
    def who(self) -> str:
        return f"TG 2 <{OFFICE}>"

    @property
    def attribution(self) -> str:
        return self.words.attribution.format(who=self.who)

    @property
    def attribution_html(self) -> str:
        link = f'TG 2 &lt;<a href="mailto:{OFFICE}">{OFFICE}</a>&gt;'
        return escape(self.words.attribution, quote=False).format(who=link)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def quoted(self) -> str:
        return "\n".join(f"> {line}" if line else ">" for line in self.asked.split("\n"))

    @property
    def block(self) -> list[tuple[str, str]]:
        values = (self.who, "Monday, December 1, 2025 9:30 AM", SENDER, self.subject)
        return list(zip(self.words.labels, values, strict=True))

    def divs(self, attributes: str = "", empty: str = "<br>") -> str:
        return "".join(f"<div{attributes}>{_inline(line) or empty}</div>" for line in self.lines)


def _inline(text: str) -> str:
    return escape(text, quote=False).replace("  ", " &nbsp;")


class Parts(NamedTuple):
    """The text and the HTML of a mail, as far as the program writes them."""

    text: str | None
    html: str | None
    flowed: bool = False


# --- the programs ---


def outlook(typed: Typed) -> Parts:
    style = (
        '<style><!--\n/* Font Definitions */\n@font-face\n\t{font-family:"Cambria Math";\n\tpanose-1:2 4 5 3 5 4 6 3 2'
        " 4;}\n@font-face\n\t{font-family:Calibri;\n\tpanose-1:2 15 5 2 2 2 4 3 2 4;}\n@font-face\n\t{font-family:Aptos;}"
        "\n/* Style Definitions */\np.MsoNormal, li.MsoNormal, div.MsoNormal\n\t{margin:0cm;\n\tfont-size:11.0pt;\n\t"
        'font-family:"Aptos",sans-serif;\n\tmso-ligatures:standardcontextual;\n\tmso-fareast-language:EN-US;}\na:link,'
        " span.MsoHyperlink\n\t{mso-style-priority:99;\n\tcolor:#467886;\n\ttext-decoration:underline;}\nspan.EmailStyle17"
        '\n\t{mso-style-type:personal-reply;\n\tfont-family:"Aptos",sans-serif;\n\tcolor:windowtext;}\n.MsoChpDefault\n\t'
        "{mso-style-type:export-only;\n\tfont-size:10.0pt;\n\tmso-ligatures:none;}\n@page WordSection1\n\t{size:612.0pt"
        " 792.0pt;\n\tmargin:70.85pt 70.85pt 2.0cm 70.85pt;}\ndiv.WordSection1\n\t{page:WordSection1;}\n--></style><!--[if"
        ' gte mso 9]><xml>\n<o:shapedefaults v:ext="edit" spidmax="1026" />\n</xml><![endif]--><!--[if gte mso 9]><xml>'
        '\n<o:shapelayout v:ext="edit">\n<o:idmap v:ext="edit" data="1" />\n</o:shapelayout></xml><![endif]-->'
    )
    head = (
        '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
        ' xmlns:w="urn:schemas-microsoft-com:office:word" xmlns:m="http://schemas.microsoft.com/office/2004/12/omml"'
        ' xmlns="http://www.w3.org/TR/REC-html40"><head><meta http-equiv=Content-Type content="text/html; charset=utf-8">'
        f'<meta name=Generator content="Microsoft Word 15 (filtered medium)">{style}</head>'
    )
    lines = "".join(
        f"<p class=MsoNormal><span lang=EN-GB style='mso-fareast-language:EN-US'>{_inline(line) or '&nbsp;'}<o:p></o:p>"
        "</span></p>"
        for line in [*typed.lines, ""]
    )
    block = "<br>".join(f"<b>{escape(label)}:</b> {escape(value)} " for label, value in typed.block)
    divider = (
        "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>"
        f"<span lang=EN-US style='mso-ligatures:none'>{block}<o:p></o:p></span></b></p></div></div>"
    )
    body = f'<body lang=EN-GB link="#467886" vlink="#96607D" style=\'word-wrap:break-word\'><div class=WordSection1>{lines}'
    text = (
        f"{typed.text}\n\n" + "\n".join(f"{label}: {value} " for label, value in typed.block) + f"\n\n{typed.asked}\n"
    )
    return Parts(text, f"{head}{body}{divider}{typed.asked_html}</div></body></html>")


def _owa(typed: Typed, style: str, extra: str) -> Parts:
    head = (
        '<html><head>\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n<style type="text/css"'
        ' style="display:none;"> P {margin-top:0;margin-bottom:0;} </style>\n</head>\n<body dir="ltr">\n'
    )
    lines = typed.divs(f' class="elementToProof" style="{style}"{extra}')
    block = "<br>\n".join(f"<b>{escape(label)}:</b> {escape(value)}" for label, value in typed.block)
    rest = (
        '<div id="appendonsend"></div>\n<hr style="display:inline-block;width:98%" tabindex="-1">\n<div'
        ' id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt" color="#000000">'
        f"{block}</font>\n<div>&nbsp;</div>\n</div>\n<div>{typed.asked_html}</div></body></html>"
    )
    text = (
        f"{typed.text}\n\n________________________________\n"
        + "\n".join(f"{label}: {value}" for label, value in typed.block)
        + f"\n\n{typed.asked}\n"
    )
    return Parts(text, head + lines + rest)


def owa(typed: Typed) -> Parts:
    style = "font-family: Aptos, Aptos_EmbeddedFont, Aptos_MSFontService, Calibri, Helvetica, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);"
    return _owa(typed, style, "")


def owa_dark(typed: Typed) -> Parts:
    style = "font-family: Aptos, Calibri, Helvetica, sans-serif; font-size: 12pt; color: rgb(255, 255, 255);"
    return _owa(typed, style, ' data-ogsc="rgb(0, 0, 0)"')


def outlook_mobile(typed: Typed) -> Parts:
    lines = typed.divs(
        ' dir="auto" style="font-family: Aptos, Aptos_MSFontService, -apple-system, Roboto, Arial, Helvetica, sans-serif; font-size: 12pt;"'
    )
    block = "<br>\n".join(f"<b>{escape(label)}:</b> {escape(value)}" for label, value in typed.block)
    html = (
        '<html><head>\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n<meta name="viewport"'
        ' content="width=device-width, initial-scale=1"></head>\n<body>\n<div style="font-family: Aptos, sans-serif;'
        f' font-size: 12pt;" dir="auto">{lines}</div><div id="ms-outlook-mobile-body-separator-line" dir="auto"><br></div>'
        '\n<div id="ms-outlook-mobile-signature" dir="auto">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div>'
        '\n<hr style="display:inline-block;width:98%" tabindex="-1">\n<div id="divRplyFwdMsg" dir="ltr"><font'
        f' face="Calibri, sans-serif" color="#000000">{block}</font><div>&nbsp;</div></div>{typed.asked_html}</body></html>'
    )
    text = (
        f"{typed.text}\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n"
        + "\n".join(f"{label}: {value}" for label, value in typed.block)
        + f"\n\n{typed.asked}\n"
    )
    return Parts(text, html)


def windows_mail(typed: Typed) -> Parts:
    made = outlook(typed)
    assert made.html
    sent = (
        '<p class=MsoNormal>Sent from <a href="https://go.microsoft.com/fwlink/?LinkId=550986">Mail</a> for Windows</p>'
    )
    return Parts(made.text, made.html.replace("<div><div style='border:none", f"{sent}<div><div style='border:none", 1))


def gmail(typed: Typed) -> Parts:
    quote = "margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"
    lines = typed.divs()
    sign = '<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature">Anna</div>'
    html = (
        f'<div dir="ltr">{lines if typed.comment or typed.closing else escape(typed.keyword)}</div>'
        f'{sign if typed.is_signed else ""}<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
        f'{typed.attribution_html}<br></div><blockquote class="gmail_quote" style="{quote}">{typed.asked_html}</blockquote></div>\n'
    )
    return Parts(f"{typed.text}\n\n{typed.attribution}\n\n{typed.quoted}\n", html)


def gmail_app(typed: Typed) -> Parts:
    quote = "margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex"
    html = (
        f'<div dir="auto">{typed.divs(" dir=" + chr(34) + "auto" + chr(34)) if typed.comment else escape(typed.keyword)}</div>'
        f'<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{typed.attribution_html}<br></div>'
        f'<blockquote class="gmail_quote" style="{quote}">{typed.asked_html}</blockquote></div>\n'
    )
    return Parts(f"{typed.text}\n\n{typed.attribution}\n\n{typed.quoted}\n", html)


def apple_mail(typed: Typed) -> Parts:
    rest = "".join(f"<div>{_inline(line) or '<br>'}</div>" for line in typed.lines[1:])
    html = (
        '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body style="overflow-wrap:'
        f' break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">{escape(typed.keyword)}{rest}'
        '<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>'
        f'{escape(typed.attribution)}</div><br class="Apple-interchange-newline"><div>{typed.asked_html}</div></blockquote>'
        "</div><br></body></html>"
    )
    return Parts(f"{typed.text}\n\n> {typed.attribution}\n> \n{typed.quoted}\n\n", html)


def apple_mail_plain(typed: Typed) -> Parts:
    return Parts(f"{typed.text}\n\n> {typed.attribution}\n> \n{typed.quoted}\n\n", None)


def ios_mail(typed: Typed) -> Parts:
    rest = "".join(f"<div>{_inline(line) or '<br>'}</div>" for line in typed.lines[1:])
    phone = typed.words.phone
    html = (
        '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body dir="auto">'
        f'{escape(typed.keyword)}{rest}<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">{escape(phone)}</div>'
        f'<div dir="ltr"><br><blockquote type="cite">{escape(typed.attribution)}<br><br></blockquote></div>'
        f'<blockquote type="cite"><div dir="ltr">\ufeff{typed.asked_html}</div></blockquote></body></html>'
    )
    text = f"{typed.text}\n\n{phone}\n\n> {typed.attribution}\n> \n> \ufeff{typed.quoted.removeprefix('> ')}\n"
    return Parts(text, html)


def ios_mail_div(typed: Typed) -> Parts:
    made = ios_mail(typed)
    assert made.html
    before = f'<body dir="auto">{escape(typed.keyword)}'
    inside = f'<body dir="auto"><div dir="ltr"></div><div dir="ltr">{escape(typed.keyword)}</div>'
    return Parts(made.text, made.html.replace(before, inside))


def thunderbird(typed: Typed) -> Parts:
    lines = "".join(f"<p>{_inline(line) or '<br>'}</p>\n" for line in typed.lines)
    html = (
        '<!DOCTYPE html>\n<html>\n  <head>\n    <meta http-equiv="Content-Type" content="text/html; charset=UTF-8">\n  </head>'
        f'\n  <body>\n    {lines}    <div class="moz-cite-prefix">{typed.attribution_html}<br>\n    </div>\n    <blockquote'
        f' type="cite" cite="mid:ballot@iso-sr.example">\n      {typed.asked_html}\n    </blockquote>\n    <br>\n  </body>\n</html>\n'
    )
    return Parts(f"{typed.text}\n\n{typed.attribution}\n{typed.quoted}\n", html)


def thunderbird_flowed(typed: Typed) -> Parts:
    return Parts(f"{typed.text}\n\n{typed.attribution}\n{typed.quoted}\n", None, flowed=True)


def thunderbird_below(typed: Typed) -> Parts:
    lines = "".join(f"<p>{_inline(line) or '<br>'}</p>\n" for line in typed.lines)
    html = (
        '<!DOCTYPE html>\n<html>\n  <head>\n    <meta http-equiv="Content-Type" content="text/html; charset=UTF-8">\n  </head>'
        f'\n  <body>\n    <div class="moz-cite-prefix">{typed.attribution_html}<br>\n    </div>\n    <blockquote'
        f' type="cite" cite="mid:ballot@iso-sr.example">\n      {typed.asked_html}\n    </blockquote>\n    {lines}  </body>\n</html>\n'
    )
    return Parts(f"{typed.attribution}\n{typed.quoted}\n\n{typed.text}\n", html)


def thunderbird_flowed_below(typed: Typed) -> Parts:
    return Parts(f"{typed.attribution}\n{typed.quoted}\n\n{typed.text}\n", None, flowed=True)


def mutt(typed: Typed) -> Parts:
    return Parts(f"{typed.text}\n\n{typed.attribution}\n{typed.quoted}\n", None)


def mutt_below(typed: Typed) -> Parts:
    return Parts(f"{typed.attribution}\n{typed.quoted}\n\n{typed.text}\n", None)


def samsung(typed: Typed) -> Parts:
    auto = ' dir="auto"'
    block = "".join(f"<div>{escape(label)}: {escape(value)} </div>" for label, value in typed.block)
    html = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head><body>'
        f'{typed.divs(auto)}<div dir="auto"><br></div><div dir="auto"><br></div><div id="composer_signature" dir="auto">'
        '<div style="font-size:85%;color:#575757" dir="auto">Sent from my Galaxy</div></div><div dir="auto"><br></div><div>'
        '<br></div><div align="left" dir="auto" style="font-size:100%;color:#000000"><!-- originalMessage --><div>'
        f"{escape(typed.words.original)}</div>{block}<div><br></div></div>{typed.asked_html}</body></html>"
    )
    text = (
        f"{typed.text}\n\n\nSent from my Galaxy\n\n\n{typed.words.original}\n"
        + "".join(f"{label}: {value} \n" for label, value in typed.block)
        + f"\n{typed.asked}\n"
    )
    return Parts(text, html)


def yahoo(typed: Typed) -> Parts:
    wrap = "font-family:Helvetica Neue, Helvetica, Arial, sans-serif;font-size:13px;"
    html = (
        '<html><head></head><body><div class="ydp1ab2c3yahoo-style-wrap" style="' + wrap + '">'
        f"{typed.divs(' dir=' + chr(34) + 'ltr' + chr(34) + ' data-setdir=' + chr(34) + 'false' + chr(34))}<div><br></div></div>"
        '<div id="ydp4d5e6fyahoo_quoted_123" class="ydp4d5e6fyahoo_quoted"><div style="font-family:\'Helvetica Neue\','
        f' Helvetica, Arial, sans-serif;font-size:13px;color:#26282a;"><div>{typed.attribution_html}</div><div><br></div>'
        f"<div>{typed.asked_html}</div></div></div></body></html>"
    )
    return Parts(f"{typed.text}\n\n{typed.attribution}\n\n{typed.asked}\n", html)


def yahoo_app(typed: Typed) -> Parts:
    html = (
        f'{typed.divs()}<br><br><a href="https://mail.onelink.me/107872968?pid=x">Yahoo Mail: Search, Organize, Conquer</a>'
        '<br><blockquote style="margin: 0 0 20px 0;" class="yahoo_quoted_reply"><div style="font-family:Roboto, sans-serif;'
        f' color:#6D00F6;"><div>{typed.attribution_html}</div></div><div style="padding: 10px 0 0 20px; margin: 10px 0 0 0;'
        f' border-left: 1px solid #6D00F6;">{typed.asked_html}</div></blockquote>'
    )
    return Parts(None, html)


def proton(typed: Typed) -> Parts:
    style = ' style="font-family: Arial, sans-serif; font-size: 14px; color: rgb(0, 0, 0); background-color: rgb(255, 255, 255);"'
    html = (
        f'{typed.divs(style)}<div class="protonmail_signature_block protonmail_signature_block-empty" style="font-family: Arial,'
        ' sans-serif; font-size: 14px;">\n    <div class="protonmail_signature_block-user protonmail_signature_block-empty">'
        '</div>\n</div>\n<div style="font-family: Arial, sans-serif; font-size: 14px;"><br></div><div class="protonmail_quote">'
        f'\n        {escape(typed.attribution)}<br>\n        <blockquote class="protonmail_quote" type="cite">'
        f"{typed.asked_html}</blockquote><br>\n    </div>"
    )
    return Parts(f"{typed.text}\n\n{typed.attribution}\n\n{typed.quoted}\n", html)


def gmx(typed: Typed) -> Parts:
    block = "<br/>\n".join(f"<b>{escape(label)}:</b>&nbsp;{escape(value)}" for label, value in typed.block)
    html = (
        '<html><head></head><body><div style="font-family: Verdana;font-size: 12.0px;">'
        f'{typed.divs(empty="&nbsp;")}\n<div>&nbsp;\n<div>&nbsp;\n<div name="quote" style="margin:10px 5px 5px 10px; padding:'
        " 10px 0 10px 10px; border-left:2px solid #C3D9E5; word-wrap: break-word; -webkit-nbsp-mode: space;"
        f' -webkit-line-break: after-white-space;">\n<div style="margin:0 0 10px 0;">{block}</div>\n\n<div'
        f' name="quoted-content">{typed.asked_html}</div></div></div></div></div></body></html>\n'
    )
    return Parts(None, html)


def zimbra(typed: Typed) -> Parts:
    block = "<br>".join(f"<b>{escape(label)}: </b>{escape(value)}" for label, value in typed.block)
    html = (
        '<html><body><div style="font-family: arial, helvetica, sans-serif; font-size: 12pt; color: #000000">'
        f'{typed.divs()}<div><br></div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__">{block}<br></div>'
        f'<div><br></div><div data-marker="__QUOTED_TEXT__">{typed.asked_html}</div></div></body></html>'
    )
    text = f"{typed.text}\n\n" + "\n".join(f"{label}: {value}" for label, value in typed.block) + f"\n\n{typed.asked}\n"
    return Parts(text, html)


def roundcube(typed: Typed) -> Parts:
    lines = "".join(f"<p>{_inline(line) or '<br />'}</p>\n" for line in typed.lines)
    html = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8" /></head><body style=\'font-size: 10pt;'
        f' font-family: Verdana,Geneva,sans-serif\'>\n{lines}<div id="_rc_sig"></div>\n<p id="reply-intro">'
        f'{escape(typed.attribution)}</p>\n<blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid;'
        f' margin: 0">\n<div id="replybody1">{typed.asked_html}</div>\n</blockquote>\n</body></html>\n'
    )
    return Parts(f"{typed.text}\n\n{typed.attribution}\n{typed.quoted}\n", html)


def roundcube_plain(typed: Typed) -> Parts:
    return Parts(f"{typed.text}\n\n{typed.attribution}\n{typed.quoted}\n", None)


def k9(typed: Typed) -> Parts:
    lines = "<br>".join(_inline(line) for line in typed.lines)
    html = (
        f'<!DOCTYPE html><html><body><div dir="auto">{lines}</div><br><br><div class="gmail_quote"><div dir="auto">'
        f'{escape(typed.attribution)}</div><blockquote class="gmail_quote" style="margin: 0pt 0pt 0pt 0.8ex; border-left: 1px'
        f' solid rgb(204, 204, 204); padding-left: 1ex;">\n{typed.asked_html}</blockquote></div></body></html>'
    )
    return Parts(f"{typed.text}\n\n{typed.attribution}\n{typed.quoted}\n", html)


def fairemail(typed: Typed) -> Parts:
    lines = "<br>".join(_inline(line) for line in typed.lines)
    html = (
        '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>'
        f'<p>{lines}<br></p><div fairemail="signature"></div><div fairemail="reply"><p>{escape(typed.attribution)}</p>'
        f'<blockquote style="border-left:3px solid #ccc; padding-left:3px; margin:0">{typed.asked_html}</blockquote></div></body></html>'
    )
    return Parts(f"{typed.text}\n\n{typed.attribution}\n{typed.quoted}\n", html)


def evolution(typed: Typed) -> Parts:
    html = (
        "<html><head><style>pre,code,address {\n  margin: 0px;\n}\nh1,h2,h3,h4,h5,h6 {\n  margin-top: 0.2em;\n  margin-bottom:"
        " 0.2em;\n}\nol,ul {\n  margin-top: 0em;\n  margin-bottom: 0em;\n}\nblockquote {\n  margin-top: 0em;\n  margin-bottom:"
        f" 0em;\n}}\n</style></head><body>{typed.divs()}<div><br></div><div>{escape(typed.attribution)}</div><blockquote"
        ' type="cite" style="margin:0 0 0 .8ex; border-left:2px #729fcf solid;padding-left:1ex">'
        f"{typed.asked_html}</blockquote></body></html>"
    )
    return Parts(f"{typed.text}\n\n{typed.attribution}\n{typed.quoted}\n", html)


def kmail(typed: Typed) -> Parts:
    style = "margin-top:0;margin-bottom:0;margin-left:0;margin-right:0;"
    lines = "".join(f'<p style="{style}">{_inline(line) or "<br />"}</p>\n' for line in typed.lines)
    html = (
        '<html>\n<head>\n<meta http-equiv="content-type" content="text/html; charset=UTF-8">\n</head>\n<body>'
        f'{lines}<p style="{style}">{escape(typed.attribution)}</p>\n<blockquote>{typed.asked_html}</blockquote></body>\n</html>'
    )
    return Parts(f"{typed.text}\n\n{typed.attribution}\n{typed.quoted}\n", html)


def notes(typed: Typed) -> Parts:
    lines = "<br>\n".join(f'<font size="2" face="sans-serif">{_inline(line)}</font>' for line in typed.lines)
    block = "".join(
        f'<font size="1" color="#5F5F5F" face="sans-serif">{escape(label)}: </font><font size="1" face="sans-serif">'
        f"{escape(value)}</font><br>\n"
        for label, value in typed.block
    )
    html = f"{lines}<br>\n<br>\n{block}<hr noshade><br>\n<br>\n<br>\n{typed.asked_html}<br>\n<BR>\n"
    text = (
        f"{typed.text}\n\n\n\n"
        + "\n".join(f"{label}:   {value}" for label, value in typed.block)
        + f"\n\n\n\n{typed.asked}\n"
    )
    return Parts(text, html)


def spark(typed: Typed) -> Parts:
    lines = typed.divs(' dir="auto"', "<br/>")
    html = (
        '<html xmlns="http://www.w3.org/1999/xhtml">\n<head>\n<title></title>\n</head>\n<body>\n<div name="messageBodySection">'
        f'{lines}</div>\n<div name="messageReplySection">{escape(typed.attribution)}<br />\n<blockquote type="cite"'
        ' style="border-left-color: grey; border-left-width: thin; border-left-style: solid; margin: 5px 5px;padding-left: 10px;"'
        f' class="spark_quote">{typed.asked_html}</blockquote>\n</div>\n</body>\n</html>\n'
    )
    return Parts(f"{typed.text}\n{typed.attribution}\n{typed.quoted}\n", html)


def fastmail(typed: Typed) -> Parts:
    html = (
        '<!DOCTYPE html><html><head><title></title><style type="text/css">p.MsoNormal,p.MsoNoSpacing{margin:0}</style></head><body>'
        f'{typed.divs()}<div><br></div><div>{escape(typed.attribution)}</div><blockquote type="cite" id="qt" style="">'
        f"{typed.asked_html}</blockquote><div><br></div></body></html>"
    )
    return Parts(f"{typed.text}\n\n{typed.attribution}\n{typed.quoted}\n", html)


def yandex(typed: Typed) -> Parts:
    html = (
        f"{typed.divs(empty=' ')}<div> </div><div>----------------</div><div>{escape(typed.words.labels[2])}: Anna Kim"
        f" (anna@example.org);</div><div>{escape(typed.words.labels[3])}: {escape(typed.subject)};</div><div>01.12.2025, 09:30,"
        f" &quot;TG 2&quot; &lt;{OFFICE}&gt;:</div><blockquote>{typed.asked_html}</blockquote>"
    )
    return Parts(None, html)


def qq(typed: Typed) -> Parts:
    block = "".join(f"<div><b>{escape(label)}:</b>&nbsp;{escape(value)};</div>" for label, value in typed.block)
    html = (
        '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">'
        f'{typed.divs()}<div><br></div><div><div style="font-size: 12px;font-family: Arial Narrow;padding:2px 0 2px 0;">'
        '------------------&nbsp;Original&nbsp;------------------</div><div style="font-size: 12px;background:#efefef;padding:8px;">'
        f"{block}</div><div><br></div>{typed.asked_html}</div>"
    )
    text = (
        f"{typed.text}\n\n\n------------------&nbsp;Original&nbsp;------------------\n".replace("&nbsp;", " ")
        + "\n".join(f"{label}: {value};" for label, value in typed.block)
        + f"\n\n{typed.asked}\n"
    )
    return Parts(text, html)


def prepared(typed: Typed) -> Parts:
    """A mail that one of our links has prepared: nothing is quoted."""
    return Parts(f"{typed.keyword}\n\n{typed.comment}\n\nvote-h-{'a' * 26}\n", None)


def prepared_gmail(typed: Typed) -> Parts:
    lines = [typed.keyword, "", typed.comment, "", f"vote-h-{'a' * 26}"]
    marked = "<br>".join(_inline(line) for line in lines)
    return Parts("\n".join(lines) + "\n", f'<div dir="ltr">{marked}</div>\n')


def outlook_text(typed: Typed) -> Parts:
    """Outlook in plain text, with its own line above the quotation and marks."""
    block = "\n".join(f"> {label}: {value}" for label, value in typed.block)
    return Parts(f"{typed.text}\n\n> -----Original Message-----\n{block}\n> \n{typed.quoted}\n", None)


PROGRAMS: Mapping[str, Callable[[Typed], Parts]] = {
    made.__name__: made
    for made in (
        *(
            outlook,
            owa,
            owa_dark,
            outlook_mobile,
            windows_mail,
            outlook_text,
            gmail,
            gmail_app,
            apple_mail,
            apple_mail_plain,
        ),
        *(ios_mail, ios_mail_div, thunderbird, thunderbird_flowed, thunderbird_below, thunderbird_flowed_below, mutt),
        *(
            mutt_below,
            samsung,
            yahoo,
            yahoo_app,
            proton,
            gmx,
            zimbra,
            roundcube,
            roundcube_plain,
            k9,
            fairemail,
            evolution,
        ),
        *(kmail, notes, spark, fastmail, yandex, qq, prepared, prepared_gmail),
    )
}

BELOW = frozenset({"thunderbird_below", "thunderbird_flowed_below", "mutt_below"})
"""Programs whose users write below what they quote."""

WITH_STYLES = frozenset({"thunderbird", "thunderbird_below", "apple_mail", "ios_mail", "kmail", "evolution", "notes"})
"""Programs that keep the style sheet of what they quote."""

_BODY = re.compile(r"\A.*<body[^>]*>(.*)</body>.*\Z", re.DOTALL)

BANNERS = (
    "CAUTION: This email originated from outside of the organization. Do not click links or open attachments unless you"
    " recognize the sender and know the content is safe.",
    "[EXTERNAL]",
)


def mail_of(parts: Parts, to: str, subject: str, number: int = 0) -> bytes:
    """The mail of these parts. ``number`` chooses encodings, which differ between programs."""
    text_way, html_way = (("quoted-printable", "base64", "8bit")[(number + shift) % 3] for shift in (0, 1))
    fields = f"From: {SENDER}\r\nTo: {to}\r\nSubject: Re: {subject}\r\nDate: {RFC_DATE}\r\nMessage-ID: <{number}@example.org>\r\nMIME-Version: 1.0\r\n"
    flow = "; format=flowed" if parts.flowed else ""
    text = parts.text.replace("> \n", ">\n").replace(" \n", "\n") if parts.text and parts.flowed else parts.text
    entities = []
    if text is not None:
        entities.append(_entity(f"text/plain; charset=utf-8{flow}", text, text_way))
    if parts.html is not None:
        entities.append(_entity("text/html; charset=utf-8", parts.html, html_way))
    if len(entities) == 1:
        return fields.encode() + entities[0]
    inside = b"".join(b"--=_b_=\r\n" + entity + b"\r\n" for entity in entities)
    return (
        fields.encode() + b'Content-Type: multipart/alternative; boundary="=_b_="\r\n\r\n' + inside + b"--=_b_=--\r\n"
    )


def _entity(kind: str, text: str, way: str) -> bytes:
    octets = text.replace("\n", "\r\n").encode()
    if way == "base64":
        octets = base64.encodebytes(octets).replace(b"\n", b"\r\n")
    elif way == "quoted-printable":
        octets = quopri.encodestring(octets.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {way}\r\n\r\n".encode() + octets


class Reply(NamedTuple):
    """A reply, and what it says."""

    name: str
    program: str
    choice: str
    raw: bytes


WRITTEN = ("{}", "{}.", "{}!", "*{}*", " {}", "{} ")
"""Ways to write a keyword that count (A13)."""


def replies(
    words: Mapping[str, Mapping[str, str]], to: str, subject: str, asked: str, asked_html: str
) -> Iterator[Reply]:
    """Plain votes of every program in every language; ``words`` are a word for each choice, by language."""
    comments = ("", "Well done, thank you.", "Page 2 needs a date:\nit says 2024.\n\nOtherwise fine.")
    number = 0
    asked, asked_html = (text.replace("\r\n", "\n") for text in (asked, asked_html))
    inner = _BODY.sub(r"<div>\1</div>", asked_html)
    for program, make in PROGRAMS.items():
        for language in LANGUAGES:
            for choice, word in words.get(language, words["en"]).items():
                number += 1
                comment = comments[number % 3]
                written = WRITTEN[(number // 3) % len(WRITTEN)].format(
                    (word, word.lower(), word.capitalize())[number % 3]
                )
                if program.startswith("prepared"):
                    written = word
                markup = asked_html if program in WITH_STYLES else inner
                typed = Typed(written, comment, language, subject, asked, markup, number % 4 == 0)
                name = f"{program} {language} {written.strip()}{' with a comment' if comment else ''}"
                parts = make(typed)
                if number % 7 == 0 and program not in BELOW:
                    parts = under_banner(parts, BANNERS[number % 2])
                    name += " under a banner"
                yield Reply(name, program, choice, mail_of(parts, to, subject, number))


def under_banner(parts: Parts, banner: str) -> Parts:
    """The parts as a gateway sends them on."""
    box = (
        '<table border="0" cellspacing="0" cellpadding="0" align="left" width="100%"><tr><td style="background:#FFEB9C;padding:'
        f'5pt 2pt 5pt 2pt"></td><td width="100%" cellpadding="7px 6px 7px 15px" style="background:#FFEB9C;padding:5pt 4pt 5pt'
        f' 12pt;word-wrap:break-word"><div style="color:#222222;"><span style="color:#222; font-weight:bold;">{escape(banner)}'
        "</span></div></td></tr></table><br>"
    )
    html = parts.html
    if html is not None:
        place = html.find(">", html.find("<body")) + 1 if "<body" in html else 0
        html = html[:place] + box + html[place:]
    return Parts(None if parts.text is None else f"{banner}\n\n{parts.text}", html, parts.flowed)
