"""The forms for everybody: to subscribe, to get a link to preferences, to be a presenter, to announce an event.

Each answers the same, whoever has the address: what becomes of it is told by mail alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mailer.adapters.web.bodies import LONGEST_FORM, form_of
from mailer.adapters.web.endpoints import Endpoint, Endpoints, log, routes
from mailer.errors import Temporary
from mailer.message import Address, clean
from mailer.model.lists import Format
from mailer.model.questionnaires import Questionnaire
from mailer.model.visits import Visit, Wanted
from mailer.phrases import Phrase, phrase
from mailer.ports.pages import Filled

HONEYPOT = "website_2"
"""A field that people do not see. What a program writes into it is not kept."""


def asking_routes(here: Endpoints) -> list[Route]:
    """The forms that are served."""
    return [
        route
        for wanted in Wanted
        if wanted.value in here.settings.pages
        for route in routes(f"/{wanted.value}", _show(here, wanted), _send(here, wanted))
    ]


def _show(here: Endpoints, wanted: Wanted) -> Endpoint:
    async def answer(request: Request) -> Response:
        return await _form(here, request, wanted)

    return answer


async def _form(
    here: Endpoints,
    request: Request,
    wanted: Wanted,
    written: Mapping[str, str] = {},
    problems: Mapping[str, Phrase] = {},
    *,
    old: bool = False,
) -> Response:
    lines = await here.look(here.office.lines, wanted)
    if lines is None and wanted in (Wanted.PRESENTER, Wanted.EVENT):
        return here.responses.page(request, "unknown", 404)
    name = "lines" if lines else wanted.value
    return here.responses.page(
        request,
        name,
        400 if problems or old else 200,
        offers_languages=True,
        wanted=wanted.value,
        titles=await here.look(here.office.receives) if wanted is Wanted.SUBSCRIBE else (),
        about=await here.look(here.office.about, wanted),
        lines=lines,
        written=written,
        problems=problems,
        order=_order(lines),
        old=old,
        honeypot=HONEYPOT,
        csrf=here.guard.token(wanted.value),
    )


def _order(lines: Questionnaire | None) -> Sequence[str]:
    return ["address", "name", *(field.key for field in lines.fields)] if lines else ["address", "name"]


def _send(here: Endpoints, wanted: Wanted) -> Endpoint:
    async def answer(request: Request) -> Response:
        written = await form_of(request, LONGEST_FORM)
        if not here.guard.accepts(request, written.get("csrf", ""), wanted.value):
            return await _form(here, request, wanted, written, old=True)
        if written.get(HONEYPOT):
            return _asked(here, request, wanted)
        try:
            return await _keep(here, request, wanted, written)
        except Temporary as error:
            log.warning("a visitor could not be served on the web page: %s", error)
            return here.responses.page(request, "later", 503)

    return answer


async def _keep(here: Endpoints, request: Request, wanted: Wanted, written: Mapping[str, str]) -> Response:
    if not await here.admits(request):  # before anything is read, which may take long
        return here.busy(request)
    address, problem = _address(written.get("address", ""))
    read = await _read(here, wanted, written)
    problems = {**({"address": problem} if problem else {}), **read.problems}
    if problems or address is None:
        return await _form(here, request, wanted, written, problems)
    visit = Visit(
        wanted,
        address.key,
        here.responses.catalogue(request).tag,
        await here.look(here.office.now),
        clean(written.get("name", ""), 200),
        read.values,
    )
    if not await here.do(here.office.ask, visit):
        return here.responses.page(request, "later", 503)
    return _asked(here, request, wanted)


def _asked(here: Endpoints, request: Request, wanted: Wanted) -> Response:
    return here.responses.page(request, "asked", wanted=wanted.value)


def _address(written: str) -> tuple[Address | None, Phrase]:
    if not written.strip():
        return None, phrase("it is missing")
    try:
        address = Address.parse(written.strip()[:400])
    except ValueError:
        return None, phrase("it is not one mail address")
    return (address, Phrase()) if address.is_public else (None, phrase("it is not one mail address"))


async def _read(here: Endpoints, wanted: Wanted, written: Mapping[str, str]) -> Filled:
    if wanted is Wanted.PREFERENCES:
        return Filled({}, {})
    if wanted is Wanted.SUBSCRIBE:
        chosen = {key: written[key] for key in ("name", "language", "format") if written.get(key)}
        if chosen.get("format") not in (None, *(one.value for one in Format)):
            del chosen["format"]
        return await here.look(here.office.read, wanted, chosen)
    return await here.look(here.office.read, wanted, written)
