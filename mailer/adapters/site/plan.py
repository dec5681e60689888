"""Which pages the site has, and what each of them says, in each of its languages. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from mailer.adapters.site import paths
from mailer.adapters.site.contents import Told, ToldDocument, ToldEdition, ToldEvent, ToldList
from mailer.adapters.site.page import Choice, Item, Link, Page, Section, Titled
from mailer.compose.catalogue import Catalogue
from mailer.model.collation import Key, collation_key
from mailer.model.library import FAQ
from mailer.model.list_documents import name_of
from mailer.model.lists import ListKind
from mailer.phrases import Country, Days, Language, Phrase, phrase

SHORT = 12
"""Items of a section beyond which they are listed without their beginnings, so that a page stays light."""
MOST = 250
"""Items of a section; what is older is on the pages of the years."""
RECENT, NEXT = 5, 4
"""Issues, and events or documents, on the front page."""
CONTENTS = 6
"""Articles of the newest issue that the front page names."""
LARGE = 250
"""Entries of a list beyond which each group has a page of its own."""


@dataclass(frozen=True)
class Plan:
    """Makes the pages of one language."""

    told: Told
    catalogue: Catalogue
    """Of the language."""
    language: str
    publications: Sequence[Titled]
    searchable: bool

    def pages(self) -> Iterator[Page]:
        yield self.home()
        yield from self._issues()
        yield from self._years()
        yield from self._topics()
        yield from self._countries()
        yield from self._languages()
        yield from self._events()
        yield from self._library()
        yield self._page(
            "subscribe.html", phrase("How to subscribe"), "subscribe", values={"publications": self._shown}
        )
        if self.searchable:
            yield self._page("search.html", phrase("Search"), "search")

    # --- the front page ---

    def home(self, path: str = "") -> Page:
        """The front page; with ``path`` that of the whole site, in its main language."""
        issues, faq = self._editions, self.faq
        lead = self._item(issues[0], full=True) if issues else None
        values: dict[str, object] = {
            "lead": lead,
            "contents": list(issues[0].facts.articles[:CONTENTS]) if issues else [],
            "picture": paths.beside(paths.issue(issues[0].shown), "card.png") if issues else "",
            "recent": [self._item(one) for one in issues[1 : RECENT + 1]],
            "events": [self._event_item(one) for one in self.told.coming[:NEXT]],
            "documents": [self._document_item(one, brief=at > 0) for at, one in enumerate(self._documents[:NEXT])],
            "faq": faq.path if faq else "",
        }
        made = self._page("home.html", phrase("Home"), values=values)
        return Page(path or made.path, self.language, made.template, made.title, values)

    @cached_property
    def faq(self) -> Link | None:
        """Where the frequent questions are, if they are published."""
        found = next((one for one in self._documents if one.shown.kind == FAQ), None)
        return Link(phrase("Questions"), paths.document(found.shown)) if found else None

    @cached_property
    def navigation(self) -> list[Link]:
        """What the head of every page leads to."""
        found = [Link(phrase("Issues"), self._at("issues"))] if self._editions else []
        found += [Link(phrase("Events"), self._at("events"))] if self.told.events else []
        found += [self.faq] if self.faq else []
        found += [Link(phrase("Library"), self._at("library"))] if self._documents else []
        found += [Link(phrase("Networks"), self._at("lists"))] if self.told.people else []
        found += [Link(phrase("Search"), self._at("search"))] if self.searchable else []
        return [*found, Link(phrase("Subscribe"), self._at("subscribe"))]

    @cached_property
    def ways(self) -> list[Link]:
        """Other ways to find everything, at the foot of every page."""
        found = [Link(phrase("By year"), self._at("years"))] if self._editions or self.told.events else []
        found += [Link(phrase("By topic"), self._at("topics"))] if self.topics else []
        found += [Link(phrase("By country"), self._at("countries"))] if self.countries else []
        return [*found, Link(phrase("By language"), self._at("languages"))]

    # --- issues ---

    def _issues(self) -> Iterator[Page]:
        sections = [
            self._section(one.title, self.told.in_language(self.language, one.key), self._item) for one in self._shown
        ]
        if len(sections) == 1:
            sections = self._by_year(self._editions)
        feeds = [Link(one.title, paths.feed(self.language, one.key)) for one in self._shown if self._has_feed(one.key)]
        yield self._listing(phrase("Issues"), sections, "issues", feeds=feeds)
        for one in self._shown:
            own = self.told.in_language(self.language, one.key)
            mine = [Link(one.title, paths.feed(self.language, one.key))] if self._has_feed(one.key) else []
            yield self._listing(one.title, self._by_year(own), "issues", one.key, feeds=mine)

    @cached_property
    def _shown(self) -> list[Titled]:
        used = {one.shown.publication for one in self.told.editions}
        return [one for one in self.publications if one.key in used]

    def _has_feed(self, publication: str) -> bool:
        tags = {one.shown.language.lower() for one in self.told.editions if one.shown.publication == publication}
        return self.language.lower() in tags

    def _by_year(self, editions: Sequence[ToldEdition]) -> list[Section]:
        years = defaultdict[int, list[ToldEdition]](list)
        for one in editions[:MOST]:
            years[one.shown.day.year].append(one)
        brief = len(editions) > SHORT
        found = [Section(str(year), tuple(self._item(one, brief=brief) for one in of)) for year, of in years.items()]
        if len(editions) > MOST:
            found[-1] = found[-1]._replace(older=True)
        return found

    def _item(self, told: ToldEdition, *, brief: bool = False, full: bool = False) -> Item:
        shown, name = told.shown, self._title_of(told.shown.publication)
        kicker: tuple[object, ...] = (name, phrase("No. %(number)s", number=shown.number), shown.day)
        links = (Link(phrase("PDF"), paths.beside(paths.issue(shown), pdf_name(told))),)
        others = (
            Link(Language(one.shown.language), paths.issue(one.shown))
            for one in self.told.editions_of(shown)
            if one.shown.language != shown.language
        )
        return Item(
            shown.title,
            paths.issue(shown),
            kicker,
            "" if brief else told.facts.summary,
            self._foreign(shown.language),
            (*links, *others) if full or not brief else links,
        )

    def _title_of(self, publication: str) -> str:
        return next((one.title for one in self.publications if one.key == publication), publication)

    def _foreign(self, language: str) -> str:
        return "" if language.lower() == self.language.lower() else language

    # --- by year, topic, country, language ---

    def _years(self) -> Iterator[Page]:
        issues, events = defaultdict[int, list[ToldEdition]](list), defaultdict[int, list[ToldEvent]](list)
        for one in self._editions:
            issues[one.shown.day.year].append(one)
        for event in self.told.events:
            events[event.event.starts.year].append(event)
        years = sorted({*issues, *events}, reverse=True)
        counts = [Choice(str(year), self._at("years", year), len(issues[year]) + len(events[year])) for year in years]
        if counts:
            yield self._choices(phrase("By year"), counts, "years")
        for year in years:
            sections = [
                self._section(phrase("Issues"), issues[year], self._item),
                self._section(phrase("Events"), events[year], self._event_item),
            ]
            yield self._listing(str(year), sections, "years", year)

    @cached_property
    def topics(self) -> dict[str, tuple[list[ToldEdition], list[Item]]]:
        """Issues and people, by topic."""
        found: dict[str, tuple[list[ToldEdition], list[Item]]] = {}
        known: dict[str, str] = {}

        def of(topic: str) -> tuple[list[ToldEdition], list[Item]]:
            return found.setdefault(known.setdefault(paths.slug(topic), topic[:1].upper() + topic[1:]), ([], []))

        for one in self._editions:
            for topic in one.facts.topics:
                of(topic)[0].append(one)
        for told, entry in self.told.people:
            for topic in filter(None, (part.strip() for part in entry.values.get("topics", "").split(";"))):
                of(topic)[1].append(self._entry_item(told, name_of(entry, told.document.columns)))
        return dict(sorted(found.items(), key=lambda one: collation_key(one[0], self.language)))

    def _topics(self) -> Iterator[Page]:
        topics = self.topics
        if not topics:
            return
        counts = [
            Choice(topic, self._at("topics", paths.slug(topic)), len(issues) + len(people))
            for topic, (issues, people) in topics.items()
        ]
        yield self._choices(phrase("By topic"), counts, "topics")
        for topic, (issues, people) in topics.items():
            sections = [
                self._section(phrase("Issues"), issues, self._item),
                Section(phrase("Networks"), tuple(people[:MOST]), len(people) > MOST),
            ]
            yield self._listing(topic, sections, "topics", paths.slug(topic))

    @cached_property
    def countries(self) -> Counter[str]:
        """How many events and entries each country has, by its code."""
        events = (one.event.country for one in self.told.events)
        return Counter(filter(None, [*events, *(entry.group for _, entry in self.told.people)]))

    def _countries(self) -> Iterator[Page]:
        counts = [
            Choice(Country(code), self._at("countries", code.lower()), number)
            for code, number in sorted(self.countries.items(), key=lambda one: self._sorted(one[0]))
        ]
        if counts:
            yield self._choices(phrase("By country"), counts, "countries")
        for code in self.countries:
            events = [one for one in self.told.events if one.event.country == code]
            sections = [self._section(phrase("Events"), events, self._event_item)]
            for told in self.told.lists:
                names = [name_of(one, told.document.columns) for one in told.document.entries if one.group == code]
                if told.document.kind is not ListKind.EVENTS and names:
                    items = tuple(self._entry_item(told, name) for name in names[:MOST])
                    sections.append(Section(told.shown.title, items, len(names) > MOST))
            yield self._listing(Country(code), sections, "countries", code.lower())

    def _sorted(self, code: str) -> Key:
        return collation_key(self.catalogue.country(code), self.language)

    def _languages(self) -> Iterator[Page]:
        speaking = {tag for one in self.told.events for tag in one.languages}
        tags = list(dict.fromkeys([*self.told.languages, *sorted(speaking)]))
        pages, counts = [], []
        for tag in tags:
            editions = [one for one in self.told.editions if one.shown.language == tag]
            documents = [one for one in self.told.documents if one.shown.language == tag]
            events = [one for one in self.told.events if tag in one.languages]
            sections = [
                self._section(phrase("Issues"), editions, self._item),
                self._section(phrase("Library"), documents, self._document_item),
                self._section(phrase("Events"), events, self._event_item),
            ]
            counts.append(
                Choice(Language(tag), self._at("languages", tag.lower()), len(editions) + len(documents) + len(events))
            )
            pages.append(self._listing(Language(tag), sections, "languages", tag.lower()))
        yield self._choices(phrase("By language"), counts, "languages")
        yield from pages

    # --- events ---

    def _events(self) -> Iterator[Page]:
        if not self.told.events:
            return
        coming = {one.number for one in self.told.coming}
        past = [one for one in reversed(self.told.events) if one.number not in coming]
        sections = [
            self._section(phrase("Coming"), self.told.coming, self._event_item),
            self._section(phrase("Past"), past, self._event_item),
        ]
        files = [
            Link(phrase("All as a calendar file"), f"lists/{told.shown.key}/{told.shown.stem}.ics")
            for told in self.told.lists
            if "ics" in told.endings
        ]
        tables = [told for told in self.told.lists if told.document.kind is ListKind.EVENTS]
        files += [Link(phrase("As a table"), self._at("lists", told.shown.key)) for told in tables]
        yield self._listing(phrase("Events"), sections, "events", files=files)
        for one in self.told.events:
            values = {"event": one.event, "entry": one.entry.values, "days": _days(one), "calendar": calendar_path(one)}
            values |= {"country": Country(one.event.country), "languages": list(map(Language, one.languages))}
            yield self._page("event.html", one.event.title, "events", one.number, values=values)

    def _event_item(self, told: ToldEvent, *, brief: bool = False) -> Item:
        event = told.event
        where = ", ".join(filter(None, (event.place,)))
        kicker: tuple[object, ...] = (Days(_days(told)), *filter(None, (where,)))
        if event.country:
            kicker = (*kicker, Country(event.country))
        links = (Link(phrase("Calendar file"), calendar_path(told)),)
        return Item(event.title, self._at("events", told.number), kicker, "" if brief else event.organiser, "", links)

    # --- documents and lists ---

    def _library(self) -> Iterator[Page]:
        if self._documents:
            section = self._section("", self._documents, self._document_item)
            yield self._listing(phrase("Library"), [section], "library")
        networks = [told for told in self.told.lists if told.document.kind is not ListKind.EVENTS]
        if networks:
            items = tuple(self._list_item(told) for told in networks)
            yield self._listing(phrase("Networks"), [Section("", items)], "lists")
        for told in self.told.lists:
            yield self._page(
                "list.html", told.shown.title, "lists", told.shown.key, values={"told": told, "group": None}
            )
            if len(told.document.entries) > LARGE:
                for group in sorted({entry.group for entry in told.document.entries}):
                    values = {"told": told, "group": group}
                    name = Country(group) if group else phrase("Without a country")
                    yield self._page("list.html", name, "lists", told.shown.key, group.lower() or "none", values=values)

    def _document_item(self, told: ToldDocument, *, brief: bool = False) -> Item:
        shown = told.shown
        kicker = (phrase("Version %(number)s", number=shown.number), shown.day, *filter(None, (shown.publisher,)))
        links = [Link(phrase("PDF"), paths.beside(paths.document(shown), f"{shown.stem}.pdf"))]
        links += [Link(name, paths.beside(paths.document(shown), f"files/{name}")) for name in told.files]
        foreign = self._foreign(shown.language)
        return Item(shown.title, paths.document(shown), kicker, "" if brief else told.summary, foreign, tuple(links))

    def _list_item(self, told: ToldList) -> Item:
        shown, number = told.shown, len(told.document.entries)
        kicker = (
            phrase("Version %(number)s", number=shown.number),
            shown.day,
            phrase("Entries: %(number)s", number=number),
        )
        links = tuple(
            Link(ending.upper(), list_file(told, ending)) for ending in told.endings if ending in ("pdf", "csv")
        )
        return Item(shown.title, self._at("lists", shown.key), kicker, "", "", links)

    def _entry_item(self, told: ToldList, name: str) -> Item:
        return Item(name, self._at("lists", told.shown.key), (told.shown.title,))

    # --- pages ---

    @cached_property
    def _editions(self) -> list[ToldEdition]:
        return self.told.in_language(self.language)

    @cached_property
    def _documents(self) -> list[ToldDocument]:
        return self.told.documents_in(self.language)

    def _at(self, *parts: object) -> str:
        return paths.page(self.language.lower(), *parts)

    def _page(self, template: str, title: object, *parts: object, values: Mapping[str, object] = {}) -> Page:
        return Page(self._at(*parts), self.language, template, title, values)

    def _section(self, title: object, found: Sequence[object], item: Callable[..., Item]) -> Section:
        brief = len(found) > SHORT
        return Section(title, tuple(item(one, brief=brief) for one in found[:MOST]), len(found) > MOST)

    def _listing(
        self,
        title: object,
        sections: Iterable[Section],
        *parts: object,
        feeds: Sequence[Link] = (),
        files: Sequence[Link] = (),
    ) -> Page:
        values: dict[str, object] = {"sections": [one for one in sections if one.items], "feeds": feeds, "files": files}
        values["years"] = self._at("years")
        return self._page("listing.html", title, *parts, values=values)

    def _choices(self, title: Phrase, choices: Sequence[Choice], *parts: object) -> Page:
        return self._page("choices.html", title, *parts, values={"choices": choices})


def pdf_name(told: ToldEdition) -> str:
    shown = told.shown
    return f"{shown.publication}-{shown.number}-{shown.language.lower()}.pdf"


def calendar_path(told: ToldEvent) -> str:
    return f"events/event-{told.number}.ics"


def list_file(told: ToldList, ending: str) -> str:
    return f"lists/{told.shown.key}/{told.shown.stem}.{ending}"


def _days(told: ToldEvent) -> str:
    first, last = told.event.starts, told.event.ends
    return _day(first) if first == last else f"{_day(first)}/{_day(last)}"


def _day(day: date) -> str:
    return day.isoformat()
