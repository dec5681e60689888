"""Which command a mail gives."""

from __future__ import annotations

from mailer.inbound.details import only_details
from mailer.inbound.intents import Command, ReadingRules
from mailer.inbound.keywords import first_line, fold
from mailer.inbound.reply import own_text
from mailer.inbound.words.commands import COMMANDS
from mailer.message import Inbound

_PHRASES = sorted(
    (
        (phrase, name, language)
        for name, languages in COMMANDS.items()
        for language, phrases in languages.items()
        for phrase in phrases
    ),
    key=lambda row: -len(row[0]),
)
WITH_ARGUMENT = frozenset({"set", "change-address", "get", "faq"})


def named(detail: str, rules: ReadingRules) -> str | None:
    """The command that the detail of an address names, such as ``change-address``."""
    if detail in rules.commands:
        return detail
    words = detail.replace("-", " ")
    return next((name for phrase, name, _ in _PHRASES if phrase == words and name in rules.commands), None)


def find_command(mail: Inbound, rules: ReadingRules) -> Command | None:
    """The command that is the first line, or the subject if the text has only details."""
    command = _read(first_line(mail), rules)
    if command is None and only_details(own_text(mail).split("\n")):
        command = _read(fold(mail.subject), rules)
    return command


def _read(line: str, rules: ReadingRules) -> Command | None:
    for phrase, name, language in _PHRASES:
        if name not in rules.commands:
            continue
        if line == phrase:
            return Command(name, "", language)
        if name in WITH_ARGUMENT and line.startswith(f"{phrase} "):
            return Command(name, line.removeprefix(phrase).strip(), language)
    return None
