"""Which tests run in one process, one after another, as they share what is expensive to make.

pytest-xdist's own marks for this have no effect with pytest 9.2: a test's name no longer takes the group's.
"""

from __future__ import annotations

from xdist.scheduler import LoadGroupScheduling

GROUPS = {
    "tests/servers/test_issue_mail.py": "chromium",
    "tests/servers/test_phone.py": "chromium",
    "tests/servers/test_postgresql_backup.py": "backup",
    "tests/servers/test_workers.py": "workers",
}


class Together(LoadGroupScheduling):
    """Hands out groups first, the largest before the others, and then single tests."""

    def _split_scope(self, nodeid: str) -> str:
        return GROUPS.get(nodeid.partition("::")[0], nodeid)
