"""The vote in a mail, and its exact words. Nothing is guessed (A11 to A14, A20 to A25, A36, A41)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from mailer.inbound.banners import BLANK as AROUND
from mailer.inbound.banners import banner_lines
from mailer.inbound.markup import Unreadable, visible_text
from mailer.inbound.quoting import LineKind, is_quoted, read_lines
from mailer.inbound.reply import BLANK
from mailer.inbound.styles import Seen
from mailer.inbound.vote_markup import Line, VoteMarkup
from mailer.inbound.vote_parts import read_structure, unfold
from mailer.message import Inbound
from mailer.model.approvals import Choice
from mailer.model.policies import Keywords
from mailer.phrases import Phrase, phrase

_LOWER_ASCII = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_LINES, _COMMENT_LINES = 5_000, 1_000
"""How many lines a reply has at most that is a vote, and in how many of them a comment is looked for (C7)."""
_LONGEST_KEYWORD = 100
_EMPHASIS = ("*", "_", "/")
_ATTRIBUTION = 3
"""How many lines an attribution may have above a quotation."""
_LINKS = re.compile(r"<[^<>]{0,2000}>|\[[^\[\]]{0,2000}\]|\([^()]{0,2000}\)")
_MARKS = re.compile(r"^[\s>|]+|[*_]")


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a reply says as a vote."""

    choice: Choice | None
    """None if it is no vote."""
    comment: str
    reason: Phrase
    """Why there is no choice, in words for the member; empty if there is one."""
    below: Choice | None = None
    """The choice that stands below a quotation. It counts if that is of our own request alone (A12)."""
    quoted: tuple[str, ...] = ()
    """The lines of that quotation."""
    remark: str = ""
    """The comment to the choice below."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What one version of the text says."""

    choice: Choice | None
    reason: Phrase
    comment: str = ""
    quoted: tuple[str, ...] = ()


def fold(line: str) -> str:
    """``line`` for comparison: only blanks at its ends and the case of letters do not matter.

    A letter that merely looks like another is another (A24): the Kelvin sign is no K, though its small letter is k. An
    accent may be a character of its own, as some systems write it.
    """
    text = line.strip(BLANK)
    if text.isascii():
        return text.translate(_LOWER_ASCII)
    if len(text) <= _LONGEST_KEYWORD and unicodedata.normalize("NFD", text) == text:
        text = unicodedata.normalize("NFC", text)
    return "".join(map(_small, text))


def _small(letter: str) -> str:
    small = letter.lower()
    return small if small.upper() == letter else letter


def read_ballot(mail: Inbound, keywords: Keywords, banners: Sequence[str] = ()) -> Ballot:
    """The choice, the comment, and why there is no choice; and a choice that stands below a quotation.

    The first line of every version of the text must be exactly a keyword. So a keyword in or below a quotation does not
    count by itself. A line that is a keyword of another choice makes it no vote. ``banners`` are lines that a gateway
    puts above, beside those that are known.
    """
    choices = {fold(word): choice for choice in Choice for word in keywords.of(choice)}
    if not mail.text and not mail.html:
        return Ballot(None, "", _cannot(mail.body_problem or phrase("it has no text")))
    shape = read_structure(mail)
    plain = [_plain_lines(mail.text, shape.flowed, shape.delsp)] if mail.text else []
    plain += [_plain_lines(version.text, False, False) for version in shape.others if not version.is_html]
    try:
        marked = [VoteMarkup(version.text) for version in shape.others if version.is_html]
        marked = [VoteMarkup(mail.html), *marked] if mail.html else marked
        first_lines = plain[0] if mail.text else next((one.lines(pale=False) for one in marked), [])
        own = "\n".join(_trimmed(_own([line.text for line in first_lines[:_COMMENT_LINES]])))
    except Unreadable as fault:
        return Ballot(None, "", _cannot(fault.reason))
    too_long = any(len(lines) > _LINES for lines in plain)
    if reason := mail.body_problem or shape.problem or (phrase("its text is too long") if too_long else Phrase()):
        return Ballot(None, own, _cannot(reason))
    configured = [" ".join(line.split()).lower() for line in banners]
    words = keywords.firsts
    found = [_read(lines, choices, configured, words) for lines in plain if _has_text(lines)]
    first = found[0].choice if found else None
    try:
        for markup in marked:
            found += _read_html(markup, first, choices, configured, words)
    except Unreadable as fault:
        return Ballot(None, own, _cannot(fault.reason))
    if not found:
        return Ballot(None, own, _cannot(phrase("it has no text")))
    if len({(one.choice, bool(one.quoted)) for one in found}) > 1:
        return Ballot(None, own, phrase("The plain and the HTML version do not say the same."))
    if found[0].choice is None:
        return Ballot(None, own, next((one.reason for one in found if one.reason), found[0].reason))
    if not found[0].quoted:
        return Ballot(found[0].choice, found[0].comment, Phrase())
    quoted = tuple(line for one in found for line in one.quoted)
    return Ballot(None, own, not_first(words), found[0].choice, quoted, found[0].comment)


def not_first(words: Sequence[str]) -> Phrase:
    return phrase("The first line is not exactly %(words)s.", words=_any_of(words))


def quotes_only(quoted: Iterable[str], sent: Iterable[str]) -> bool:
    """Whether each of these quoted lines stands in what we sent, however it is wrapped and marked (A12)."""
    lines = [line for line in map(_comparable, quoted) if line]
    missing = set(lines)
    for text in sent:
        missing -= _found_in(f" {_comparable(text)} ", [line for line in lines if line in missing])
    return bool(lines) and not missing


def _found_in(text: str, lines: Iterable[str]) -> set[str]:
    """The lines that stand in the text. They are looked for where the one before was found, and then everywhere."""
    found, at = set(), 0
    for line in lines:
        place = text.find(f" {line} ", at)
        if place < 0:
            place = text.find(f" {line} ")
        if place >= 0:
            found.add(line)
            at = place
    return found


def seen_text(markup: str) -> str:
    """The text of HTML that we wrote."""
    return visible_text(markup).replace("\n>", "\n")


def _comparable(text: str) -> str:
    lines = (_MARKS.sub("", _LINKS.sub(" ", line)) for line in text.split("\n"))
    return " ".join(" ".join(lines).split()).casefold()


def _has_text(lines: Sequence[Line]) -> bool:
    return any(line.text.strip(AROUND) for line in lines)


def _plain_lines(text: str, flowed: bool, delsp: bool) -> list[Line]:
    lines = text.split("\n", _LINES + 1)[: _LINES + 1]
    if flowed:
        lines = unfold("\n".join(lines), delsp=delsp).split("\n")
    return [Line(line) for line in lines]


def _read_html(
    markup: VoteMarkup,
    plain: Choice | None,
    choices: Mapping[str, Choice],
    banners: Sequence[str],
    words: Sequence[str],
) -> list[_Found]:
    """What HTML says; nothing if it is empty. A pale colour hides nothing if the plain text says the same (A20)."""
    lines = markup.lines(pale=False)[:_LINES]
    found = [_read(lines, choices, banners, words)] if _has_text(lines) else []
    if plain is not None and not (found and found[0].choice is plain):
        lines = markup.lines(pale=True)[:_LINES]
        again = [_read(lines, choices, banners, words)] if _has_text(lines) else []
        return again if not found or (again and again[0].choice is plain) else found
    return found


def _read(lines: Sequence[Line], choices: Mapping[str, Choice], banners: Sequence[str], words: Sequence[str]) -> _Found:
    """What one version of the text says: by its first line, or by the first one below a quotation (A12)."""
    texts = [line.text for line in lines]
    start = _next_text(texts, banner_lines(texts[:100], banners))
    place, quoted = start, tuple[str, ...]()
    if start < len(texts) and choices.get(_bare(texts[start])) is None:
        place, quoted = _below_quotation(texts, start)
    choice = choices.get(_bare(texts[place])) if place < len(texts) else None
    if choice is None:
        return _Found(None, not_first(words))
    if lines[place].seen is not Seen.YES:
        return _Found(None, phrase("The format of the first line may hide it or strike it out."))
    rest = texts[place + 1 :]

    def is_other(line: str) -> bool:
        return choices.get(_bare(line), choice) is not choice

    if any(map(is_other, rest)) and any(map(is_other, _own(rest))):
        return _Found(None, phrase("The mail holds both keywords, each on a line of its own."))
    return _Found(choice, Phrase(), "\n".join(_trimmed(_own(rest[:_COMMENT_LINES]))), quoted)


def _below_quotation(texts: Sequence[str], start: int) -> tuple[int, tuple[str, ...]]:
    """The place of the first line below a quotation that begins the text, and the quoted lines.

    Above it may stand only an attribution and marked lines, and below it no further ones. Otherwise the place is past
    the end.
    """
    nowhere = len(texts), ()
    top = next((place for place in range(start, min(start + 8, len(texts))) if is_quoted(texts[place])), None)
    if top is None:
        return nowhere
    head = [text for text in texts[start:top] if text.strip(AROUND)]
    if head and (len(head) > _ATTRIBUTION or not head[-1].rstrip(AROUND).endswith((":", "："))):
        return nowhere
    if head and any(line.strip(AROUND) for line in _own([*head, "> x"])):
        return nowhere
    place = top
    while place < len(texts) and (is_quoted(texts[place]) or not texts[place].strip(AROUND)):
        place += 1
    if any(is_quoted(text) for text in texts[place:]):
        return nowhere
    quoted = [text for text in texts[top:place] if is_quoted(text)]
    return place, tuple(quoted[_attribution(quoted) :])


def _attribution(quoted: Sequence[str]) -> int:
    """How many lines at the top of a quotation introduce it: Thunderbird marks them in HTML as the quotation itself."""
    lines = [_MARKS.sub("", text) for text in quoted[:_ATTRIBUTION]]
    for number in range(1, len(lines) + 1):
        if lines[number - 1].rstrip(AROUND).endswith((":", "：")):
            return 0 if any(line.strip(AROUND) for line in _own([*lines[:number], "> x"])) else number
    return 0


def _next_text(texts: Sequence[str], place: int) -> int:
    while place < len(texts) and not texts[place].strip(AROUND):
        place += 1
    return place


def _bare(line: str) -> str:
    """The line without what may stand around a keyword (A13): blanks, emphasis, one full stop or exclamation mark."""
    if len(line) > _LONGEST_KEYWORD:
        return line
    text, stopped = fold(line.strip(AROUND)), False
    for _ in range(4):
        if not stopped and text.endswith((".", "!", "。")):
            text, stopped = text[:-1].rstrip(BLANK), True
        if len(text) > 2 and text[0] == text[-1] and text[0] in _EMPHASIS:
            text = text[1:-1]
    return text


def _own(texts: Sequence[str]) -> list[str]:
    return [line.text for line in read_lines(texts) if line.kind is LineKind.OWN]


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Without blank lines at either end, and never two in a row."""
    kept: list[str] = []
    for line in lines:
        bare = line.strip(BLANK)
        if bare or (kept and kept[-1]):
            kept.append(bare)
    return kept[:-1] if kept and not kept[-1] else kept


def _cannot(problem: Phrase) -> Phrase:
    return phrase("The mail cannot be read for certain: %(problem)s.", problem=problem)


def _any_of(words: Sequence[str]) -> str:
    return reduce(lambda before, last: phrase("%(before)s or %(last)s", before=before, last=last), words)
