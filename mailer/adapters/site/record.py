"""How the site stands, in a file of the data folder."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from mailer.adapters.whole_files import write_file
from mailer.model.site import Hidden, SiteState

_TIMES = ("built_at", "looked_at", "published_at", "failed_at")


class SiteRecordFile:
    """ports.SiteRecord."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> SiteState:
        """As ports.SiteRecord says. What cannot be read counts as nothing."""
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            times = {name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in _TIMES}
            hidden = tuple(Hidden(*one) for one in kept["hidden"])
            return SiteState(**times, files=kept["files"], failure=kept["failure"], hidden=hidden)
        except (OSError, ValueError, KeyError, TypeError):
            return SiteState()

    def write(self, state: SiteState) -> None:
        """As ports.SiteRecord says."""
        times = {name: at.isoformat() if (at := getattr(state, name)) else None for name in _TIMES}
        hidden = [[one.name, one.why] for one in state.hidden]
        made = {**times, "files": state.files, "failure": state.failure, "hidden": hidden}
        write_file(self._path, json.dumps(made, ensure_ascii=False).encode())
