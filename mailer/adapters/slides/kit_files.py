"""The files that are made of a kit: the slides to be edited, their Markdown, and a manifest of them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256

from mailer.adapters.render.colour import palette
from mailer.adapters.slides import deck, pptx
from mailer.adapters.slides.pptx import Deck
from mailer.adapters.slides.pptx_parts import Look
from mailer.compose.catalogue import Catalogue
from mailer.message import one_line
from mailer.model.library import FILES, Manuscript
from mailer.model.publications import Identity
from mailer.phrases import Phrase, phrase

MANIFEST = f"{FILES}MANIFEST.txt"


def with_files(manuscript: Manuscript, identity: Identity, catalogue: Catalogue) -> Manuscript:
    """The kit with the files that are made of it among its own, so that a grant covers them, too.

    Raises ConfigError with every fault of its slides.
    """
    made = {**manuscript.source.files, **files(manuscript, identity, catalogue)}
    return replace(manuscript, source=replace(manuscript.source, files=made))


def files(manuscript: Manuscript, identity: Identity, catalogue: Catalogue) -> Mapping[str, bytes]:
    """The files by name. The same source gives the same bytes. Raises ConfigError with every fault of its slides."""
    source = manuscript.source
    slides = deck.slides(source, catalogue)
    colours = palette(identity.accent, identity.ink, identity.paper).light
    named = (colours.ink, colours.paper, colours.accent, colours.band, colours.on_band, colours.muted, colours.rule)
    look = Look(*(colour.lstrip("#") for colour in named))
    version = catalogue.translate(phrase("Version %(number)s", number=str(manuscript.number)))
    about = Deck(
        title=source.title,
        subtitle=[one_line(identity.masthead), f"{version} · {catalogue.day(source.day)}"],
        footer=f"{source.title} · {manuscript.number}",
        language=source.language,
        author=one_line(identity.masthead),
    )
    stem = f"{FILES}{_stem(manuscript)}"
    made = {f"{stem}.pptx": pptx.written(about, slides, look), f"{stem}.md": manuscript.markdown.encode() + b"\n"}
    own = {name: data for name, data in source.files.items() if name.startswith(FILES) and name != MANIFEST}
    return {**made, MANIFEST: _manifest(manuscript, {**made, **own}, len(slides) + 1, catalogue)}


def _stem(manuscript: Manuscript) -> str:
    """The name of its files, as that of the version."""
    return "-".join(part for part in (manuscript.key, manuscript.edition, str(manuscript.number)) if part)


def _manifest(manuscript: Manuscript, given: Mapping[str, bytes], slides: int, catalogue: Catalogue) -> bytes:
    """What the kit has: each file, what it is for, its size and its SHA-256."""

    def say(words: Phrase) -> str:
        return catalogue.translate(words)

    def lines() -> Iterator[str]:
        source = manuscript.source
        yield f"{source.title} {manuscript.number}"
        yield f"{catalogue.day(source.day)} · {say(phrase('%(slides)s slides', slides=slides))}"
        yield ""
        yield f"{_stem(manuscript)}.pdf"
        yield f"    {say(phrase('the slides to be shown, as they were approved'))}"
        for name, content in given.items():
            yield name.removeprefix(FILES)
            if words := _PURPOSES.get(name.rpartition(".")[2]):
                yield f"    {say(words)}"
            yield f"    {len(content)} bytes, SHA-256 {sha256(content).hexdigest()}"
        yield ""
        yield say(phrase("A newer version takes the place of this one; its number is at the foot of each slide."))

    return ("\n".join(lines()) + "\n").encode()


_PURPOSES: Mapping[str, Phrase] = {
    "pptx": phrase("the slides to be edited, with what is said in their notes (PowerPoint, LibreOffice, Keynote)"),
    "odp": phrase("the slides to be edited (LibreOffice)"),
    "md": phrase("the text of the slides and of the notes, as Markdown"),
}
"""What a file is for, by what its name ends in."""
