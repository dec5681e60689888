"""Conversion whose code is imported when it is first used, because a parser takes long to import."""

from __future__ import annotations

from mailer.model.conversion import Converted


class LateConversion:
    """ports.Conversion over the one of the adapters."""

    def read(self, data: bytes, name: str, media_type: str) -> Converted:
        """As ports.Conversion says."""
        from mailer.adapters.conversion import Documents

        return Documents().read(data, name, media_type)
