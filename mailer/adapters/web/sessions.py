"""The pages of one person: a mailed link opens a session, in which they see and change what is held about them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mailer.adapters.web.bodies import form_of
from mailer.adapters.web.endpoints import Endpoint, Endpoints, log, routes
from mailer.errors import Temporary
from mailer.model.lists import LONGEST_PAUSE
from mailer.phrases import Phrase
from mailer.ports.pages import Act

Answering: TypeAlias = Callable[[Endpoints, Request], Awaitable[Response]]
Acting: TypeAlias = Callable[[Endpoints, Request, str, Mapping[str, str]], Awaitable[Response]]
"""What is done with the fields of a form, in a session."""

MINE = "/preferences/mine"
DETAILS = ("name", "organisation", "country", "language", "format")
DONE = frozenset({"details", "receive", "pause", "address", "leave", "forget"})
"""What a page may say that was done."""


def session_routes(here: Endpoints) -> list[Route]:
    """``/preferences/LINK`` and what is behind it."""
    if "preferences" not in here.settings.pages:
        return []
    forms = {
        "details": _details,
        "pause": _pause,
        "receive": _receive,
        "address": _address,
        "leave": _act(Act.LEAVE),
        "forget": _act(Act.FORGET),
        "logout": _logout,
    }
    return [
        *routes(MINE, _guarded(here, _mine), None),
        *routes(f"{MINE}/data", _guarded(here, _data), None),
        *(
            route
            for name, act in forms.items()
            for route in routes(f"{MINE}/{name}", None, _guarded(here, _form(name, act)))
        ),
        *routes("/preferences/{link}", _guarded(here, _link), _guarded(here, _open)),
    ]


def _guarded(here: Endpoints, answer: Answering) -> Endpoint:
    async def guarded(request: Request) -> Response:
        try:
            return await answer(here, request)
        except Temporary as error:
            log.warning("a reader could not be served on the web page: %s", error)
            return here.responses.page(request, "later", 503)

    return guarded


# --- the link ---


async def _link(here: Endpoints, request: Request) -> Response:
    """The page of a link, the same for each: a link scanner spends nothing by looking at it."""
    return here.responses.page(request, "open", csrf=here.guard.token("open", request.path_params["link"]), old=False)


async def _open(here: Endpoints, request: Request) -> Response:
    fields, link = await form_of(request), request.path_params["link"]
    if not here.guard.accepts(request, fields.get("csrf", ""), "open", link):
        return here.responses.page(request, "open", 400, csrf=here.guard.token("open", link), old=True)
    if not await here.admits(request):
        return here.busy(request)
    session = here.guard.new_session()
    if not await here.do(here.office.open, link[:200], session):
        return _ended(here, request)
    response = here.responses.to(MINE)
    here.guard.begin(response, session)
    return response


def _ended(here: Endpoints, request: Request) -> Response:
    """The session is over, or the link is not good: another one can be asked for."""
    response = here.responses.page(request, "ended", 403)
    here.guard.end(response)
    return response


# --- the session ---


async def _mine(here: Endpoints, request: Request) -> Response:
    return await _shown(here, request)


async def _shown(
    here: Endpoints,
    request: Request,
    written: Mapping[str, str] = {},
    problems: Mapping[str, Phrase] = {},
    part: str = "",
    *,
    old: bool = False,
) -> Response:
    session = here.guard.session(request)
    mine = await here.look(here.office.preferences, session)
    if mine is None:
        return _ended(here, request)
    done = request.query_params.get("done", "")
    today = await here.look(here.office.today)
    return here.responses.page(
        request,
        "mine",
        400 if problems or old else 200,
        language=mine.details.language,
        mine=mine,
        written=written,
        problems=problems,
        part=part,
        old=old,
        done=done if done in DONE and not part else "",
        csrf={name: here.guard.token(name, session) for name in (*DONE, "logout")},
        today=today,
        last=today + LONGEST_PAUSE,
        tomorrow=today + timedelta(days=1),
    )


def _form(name: str, act: Acting) -> Answering:
    """A form of the session, whose token is of it and of no other."""

    async def answer(here: Endpoints, request: Request) -> Response:
        fields, session = await form_of(request), here.guard.session(request)
        if not here.guard.accepts(request, fields.get("csrf", ""), name, session):
            return await _shown(here, request, fields, part=name, old=True)
        if not await here.admits(request):
            return here.busy(request)
        return await act(here, request, session, fields)

    return answer


async def _details(here: Endpoints, request: Request, session: str, fields: Mapping[str, str]) -> Response:
    written = {key: fields[key] for key in DETAILS if key in fields}
    read = await here.do(here.office.change, session, written)
    if read is None:
        return _ended(here, request)
    if read.problems:
        return await _shown(here, request, written, read.problems, "details")
    return here.responses.to(f"{MINE}?done=details")


async def _pause(here: Endpoints, request: Request, session: str, fields: Mapping[str, str]) -> Response:
    written = {"pause": fields.get("until", "")}
    read = await here.do(here.office.change, session, written)
    if read is None:
        return _ended(here, request)
    if read.problems:
        return await _shown(here, request, written, read.problems, "pause")
    return here.responses.to(f"{MINE}?done=pause")


async def _receive(here: Endpoints, request: Request, session: str, fields: Mapping[str, str]) -> Response:
    wanted = fields.get("publication", "").split(",")
    done = await here.do(here.office.receive, session, wanted)
    return here.responses.to(f"{MINE}?done=receive") if done else _ended(here, request)


async def _address(here: Endpoints, request: Request, session: str, fields: Mapping[str, str]) -> Response:
    written = {"address": fields.get("address", "")[:400].strip()}
    read = await here.do(here.office.move, session, written["address"])
    if read is None:
        return _ended(here, request)
    if read.problems:
        return await _shown(here, request, written, read.problems, "address")
    return here.responses.to(f"{MINE}?done=address")


def _act(act: Act) -> Acting:
    async def answer(here: Endpoints, request: Request, session: str, fields: Mapping[str, str]) -> Response:
        done = await here.do(here.office.act, session, act)
        return here.responses.to(f"{MINE}?done={act.value}") if done else _ended(here, request)

    return answer


async def _logout(here: Endpoints, request: Request, session: str, fields: Mapping[str, str]) -> Response:
    await here.do(here.office.close, session)
    response = here.responses.page(request, "closed")
    here.guard.end(response)
    return response


async def _data(here: Endpoints, request: Request) -> Response:
    content = await here.look(here.office.data, here.guard.session(request))
    return here.responses.file(content, "my-data.json", "application/json") if content else _ended(here, request)
