"""Articles by mail in the folders of their issues: written there, read there for the proof, corrected there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from mailer.adapters import plan_file
from mailer.adapters.issue_folder import drafts
from mailer.adapters.issue_folder.drafts import Drafted
from mailer.adapters.issue_folder.table import quoted
from mailer.adapters.whole_files import write_file
from mailer.app.root import App
from mailer.errors import ConfigError, Refused
from mailer.message import clean
from mailer.model.article_plan import Planned
from mailer.model.articles import Article, ArticlePicture, Delivery, Proof
from mailer.model.issues import Article as Printed
from mailer.model.issues import Picture, Source
from mailer.model.manuscripts import ISSUE

_FENCE = "+++"


class Applied(NamedTuple):
    """What was changed in an article's file."""

    path: Path
    paragraphs: Sequence[int]
    """The numbers, in the proof, of those that have the author's words now."""
    left: Sequence[tuple[int, str]]
    """Those that were edited since the proof, with the author's words."""


def planned(app: App) -> tuple[Planned, ...]:
    """What the configured file plans; nothing if there is none. Raises ConfigError with every fault of it."""
    path = app.settings.articles.plan
    if not isinstance(path, Path) or not path.is_file():
        return ()
    return plan_file.read(path, list(app.rules.publications))


def in_folder(app: App, publication: str, number: int) -> Sequence[Printed]:
    """The articles in the folder of an issue; none if there is no folder, or if it has faults."""
    try:
        return app.read_issue(publication, number).articles
    except (ConfigError, Refused, OSError):
        return ()


# --- into the folder ---


def take(app: App, article: Article, delivery: Delivery, pictures: Sequence[tuple[ArticlePicture, bytes]]) -> Drafted:
    """Write the text into the folder of its issue, after the other articles, with its pictures.

    Raises Refused if it is for no issue yet, or if the folder has the article already.
    """
    if article.number is None:
        raise Refused(f"Article {article.id} is for no issue yet: `mailer article edit {article.id} --issue 2`.")
    folder = app.issue_folder(article.publication, article.number)
    if not folder.is_dir():
        typed = app.rules.typed(article.publication, article.number)
        raise Refused(f"{folder} is not there yet: begin the issue with `mailer issue new {typed}`.")
    if there := [one for one in in_folder(app, article.publication, article.number) if one.number == article.id]:
        raise Refused(f"{folder / there[0].name} is this article already; delete it first if it is to be made anew.")
    found = [_picture(one, data) for one, data in pictures if data]
    made = drafts.place(folder, f"article-{article.id}", lambda usable: _text(article, delivery, usable), found)
    if app.files.permissions.gid is not None:
        app.files.permissions.mend([made.path, *made.pictures])
    return made


def _picture(picture: ArticlePicture, data: bytes) -> Picture:
    """Without a caption it has no description; `mailer issue check` asks for one."""
    return Picture(picture.name, data, picture.alt or picture.caption, picture.caption, picture.credit)


def _text(article: Article, delivery: Delivery, pictures: Sequence[Picture]) -> str:
    """The file of the article. The first picture that does not stand in the text is the one at its head."""
    body = delivery.markdown.strip("\n")
    known = {one.name: one for one in pictures}
    inside = {found[2] for found in _IN_TEXT.finditer(body)}
    body = _IN_TEXT.sub(lambda found: _shown(found, known), body)
    beside = [one for one in pictures if one.name not in inside]
    head = {"title": delivery.title or article.title, "author": article.byline}
    if beside:
        first = beside[0]
        head |= {"image": first.name, "alt": first.alt, "caption": first.caption, "credit": first.credit}
    lines = [_FENCE, *(f"{key} = {quoted(value)}" for key, value in head.items() if value)]
    lines += [f"article = {article.id}", _FENCE, "", body, ""]
    for one in beside[1:]:
        lines += [_mark(one), ""]
    return "\n".join(lines).rstrip() + "\n"


_IN_TEXT = re.compile(r'!\[((?:[^\[\]\\]|\\.){0,400})\]\(([^\s()]{1,100})(?: "(?:[^"\\]|\\.){0,800}")?\)')


def _shown(found: re.Match[str], known: Mapping[str, Picture]) -> str:
    """A picture in the text with what its author says of it; one that cannot be used goes."""
    picture = known.get(found[2])
    if picture is None:
        return ""
    return _mark(picture, found[1])


def _mark(picture: Picture, alt: str = "") -> str:
    """``alt`` is what the text says of it already, with its marks."""
    said = " | ".join(part.replace("|", "/") for part in (picture.caption, picture.credit) if part)
    title = f' "{_bare(said)}"' if said else ""
    return f"![{alt or _bare(picture.alt)}]({picture.name}{title})"


def _bare(text: str) -> str:
    """A text that ends neither the mark nor its title."""
    return re.sub(r'([\\\[\]"*_`<])', r"\\\1", clean(text, 280))


# --- out of the folder ---


def printed(app: App, article: Article) -> tuple[Source, Printed]:
    """The article as it stands in its issue. Raises Refused if it does not, and ConfigError as ``App.read_issue``."""
    if article.number is None:
        raise Refused(f"Article {article.id} is for no issue yet.")
    source = app.read_issue(article.publication, article.number)
    found = [one for one in source.articles if one.number == article.id]
    if not found:
        raise Refused(
            f"No article of that issue says article = {article.id}: `mailer article take {article.id}` writes it, or "
            "write that line above the text of the one that it is."
        )
    return source, found[0]


def page(app: App, source: Source, article: Printed) -> bytes:
    """The article alone as a PDF in the design of its issue, marked as a draft. Raises ConfigError with its faults."""
    return app.edition(source.publication, replace(source, articles=(article,), title=f"DRAFT · {article.title}")).pdf


def apply(app: App, source: Source, article: Printed, proof: Proof, deliveries: Sequence[Delivery]) -> Applied:
    """Write the author's words over those of the proof, where these stand in the file as they were."""
    alone = replace(source, articles=(article,))
    units = [unit for unit in app.manuscripts.units(alone) if unit.article != ISSUE]
    shown = {unit.number: unit.text for unit in proof.units}
    wanted = {number: text for one in deliveries for number, text in one.corrections.items()}
    texts = {}
    for number, text in wanted.items():
        if 0 < number <= len(units) and units[number - 1].text == shown.get(number):
            texts[number] = text
    numbers = {units[number - 1].number: text for number, text in texts.items()}
    path = app.issue_folder(source.publication, source.number) / article.name
    if numbers:
        changed = app.manuscripts.translated(alone, numbers, source.language, "").articles[0]
        write_file(path, _rewritten(path.read_text(encoding="utf-8-sig"), article, changed).encode())
    return Applied(
        path, sorted(texts), [(number, text) for number, text in sorted(wanted.items()) if number not in texts]
    )


def _rewritten(text: str, was: Printed, now: Printed) -> str:
    """The file with the values and the body of the changed article; other lines stay as they are."""
    lines = text.replace("\r\n", "\n").split("\n")
    for key, value in _changed(was, now):
        if at := was.lines.get(key):
            lines[at - 1] = f"{key} = {quoted(value)}"
    return "\n".join([*lines[: was.line - 1], now.body])


def _changed(was: Printed, now: Printed) -> Iterator[tuple[str, str]]:
    for key in ("title", "summary", "kicker", "section"):
        if getattr(was, key) != getattr(now, key):
            yield key, getattr(now, key)
    if was.picture and now.picture:
        for key in ("alt", "caption", "credit"):
            if getattr(was.picture, key) != getattr(now.picture, key):
                yield key, getattr(now.picture, key)
