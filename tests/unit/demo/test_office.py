"""Which folders the demo uses, and which it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mailer.demo import office
from mailer.errors import Refused


def test_an_earlier_demo_is_removed(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    office.prepare(out)
    office.create_office(out / "office")
    (out / "old.eml").write_text("old")
    office.prepare(out)
    assert [path.name for path in out.iterdir()] == [office.MARKER]


@pytest.mark.parametrize("present", [False, True])
def test_a_missing_or_empty_folder_is_used(tmp_path: Path, present: bool) -> None:
    out = tmp_path / "deep" / "demo"
    if present:
        out.mkdir(parents=True)
    office.prepare(out)
    assert [path.name for path in out.iterdir()] == [office.MARKER]


def test_a_file_instead_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("a file")
    with pytest.raises(Refused, match="not an earlier demo"):
        office.prepare(tmp_path / "demo")
    assert (tmp_path / "demo").read_text() == "a file"


def test_a_running_demo_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    office.prepare(out)
    (out / "office" / "data").mkdir(parents=True)
    lock = out / "office" / "data" / "mailer.lock"
    hold = (
        "import sys; from pathlib import Path; from mailer.adapters.lock import ProcessLock\n"
        "with ProcessLock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Refused, match=f"process {holder.pid} "):
            office.prepare(out)
        assert lock.exists()
        holder.communicate()
    office.prepare(out)
    assert not lock.exists()


def test_an_existing_office_is_kept(tmp_path: Path) -> None:
    (tmp_path / "mailer.toml").write_text("# mine")
    office.create_office(tmp_path)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("mailer.toml", "# mine")]


def test_a_folder_without_an_office_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(Refused, match=r"no mailer\.toml"):
        office.create_office(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
