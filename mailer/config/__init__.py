"""The configuration: ``load`` reads it once, at the start; whoever needs a value is given that value."""

from mailer.config.reading import load
from mailer.config.sections import Limited, Settings

__all__ = ["Limited", "Settings", "load"]
