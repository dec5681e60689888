"""Published sending limits of large providers, and the domains of each provider.

A preset is what one mailbox may send through its provider's relay. Providers change these limits, so the table names
its sources. ``[limits]`` in the configuration also applies where it is stricter.
"""

from __future__ import annotations

from collections.abc import Mapping

from mailer.throttle.limits import DAY, MINUTE, SECOND, Limit

PRESETS: Mapping[str, tuple[Limit, ...]] = {
    # support.google.com/mail/answer/22839: 500 recipients a day for a personal account (read in 2026)
    "gmail": (Limit(DAY, 500),),
    # support.google.com/a/answer/166852: 2,000 messages a day, in any 24 hours (read in 2026)
    "google-workspace": (Limit(DAY, 2_000),),
    # learn.microsoft.com, Exchange Online limits: 30 messages a minute, 10,000 recipients a day (read in 2026)
    "microsoft365": (Limit(MINUTE, 30), Limit(DAY, 10_000)),
    # support.apple.com/102198: 1,000 messages and 1,000 recipients a day (read in 2026)
    "icloud": (Limit(DAY, 1_000),),
    # help.yahoo.com SLN17518, small business mail: 500 mails a day (read in 2026)
    "yahoo": (Limit(DAY, 500),),
    # docs.aws.amazon.com/ses, sending quotas: the sandbox of a new account, 1 a second and 200 a day (read in 2026)
    "ses-sandbox": (Limit(SECOND, 1), Limit(DAY, 200)),
}

_GROUPS = (
    ("gmail.com", "googlemail.com"),
    ("outlook.com", "hotmail.com", "live.com", "msn.com", "hotmail.co.uk", "hotmail.fr", "hotmail.de", "live.co.uk"),
    ("icloud.com", "me.com", "mac.com"),
    ("yahoo.com", "ymail.com", "rocketmail.com", "aol.com", "yahoo.co.uk", "yahoo.fr", "yahoo.de", "yahoo.it"),
    ("gmx.net", "gmx.de", "gmx.at", "gmx.ch", "web.de"),
    ("proton.me", "protonmail.com", "pm.me"),
    ("yandex.ru", "yandex.com", "ya.ru"),
)
"""Domains whose mail one provider counts together; the first one stands for all."""

FIRST: Mapping[str, str] = {domain: group[0] for group in _GROUPS for domain in group}
ALL: Mapping[str, tuple[str, ...]] = {group[0]: group for group in _GROUPS}


def counted_as(domain: str) -> str:
    """The domain that stands for ``domain`` and all others of its provider."""
    return FIRST.get(domain, domain)
