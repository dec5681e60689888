"""Fixtures of the contracts: every kind of store, and the real servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from mailer.ports import Work
from mailer.store.database import SqlStore
from tests.contracts.stores import LISTS, STORES, UPDATE, new_store, scopes
from tests.servers.debian import debian_runs, real_servers
from tests.servers.postgresql import postgresql

__all__ = ["debian_runs", "postgresql", "real_servers"]


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    with closing(new_store(request, request.param)) as store:
        with store.transaction() as work:
            work.lists.declare([*scopes(*LISTS), UPDATE])
        yield store


@pytest.fixture
def work(store: SqlStore) -> Iterator[Work]:
    with store.transaction() as work:
        yield work
