"""Debian's PostgreSQL with its own folder and port, separate from the machine's service."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from mailer.store.database import SqlStore
from tests.ports import free_port
from tests.waiting import TIMEOUT

BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), Path("/usr/lib/postgresql"))
SERVER_USER = "postgres"
"""As whom it runs where we are root, as whom it refuses to."""

_CONF = """
listen_addresses = '127.0.0.1'
unix_socket_directories = '{root}'
port = {port}
max_connections = 60
log_min_messages = warning
"""


class PostgreSQL:
    """A server that runs within the context, with fsync as in production."""

    def __init__(self) -> None:
        self.port = free_port()
        self._names = (f"office_{number}" for number in count(1))
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> PostgreSQL:
        with contextlib.ExitStack() as stack:
            self.root = Path(tempfile.mkdtemp(prefix="mailer-postgresql-"))
            stack.callback(shutil.rmtree, self.root, ignore_errors=True)
            if os.geteuid() == 0:
                shutil.chown(self.root, SERVER_USER)
            self._run("initdb", "--username=mailer", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
            with (self.root / "data" / "postgresql.conf").open("a") as conf:
                conf.write(_CONF.format(root=self.root, port=self.port))
            self.start()
            stack.callback(self.stop)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self) -> None:
        self._run("pg_ctl", "--wait", "--log", str(self.root / "log"), "start")

    def stop(self) -> None:
        """Stop at once and without notice to clients, as in a power cut."""
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def database(self, like: str = "template0") -> str:
        """The URL of a new database: empty, or a copy of the one with the URL ``like``, which nobody may be using."""
        name, model = next(self._names), like.rpartition("/")[2]
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(model)))
        return self._url(name)

    def new_store(self) -> str:
        """The URL of a database with a new store: made once for this server, and then copied."""
        return self.database(like=self._new_store)

    @cached_property
    def _new_store(self) -> str:
        url = self.database()
        with contextlib.closing(SqlStore(url)) as store:
            store.upgrade()
        return url

    def _url(self, name: str) -> str:
        return f"postgresql://mailer@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(BINARIES / program), "--pgdata", str(self.root / "data"), *arguments]
        user = SERVER_USER if os.geteuid() == 0 else None
        with tempfile.TemporaryFile("w+") as output:  # and no pipe: the server that it starts would hold it open
            done = subprocess.run(
                command, user=user, cwd=self.root, stdout=output, stderr=output, timeout=TIMEOUT, check=False
            )
            if done.returncode:
                output.seek(0)
                raise RuntimeError(f"{' '.join(command)}: {output.read()}")


def missing() -> str:
    """Why the server cannot run here, or empty."""
    if not (BINARIES / "initdb").exists():
        return "needs the package postgresql"
    if os.geteuid() == 0 and SERVER_USER not in {entry.pw_name for entry in pwd.getpwall()}:
        return f"needs the user {SERVER_USER}"
    return ""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A server for as long as the tests run; skips where there is none, or fails with MAILER_REQUIRE_SERVERS=1."""
    if why := missing():
        if os.environ.get("MAILER_REQUIRE_SERVERS") == "1":
            pytest.fail(f"the tests on PostgreSQL must run, but: {why}")
        pytest.skip(why)
    with PostgreSQL() as server:
        yield server
