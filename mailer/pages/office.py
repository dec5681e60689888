"""The office as its web pages see it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from hmac import compare_digest

from mailer.contacts import day_of
from mailer.handlers import lists, personal_data, presenters
from mailer.handlers.site import web_version
from mailer.holdings import HELD
from mailer.inbound.details import PAUSE
from mailer.message import Address
from mailer.model.inbound import Result
from mailer.model.lists import Contact
from mailer.model.questionnaires import Questionnaire
from mailer.model.visits import MOST_WAITING, PageLink, Visit, Wanted
from mailer.office import Office
from mailer.pages import preferences
from mailer.pages.asked import secret_of, still_theirs
from mailer.pages.forms import LINES, read_details, read_lines
from mailer.phrases import Phrase, phrase
from mailer.ports.pages import Act, Filled, Preferences
from mailer.tokens import Purpose, Token, TokenKey, find_tokens

Begins = Callable[[], AbstractContextManager[Office]]

PAUSES = 3
"""How often in a day a token makes its reader pause. Those whom a copy was passed on to have the token, too (B13)."""


@dataclass(frozen=True, slots=True)
class OfficePages:
    """Does what visitors of the web pages ask (ports.Pages)."""

    key: TokenKey
    begin: Begins
    """Begins a transaction."""
    titles: Callable[[], Mapping[int, str]]
    """Titles of publications, by the number that a token to leave has for them."""
    look: Begins
    """Begins to look, at what nobody changes meanwhile."""
    wake: Callable[[], None] = lambda: None
    """Ends a wait of the daemon, which does what was asked for."""

    # --- with a token ---

    def title(self, text: str) -> str:
        scopes = [token.scope for token in find_tokens(text) if token.purpose is Purpose.LEAVE]
        return self.titles().get(scopes[0], "") if scopes else ""

    def leave(self, text: str) -> None:
        self._act(text, Purpose.LEAVE, lists.leave)

    def pause(self, text: str, until: date) -> bool:
        refused: list[int] = []

        def pause(office: Office, token: Token, in_reply_to: str | None) -> None:
            contact, counter = office.work.lists.contact(token.subject), f"pauses {token.subject}"
            if office.work.caps.counts([counter], office.today).get(counter, 0) >= PAUSES:
                refused.append(token.subject)
            elif contact and personal_data.set_by_owner(office, contact, {PAUSE: until.isoformat()}):
                office.work.caps.count([counter], office.today)

        self._act(text, Purpose.LEAVE, pause)
        return not refused

    def come_back(self, text: str) -> None:
        self._act(text, Purpose.COME_BACK, lists.come_back)

    def confirm(self, text: str) -> None:
        self._act(text, Purpose.CONFIRM, lists.confirm)

    def _act(self, text: str, purpose: Purpose, act: Callable[[Office, Token, str | None], Result | None]) -> None:
        for token in find_tokens(text):
            if token.purpose is purpose and self.key.genuine(token):
                with self.begin() as office:
                    act(office, token, None)

    # --- for everybody ---

    def today(self) -> date:
        with self.look() as office:
            return day_of(office, office.now)

    def now(self) -> datetime:
        with self.look() as office:
            return office.now

    def admits(self, client: str, most: int) -> bool:
        counter = f"page {self.key.sealed(f'client {client}')[:32]}"
        with self.begin() as office:
            seen = office.work.caps.counts([counter], office.hour).get(counter, 0)
            if seen < most:
                office.work.caps.count([counter], office.hour)
        return seen < most

    def lines(self, wanted: Wanted) -> Questionnaire | None:
        with self.look() as office:
            return None if wanted is Wanted.PRESENTER and not office.rules.presenters.bank else LINES.get(wanted)

    def about(self, wanted: Wanted) -> Sequence[Phrase]:
        if wanted is not Wanted.PRESENTER:
            return ()
        with self.look() as office:
            return presenters.about(office)

    def receives(self) -> Sequence[str]:
        with self.look() as office:
            return office.rules.received([office.rules.signup.list])

    def read(self, wanted: Wanted, written: Mapping[str, str]) -> Filled:
        with self.look() as office:
            today = day_of(office, office.now)
            if form := LINES.get(wanted):
                return Filled(*read_lines(form, written, today, office.renderer.wordings))
            return Filled(*read_details(written, today))

    def ask(self, visit: Visit) -> bool:
        with self.begin() as office:
            if office.work.visits.count() >= MOST_WAITING:
                return False
            office.work.visits.add(replace(visit, at=office.now))
        self.wake()
        return True

    def view(self, publication: str, number: int, language: str) -> str | None:
        with self.look() as office:
            return web_version(office, publication, number, language)

    # --- in a session ---

    def open(self, link: str, session: str) -> bool:
        number, _, _ = link.partition("-")
        with self.begin() as office:
            found = (
                office.work.visits.link(int(number))
                if number.isascii() and number.isdecimal() and len(number) < 16
                else None
            )
            if found is None or not compare_digest(secret_of(office, found).encode(), link.encode()):
                return False
            if not found.may_be_opened(office.now) or self._contact(office, found) is None:
                return False
            return office.work.visits.open_link(found.id, self._hash(session), office.now)

    def preferences(self, session: str) -> Preferences | None:
        with self._looking(session) as found:
            return preferences.shown(*found, HELD) if found else None

    def change(self, session: str, written: Mapping[str, str]) -> Filled | None:
        with self._session(session) as found:
            if found is None:
                return None
            office, contact = found
            read = Filled(*read_details(written, day_of(office, office.now)))
            if not read.problems:
                personal_data.set_by_owner(office, contact, read.values)
            return read

    def receive(self, session: str, publications: Collection[str]) -> bool:
        with self._session(session) as found:
            if found:
                preferences.receive(*found, publications)
            return bool(found)

    def move(self, session: str, address: str) -> Filled | None:
        with self._session(session) as found:
            if found is None:
                return None
            office, contact = found
            own = Address.parse(contact.address)
            try:
                new = Address.parse(address)
            except ValueError:
                return Filled({}, {"address": phrase("it is not one mail address")})
            if not new.is_public or new.base_key in (own.key, office.rules.address.base_key):
                return Filled({}, {"address": phrase("it is not another mail address of yours")})
            personal_data.change_address(office, own, "", str(new))
            return Filled({"address": str(new)}, {})

    def act(self, session: str, act: Act) -> bool:
        with self._session(session) as found:
            if found:
                preferences.ACTS[act](*found)
            return bool(found)

    def data(self, session: str) -> bytes | None:
        with self._looking(session) as found:
            return personal_data.as_json(*found) if found else None

    def close(self, session: str) -> None:
        with self.begin() as office:
            if link := office.work.visits.of_session(self._hash(session)):
                office.work.visits.end_link(link.id, office.now)

    def _hash(self, session: str) -> str:
        return self.key.sealed(f"session {session}")

    @contextmanager
    def _session(self, session: str) -> Iterator[tuple[Office, Contact] | None]:
        """The office, acting for the person whose session it is."""
        with self.begin() as office:
            yield self._of(office, session)

    @contextmanager
    def _looking(self, session: str) -> Iterator[tuple[Office, Contact] | None]:
        with self.look() as office:
            yield self._of(office, session)

    def _of(self, office: Office, session: str) -> tuple[Office, Contact] | None:
        link = office.work.visits.of_session(self._hash(session)) if session else None
        contact = self._contact(office, link) if link and link.is_open(office.now) else None
        return (replace(office, actor=contact.address), contact) if contact else None

    def _contact(self, office: Office, link: PageLink) -> Contact | None:
        contact = office.work.lists.contact(link.contact)
        return contact if contact and still_theirs(office, contact, link) else None
