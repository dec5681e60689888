"""Encoded words in header fields (RFC 2047), read in linear time."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from mailer.inbound.charsets import Undecodable, decode

ENCODED_WORD = re.compile(r"=\?([A-Za-z0-9_.:-]{1,40})(?:\*[A-Za-z0-9-]{1,20})?\?([BbQq])\?([^?\x00-\x1f]{0,1000})\?=")


def decode_words(value: str) -> str:
    """``value`` with its encoded words decoded; one that cannot be decoded stays as it is written."""
    return "".join(_pieces(value))


def _pieces(value: str) -> Iterator[str]:
    """Plain text and decoded runs, in turn.

    A run is encoded words with only white space between them; a character may be split over two of them.
    """
    end = 0
    run: list[re.Match[str]] = []
    for word in ENCODED_WORD.finditer(value):
        between = value[end : word.start()]
        if run and (between.strip(" \t") or word[1].lower() != run[-1][1].lower()):
            yield _decode_run(run)
            run = []
            yield between if between.strip(" \t") else ""
        elif not run:
            yield between
        run.append(word)
        end = word.end()
    if run:
        yield _decode_run(run)
    yield value[end:]


def _decode_run(run: list[re.Match[str]]) -> str:
    try:
        return decode(b"".join(_octets(word[2], word[3]) for word in run), run[0][1])
    except (Undecodable, binascii.Error, ValueError):
        return " ".join(word[0] for word in run)


def _octets(encoding: str, text: str) -> bytes:
    data = text.encode("ascii")
    if encoding in "Qq":
        return binascii.a2b_qp(data, header=True)
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
