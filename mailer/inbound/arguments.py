"""Commands that have an argument: “get 3”, “set language French”.

Each reader returns None for an argument that the command does not take, so that a sentence which merely begins like a
command reaches a person (G3).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailer.inbound.commands import setting_in
from mailer.inbound.details import Unknown, as_line, is_field, pause_of, read_changes
from mailer.inbound.intents import (
    ChangeAddress,
    Command,
    Faq,
    Forward,
    Get,
    Intent,
    Pause,
    ReadingRules,
    SetDetails,
    Translate,
)
from mailer.inbound.keywords import fold
from mailer.inbound.own_words import read_own_words
from mailer.inbound.reply import own_text
from mailer.inbound.words.phrases import phrases
from mailer.message import Address, Inbound, clean
from mailer.model.cldr import language_tag
from mailer.phrases import phrase

_ISSUE = re.compile(
    r"(?:(?:the|issue|number|no\.?|nr\.?|le|la|el|numéro|numero|número|n°|nº|ausgabe|edición|edição|edizione|выпуск"
    r"|номер|第)\s*)*#?(\d{1,6})\s*(?:号|期|號)?[.!]?",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"(?:(?:the|le|la|el|die|l')\s*)?(?:latest|newest|last|dernier|dernière|derniere|último|ultimo|última|ultima|neueste"
    r"|letzte|последний|最新|الأخير)(?:\s+(?:issue|one|numéro|numero|número|ausgabe|edición|edição|edizione|выпуск))?[.!]?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"[\s,;]*(?:with my name|avec mon nom|con mi nombre|mit meinem namen|com (?:o )?meu nome|con il mio nome"
    r"|с моим именем|名前(?:入り|付き|を入れて)|(?:带|帶|署)(?:上)?我的(?:名字|姓名)|باسمي|مع اسمي)[.!。]?",
    re.IGNORECASE,
)
"""That a copy may say who sends it on."""
_TO_FORWARD = re.compile(
    r"[\s,;]*(?:to forward|to pass on|for forwarding|à transférer|pour transférer|à faire suivre|para reenviar"
    r"|zum weiterleiten|zur weiterleitung|para (?:re)?encaminhar|da inoltrare|per inoltrare|для пересылки"
    r"|(?:を|の)?転送用?(?:に)?|(?:用于|以便)?(?:转发|轉發)|لإعادة التوجيه|للتمرير)[.!。]?",
    re.IGNORECASE,
)
"""What makes “get 3” a wish for a copy to pass on."""
_ISSUE_AND_MORE = re.compile(r"(\D{0,60}?#?\d{1,6}\s?(?:号|期|號)?)[\s,:]+(\S.{0,60})", re.IGNORECASE)
"""An issue, and what follows its number."""
_INTO = frozenset(
    phrases(
        """
        to | into | in | en | au | vers | nach | auf | ins | para | ao | o | al | a | el | la | le | l | на | إلى
        へ | に | を | 为 | 成 | 到 | as | comme | como | als | come | edition | édition | version
        """
    )
)
"""Words around the name of a language."""
_FORMS = {
    **dict.fromkeys(("odt", "libreoffice", "openoffice", "opendocument"), "odt"),
    **dict.fromkeys(("docx", "word", "doc"), "docx"),
    **dict.fromkeys(("text", "txt", "plain"), ""),
}
"""How people call the forms of a translator's copy."""
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"“”«»']+@[^\s<>()\[\],;:\"“”«»']+")
_FROM = frozenset(phrases("from | old | de | von | alt | da | с | из | 旧 | من"))
_TO = frozenset(
    phrases(
        """
        to | is | new | address | my | and | a | à | en | nach | zu | auf | neu | in | para | на | إلى | 新 | par | por
        by | with | est | es | ist | adresse | email | mail | it
        """
    )
)
"""Words that may stand before an address."""

_LANGUAGE_WORDS = 4
"""Words of a language's name."""
MOST_WORDS = 11
"""Words after “faq” that need no question mark; more of them are for a person."""
LONGEST_QUESTION = 25
"""Words of a question with one."""
MOST_LINES = 100
"""Lines that are searched for settings."""


def argument_of(mail: Inbound, command: Command) -> str:
    """What follows the command, as the writer spelled it.

    If the command stands in the address, it is the first line or else the subject.
    """
    lines = [own_text(mail).partition("\n")[0].strip(), mail.subject.strip()]
    if command.argument:
        ends = (line[-len(command.argument) :] for line in lines)
        return next((end for end in ends if fold(end) == fold(command.argument)), command.argument)
    return "" if command.language else next(filter(None, lines), "")


def read_get(mail: Inbound, rules: ReadingRules, command: Command) -> Intent | None:
    """“3”, “issue 3”, “latest”, or one of these with a publication: “member update 3”; nothing is the newest.

    With “to forward” behind it, it is a wish for a copy to pass on.
    """
    text = clean(argument_of(mail, command))
    wish = _NAMED.sub("", text)
    if to_forward := re.search(rf"{_TO_FORWARD.pattern}$", wish, re.IGNORECASE):
        return _to_forward(wish[: to_forward.start()], named=wish != text)
    found = _issue_in(text)
    if found is None:
        return _in_language(text) or (None if command.argument else Get(None, ""))
    return Get(*found)


def read_forward(mail: Inbound, rules: ReadingRules, command: Command) -> Intent | None:
    """An issue as for “get”, and perhaps “with my name”."""
    text = clean(argument_of(mail, command))
    wish = _NAMED.sub("", text)
    wanted = _to_forward(wish, named=wish != text)
    return wanted if wanted or command.argument else Forward(None, "")


def _to_forward(text: str, *, named: bool) -> Forward | None:
    if found := _issue_in(text.strip()):
        return Forward(*found, named)
    wanted = _in_language(text.strip())
    return Forward(wanted.number, wanted.publication, named, wanted.language) if wanted else None


def _issue_in(text: str) -> tuple[int | None, str] | None:
    """The number of an issue, or None for the newest, and words for its publication; None if it is no issue."""
    if not text or _NEWEST.fullmatch(text):
        return None, ""
    if found := _ISSUE.fullmatch(text):
        return int(found[1]), ""
    named = re.fullmatch(r"(?:the )?(\S.{0,58}?)[ -]#?(\d{1,6})[.!]?", text)
    return (int(named[2]), named[1]) if named and len(named[1].split()) <= 4 else None


def _in_language(text: str) -> Get | None:
    """“3 fr”, “member update 3 in French”, “latest fr”."""
    newest = _NEWEST.match(text)
    whole = _ISSUE_AND_MORE.fullmatch(text)
    issue, rest = (whole[1], whole[2]) if whole else (newest[0], text[newest.end() :]) if newest else ("", "")
    tag, form = _language_and_form(rest)
    found = _issue_in(issue.strip()) if tag and form is None else None
    return Get(*found, tag) if found else None


def read_translate(mail: Inbound, rules: ReadingRules, command: Command) -> Intent | None:
    """“3 fr”, “issue 3 into French”, “update 3 ja odt”, “3”."""
    text = clean(argument_of(mail, command))
    whole = None if _ISSUE.fullmatch(text) else _ISSUE_AND_MORE.fullmatch(text)
    issue, rest = (whole[1], whole[2]) if whole else (text, "")
    tag, form = _language_and_form(rest) if rest else ("", "")
    found = _issue_in(issue.strip())
    if found is None or found[0] is None or (rest and not tag and form is None):
        return None if command.argument else Translate(None, "", "", "")
    return Translate(*found, tag, form or "")


def _language_and_form(text: str) -> tuple[str, str | None]:
    """A language's tag and a form of a file; empty and None for what the text does not name."""
    words = [word for word in re.split(r"[\s,;:]+", text.strip(" .!")) if word]
    form = next((_FORMS[word.lower()] for word in reversed(words) if word.lower() in _FORMS), None)
    words = [word for word in words if word.lower() not in _FORMS]
    while len(words) > 1 and words[0].lower() in _INTO:
        words = words[1:]
    while len(words) > 1 and words[-1].lower() in _INTO:
        words = words[:-1]
    named = " ".join(words).removesuffix("へ").removesuffix("に")
    return (language_tag(named) if 0 < len(words) <= _LANGUAGE_WORDS else ""), form


def read_set(mail: Inbound, rules: ReadingRules, command: Command) -> Intent | None:
    """“language French”, “format: text”; or the command alone, with ``Key: value`` lines below it."""
    lines, today = own_text(mail).split("\n"), mail.received_at.date()
    if command.argument:
        line = as_line(argument_of(mail, command))
        if line is None:
            return None
        lines = _settings(lines, command.language, rules) or [line, *lines[1:]]
        if line.startswith("kind") and not read_changes([line], today)[0]:
            return None  # “use kind words”
    return SetDetails(*read_changes(lines, today))


def read_pause_wish(mail: Inbound, rules: ReadingRules, command: Command) -> Intent | None:
    """“until 1 March”, “for 3 months”, or nothing, which is answered with how to say it.

    None for words that name no time: a sentence that begins with the word is for a person (G3).
    """
    written = clean(argument_of(mail, command)) if command.argument else ""
    if not written:
        return Pause("", (phrase("Please say until when, such as “pause until 1 March” or “pause for 3 months”."),))
    try:
        return Pause(pause_of(written, mail.received_at.date()), ())
    except Unknown as fault:
        return Pause("", (fault.problem,)) if _is_short(written) else None


def _is_short(written: str) -> bool:
    """Whether it is nothing but a time, even one that cannot be read."""
    return any(sign.isdigit() for sign in written) and len(written.split()) <= MOST_WORDS


def _settings(lines: Sequence[str], language: str, rules: ReadingRules) -> list[str]:
    """Several lines with “set”, each as ``Key: value``; empty if there are fewer than two.

    A line below one in the same paragraph belongs to its value, unless it is ``Key: value`` itself.
    """
    found: list[str] = []
    count, continues = 0, False
    for line in lines[:MOST_LINES]:
        setting = as_line(setting_in(line, language, rules))
        if setting:
            found.append(setting)
            count += 1
        elif is_field(line):
            found.append(line)
        elif continues and line.strip():
            found[-1] = f"{found[-1]} {line.strip()}"
            continue
        continues = setting is not None
    return found if count > 1 else []


def read_address(mail: Inbound, rules: ReadingRules, command: Command) -> Intent | None:
    """“new@example.org”, “to new@example.org”, “from old@example.org”, “from old@… to new@…”.

    The command alone, without an address below it, names none.
    """
    if command.argument:
        return _addresses(argument_of(mail, command))
    lines = [*own_text(mail).split("\n")[:4], mail.subject]
    return next(filter(None, map(_addresses, lines)), ChangeAddress("", ""))


def _addresses(words: str) -> ChangeAddress | None:
    found = list(_ADDRESS.finditer(words))
    if not 1 <= len(found) <= 2:
        return None
    try:
        addresses = [str(Address.parse(one[0].rstrip(".!?"))) for one in found]
    except ValueError:
        return None
    ends = [0, *(one.end() for one in found)]
    before = [_words(words[end : one.start()]) for end, one in zip(ends, found, strict=False)]
    if any(not said <= _FROM | _TO for said in before) or _words(words[ends[-1] :]):
        return None
    if len(addresses) == 2:
        return ChangeAddress(addresses[0], addresses[1])
    return ChangeAddress(addresses[0], "") if before[0] & _FROM else ChangeAddress("", addresses[0])


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.lower()))


def read_faq(mail: Inbound, rules: ReadingRules, command: Command) -> Intent | None:
    """A question: in a few words behind the command, or as one paragraph below it, or none."""
    if text := clean(argument_of(mail, command)):
        return Faq(text) if _is_question(text, MOST_WORDS) else None
    if not command.language:
        return Faq("")
    paragraphs = read_own_words(mail).paragraphs
    below = " ".join(paragraphs[1]) if len(paragraphs) == 2 else ""
    asks = _is_question(below, -1)
    return Faq(clean(below) if asks else "", stands_below=asks)


def _is_question(text: str, most: int) -> bool:
    """Whether these are at most so many words, or a sentence that ends with a question mark."""
    asks = text.rstrip().endswith(("?", "？", "؟", "?»", "? »")) and len(text.split()) <= LONGEST_QUESTION
    return len(text) <= 200 and (asks or len(text.split()) <= most)
