"""Marks of Markdown's dialects, of HTML and of word processors that are not supported, each with its cure (D10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from mailer.message import clean

CONTAINERS = {"box": "box", "quote": "pull"}
"""The node of each, by the word that follows ``:::``."""
TABLE_TITLE = "Table:"

_LINK = "write [words](https://…), without spaces in the address"
_PICTURE = "write ![what it shows](name.jpg), with < and > around a name that has spaces"


class Mark(NamedTuple):
    """Something that would be printed raw, or would mean something else than its writer believes."""

    pattern: re.Pattern[str]
    what: str | Callable[[str], str]
    """What is wrong and what to do; it follows what was found, or is made from the line."""


def _mark(pattern: str, what: str | Callable[[str], str]) -> Mark:
    return Mark(re.compile(pattern), what)


MARKS = (
    _mark(r"<!--", "begins a comment, which readers would not see; delete it"),
    _mark(r"!\[\[[^\]\n]{0,200}\]\]", f"is no picture here; {_PICTURE}"),
    _mark(r"\[\[[^\]\n]{0,200}\]\]", f"is no link here; {_LINK}"),
    _mark(r"!\[[^\]\[\n]{0,200}\][(\[]?", f"is no picture here; {_PICTURE}"),
    _mark(r"\[\^[^\]\s]{1,60}\]", "is a footnote without words; add a line that begins with it and a colon"),
    _mark(r"\[@[\w:-][^\]]{0,60}", "is no reference here; write it out, or make a footnote of it: [^1]"),
    _mark(r"\[[^\]\[\n]{1,200}\]\[[^\]\[\n]{0,60}\]", f"is a link without address; {_LINK}"),
    _mark(r"\[[^\]\[\n]{1,200}\]\([^)\n]{0,80}", f"is a link that does not work; {_LINK}"),
    _mark(r"\[(?:TOC|_TOC_|toc)\]", "makes no contents; they are made by themselves: delete it"),
    _mark(r"\{\{[<%][^}\n]{0,80}", "is not supported; delete it"),
    _mark(r"\{[.#:][^}\s][^}\n]{0,80}\}|\{[a-z-]{1,20}=[^}\n]{0,80}\}", "changes nothing here; delete it"),
    _mark(
        r"\$\$|\$[^\s$][^$\n]{0,100}?[\\^_{}][^$\n]{0,100}\$|\\[a-zA-Z]{2,20}\{",
        "is a formula, which is not supported; write x^2^ or H~2~O, or make a picture of it",
    ),
    _mark(r"==[^\s=][^=\n]{0,200}==", "does not mark anything; write **words**"),
    _mark(r"\+\+[^\s+][^+\n]{0,200}\+\+", "does not underline; write *words*"),
    _mark(r"%%[^%\n]{1,200}%%", "is no comment here, and readers would see it; delete it"),
    _mark(
        r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9A-Za-z]{1,8});",
        "is no known sign; write the sign itself, or \\& for the &",
    ),
    _mark(r"(?<![\w:]):[a-z][a-z0-9_+-]{1,30}:(?![\w:])", "makes no sign; write the sign itself, or \\: for the :"),
    _mark(r"~~+", "has no partner; strike words as in ~~words~~, or write \\~ for the sign"),
    _mark(r"`+", "has no partner; code begins and ends with it: write \\` for the sign"),
    _mark(r"(?<=[^\W_])\^(?=[\w(+-])", "raises nothing; write x^2^ to raise the 2, or \\^ for the sign"),
    _mark(r"(?<=[A-Za-z])~(?=\w)", "lowers nothing; write H~2~O to lower the 2, or \\~ for the sign"),
    _mark(
        r"(?<!\*)(?!(?<=\d)\*\d)(?:(?<=[^\s*])\*+|\*+(?=[^\s*]))",
        "has no partner; stress words as in *words* or **words**, or write \\* for the sign",
    ),
    _mark(
        r"(?<![\w_])_{1,3}(?=[^\s_])|(?<=[^\s_])_{1,3}(?![\w_])",
        "has no partner; stress words as in _words_, or write \\_ for the sign",
    ),
)
"""Found anywhere in a line of text; what is wrong follows what was found."""


def _container(line: str) -> str:
    name = clean(line.strip(": \t").partition(" ")[0], 30)
    if not name:
        return "::: ends nothing; a box begins with ::: box, a quotation with ::: quote"
    if name in CONTAINERS and re.match(r"::: ?\w", line):
        return f"::: {name} is never closed; add a line ::: below it"
    near = get_close_matches(name.lower(), CONTAINERS, n=1)
    return f"unknown {clean(line, 40)}; {f'did you mean ::: {near[0]}?' if near else 'known are ::: box and ::: quote'}"


LINES = (
    _mark(r":::", _container),
    _mark(r"#{2,6}[^#\s]|#[^\W\d_]", "a heading needs a space after the #; write \\# for the sign"),
    _mark(r"[•·▪■●◦‣⁃∙►➢・－●○□]\s*\S", "a point begins with - and a space, or it runs together with the next one"),
    _mark(r"-[^\W\d_]", "a point needs a space after the -; write \\- for the sign"),
    _mark(r"\d{1,3}[.)][^\W\d_]", "a numbered point needs a space after its number; write 1\\. for no point"),
    _mark(
        r"\|.*\|\s*$|(?=[^|]*\|)(?=[^-]*-)[\s|:-]+$",
        "this is no table; below its head is a line with |---| for each column, as many as the head has",
    ),
    _mark(r"[^\t]+\t[^\t]+\t", "columns that are set with tabs run together; make a table with | between them"),
    _mark(r":\s+\S", "a line that begins with a colon defines nothing here; make a list, or write the words in a row"),
    _mark(r"\[!\w{1,20}\]", "such a note is not supported; write ::: box Title above it, and ::: below"),
    _mark(r"(?:!!!|\?\?\?\+?)\s*\w", "such a note is not supported; write ::: box Title above it, and ::: below"),
    _mark(r"\.\. ?[\w-]{1,30}::", "this is not supported; see docs/writing.md for what is"),
    _mark(r"\+\+\+$", "+++ stands above and below the lines at the top of the file alone; for a rule write ---"),
    _mark(r"\[[^\]^\n]{1,100}\]:\s*\S", "the address of a link needs an empty line above it"),
)
"""Found at the beginning of a line of a paragraph."""

TAGS: Mapping[str, str] = {
    **dict.fromkeys(("b", "strong"), "write **words**"),
    **dict.fromkeys(("i", "em", "u", "cite"), "write *words*"),
    **dict.fromkeys(("s", "del", "strike"), "write ~~words~~"),
    "a": "write [words](https://…)",
    "img": "write ![what it shows](name.jpg)",
    "br": "end the line with \\ instead",
    "sup": "write x^2^",
    "sub": "write H~2~O",
    "code": "write `code`",
    "hr": "write ---",
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "write ## and the heading"),
    **dict.fromkeys(("ul", "ol", "li"), "begin each point with - or 1."),
    **dict.fromkeys(("table", "tr", "td", "th"), "make the table with |"),
    **dict.fromkeys(("details", "summary", "aside"), "write ::: box Title above it, and ::: below"),
    "blockquote": "begin each line with >",
}
"""What to write instead of an HTML element."""
