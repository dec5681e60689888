"""Who may use the office's files."""

from __future__ import annotations

import grp
import os
import stat
from pathlib import Path

import pytest

from mailer.adapters.permissions import Access, Permissions, User, give_to_owner, secret_fault
from mailer.errors import ConfigError

OWN_GROUP = grp.getgrgid(os.getgid()).gr_name


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder as an older version left it, open to everybody."""
    made = tmp_path / "data"
    made.mkdir()
    (made / "mailer.db").write_bytes(b"secret")
    made.chmod(0o755)
    (made / "mailer.db").chmod(0o644)
    return made


@pytest.mark.parametrize(("group", "of_folder", "of_file"), [("", 0o700, 0o600), (OWN_GROUP, 0o2770, 0o660)])
def test_what_is_open_to_others_is_closed(folder: Path, group: str, of_folder: int, of_file: int) -> None:
    permissions = Permissions.of(group)
    assert permissions.mend([folder, folder / "mailer.db", folder / "missing"]) == []
    assert (mode(folder), mode(folder / "mailer.db")) == (of_folder, of_file)
    assert [permissions.fault(path) for path in (folder, folder / "mailer.db", folder / "missing")] == [None] * 3


def test_a_fault_names_the_mode_and_the_cure(folder: Path) -> None:
    fault = Permissions().fault(folder / "mailer.db")
    assert str(fault) == f"{folder}/mailer.db is open to others (0644); run: chmod 600 {folder}/mailer.db"


def test_a_group_that_cannot_write_is_a_fault(folder: Path) -> None:
    (folder / "mailer.db").chmod(0o640)
    fault = Permissions.of(OWN_GROUP).fault(folder / "mailer.db")
    assert str(fault).endswith(f"cannot be used by the group {OWN_GROUP} (0640); run: chmod 660 {folder}/mailer.db")


def test_what_belongs_to_somebody_else_is_left_and_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    assert [fault.path for fault in Permissions().mend([folder])] == [folder]
    assert mode(folder) == 0o755


def test_a_link_is_not_followed(folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.write_text("theirs")
    outside.chmod(0o644)
    (folder / "mailer.wake").symlink_to(outside)
    assert Permissions().mend([folder / "mailer.wake"]) == []
    assert mode(outside) == 0o644


def test_an_unknown_group_is_a_fault_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match="groupadd nobodys-group"):
        Permissions.of("nobodys-group")


def test_new_files_and_folders_have_the_modes(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        permissions = Permissions.of(OWN_GROUP)
        permissions.hold()
        permissions.make_folder(tmp_path / "a" / "data")
        permissions.make_file(tmp_path / "a" / "data" / "mailer.db")
    finally:
        os.umask(before)
    assert (mode(tmp_path / "a/data"), mode(tmp_path / "a/data/mailer.db")) == (0o2770, 0o660)
    assert mode(tmp_path / "a") == 0o770


def test_a_secret_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "imap.password"
    assert secret_fault(secret) == ""
    secret.write_text("x")
    secret.chmod(0o440)
    assert secret_fault(secret) == f"others can read {secret}; run: chmod 600 {secret}"
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))  # an access list of systemd shows as a group's mode
    assert secret_fault(secret) == ""
    secret.chmod(0o400)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    assert secret_fault(secret) == ""


def test_another_user_is_shut_out_by_the_first_step_that_is_closed(folder: Path) -> None:
    folder.chmod(0o2750)
    (folder / "mailer.db").chmod(0o660)
    owner, group = os.getuid(), os.getgid()
    member, stranger = User("ana", owner + 1, frozenset({group})), User("bo", owner + 2, frozenset())
    writes = Access(folder / "mailer.db", 6)
    for above in folder.parents:
        if above.owner() == folder.owner() and not mode(above) & 0o001:
            above.chmod(mode(above) | 0o011)
    assert User("me", owner, frozenset()).missing(writes) is None
    assert stranger.missing(writes) == (f"bo cannot enter {folder} (2750)", folder)
    assert member.missing(writes) is None
    assert member.missing(Access(folder, 7)) == (f"ana cannot write {folder} (2750)", folder)
    assert User("root", 0, frozenset()).missing(Access(folder, 7)) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_what_root_makes_in_another_users_folder_is_given_to_them(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, 65534)
    made = os.open(tmp_path / "mailer.lock", os.O_CREAT | os.O_RDWR, 0o600)
    give_to_owner(made, tmp_path)
    assert (os.fstat(made).st_uid, os.fstat(made).st_gid) == (65534, 65534)
    os.close(made)
