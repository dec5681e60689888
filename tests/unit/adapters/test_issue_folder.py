"""An issue's folder: its contents, and each fault with its file and line."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from mailer.adapters import issue_folder
from mailer.adapters.issue_folder import files
from mailer.adapters.render import markdown
from mailer.errors import ConfigError, Refused
from mailer.model.issues import Issue, Picture, Rank, State

ROOT = Path(__file__).parents[3]
HEAD = 'number = 3\ntitle = "Spring"\ndate = 2026-03-01\nlanguage = "en"\n'


def png(width: int = 4, height: int = 2) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes that claims to have ``width`` times ``height`` pixels."""
    data = png()
    header = b"IHDR" + struct.pack(">II", width, height) + data[24:29]
    return data[:12] + header + struct.pack(">I", zlib.crc32(header)) + data[33:]


def article(front: str = 'title = "One"\n', body: str = "Words.\n") -> str:
    return f"+++\n{front}+++\n{body}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "issue"
    made.mkdir()
    (made / "issue.toml").write_text(HEAD)
    (made / "01-one.md").write_text(article('title = "One"\nimage = "map.png"\nalt = "A map"\n', "\nWords.\n"))
    (made / "02-two.md").write_text(article('title = "Two"\nauthor = "Anna"\nsummary = "Short."\n'))
    (made / "map.png").write_bytes(png())
    return made


def faults(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        issue_folder.read(folder, "update")
    return [problem.removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_an_issue_is_read(folder: Path) -> None:
    source = issue_folder.read(folder, "update")
    assert (source.publication, source.number, source.title) == ("update", 3, "Spring")
    assert (source.day, source.language) == (date(2026, 3, 1), "en")
    one, two = source.articles
    assert (one.name, one.title, one.body, one.line) == ("01-one.md", "One", "\nWords.\n", 6)
    assert one.picture is not None
    assert (one.picture.name, one.picture.alt, one.picture.data) == ("map.png", "A map", png())
    assert (two.title, two.author, two.summary, two.picture) == ("Two", "Anna", "Short.", None)
    assert source.digest == issue_folder.fingerprint(folder)


def test_an_issue_is_restored_from_its_files_whatever_has_become_of_the_folder(folder: Path) -> None:
    source = issue_folder.read(folder, "update")
    (folder / "01-one.md").write_text("edited since")
    made = Issue(1, "update", 3, "Spring", State.APPROVED, str(folder), source.digest, ())
    restored = issue_folder.IssueFolders().restored(made, source.files)
    assert (restored, restored.files) == (source, source.files)


def test_the_number_must_be_that_of_the_folder(folder: Path) -> None:
    assert issue_folder.read(folder, "update", 3).number == 3
    (folder / "issue.toml").write_text(HEAD.replace("Spring", " "))
    with pytest.raises(ConfigError) as caught:
        issue_folder.read(folder, "update", 4)
    assert [problem.removeprefix(f"{folder}/") for problem in caught.value.problems] == [
        "issue.toml:2: title is empty; fill it in, or leave the line out",
        "issue.toml:1: number is 3, but this is the folder of issue 4",
    ]


def test_an_article_says_what_it_is_and_what_its_pictures_are(folder: Path) -> None:
    front = (
        'title = "Two"\nkicker = "Harbour"\nsection = "News"\nrank = "brief"\nimage = "map.png"\ndecorative = true\n'
        'caption = "Here"\ncredit = "Anna"\n'
    )
    (folder / "02-two.md").write_text(article(front, '![A plan](plan.png "Where | Ben")\n'))
    (folder / "plan.png").write_bytes(png(5, 5))
    (folder / "issue.toml").write_text(HEAD + 'translator = "Chloé"\noriginal = "fr"\n')
    source = issue_folder.read(folder, "update")
    one, two = source.articles
    assert (source.translator, source.original) == ("Chloé", "fr")
    assert (one.rank, one.kicker, one.pictures) == (Rank.LEAD, "", {})
    assert (two.kicker, two.section, two.rank) == ("Harbour", "News", Rank.BRIEF)
    assert two.picture == Picture("map.png", png(), "", "Here", "Anna")
    assert two.pictures == {"plan.png": Picture("plan.png", png(5, 5), "")}


def test_articles_are_in_the_order_of_their_numbers(folder: Path) -> None:
    for name in ("10-ten.md", "3-three.md", "003b-no.md"):
        (folder / name).write_text(article())
    assert [fault.split(":")[0] for fault in faults(folder)] == ["003b-no.md"]
    (folder / "003b-no.md").unlink()
    names = [entry.name for entry in issue_folder.read(folder, "update").articles]
    assert names == ["01-one.md", "02-two.md", "3-three.md", "10-ten.md"]


def test_what_does_not_go_out_is_named(folder: Path) -> None:
    assert issue_folder.read(folder, "update").warnings == ()
    for name in ("plan.png", "draft.docx", "Thumbs.db", ".hidden"):
        (folder / name).write_bytes(png())
    assert issue_folder.read(folder, "update").warnings == (
        f"{folder}/draft.docx: this file does not go out; readers get the articles and their pictures.",
        f"{folder}/plan.png: no article shows this picture; show it, or delete it.",
    )


FAULTS: dict[str, tuple[str, str | bytes, str]] = {
    "key missing": ("issue.toml", 'number = 1\ntitle = "x"\n', "issue.toml:1: date is missing; add date = …"),
    "key unknown": ("issue.toml", HEAD + 'lang = "en"\n', "issue.toml:5: unknown key lang; did you mean language?"),
    "wrong type": ("issue.toml", HEAD.replace("3\n", '"3"\n', 1), "issue.toml:1: number must be a whole number"),
    "wrong day": ("issue.toml", HEAD.replace("2026-03-01", '"1 March"'), "issue.toml:3: date must be a day"),
    "time of day": (
        "issue.toml",
        HEAD.replace("2026-03-01", "2026-03-01T10:00:00"),
        "issue.toml:3: date must be a day",
    ),
    "negative": ("issue.toml", HEAD.replace("= 3", "= -3"), "issue.toml:1: number is below 0"),
    "language": ("issue.toml", HEAD.replace('"en"', '"English!"'), "issue.toml:4: language is not a language tag"),
    "not TOML": ("issue.toml", "number = 1\ntitle = Spring\ndate = 2026-03-01\n", "issue.toml:2: not valid TOML"),
    "empty title": ("issue.toml", HEAD.replace("Spring", " "), "issue.toml:2: title is empty"),
    "long title": ("issue.toml", HEAD.replace("Spring", "S" * 301), "issue.toml:2: title has more than 300 characters"),
    "no front matter": ("02-two.md", "Words.\n", "02-two.md:1: an article begins with a line +++"),
    "front matter open": ("02-two.md", '+++\ntitle = "x"\nWords.\n', "02-two.md:1: an article begins with a line +++"),
    "front matter late": ("02-two.md", '\n+++\ntitle = "x"\n+++\nW.\n', "02-two.md:1: an article begins with a line"),
    "front matter broken": ("02-two.md", article("title = One\n"), "02-two.md:2: not valid TOML"),
    "unknown in article": (
        "02-two.md",
        article('titel = "x"\n'),
        "02-two.md:2: unknown key titel; did you mean title?",
    ),
    "no text": ("02-two.md", article(body=" \n"), "02-two.md:4: the article has no text"),
    "marker in text": ("02-two.md", article(body="a\nb ⟦leave⟧\n"), "02-two.md:5: the signs ⟦ and ⟧"),
    "marker in title": ("02-two.md", article('title = "⟦"\n'), "02-two.md:2: the signs ⟦ and ⟧"),
    "invisible": ("02-two.md", article(body="a\x0bb\n"), "02-two.md:4: an invisible character, U+000B"),
    "not UTF-8": ("02-two.md", article(body="caf\xe9\n").encode("latin-1"), "02-two.md:4: the text is not in UTF-8"),
    "too large": ("02-two.md", article(body="word " * 50_000), "02-two.md:1: the file has more than 200 KB"),
    "curly quotes": (
        "02-two.md",
        article("title = “One”\n"),
        '02-two.md:2: not valid TOML: Invalid value; each line is key = "value", with straight quotation marks instead',
    ),
    "number and space": (
        "07 – Draft.md",
        "x",
        "07 – Draft.md:1: an article begins with its number; name it 07-Draft.md",
    ),
    "no number": ("notes.md", "x", "notes.md:1: an article begins with its number; name it 01-notes.md"),
    "no alt": ("02-two.md", article('title = "x"\nimage = "map.png"\n'), "02-two.md:3: map.png has no description"),
    "blank alt": ("02-two.md", article('title = "x"\nimage = "map.png"\nalt = ""\n'), "02-two.md:3: map.png has no"),
    "rank": ("02-two.md", article('title = "x"\nrank = "big"\n'), "02-two.md:3: rank is one of lead, second, brief"),
    "two leads": ("02-two.md", article('title = "x"\nrank = "lead"\n'), "02-two.md:3: only the first article can"),
    "same number": ("2-b.md", article(), "2-b.md:1: 02-two.md has the same number; give each article its own"),
    "decoration with words": (
        "02-two.md",
        article('title = "x"\nimage = "map.png"\nalt = "y"\ndecorative = true\n'),
        "02-two.md:5: a decorative picture has no alt",
    ),
    "caption alone": ("02-two.md", article('title = "x"\ncaption = "y"\n'), "02-two.md:3: caption describes a picture"),
    "original": ("issue.toml", HEAD + 'original = "English"\n', "issue.toml:5: original is not a language tag"),
    "picture in the text gone": (
        "02-two.md",
        article(body="One.\n\n![A map](mapp.png)\n"),
        "02-two.md:6: mapp.png is not in the folder; did you mean map.png?",
    ),
    "picture in the text outside": (
        "02-two.md",
        article(body="![A map](../map.png)\n"),
        "02-two.md:4: ../map.png is outside the folder",
    ),
    "alt alone": ("02-two.md", article('title = "x"\nalt = "y"\n'), "02-two.md:3: alt describes a picture, but"),
    "picture gone": (
        "02-two.md",
        article('title = "x"\nimage = "mapp.png"\nalt = "y"\n'),
        "02-two.md:3: mapp.png is not in the folder; did you mean map.png?",
    ),
    "SVG": (
        "02-two.md",
        article('title = "x"\nimage = "a.svg"\nalt = "y"\n'),
        "02-two.md:3: a.svg is not a picture that",
    ),
    "upwards": (
        "02-two.md",
        article('title = "x"\nimage = "../map.png"\nalt = "y"\n'),
        "02-two.md:3: ../map.png is outside the folder",
    ),
    "absolute": (
        "02-two.md",
        article('title = "x"\nimage = "/etc/passwd.png"\nalt = "y"\n'),
        "02-two.md:3: /etc/passwd.png is outside the folder",
    ),
    "no picture": ("map.png", b"not a picture", "01-one.md:3: map.png cannot be read as PNG"),
    "half a picture": ("map.png", png()[:20], "01-one.md:3: map.png cannot be read as PNG"),
    "disguised": (
        "map.png",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "01-one.md:3: map.png cannot be read as PNG",
    ),
}


@pytest.mark.parametrize(("name", "content", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_names_its_file_and_line_and_what_to_do(
    folder: Path, name: str, content: str | bytes, expected: str
) -> None:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert any(fault.startswith(expected) for fault in faults(folder)), faults(folder)


def test_all_faults_are_named_together(folder: Path) -> None:
    (folder / "issue.toml").write_text('number = "x"\n')
    (folder / "01-one.md").write_text("nothing")
    (folder / "notes.md").write_text("x")
    places = [fault.split(": ")[0] for fault in faults(folder)]
    assert places == ["issue.toml:1", "issue.toml:1", "issue.toml:1", "01-one.md:1", "notes.md:1"]


def test_the_fault_of_a_folder_without_an_issue_says_how_to_begin(tmp_path: Path) -> None:
    for act in (lambda: issue_folder.read(tmp_path, "update"), lambda: issue_folder.fingerprint(tmp_path)):
        with pytest.raises(ConfigError, match="there is no such file; begin an issue with “mailer issue new”"):
            act()


def test_an_issue_without_articles_is_refused(tmp_path: Path) -> None:
    (tmp_path / "issue.toml").write_text(HEAD)
    assert faults(tmp_path) == ["01-….md:1: the issue has no article; write one, for example 01-welcome.md"]


def test_D5_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(folder: Path) -> None:
    (folder / "map.png").write_bytes(bomb(30_000, 20_000))
    assert faults(folder) == ["01-one.md:3: map.png has more than 40 million pixels; save it smaller"]


def test_D5_a_picture_of_too_many_bytes_is_refused(folder: Path) -> None:
    with (folder / "map.png").open("ab") as picture:
        picture.truncate(12_000_001)
    assert faults(folder) == ["01-one.md:3: map.png has more than 12 MB; save it smaller"]


def test_D2_a_link_to_a_file_outside_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png())
    (tmp_path / "secret.md").write_text(article())
    (folder / "map.png").unlink()
    (folder / "map.png").symlink_to(tmp_path / "secret.png")
    (folder / "03-three.md").symlink_to(tmp_path / "secret.md")
    assert [fault.split(";")[0] for fault in faults(folder)] == [
        "01-one.md:3: map.png is outside the folder",
        "03-three.md:1: the file is a link to outside the folder",
        "map.png:1: the file is a link to outside the folder",
    ]


CHANGES: dict[str, Callable[[Path], object]] = {
    "an article edited": lambda folder: (folder / "02-two.md").write_text(article(body="Other.\n")),
    "an article added": lambda folder: (folder / "03-three.md").write_text(article()),
    "an article renamed": lambda folder: (folder / "02-two.md").rename(folder / "04-two.md"),
    "an article removed": lambda folder: (folder / "02-two.md").unlink(),
    "the picture changed": lambda folder: (folder / "map.png").write_bytes(png(5, 5)),
    "the title changed": lambda folder: (folder / "issue.toml").write_text(HEAD.replace("Spring", "Summer")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_A19_any_edit_changes_the_digest(folder: Path, change: Callable[[Path], object]) -> None:
    before = issue_folder.fingerprint(folder)
    change(folder)
    assert issue_folder.fingerprint(folder) != before


def test_other_files_do_not_change_the_digest(folder: Path) -> None:
    before = issue_folder.fingerprint(folder)
    (folder / "issue.pdf").write_bytes(b"%PDF")
    (folder / ".01-one.md.swp").write_bytes(b"x")
    (folder / "built").mkdir()
    (folder / "built" / "03-x.md").write_text("x")
    assert issue_folder.fingerprint(folder) == before


def test_windows_line_ends_and_a_byte_order_mark_are_read_like_any_other(folder: Path) -> None:
    (folder / "02-two.md").write_bytes(b"\xef\xbb\xbf" + article(body="One.\nTwo.\n").replace("\n", "\r\n").encode())
    assert issue_folder.read(folder, "update").articles[1].body == "One.\nTwo.\n"


def test_a_new_issue_is_valid_and_is_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "update-2"
    issue_folder.create(folder, 2, 'A "quoted" \\ title', date(2026, 6, 1))
    source = issue_folder.read(folder, "update")
    assert (source.number, source.title, source.day) == (2, 'A "quoted" \\ title', date(2026, 6, 1))
    assert [(entry.name, entry.rank) for entry in source.articles] == [
        ("01-welcome.md", Rank.LEAD),
        ("02-dates.md", Rank.SECOND),
        ("03-members.md", Rank.SECOND),
        ("04-library.md", Rank.BRIEF),
        ("05-ferry.md", Rank.BRIEF),
    ]
    assert [markdown.read(entry, "en")[1] for entry in source.articles] == [[]] * 5
    assert source.warnings == ()
    with pytest.raises(Refused, match="exists already"):
        issue_folder.create(folder, 2, "x", date(2026, 6, 1))


def test_G6_a_new_issue_is_in_the_language_of_its_office(tmp_path: Path) -> None:
    issue_folder.create(tmp_path / "update-2", 2, "Printemps", date(2026, 6, 1), "fr")
    assert issue_folder.read(tmp_path / "update-2", "update").language == "fr"


def test_the_shipped_issue_is_valid() -> None:
    source = issue_folder.read(ROOT / "config" / "demo" / "issues" / "update-1", "update")
    assert (source.number, len(source.articles)) == (1, 8)
    assert sum(path.stat().st_size for path in files.pictures(ROOT / "config/demo/issues/update-1")) < 100_000
