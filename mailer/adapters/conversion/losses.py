"""What a conversion loses or decides, in words for a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mailer.adapters.conversion.document import MAX_EXAMPLES
from mailer.phrases import Phrase, counted, phrase

_Say = Callable[[int, str], Phrase]

SENTENCES: Mapping[str, _Say] = {
    "inserted": lambda count, words: counted(
        "One tracked insertion is in the text, as if it was accepted: %(words)s",
        "%(count)s tracked insertions are in the text, as if they were accepted: %(words)s",
        count,
        words=words,
    ),
    "deleted": lambda count, words: counted(
        "One tracked deletion is left out, as if it was accepted: %(words)s",
        "%(count)s tracked deletions are left out, as if they were accepted: %(words)s",
        count,
        words=words,
    ),
    "comment": lambda count, words: counted(
        "One comment is left out: %(words)s", "%(count)s comments are left out: %(words)s", count, words=words
    ),
    "box": lambda count, words: counted(
        "One text box stands in the text as a box: %(words)s",
        "%(count)s text boxes stand in the text as boxes: %(words)s",
        count,
        words=words,
    ),
    "formula": lambda count, words: counted(
        "One formula is written on one line; compare it with the document: %(words)s",
        "%(count)s formulas are written on one line; compare them with the document: %(words)s",
        count,
        words=words,
    ),
    "object": lambda count, words: counted(
        "One embedded object, such as a chart or a sheet, is left out: %(words)s",
        "%(count)s embedded objects, such as charts or sheets, are left out: %(words)s",
        count,
        words=words,
    ),
    "object picture": lambda count, words: counted(
        "One embedded object is only a picture of it: %(words)s",
        "%(count)s embedded objects are only pictures of them: %(words)s",
        count,
        words=words,
    ),
    "edge": lambda count, words: phrase(
        "What stands at the head or foot of each page is left out: %(words)s", words=words
    ),
    "contents": lambda count, words: phrase(
        "The table of contents or the index is left out; its words are in the text."
    ),
    "field": lambda count, words: counted(
        "One field, such as a date or a cross-reference, is only text now: %(words)s",
        "%(count)s fields, such as dates or cross-references, are only text now: %(words)s",
        count,
        words=words,
    ),
    "hidden": lambda count, words: counted(
        "One hidden text is left out: %(words)s", "%(count)s hidden texts are left out: %(words)s", count, words=words
    ),
    "link": lambda count, words: counted(
        "One link does not lead to a page or an address; its words stay: %(words)s",
        "%(count)s links do not lead to a page or an address; their words stay: %(words)s",
        count,
        words=words,
    ),
    "picture": lambda count, words: counted(
        "One picture is left out, because it cannot be read or printed: %(words)s",
        "%(count)s pictures are left out, because they cannot be read or printed: %(words)s",
        count,
        words=words,
    ),
    "picture elsewhere": lambda count, words: counted(
        "One picture is not in the document, which only says where it is: %(words)s",
        "%(count)s pictures are not in the document, which only says where they are: %(words)s",
        count,
        words=words,
    ),
    "undescribed": lambda count, words: counted(
        "One picture has no description for readers who cannot see it; write one.",
        "%(count)s pictures have no description for readers who cannot see them; write one for each.",
        count,
    ),
    "cropped": lambda count, words: counted(
        "One picture was cropped in the document, and is so here.",
        "%(count)s pictures were cropped in the document, and are so here.",
        count,
    ),
    "drawing": lambda count, words: counted(
        "One drawing is left out; its words stand in the text: %(words)s",
        "%(count)s drawings are left out; their words stand in the text: %(words)s",
        count,
        words=words,
    ),
    "macro": lambda count, words: phrase("The macros of the document are left out; they were not run."),
    "elsewhere": lambda count, words: phrase(
        "The document refers to something outside of it, which was not loaded: %(words)s", words=words
    ),
    "merged": lambda count, words: counted(
        "One table has merged cells; the words are in the first of them, and the others are empty.",
        "%(count)s tables have merged cells; the words are in the first of them, and the others are empty.",
        count,
    ),
    "nested": lambda count, words: counted(
        "One table in a cell of another is only text: %(words)s",
        "%(count)s tables in cells of others are only text: %(words)s",
        count,
        words=words,
    ),
    "cell": lambda count, words: counted(
        "In one cell of a table, paragraphs run together: %(words)s",
        "In %(count)s cells of tables, paragraphs run together: %(words)s",
        count,
        words=words,
    ),
    "lettered": lambda count, words: phrase("Lists with letters or Roman numerals are numbered 1, 2, 3."),
    "numbered headings": lambda count, words: phrase("The numbers before the headings are left out."),
    "levels": lambda count, words: phrase("Headings of more than four levels have the fourth."),
    "deep": lambda count, words: phrase("Lists of more than four levels have the fourth."),
    "underline": lambda count, words: phrase("Underlining is left out: %(words)s", words=words),
    "colour": lambda count, words: phrase("The colours of words are left out: %(words)s", words=words),
    "highlight": lambda count, words: phrase("The colours behind words are left out: %(words)s", words=words),
    "capitals": lambda count, words: phrase("Small or all capitals are left out: %(words)s", words=words),
    "raised": lambda count, words: phrase("Raised or lowered words are on the line: %(words)s", words=words),
    "emphasis": lambda count, words: phrase("Bold or italic type is left out: %(words)s", words=words),
    "alignment": lambda count, words: phrase("The alignment of paragraphs is left out: %(words)s", words=words),
    "columns": lambda count, words: phrase("The text has one column; the document has several."),
    "page break": lambda count, words: phrase("The page breaks of the document are left out."),
    "formatting changes": lambda count, words: counted(
        "One tracked change of the formatting is taken as accepted.",
        "%(count)s tracked changes of the formatting are taken as accepted.",
        count,
    ),
    "endnote": lambda count, words: phrase("The endnotes are footnotes."),
    "signs": lambda count, words: phrase(
        "Invisible signs, such as those that turn the direction of writing, are left out."
    ),
    "symbol": lambda count, words: counted(
        "One sign of a font of symbols is left out: %(words)s",
        "%(count)s signs of fonts of symbols are left out: %(words)s",
        count,
        words=words,
    ),
    "front matter": lambda count, words: phrase("What stood above the text is left out: %(words)s", words=words),
    "markdown": lambda count, words: phrase("The text has marks of Markdown, and is read as such."),
    "fault": lambda count, words: phrase("The Markdown has something that is not supported: %(words)s", words=words),
}
"""The sentence for each kind of loss, of how many there are and of their first words."""


def sentence(kind: str, count: int, examples: list[str]) -> Phrase:
    """The sentence in words; an ellipsis stands for words that are not shown."""
    more = ["…"] if not examples or count > len(examples) == MAX_EXAMPLES else []
    return SENTENCES[kind](count, "; ".join((*examples, *more)))
