"""The configuration. ``load`` reads it once, at the start; other code is given the values that it needs."""

from mailer.config.publications import MailingList, VisualIdentity
from mailer.config.reading import CLOCK, load
from mailer.config.sections import (
    Answers,
    Bounces,
    Feedback,
    Limited,
    PersonalData,
    Presenters,
    Reviews,
    Settings,
)
from mailer.config.site import Site

__all__ = [
    "CLOCK",
    "Answers",
    "Bounces",
    "Feedback",
    "Limited",
    "MailingList",
    "PersonalData",
    "Presenters",
    "Reviews",
    "Settings",
    "Site",
    "VisualIdentity",
    "load",
]
