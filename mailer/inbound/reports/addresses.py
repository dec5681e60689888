"""Addresses as reports write them: with types, brackets, comments, prefixes and punctuation around them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailer.message import clean

_SEPARATORS = re.compile(r"[\s,;<>()\[\]{}|]+")
_PREFIX = re.compile(r"[\w-]*:|(?:smtp|to|rcpt|from|dda|e?mail|recipient)=", re.IGNORECASE)
_DOMAIN = re.compile(r"[\w#][\w.#-]*\Z")
_AROUND = "\"'`´“”‘’*:.,!?…=«»„"
_ESCAPE = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_XTEXT = re.compile(r"\+(2B|3D)", re.IGNORECASE)


def addresses(line: str) -> list[str]:
    """Everything in ``line`` that has the shape of an address, in order, without what stands around it."""
    words = (word for word in _SEPARATORS.split(line) if "@" in word[1:-1])
    return [address for word in words if (address := _bare(word))]


def field_address(value: str) -> str:
    """The address in a recipient field (RFC 3464 2.3.1); if it has none, the field's words; or empty.

    Characters beyond ASCII may be escaped (RFC 6533 3), and a plus or an equals sign encoded (RFC 3461 4).
    """
    text = _ESCAPE.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), value)
    found = addresses(text)
    if found:
        return clean(_XTEXT.sub(lambda code: chr(int(code[1], 16)), found[0]), 320)
    return clean(text.rpartition(";")[2].strip().removeprefix("<").removesuffix(">"), 320)


def same(one: str, other: str) -> bool:
    """Whether two addresses are written the same, apart from the case."""
    return one.casefold() == other.casefold()


def without_repeats(found: Iterable[str]) -> list[str]:
    """The addresses in order; those that differ only in case are one."""
    return list({address.casefold(): address for address in reversed([*found])}.values())[::-1]


def _bare(word: str) -> str:
    if word.startswith("@"):  # a source route (RFC 5321 C)
        word = word.rpartition(":")[2]
    word = word.strip(_AROUND) if not word.startswith('"') or '"@' not in word else word.rstrip(_AROUND)
    while prefix := _PREFIX.match(word):
        word = word[prefix.end() :].strip(_AROUND)
    local, at, domain = word.rpartition("@")
    if not at or not local or ("@" in local.strip('"') and not local.startswith('"')):
        return ""
    return word if _DOMAIN.match(domain) and len(word) <= 320 else ""
