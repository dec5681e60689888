"""What editors write about a ballot in a reply to its notice, by language."""

from __future__ import annotations

from collections.abc import Mapping

REMIND: Mapping[str, tuple[str, ...]] = {
    "en": ("remind", "remind them", "remind the board"),
    "fr": ("rappeler", "rappel", "relancer"),
    "es": ("recordar", "recordatorio"),
}

WITHDRAW: Mapping[str, tuple[str, ...]] = {
    "en": ("withdraw", "withdraw it"),
    "fr": ("retirer",),
    "es": ("retirar",),
}

EXTEND: Mapping[str, tuple[str, ...]] = {
    "en": ("extend", "extend by", "extend it by"),
    "fr": ("prolonger de", "prolonger"),
    "es": ("prorrogar", "ampliar", "prorrogar por", "ampliar por"),
}
"""They stand before a number and a unit."""

DAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("day", "days"),
    "fr": ("jour", "jours"),
    "es": ("día", "días", "dia", "dias"),
}

WEEKS: Mapping[str, tuple[str, ...]] = {
    "en": ("week", "weeks"),
    "fr": ("semaine", "semaines"),
    "es": ("semana", "semanas"),
}

WORKING_DAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("working day", "working days", "business day", "business days"),
    "fr": ("jour ouvrable", "jours ouvrables", "jour ouvré", "jours ouvrés"),
    "es": ("día hábil", "días hábiles", "día laborable", "días laborables"),
}
