"""The static site as files: what there is, where its links lead, what a build makes anew and takes down."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mailer.adapters.site import SiteFolder, folder, paths
from mailer.adapters.site.publishing import CommandPublisher
from mailer.adapters.site.record import SiteRecordFile
from mailer.compose.site import summary
from mailer.errors import Permanent, Refused
from mailer.model.site import Hidden, SiteState
from tests.site import NOW, FakePublished, builder, shown

URL = "https://sr.example/news"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("site") / "out"
    assert builder(place, url=URL).step(FakePublished())
    return place


def files(place: Path) -> dict[str, bytes]:
    found = (path for path in place.rglob("*") if path.is_file() and path.name != folder.MANIFEST)
    return {str(path.relative_to(place)): path.read_bytes() for path in found}


def pages(place: Path) -> Iterator[tuple[str, lxml.html.HtmlElement]]:
    for name, data in files(place).items():
        if name.endswith(".html"):
            yield name, lxml.html.document_fromstring(data.decode())


# --- what there is ---


def test_there_is_a_page_for_everything_in_each_language(built: Path) -> None:
    there = set(files(built))
    for tag in ("en", "fr"):
        wanted = [
            "",
            "issues/",
            "issues/update/",
            "years/",
            "years/2026/",
            "topics/",
            "topics/human-rights/",
            "countries/",
        ]
        wanted += [
            "countries/th/",
            "languages/",
            "languages/fr/",
            "events/",
            "events/3/",
            "library/",
            "lists/presenters/",
        ]
        assert {f"{tag}/{one}index.html" for one in [*wanted, "subscribe/"]} <= there
    wanted = {"index.html", "en/issues/update/3/index.html", "en/issues/update/3/update-3-en.pdf", "events/event-3.ics"}
    wanted |= {"fr/issues/update/2/index.html", "fr/issues/update/2/card.png", "en/issues/update/feed.xml", "404.html"}
    wanted |= {
        "en/library/faq/index.html",
        "en/library/faq/faq-1.1.pdf",
        "en/library/faq/files/slides.pdf",
        "sitemap.xml",
    }
    assert wanted - there == set()
    assert "fr/issues/update/3/index.html" not in there


def test_every_link_leads_to_a_file_and_none_to_another_host(built: Path) -> None:
    there = files(built)
    dangling, outside = set(), set()
    for name, page in pages(built):
        if name == "404.html":
            continue
        for element, attribute, link, _ in page.iterlinks():
            parts = urlsplit(link)
            if parts.scheme in ("mailto", "data"):
                continue
            if parts.netloc:
                if not (
                    element.tag == "a" or element.get("rel") in ("canonical", "alternate") or element.tag == "meta"
                ):
                    outside.add((name, element.tag, attribute, link))
                continue
            target = posixpath.normpath(paths.beside(name, unquote(parts.path))) if parts.path else name
            if target not in there:
                dangling.add((name, link))
    assert (dangling, outside) == (set(), set())


def test_D3_what_people_wrote_is_text_and_no_page_has_a_script(built: Path) -> None:
    for name, page in pages(built):
        assert page.xpath("//script | //iframe | //form | //b") == [], name
        (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert "default-src 'none'" in policy and "script-src" not in policy
        assert page.get("lang") and page.xpath("count(//h1)") == 1.0, name


def test_the_first_thing_that_the_keyboard_reaches_leads_to_the_content(built: Path) -> None:
    for name, page in pages(built):
        first = page.xpath("//body//a[@href]")[0]
        assert (first.get("href"), page.xpath("count(//*[@id='content'])")) == ("#content", 1.0), name
        assert page.xpath("//a[not(@href)] | //*[@tabindex > 0] | //img[not(@alt)]") == [], name


def test_a_frozen_page_keeps_its_bytes_below_what_leads_on(built: Path) -> None:
    page = files(built)["en/issues/update/2/index.html"].decode()
    assert '<p class="standfirst">What issue 2 begins with, in a sentence that is long enough.</p>' in page
    assert 'src="road.png"' in page and "cid:" not in page
    assert '<div role="main" id="content" tabindex="-1">' in page
    assert 'href="../../../../fr/issues/update/2/index.html"' in page  # the edition in French
    assert '<a rel="prev" href="../1/index.html">Earlier: Issue 1</a>' in page
    assert '<a rel="next" href="../3/index.html">Later: Issue 3</a>' in page
    document = files(built)["en/library/faq/index.html"].decode()
    assert "data:image" not in document.replace("img-src 'self' data:", "") and '<main id="content"' in document


def test_pages_name_their_address_their_translations_and_their_picture(built: Path) -> None:
    page = lxml.html.document_fromstring(files(built)["fr/issues/update/2/index.html"].decode())
    assert page.xpath("//link[@rel='canonical']/@href") == [f"{URL}/fr/issues/update/2/"]
    alternates = dict(zip(page.xpath("//link/@hreflang"), page.xpath("//link[@hreflang]/@href"), strict=True))
    assert alternates == {"en": f"{URL}/en/issues/update/2/", "fr": f"{URL}/fr/issues/update/2/"}
    assert page.xpath("//meta[@property='og:image']/@content") == [f"{URL}/fr/issues/update/2/card.png"]
    assert files(built)["fr/issues/update/2/card.png"].startswith(b"\x89PNG")
    home = lxml.html.document_fromstring(files(built)["index.html"].decode())
    assert home.xpath("//link[@rel='canonical']/@href") == [f"{URL}/en/"]
    assert home.xpath("//link[@hreflang='x-default']/@href") == [f"{URL}/"]


def test_a_site_without_an_address_names_none(tmp_path: Path) -> None:
    builder(tmp_path / "out").step(FakePublished())
    there = files(tmp_path / "out")
    assert not {"sitemap.xml", "robots.txt", "404.html"} & set(there)
    assert b"canonical" not in there["index.html"] and b"og:image" not in there["index.html"]
    assert b'href="3/index.html"' in there["en/issues/update/feed.xml"]


ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_feed_is_as_RFC_4287_says(built: Path) -> None:
    feed = etree.fromstring(files(built)["en/issues/update/feed.xml"])
    assert (feed.tag, feed.get("{http://www.w3.org/XML/1998/namespace}lang")) == (f"{ATOM}feed", "en")
    for parent in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"{ATOM}{name}")) == 1
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", parent.findtext(f"{ATOM}updated") or "")
        assert len([one for one in parent.findall(f"{ATOM}link") if one.get("rel") == "alternate"]) == 1
    assert len(feed.findall(f"{ATOM}author/{ATOM}name")) == 1  # so that no entry needs one
    ids = [one.text for one in feed.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids) == 4 and ids[1] == "tag:iso-sr.example,2026:update/3/en"
    links = {one.get("rel"): one.get("href") for one in feed.findall(f"{ATOM}link")}
    assert links == {"alternate": f"{URL}/en/issues/update/", "self": f"{URL}/en/issues/update/feed.xml"}
    assert [one.findtext(f"{ATOM}title") for one in feed.iter(f"{ATOM}entry")] == ["Issue 3", "Issue 2", "Issue 1"]


def test_the_sitemap_has_every_page_once(built: Path) -> None:
    root = etree.fromstring(files(built)["sitemap.xml"])
    places = [one.text for one in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    html = {name for name in files(built) if name.endswith(".html") and name not in ("index.html", "404.html")}
    assert sorted(str(one) for one in places) == sorted(paths.address(URL, name) for name in html)


def test_everybody_can_read_the_files(built: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in built.rglob("*") if path.is_file()} == {0o644}
    assert {path.stat().st_mode & 0o777 for path in [built, *built.rglob("*")] if path.is_dir()} == {0o755}


# --- builds ---


def test_a_build_makes_only_what_has_changed(tmp_path: Path) -> None:
    published, place = FakePublished(), tmp_path / "out"
    builder(place, url=URL).step(published)
    published.reads.clear()
    again = builder(place, url=URL).step(published)
    assert again is not None and (again.changed, again.gone) == ((), ())
    assert [name for name in published.reads if name.startswith("update")] == []
    before = {name: (place / name).stat().st_ino for name in files(place)}
    published.editions.insert(0, shown(4))
    more = builder(place, url=URL).step(published)
    assert more is not None and more.gone == ()
    assert {"en/issues/update/4/index.html", "en/issues/update/3/index.html", "en/index.html"} <= set(more.changed)
    assert not {"en/issues/update/2/index.html", "files of update 3 en", "en/events/index.html"} & set(more.changed)
    after = {name: (place / name).stat().st_ino for name in files(place)}
    kept = [name for name, inode in before.items() if after.get(name) == inode]
    assert "en/issues/update/1/update-1-en.pdf" in kept and "en/index.html" not in kept


def test_law_4_what_has_lost_its_grant_is_taken_down_everywhere(tmp_path: Path) -> None:
    published, place = FakePublished(), tmp_path / "out"
    builder(place, url=URL).step(published)
    published.editions = [one for one in published.editions if one.number != 3]
    published.documents, published.lists = [], published.lists[1:]
    built = builder(place, url=URL).step(published)
    assert built is not None and "en/issues/update/3/index.html" in built.gone
    there = files(place)
    left = [name for name in there if "update/3/" in name or "library" in name or "events" in name]
    assert left == []
    naming = [
        name
        for name, data in there.items()
        if b"Issue 3" in data or b"Later" in data.replace(b"Later:", b"") or b"/faq" in data
    ]
    assert naming == []
    assert not (place / "en/issues/update/3").exists()
    assert b"Issue 3" not in (place / folder.MANIFEST).read_bytes()


def test_law_4_what_is_refused_when_its_bytes_are_read_is_on_no_page(tmp_path: Path) -> None:
    published = FakePublished(refused={"update 3 en", "document faq 1.1 en"})
    built = builder(tmp_path / "out").step(published)
    assert built is not None
    why = "the HTML has changed"
    assert built.hidden == (Hidden("update 3 en", why), Hidden("document faq 1.1 en", why))
    assert [name for name, data in files(tmp_path / "out").items() if b"Issue 3" in data] == []


def test_a_build_in_slices_shows_nothing_until_it_is_whole(tmp_path: Path) -> None:
    published, place = FakePublished(), tmp_path / "out"
    building = builder(place)
    turns = 0
    while building.step(published, iter([True] * 5 + [False]).__next__) is None:
        assert not place.exists()
        turns += 1
        if turns == 4:  # taken back while the build is under way
            published.editions = [one for one in published.editions if one.number != 3]
    assert turns > 4
    assert [name for name in files(place) if "update/3/" in name] == []
    assert not (tmp_path / ".out.next").exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "thesis.txt").write_text("mine")
    with pytest.raises(Refused, match="files that are no site of ours"):
        builder(tmp_path / "own").step(FakePublished())
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Refused, match="is no folder"):
        builder(tmp_path / "file").step(FakePublished())
    first, other = SiteFolder(tmp_path / "out"), SiteFolder(tmp_path / "out")
    first.take()
    with pytest.raises(Refused, match="builds the site"):
        other.take()
    first.release()
    other.take()
    other.release()


@pytest.mark.parametrize("exchanges", [True, False])
def test_the_next_folder_takes_the_place_of_the_present_one(
    tmp_path: Path, exchanges: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchanges:
        monkeypatch.setattr(folder, "_exchange", lambda *_: False)
    place = tmp_path / "out"
    for text in (b"1", b"2"):
        made = SiteFolder(place)
        made.begin()
        made.write("a/b.txt", text)
        made.finish(folder.Manifest({"b": folder.Output(text.decode(), ("a/b.txt",))}))
    assert files(place) == {"a/b.txt": b"2"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    assert SiteFolder(place).read().outputs == {"b": folder.Output("2", ("a/b.txt",))}


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x"])
def test_nothing_is_written_outside_of_the_folder(tmp_path: Path, name: str) -> None:
    made = SiteFolder(tmp_path / "out")
    made.begin()
    with pytest.raises(ValueError, match="outside of the site"):
        made.write(name, b"x")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Human rights", "human-rights"),
        ("Genève & Zürich", "geneve-zurich"),
        ("a/../b", "a-b"),
        ("人権", "t-"),
        ("", "t-"),
    ],
)
def test_a_topic_has_a_folder_of_its_own(text: str, name: str) -> None:
    assert paths.slug(text).startswith(name) and re.fullmatch(r"[a-z0-9-]+", paths.slug(text))


# --- publishing ---


def test_the_command_gets_the_folder_and_no_shell(tmp_path: Path) -> None:
    told = tmp_path / "told"
    command = CommandPublisher(["cp", "{folder}/index.html", str(told)], tmp_path, 20)
    (tmp_path / "index.html").write_text("site; $(touch x)")
    command.start()
    assert (command.wait(), told.read_text()) == ("", "site; $(touch x)")


@pytest.mark.parametrize(
    ("command", "seconds", "said"),
    [
        (["sh", "-c", "echo no route to host >&2; exit 3"], 20, "it ended with code 3: no route to host"),
        (["false"], 20, "it ended with code 1: it printed nothing"),
        (["sleep", "60"], 0.2, "it was stopped after 0 seconds"),
    ],
)
def test_a_command_that_fails_says_why(tmp_path: Path, command: list[str], seconds: float, said: str) -> None:
    made = CommandPublisher(command, tmp_path, seconds)
    made.start()
    assert made.wait() == said


def test_a_command_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="no-such-program cannot be run"):
        CommandPublisher(["no-such-program"], tmp_path, 1).start()


def test_D6_the_command_gets_no_password_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILER_SMTP__PASSWORD", "secret")
    command = CommandPublisher(["sh", "-c", 'test -z "$MAILER_SMTP__PASSWORD"'], tmp_path, 20)
    command.start()
    assert command.wait() == ""


def test_how_the_site_stands_is_remembered(tmp_path: Path) -> None:
    record = SiteRecordFile(tmp_path / "mailer.site")
    assert record.read() == SiteState()
    state = SiteState(NOW, NOW, 12, None, NOW, "why", (Hidden("update 1 en", "because"),))
    record.write(state)
    assert (record.read(), state.waits) == (state, True)
    (tmp_path / "mailer.site").write_text("[]")
    assert record.read() == SiteState()


def test_a_summary_is_running_text_without_marks() -> None:
    text = (
        "What has changed since version 1.0\n\n- New: a question that is longer than forty characters, at least\n\n"
        "1 Title\n-------\n\nISO/SR is the work of ISO on *social responsibility*,\nand gives _guidance_ on it.\n"
    )
    assert summary(text) == "ISO/SR is the work of ISO on social responsibility, and gives guidance on it."


PATHS = st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map("/".join)


@given(PATHS, PATHS)
def test_a_link_leads_from_the_folder_of_a_page_to_its_target(target: str, start: str) -> None:
    found = posixpath.normpath(posixpath.join(posixpath.dirname(start), paths.relative(target, start)))
    assert found == target
