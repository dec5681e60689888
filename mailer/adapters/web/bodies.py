"""The bodies of requests: bounded in octets and time before they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request

MAX_BODY = 4096
"""Octets of a form; that of an unsubscription has about thirty."""

LONGEST_FORM = 64 * 1024
"""Octets of a form with lines to fill in."""

MOST_FIELDS = 60

BODY_SECONDS = 5.0
"""For a form to come."""


async def body_of(request: Request, most: int | None = None) -> bytes:
    """The body, however it is framed. Raises HTTPException if it is too long or does not come."""
    body = b""
    with anyio.move_on_after(BODY_SECONDS) as scope:
        async for piece in request.stream():
            body += piece
            if len(body) > (most or MAX_BODY):
                raise HTTPException(413)
    if scope.cancelled_caught:
        raise HTTPException(408)
    return body


async def form_of(request: Request, most: int | None = None) -> Mapping[str, str]:
    """The fields of an ordinary form; the values of one that comes several times are joined by commas.

    Raises HTTPException for anything else.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = await body_of(request, most)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:  # more fields, or octets that are no text
        raise HTTPException(400) from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        clean = value.replace("\0", "")
        fields[name] = f"{fields[name]},{clean}" if name in fields else clean
    return fields


def is_one_click(body: bytes) -> bool:
    """Whether the body is the form of RFC 8058 3.1, which mail programs and our own button send.

    Some say that it is plain text, or nothing; so its words count, urlencoded or as a part, in upper or lower case.
    """
    text = body.decode("latin-1").lower()
    pairs = parse_qsl(text.strip(), keep_blank_values=True)
    return any((name.strip(), value.strip()) == ONE_CLICK for name, value in pairs) or bool(_PART.search(text))


ONE_CLICK = ("list-unsubscribe", "one-click")
_PART = re.compile(
    r"^content-disposition:[^\r\n]*\bname=\"?list-unsubscribe\"?(?:\r?\n[^\r\n]+)*\r?\n\r?\none-click[ \t]*\r?$",
    re.MULTILINE,
)
"""The part of a multipart/form-data body (RFC 7578)."""
