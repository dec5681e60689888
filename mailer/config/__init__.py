"""The configuration: ``load`` reads it once, at the start; whoever needs a value is given that value."""

from mailer.config.reading import load
from mailer.config.sections import Limited, MailingList, Settings

__all__ = ["Limited", "MailingList", "Settings", "load"]
