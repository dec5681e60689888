"""Which command a mail gives: as a word, or as people write it in a sentence.

A command is the whole first paragraph of the mail's own words (G3): a line that is followed by nothing, a blank line,
``Key: value`` lines, a signature, a quotation or a known footer. If the mail has no words of its own, or only courtesy,
its subject may be one. Words around the command must be ones that change nothing about it (``words/courtesy.py``);
beside any other word it is at most a candidate, about which its writer is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from mailer.inbound.intents import Command, ReadingRules
from mailer.inbound.own_words import (
    OwnWords,
    read_own_words,
    without_prefixes,
    without_salutation,
    without_sign_off,
    words_around_lines,
)
from mailer.inbound.reply import own_text
from mailer.inbound.wording import Sentence, Vocabulary, Words, sentences_of, starts, words_of
from mailer.inbound.words.commands import CERTAIN, COMMANDS, SET_TO, SETTINGS, WITH_ARGUMENT
from mailer.inbound.words.courtesy import ASKS, CLASSES, FILLERS, NEGATIONS, REASONS
from mailer.message import Inbound

LANGUAGES = ("en", "fr", "es", "de", "pt", "it", "ru", "ja", "zh", "ar")
QUESTIONED = frozenset({"subscribe", "unsubscribe"})
"""Commands about which a writer is asked if it is not certain that they give them."""

_FEW = 3
"""Words beside a command that say nothing to a person."""
_SHORT = 100
"""Characters of a text that is nothing but a salutation or a signature."""
_LONGEST = 120
"""Words of a paragraph that is looked at; a longer one is no command."""
_LONGEST_DOUBT = 40
"""Words of a paragraph about which its writer is asked."""
_REASON = re.compile(rf"\b(?:{'|'.join(map(re.escape, REASONS))})\b", re.IGNORECASE)
_NOT = frozenset(words_of(" ".join(NEGATIONS)))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a mail asks for."""

    command: Command | None = None
    candidate: str = ""
    """A command that it may give, if none is certain."""
    beside: str = ""
    """Its own words beside the command."""


_NOTHING = Asked()


def named(detail: str, rules: ReadingRules) -> str | None:
    """The command that the detail of an address names, such as ``change-address``."""
    if detail in rules.commands:
        return detail
    words = words_of(detail)
    phrase = " ".join(words)
    return next((name for name in _BY_PHRASE.get(phrase, ()) if words and name in rules.commands), None)


def find_command(mail: Inbound, rules: ReadingRules) -> Command | None:
    """The command that the mail certainly gives."""
    return asked(mail, rules).command


def asked(mail: Inbound, rules: ReadingRules) -> Asked:
    """The command that the mail gives, or may give."""
    found = _asked(mail, rules, read_own_words(mail))
    around = None if found.command else words_around_lines(mail)
    again = _asked(mail, rules, around) if around else found
    return again if again.command else found


def _asked(mail: Inbound, rules: ReadingRules, written: OwnWords) -> Asked:
    names = _names(mail, rules)
    first = written.first or own_text(mail)[:_SHORT]  # a command may look like a salutation or a signature
    own = _read(first, rules, names) if first else _NOTHING
    if own.command or not (subject := without_prefixes(mail.subject)):
        return replace(own, beside=_beside(own, written))
    titled = _read(subject, rules, names)
    if not titled.command:
        return own if written.first else _NOTHING
    if not written.paragraphs or written.signature or _is_courtesy(written, names):
        return titled
    name = titled.command.name
    doubtful = name in QUESTIONED and _may_be_asked(sentences_of(written.text))
    return Asked(candidate=name) if doubtful and not own.candidate else own


def setting_in(line: str, language: str, rules: ReadingRules) -> str:
    """The argument of a line that is “set” with one, such as “set language fr”; or empty."""
    found = _with_argument(line, language, rules)
    return found.command.argument if found and found.command and found.command.name == "set" else ""


def words_beside(mail: Inbound, rules: ReadingRules, answered: bool) -> str:
    """The mail's own words beside its command, or beside its yes if it has ``answered`` a question; empty if few."""
    written, names = read_own_words(mail), _names(mail, rules)
    own = _read(written.first, rules, names) if written.first and not answered else _NOTHING
    if own.command or answered:
        paragraphs, text = written.paragraphs[1:], own.beside
    else:
        paragraphs, text = written.paragraphs if not written.signature else (), ""
    words = "\n\n".join(part for part in (text, _more_than_courtesy(paragraphs, names)) if part)
    return words if len(words_of(words)) > _FEW else ""


def worth_reading(mail: Inbound, paragraphs: tuple[tuple[str, ...], ...], office: str) -> str:
    """What these paragraphs of the mail say to a person; empty if they are courtesy, names or few words."""
    writer = (mail.sender.name, str(mail.sender)) if mail.sender else ()
    words = _more_than_courtesy(paragraphs, frozenset(word for name in (*writer, office) for word in words_of(name)))
    return words if len(words_of(words)) > _FEW else ""


def _more_than_courtesy(paragraphs: tuple[tuple[str, ...], ...], names: frozenset[str]) -> str:
    rest = OwnWords(paragraphs, fields=False)
    return "" if _is_courtesy(rest, names) else rest.text


def _beside(own: Asked, written: OwnWords) -> str:
    rest = "\n\n".join("\n".join(paragraph) for paragraph in written.paragraphs[1:])
    return "\n\n".join(text for text in (own.beside, rest) if text) if own.command else ""


def _names(mail: Inbound, rules: ReadingRules) -> frozenset[str]:
    """Words that say nothing: the writer's name and address, the office's and its publications'."""
    writer = (mail.sender.name, str(mail.sender)) if mail.sender else ()
    return frozenset(word for name in (*writer, *rules.names) for word in words_of(name) if word not in _NOT)


def _is_courtesy(written: OwnWords, names: frozenset[str]) -> bool:
    sentences = sentences_of(written.text)
    if sum(len(sentence.words) for sentence in sentences) > _LONGEST:
        return False
    return all(
        any(_vocabulary(language).fills(sentence.words, names) for language in LANGUAGES) for sentence in sentences
    )


def _read(text: str, rules: ReadingRules, names: frozenset[str]) -> Asked:
    """What one paragraph, or the subject, asks for."""
    if len(words_of(text)) > _LONGEST:
        return _NOTHING
    words = frozenset(words_of(text))
    languages = [language for language in LANGUAGES if _may_speak(words, language)]
    best = _NOTHING
    for variant in _variants(text) if languages else ():
        sentences = sentences_of(variant)
        for language in languages:
            found = _certain(sentences, language, rules, names) or _with_argument(variant, language, rules)
            if found:
                return found
        if found := _with_reason(variant, languages, rules, names):
            return found
        best = best if best.candidate else _doubtful(sentences, languages, rules, names)
    return best


def _with_reason(text: str, languages: Sequence[str], rules: ReadingRules, names: frozenset[str]) -> Asked | None:
    """A request in full that gives its reason: “Please remove me, as I have left the company”."""
    reason = _REASON.search(text)
    if reason is None or not reason.start():
        return None
    for language in languages:
        sentences = sentences_of(text[: reason.start()])
        found = _certain(sentences, language, rules, names)
        certain = found and found.command and found.command.name in QUESTIONED and not found.beside
        if found and certain and any(_speaks_of_writer(sentence.words) for sentence in sentences):
            return replace(found, beside=text[reason.start() :])
    return None


def _variants(text: str) -> Iterator[str]:
    """The text, then without a salutation, a signature or both."""
    seen = set()
    for body in (text, *without_sign_off(text)):
        for variant in (body, *without_salutation(body)):
            if variant and variant not in seen:
                seen.add(variant)
                yield variant


def _certain(sentences: Sequence[Sentence], language: str, rules: ReadingRules, names: frozenset[str]) -> Asked | None:
    """The one command that the sentences give, if they have nothing else, or if one of them asks for it in full."""
    vocabulary, known = _vocabulary(language), rules.commands
    meanings = [vocabulary.meanings(sentence.words, names) for sentence in sentences]
    wanted = [frozenset(name for name in found if name in known) for found in meanings]
    names_found = [_preferred(found) for found in wanted if found]
    if not names_found or len({*names_found}) != 1 or not names_found[0]:
        return None
    name = names_found[0]
    asking = [sentence for sentence, found in zip(sentences, wanted, strict=True) if found]
    if any(sentence.asks and not _asks_to_do(sentence) for sentence in asking):
        return None
    beside = [sentence for sentence, found in zip(sentences, meanings, strict=True) if not found]
    if not beside:
        return Asked(Command(name, "", language))
    full = any(_is_certain(one.words) or (len(one.words) > 1 and _speaks_of_writer(one.words)) for one in asking)
    if name not in QUESTIONED or not full or any(_takes_back(one.words, name, vocabulary) for one in beside):
        return None
    return Asked(Command(name, "", language), beside=". ".join(" ".join(one.words) for one in beside))


def _takes_back(words: Words, name: str, vocabulary: Vocabulary) -> bool:
    """Whether a sentence has the command and a refusal: “I do not want to be removed”."""
    return any(word in _NOT for word in words) and any(found == name for found, _, _ in vocabulary.found(words))


def _preferred(found: frozenset[str]) -> str | None:
    """The one meaning of a sentence. “Stop my subscription” has two, of which leaving is the less harmful."""
    if len(found) == 1:
        return next(iter(found))
    for name in ("forget", "unsubscribe", "change-address", "status", "subscribe", "help"):
        if name in found:
            return name
    return None


def _is_certain(words: Words) -> bool:
    return any(words[: len(one)] == one for one in _CERTAIN)


def _speaks_of_writer(words: Words) -> bool:
    return any(
        trie.matches_any(words, place)
        for place in range(len(words))
        for trie in (_vocabulary(language).classes["me"] for language in LANGUAGES)
    )


def _asks_to_do(sentence: Sentence) -> bool:
    trie = starts(ASKS)
    return any(trie.matches_any(sentence.words, place) for place in range(len(sentence.words)))


def _may_be_asked(sentences: Sequence[Sentence]) -> bool:
    """Whether their words leave a doubt that a question to the writer can settle: no question, no refusal."""
    words = [word for sentence in sentences for word in sentence.words]
    return (
        len(words) <= _LONGEST_DOUBT
        and not any(sentence.asks for sentence in sentences)
        and not any(word in _NOT for word in words[:6])
    )


def _doubtful(
    sentences: Sequence[Sentence], languages: Sequence[str], rules: ReadingRules, names: frozenset[str]
) -> Asked:
    """The commands that the sentences may give: a phrase about the writer makes most of a short sentence."""
    words = sum(len(sentence.words) for sentence in sentences)
    if words > _LONGEST_DOUBT or any(sentence.asks for sentence in sentences):
        return _NOTHING
    candidates = {
        name
        for sentence in sentences
        for language in languages
        for name in _candidates(sentence.words, language, names)
        if name in rules.commands
    }
    return Asked(candidate=candidates.pop()) if len(candidates) == 1 else _NOTHING


def _candidates(words: Words, language: str, names: frozenset[str]) -> set[str]:
    vocabulary = _vocabulary(language)
    found = [(name, start, end) for name, start, end in vocabulary.found(words, names) if name in QUESTIONED]
    spans = [(name, start, end) for name, start, end in found if end - start > 1 or _is_certain(words[start:end])]
    candidates: set[str] = set()
    for name, start, end in spans:
        outside = words[:start] + words[end:]
        if any(word in _NOT for word in outside):
            continue
        fillers = vocabulary.filler_count(outside, names)
        if (end - start + fillers) * 2 > len(words) and (len(words) == end - start or vocabulary.speaks(words)):
            candidates.add(name)
    if len(candidates) > 1:
        longest = max(spans, key=lambda span: span[2] - span[1])
        return {longest[0]}
    return candidates


def _with_argument(text: str, language: str, rules: ReadingRules) -> Asked | None:
    """A command with an argument, such as “set language fr”, if it begins the text or stands after courtesy."""
    chunks = text.split()
    words = words_of(text)
    if len(words) > 30:
        return None
    if "set" in rules.commands and frozenset(words[2:][-1:]) & _last_of_set(language):  # “Sprache auf Deutsch ändern”
        argument = _setting(chunks[:-1], words[:-1], 0, language)
        if argument:
            return Asked(Command("set", argument, language))
    vocabulary = _argued(language)
    for start, (name, end) in vocabulary.leading(words):
        if name not in rules.commands:
            continue
        argument = _after(chunks, words, end)
        if name == "set":
            argument = _setting(chunks, words, end, language)
        if argument or (start == 0 and end == len(words)):
            return Asked(Command(name, argument, language))
    return None


def _setting(chunks: Sequence[str], words: Words, place: int, language: str) -> str:
    """“language fr”: the setting as a sign-up names it, and its value; empty if there is none."""
    for key, languages in SETTINGS.items():
        for phrases in (languages.get(language, ()), languages["en"]):
            ends = list(starts(phrases).matches(words, place))
            if not ends:
                continue
            value = max(ends)
            between = list(starts((*SET_TO.get(language, ()), *SET_TO["en"])).matches(words, value))
            value = max(between, default=value)
            if value < len(words):
                return f"{key} {_after(chunks, words, value)}"
    return ""


def _after(chunks: Sequence[str], words: Words, place: int) -> str:
    """What stands after the first ``place`` words, as it was written."""
    counted = 0
    for number, chunk in enumerate(chunks):
        if counted == place:
            return " ".join(chunks[number:]).strip(" :=：").rstrip(".!。！")
        counted += len(words_of(chunk))
        if counted > place:
            return (
                "".join(words[place:])
                if any(ord(word[0]) > 0x3000 for word in words[:place])
                else " ".join(words[place:])
            )
    return ""


def _may_speak(words: frozenset[str], language: str) -> bool:
    """Whether there may be a command in the language, or an English one among its words; most mail has none."""
    own, english = _keys(language), _keys("en")
    if language == "en" or words.isdisjoint(english):
        return not words.isdisjoint(own)
    return not words.isdisjoint(own - english) or not words.isdisjoint(_own_words(language))


@lru_cache(maxsize=len(LANGUAGES))
def _keys(language: str) -> frozenset[str]:
    """Words of which a text has one if it has a command."""
    return _vocabulary(language).keys | _argued(language).keys


@lru_cache(maxsize=len(LANGUAGES))
def _own_words(language: str) -> frozenset[str]:
    """Words of the language's courtesy that are not English."""
    english = {word for phrase in FILLERS["en"] for word in words_of(phrase)}
    return frozenset(word for phrase in FILLERS[language] for word in words_of(phrase)) - english


@lru_cache(maxsize=len(LANGUAGES))
def _vocabulary(language: str) -> Vocabulary:
    plain = [tables for name, tables in CLASSES.items() if name != "not"]
    return Vocabulary.of(
        [phrase for tables in (FILLERS, *plain) for phrase in _both(tables, language)],
        {name: _both(tables, language) for name, tables in CLASSES.items()},
        {name: _both(tables, language) for name, tables in COMMANDS.items() if name not in ("get", "forward", "set")},
    )


@lru_cache(maxsize=len(LANGUAGES))
def _last_of_set(language: str) -> frozenset[str]:
    return frozenset(words_of(phrase)[0] for phrase in COMMANDS["set"].get(language, ()))


@lru_cache(maxsize=len(LANGUAGES))
def _argued(language: str) -> Vocabulary:
    """The words of commands with an argument."""
    return Vocabulary.of(
        _both(FILLERS, language),
        {name: _both(tables, language) for name, tables in CLASSES.items()},
        {name: _both(COMMANDS[name], language) for name in sorted(WITH_ARGUMENT)},
    )


def _both(table: Mapping[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    """The phrases of the language and of English."""
    return tuple(dict.fromkeys((*table.get(language, ()), *table.get("en", ()))))


_CERTAIN = tuple(words_of(phrase.replace("{me}", "")) for phrase in CERTAIN)
_BY_PHRASE: dict[str, list[str]] = {}
for _name, _languages in COMMANDS.items():
    for _phrases in _languages.values():
        for _phrase in _phrases:
            _BY_PHRASE.setdefault(" ".join(words_of(_phrase)), []).append(_name)
