"""``mailer site``: the site is built, looked at and published at the command line."""

from __future__ import annotations

from tests.secretary import Secretary


def test_a_site_is_built_and_its_state_is_shown(secretary: Secretary) -> None:
    assert secretary.types("site", "build").code == 77
    dry = secretary.types("site", "build", "out", "--dry-run", "--json").json
    assert "en/subscribe/index.html" in dry["changed"] and not (secretary.folder / "out").exists()
    made = secretary.types("site", "build", "out", "--url", "https://sr.example").out
    assert made.endswith("look at out/index.html.\n")
    assert b"https://sr.example/en/" in (secretary.folder / "out" / "index.html").read_bytes()
    assert secretary.types("site", "build", "out", "--url", "https://sr.example").out.startswith("Nothing has changed")
    assert " removed; look at" in secretary.types("site", "build", "out").out
    assert secretary.types("site", "build", "out", "--all", "--json").json["removed"] == []
    told = secretary.types("site", "status").out
    assert told.startswith("To be shown: 0 editions of issues, 0 documents, 0 lists.\nNo [site] folder is set")
    assert secretary.types("site", "publish").code == 77


def test_the_folder_of_the_configuration_is_published(secretary: Secretary) -> None:
    with (secretary.folder / "mailer.toml").open("a") as file:
        file.write('\n[site]\nfolder = "www"\npublish = ["cp", "{folder}/site.css", "published.css"]\n')
    assert secretary.types("site", "build").code == 0
    assert secretary.types("site", "publish").out == "The site was published.\n"
    assert (secretary.folder / "www" / "published.css").is_file()
    state = secretary.types("site", "status", "--json").json
    assert (state["folder"], state["published_at"] is None, state["failure"]) == (
        str(secretary.folder / "www"),
        False,
        "",
    )
    assert "Published: " in secretary.types("site", "status").out
