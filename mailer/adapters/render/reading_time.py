"""How long an article takes to read, in the language that it is written in."""

from __future__ import annotations

import math
import re

WORDS = {
    "ar": 138,
    "de": 179,
    "en": 228,
    "es": 218,
    "fi": 161,
    "fr": 195,
    "he": 187,
    "it": 188,
    "nl": 202,
    "pl": 166,
    "pt": 181,
    "ru": 184,
    "sl": 180,
    "sv": 199,
    "tr": 166,
}
"""Words that a reader takes in within a minute, by language (Trauzettel-Klosinski and Dietz 2012)."""
OTHERWISE = 180
SIGNS = {"zh": 255, "ja": 357}
"""As many characters, where words are not set apart (ibid.)."""
SIGNS_OTHERWISE = 300

_SIGN = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[^\W_]+(?:['’.,:/@-][^\W_]+)*")


def counted_words(text: str) -> int:
    """How many words; where they are not set apart, how many signs, as word processors count them."""
    return sum(_counts(text))


def _counts(text: str) -> tuple[int, int]:
    """Signs of scripts that do not set words apart, and words of the others."""
    return len(_SIGN.findall(text)), len(_WORD.findall(_SIGN.sub(" ", text)))


def minutes(text: str, language: str) -> int:
    """Whole minutes, at least one."""
    main = language.partition("-")[0].lower()
    signs, words = _counts(text)
    return max(1, math.ceil(signs / SIGNS.get(main, SIGNS_OTHERWISE) + words / WORDS.get(main, OTHERWISE) - 0.5))
