"""Characters that no font has, found where they stand: in an article, in the configuration, in a catalogue (D8)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

import lxml.html
from babel import Locale, UnknownLocaleError
from markdown_it.token import Token

from mailer.adapters.render.direction import TURNING
from mailer.adapters.render.font_packages import cure
from mailer.adapters.render.fonts import Fonts, script_of
from mailer.errors import ConfigError
from mailer.model.issues import Article, Source
from mailer.model.publications import Identity

_NAMED_AT_MOST = 5
"""Characters of one article that are named one by one; the rest of them are counted."""

_ENTRIES_AT_MOST = 20
"""Entries of one list that are named one by one."""


def of_issue(source: Source, fonts: Fonts) -> Iterator[str]:
    """The faults of the issue's title."""
    lines = [(source.lines.get(key, 1), str(getattr(source, key))) for key in ("title", "translator")]
    yield from (f"issue.toml:{where}" for where in _faults(lines, fonts))


def of_article(article: Article, tokens: Iterable[Token], fonts: Fonts) -> Iterator[str]:
    """The faults of an article, by the lines of its file. ``tokens`` are those of its body."""
    keys = ("title", "author", "summary", "kicker", "section")
    front = {key: str(getattr(article, key)) for key in keys}
    if article.picture:
        front |= {key: str(getattr(article.picture, key)) for key in ("alt", "caption", "credit")}
    lines = [(article.lines.get(key, 1), text) for key, text in front.items()]
    lines += [(article.line + line, text) for line, text in _lines(tokens)]
    yield from (f"{article.name}:{where}" for where in _faults(lines, fonts))


def check_identity(identity: Identity, fonts: Fonts) -> None:
    """Raises ConfigError with every fault of what the configuration adds to an issue."""
    texts = {
        "the name at the head of the issue": identity.masthead,
        "[identity] tagline": identity.tagline,
        "[identity] publisher": identity.publisher,
        "[identity] imprint": identity.imprint,
        **{f"[identity] forwarding_words.{tag}": words for tag, words in identity.forwarding_words.items()},
    }
    faults = [
        f"{place}: no font has {_named(sign)}; {_cure(sign)}"
        for place, text in texts.items()
        for sign in fonts.missing(text)
    ]
    if faults:
        raise ConfigError(faults)


def check_surroundings(text: str, language: str, fonts: Fonts) -> None:
    """Raises ConfigError if the words around the articles need a font that is not there. ``text``: the whole page's."""
    missing = fonts.missing(text)
    if missing:
        signs = ", ".join(missing[:20])
        raise ConfigError(
            [f"the words around the articles, in “{language}”, need a font for {signs}: {_cure(missing[0])}"]
        )


def check_around_entries(text: str, fonts: Fonts) -> None:
    """Raises ConfigError if the words around the entries of a list need a font that is not there (D8)."""
    if missing := fonts.missing(text):
        raise ConfigError([f"the words around the entries: no font has {_named(missing[0])}; {_cure(missing[0])}"])


def of_entries(entries: Iterable[tuple[str, str]], fonts: Fonts) -> list[str]:
    """A warning for each entry that the PDF cannot print as it is written, with the cure (D8).

    ``entries``: what each is called, and its text.
    """
    whole = list(entries)
    if not fonts.missing(" ".join(text for _, text in whole)):
        return []
    found = [
        f"{name}: the PDF has a note in the place of what no font here has, such as {_named(signs[0])}; to print it,"
        f" {cure(script_of(signs[0]))}"
        for name, text in whole
        if (signs := fonts.missing(text))
    ]
    hidden = len(found) - _ENTRIES_AT_MOST
    return [*found[:_ENTRIES_AT_MOST], *([f"{hidden} more entries are printed with such a note"] if hidden > 0 else [])]


def cure_of(language: str, fonts: Fonts) -> str:
    """What to do so that the language's script can be printed; empty if a font has it, or if it is not known."""
    missing = fonts.missing(_sample(language))
    return cure(script_of(missing[0])) if missing else ""


def _sample(language: str) -> str:
    """Words in the language's own script: its name, and that of a country, which Japanese writes in its syllables."""
    for tag in (language, language.partition("-")[0]):
        try:
            locale = Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
        return f"{locale.languages.get(locale.language, '')} {locale.territories.get('FR', '')}"
    return ""


def printed_text(html: str) -> str:
    """What a page says, without its markup."""
    (body,) = lxml.html.document_fromstring(html).iter("body")
    return "".join(str(text) for text in body.itertext())


def _lines(tokens: Iterable[Token]) -> Iterator[tuple[int, str]]:
    """The text of a body line by line, from 0, as it is printed: entities are resolved, marks of Markdown are gone."""
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        if token.type == "inline":
            at = line
            for child in token.children or ():
                if child.type in ("softbreak", "hardbreak"):
                    at += 1
                yield at, child.content
        elif token.type in ("fence", "code_block", "picture", "chart"):
            yield from enumerate(token.content.split("\n"), line + (token.type in ("fence", "chart")))
        elif token.type == "events":
            yield line, "".join(TURNING.intersection(token.content))  # the PDF has a note instead of what no font has


def _faults(lines: Iterable[tuple[int, str]], fonts: Fonts) -> list[str]:
    """A fault for each character, at the first line that has it, as ``line: what is wrong, and what to do``.

    Characters that turn letters around are faults, too: an approver would not see what is written.
    """
    first: dict[str, int] = {}
    turning: dict[str, int] = {}
    for line, text in lines:
        for sign in fonts.missing(text):
            first.setdefault(sign, line)
        for sign in sorted(TURNING.intersection(text)):
            turning.setdefault(sign, line)
    named = list(first.items())[:_NAMED_AT_MOST]
    faults = [f"{line}: {_named(sign)} turns letters around unseen; take it out" for sign, line in turning.items()]
    faults += [f"{line}: no font has {_named(sign)}; {_cure(sign)}" for sign, line in named]
    if rest := list(first)[_NAMED_AT_MOST:]:
        faults.append(
            f"{first[rest[0]]}: no font has {len(rest)} further characters, among them {' '.join(rest[:10])};"
            f" {_cure(rest[0])}"
        )
    return faults


def _cure(sign: str) -> str:
    return f"write it otherwise, or {cure(script_of(sign))}"


def _named(sign: str) -> str:
    name = f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip()
    shown = f"\N{DOTTED CIRCLE}{sign}" if unicodedata.combining(sign) else sign
    return name if sign in TURNING else f"“{shown}” ({name})"
