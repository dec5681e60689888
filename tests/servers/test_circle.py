"""The whole circle on Debian's Dovecot and Postfix: sign-up, approval, sending, leaving."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.office import OFFICE, PEOPLE, Flow, opened
from tests.flows.test_circle import play
from tests.servers.debian import DebianServers

pytestmark = pytest.mark.servers


class PostfixFlow(Flow):
    """Waits around each tick until Postfix has delivered its queue."""

    def tick(self) -> None:
        assert isinstance(self.sandbox, DebianServers)
        self.sandbox.wait_until_delivered()
        super().tick()
        self.sandbox.wait_until_delivered()


def test_the_circle_on_real_servers(debian_runs: None, tmp_path: Path) -> None:
    with DebianServers((OFFICE, *PEOPLE), tmp_path) as servers, opened(tmp_path, servers) as app:
        play(PostfixFlow(app, servers))
