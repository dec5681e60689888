"""The static site: its pages, feeds, pictures and files, and the folder that they are put into."""

from __future__ import annotations

from mailer.adapters.site.builder import SiteBuilder
from mailer.adapters.site.folder import SiteFolder

__all__ = ["SiteBuilder", "SiteFolder"]
