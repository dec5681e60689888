"""``mailer article`` and ``mailer issue plan``: from the request to the folder, the proof and the corrections."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from mailer.adapters import plan_file
from mailer.adapters.data import CONFIG
from mailer.article_mail import latest_proof, save
from mailer.commands.terminal import office_for
from mailer.errors import ConfigError
from mailer.handlers import article_proofs
from mailer.model.articles import ArticlePicture, Delivery, DeliveryKind, Step
from mailer.office import Office
from tests.fakes import NOON
from tests.secretary import Secretary

ASK = (
    "article",
    "ask",
    "anong@tisi.example",
    "--name",
    "Anong Kim",
    "--issue",
    "1",
    "--title",
    "Invitation to Bangkok",
)
BODY = "Bangkok welcomes you in *March*.\n\nSee [the map](https://a.example).\n\n![](article-1-1.png)\n"


def photo() -> bytes:
    made = BytesIO()
    Image.new("1", (1100, 700)).save(made, "PNG")
    return made.getvalue()


def came(office: Office) -> None:
    article = office.work.articles.by_id(1)
    assert article is not None
    kept = office.work.articles.add_delivery(
        Delivery(article=1, received_at=NOON, title='Come "now"', markdown=BODY), b"From: x\n\nx"
    )
    for number, caption in ((1, "The [river]"), (2, "The hotel")):
        office.work.articles.add_picture(
            ArticlePicture(
                article=1, delivery=kept.id, name=f"article-1-{number}.png", media_type="image/png", width=1100,
                height=700, caption=caption, credit="Anong Kim", data=photo(),
            )
        )  # fmt: skip
    save(office, article, Step.RECEIVE)


def corrected(office: Office) -> None:
    article = office.work.articles.by_id(1)
    assert article is not None
    proof = latest_proof(office, article)
    assert proof is not None
    numbers = {unit.text: unit.number for unit in proof.units}
    texts = {
        numbers["Bangkok welcomes you in *March*."]: "Bangkok welcomes you in *April*.",
        numbers["The hotel"]: "The old hotel",
    }
    draft = Delivery(article=1, kind=DeliveryKind.CORRECTION, received_at=NOON, proof=proof.number, corrections=texts)
    office.work.articles.add_delivery(draft, b"")
    save(office, article, Step.CORRECT)
    assert len(article_proofs.outstanding(office, replace(article))) == 1


def does(secretary: Secretary, act: object) -> None:
    with secretary.app() as app, office_for(app, "a test") as office:
        act(office)  # type: ignore[operator]


def test_an_article_goes_into_its_issue_is_proofed_and_corrected_there(secretary: Secretary) -> None:
    secretary.types(*ASK, "--words", "400", "--due", "2099-01-15")
    assert secretary.types("article", "ls", "--json").json[0]["due"] == "2099-01-15"
    does(secretary, came)
    secretary.types("issue", "new", "1", "--date", "2099-02-01")
    made = secretary.types("article", "take", "1")
    folder = secretary.folder / "issues" / "update-1"
    (path,) = folder.glob("*-article-1.md")
    assert f"Made {path}, with 2 pictures." in " ".join(made.out.split()).replace("- ", "-")
    text = path.read_text()
    for line in ('title = "Come \\"now\\""', 'author = "Anong Kim"', "article = 1", 'image = "article-1-2.png"'):
        assert line in text.split("\n")
    assert '![The \\[river\\]](article-1-1.png "The \\[river\\] | Anong Kim")' in text
    assert "is this article already" in secretary.types("article", "take", "1").err
    assert "Sent proof 1" in secretary.types("article", "proof", "1").out
    does(secretary, corrected)
    assert "[-*March*.-]{+*April*.+}" in secretary.types("article", "show", "1").out
    assert "Changed 2 paragraphs" in secretary.types("article", "take", "1").out
    assert "Bangkok welcomes you in *April*." in path.read_text()
    assert 'caption = "The old hotel"' in path.read_text()
    assert path.read_text().count("article = 1\n") == 1
    assert "Sent proof 2" in secretary.types("article", "proof", "1").out
    (row,) = [one for one in secretary.types("issue", "plan", "1", "--json").json if one["article"]]
    assert (row["state"], row["file"]) == ("proof sent", path.name)


def test_an_article_is_edited_reminded_of_and_withdrawn(secretary: Secretary) -> None:
    secretary.types(*ASK)
    assert "due 2099-01-22" in secretary.types("article", "edit", "1", "--due", "2099-01-22", "--issue", "3").out
    assert "Reminded anong@tisi.example" in secretary.types("article", "remind", "1").out
    assert "is withdrawn" in secretary.types("article", "withdraw", "1", "--yes").out
    assert "is withdrawn" in secretary.types("article", "remind", "1").err
    assert "There is no article 9" in secretary.types("article", "show", "9").err


# --- the file of the plan ---


def test_the_plan_of_the_demo_has_the_issues_of_the_action_plan() -> None:
    planned = plan_file.read(CONFIG / "demo" / "plan.toml", ["update", "member-update"])
    assert [one.title for one in planned if (one.publication, one.number) == ("update", 2)] == [
        "Invitation to Bangkok",
        "Message from the TG leaders",
    ]
    assert {one.number for one in planned if one.publication == "update"} == {1, 2, 3}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("x = 1", "unknown key x; each article begins with [[article]]"),
        ("[article]\ntitle = 'x'", "each article begins with [[article]]"),
        ("[[article]]\npublication = 'update'\nissue = 'two'\ntitle = 'x'", "issue must be a whole number"),
        ("[[article]]\npublication = 'other'\nissue = 2\ntitle = 'x'", "there is no publication other"),
        ("[[article]]\npublication = 'update'\nissue = 2", "title is missing"),
        ("[[article]", "not valid TOML"),
    ],
)
def test_a_fault_of_the_plan_is_named(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "plan.toml").write_text(text)
    with pytest.raises(ConfigError) as raised:
        plan_file.read(tmp_path / "plan.toml", ["update"])
    assert fault in str(raised.value)


def test_a_day_in_the_plan_is_a_day(tmp_path: Path) -> None:
    text = "[[article]]\npublication = 'update'\nissue = 2\ntitle = 'x'\ndue = 2027-01-15\nbrief = 'a  b'"
    (tmp_path / "plan.toml").write_text(text)
    (found,) = plan_file.read(tmp_path / "plan.toml", ["update"])
    assert (found.due, found.brief) == (date(2027, 1, 15), "a b")
