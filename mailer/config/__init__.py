"""The configuration: ``load`` reads it once, at the start; whoever needs a value is given that value."""

from mailer.config.reading import load
from mailer.config.sections import Settings

__all__ = ["Settings", "load"]
