"""Paths of the shipped files: beside the package in a checkout or an editable install, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

import mailer

_PACKAGE = Path(mailer.__file__).resolve().parent
_ROOT = _PACKAGE / "data" if (_PACKAGE / "data").is_dir() else _PACKAGE.parent

TEMPLATES = _ROOT / "templates"
"""``issue/``, ``notice/`` and ``web/``; ``locale/`` with their translations."""

CONFIG = _ROOT / "config"
"""The annotated ``mailer.toml``, and ``demo/`` with the demo's configuration and issues."""


def languages() -> tuple[str, ...]:
    """The languages (BCP 47) that what people read is in: English, and those that there is a catalogue for."""
    return ("en", *sorted(path.name.replace("_", "-") for path in (TEMPLATES / "locale").iterdir() if path.is_dir()))
