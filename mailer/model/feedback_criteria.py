"""The criteria for feedback from outside, as a document: who may write, through whom it goes, and who answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mailer.message import Address
from mailer.model.criteria import (
    PRINTED,
    Clause,
    Definition,
    Document,
    Handover,
    Items,
    Paragraph,
    Party,
    Route,
    Table,
    alternatives,
    annex,
    series,
)
from mailer.model.feedback import CONSENTS, DigestPeriod
from mailer.model.feedback import Route as Rule
from mailer.model.rules import Rules
from mailer.phrases import Country, Language, Phrase, counted, phrase

TITLE = phrase("Criteria for feedback from outside the group")

DIGESTS: Mapping[DigestPeriod, Phrase] = {
    DigestPeriod.DAILY: phrase("Every day at %(hour)s the editors and the secretary get a list of what waits."),
    DigestPeriod.WEEKLY: phrase("Every Monday at %(hour)s the editors and the secretary get a list of what waits."),
    DigestPeriod.NEVER: phrase("No list of what waits is sent; the secretary looks at it."),
}
"""How often those who answer are told what waits."""


def feedback_criteria(rules: Rules) -> Document:
    """The document that says what happens with what people write, as the configuration has it now."""
    return Document(
        title=TITLE,
        group=rules.name,
        reference=rules.criteria.feedback_reference,
        status=rules.criteria.status,
        secretariat=str(rules.secretary),
        clauses=(
            _scope(rules),
            _terms(),
            _ways_in(rules),
            _routes(rules),
            *_member_bodies(rules),
            _answers(rules),
            _record(),
            _changes(rules),
            annex(phrase("The route of feedback"), phrase("Who hands feedback to whom"), route(rules)),
        ),
    )


def _scope(rules: Rules) -> Clause:
    return Clause(
        "scope",
        phrase("Scope"),
        (
            Paragraph(
                phrase(
                    "These criteria say how %(group)s takes feedback from outside: who may give it and how, through "
                    "whom it goes, who answers it and by when, and what is kept of it.",
                    group=rules.name,
                )
            ),
            Paragraph(
                phrase(
                    "They apply to whatever anybody writes to %(address)s for a person to read: questions, comments, "
                    "corrections, offers and complaints, of subscribers, of member bodies and liaison organisations, "
                    "and of anybody else.",
                    address=str(rules.address),
                )
            ),
            Paragraph(
                phrase(
                    "They do not apply to votes and to what members of a board say with them, for which the criteria "
                    "for the disclosure of information hold."
                )
            ),
        ),
    )


def _terms() -> Clause:
    return Clause(
        "terms",
        phrase("Terms and definitions"),
        (
            Definition(phrase("feedback"), phrase("what somebody outside the group writes for a person to read")),
            Definition(
                phrase("item"),
                phrase("a numbered matter, with all mails that belong to it, from its first mail to its answer"),
            ),
            Definition(phrase("asker"), phrase("the person who wrote the first mail of an item")),
            Definition(
                phrase("member body"),
                phrase("a national member body or a liaison organisation that is asked for its comment on an item"),
            ),
            Definition(
                phrase("comment"), phrase("what a member body says about an item; it goes to the staff, not the asker")
            ),
            Definition(
                phrase("staff"), phrase("the secretary, the editors, and those whom these criteria name beside them")
            ),
        ),
    )


def _ways_in(rules: Rules) -> Clause:
    feedback = rules.feedback
    paragraphs = [
        Paragraph(
            phrase(
                "Anybody may give feedback, in any language, by a mail to %(address)s or by replying to what the "
                "office sends. No membership and no form is needed.",
                address=str(rules.address),
            )
        ),
        Paragraph(
            phrase(
                "Each matter becomes an item with a number. Later mails of the same asker about it join the item; "
                "nobody else can add to it."
            )
        ),
        Paragraph(
            phrase(
                "What a person wrote reaches a person, whole and with what is attached. Only what is certainly a "
                "machine's (bounces, notices of absence, loops) may end without a reader."
            )
        ),
    ]
    if feedback.receipt:
        paragraphs.append(
            Paragraph(
                phrase(
                    "The asker gets one receipt, with the number of the item and the days within which to expect an "
                    "answer. Machines get none."
                )
            )
        )
    else:
        paragraphs.append(Paragraph(phrase("Askers get no receipt.")))
    return Clause("ways-in", phrase("Who may give feedback, and how"), tuple(paragraphs))


# --- through whom it goes ---


def _routes(rules: Rules) -> Clause:
    routes, megabytes = rules.feedback.routes, f"{rules.feedback.attach_bytes / 1e6:g}"
    rows = [_row(rules, number, route) for number, route in enumerate(routes, 1)]
    rows.append(_row(rules, len(routes) + 1, Rule()))
    first = (
        phrase("The routes of the table are tried in their order, and the first one that fits an item decides.")
        if routes
        else phrase("All feedback takes one route.")
    )
    return Clause(
        "routes",
        phrase("Through whom it goes"),
        (
            Paragraph(first),
            Paragraph(
                phrase(
                    "“The editors” are those of the publication that a mail is about; where it is about none, the "
                    "secretary takes their place."
                )
            ),
            Table(
                phrase("Routes of feedback"),
                (phrase("No."), phrase("Feedback"), phrase("Goes to"), phrase("For comment to"), phrase("Tags")),
                tuple(rows),
            ),
            Paragraph(phrase("Their addresses are:")),
            Items(tuple(_recipients(rules))),
            Paragraph(
                phrase(
                    "Each gets a copy, with up to %(size)s MB attached. What does not fit is named in it and kept.",
                    size=megabytes,
                )
            ),
        ),
    )


def _row(rules: Rules, number: int, route: Rule) -> tuple[str, ...]:
    return (
        str(number),
        _condition(rules, route),
        series([recipient(to) for to in route.to]),
        _through(rules, route) or phrase("nobody"),
        ", ".join(route.tags) or "—",
    )


def _condition(rules: Rules, route: Rule) -> str:
    conditions: list[str] = []
    if route.lists:
        conditions.append(phrase("from members of %(lists)s", lists=alternatives(rules.titles(route.lists))))
    if route.countries:
        conditions.append(phrase("from %(countries)s", countries=alternatives(list(map(Country, route.countries)))))
    if route.words:
        quoted = [phrase("“%(words)s”", words=words) for words in route.words]
        conditions.append(phrase("that says %(words)s", words=alternatives(quoted)))
    if conditions:
        return series(conditions)
    return phrase("of any kind") if not rules.feedback.routes or route.through else phrase("all else")


def recipient(to: str) -> str:
    """The staff that a route names, in words."""
    return {"editors": phrase("the editors"), "secretary": phrase("the secretary")}.get(to, to)


def _through(rules: Rules, route: Rule) -> str:
    if not route.through:
        return ""
    if "@" in route.through:
        return route.through
    (title,) = rules.titles([route.through])
    return phrase("the member of “%(list)s” from the asker's country", list=title)


def _recipients(rules: Rules) -> Iterator[str]:
    """The editors of each publication and the secretary, by address."""
    by_editors: dict[tuple[str, ...], list[str]] = {}
    for publication in rules.publications.values():
        by_editors.setdefault(publication.editors, []).append(publication.title)
    for editors, titles in by_editors.items():
        yield phrase("the editors of %(titles)s: %(editors)s;", titles=series(titles), editors=series(editors))
    yield phrase("the secretary: %(secretary)s.", secretary=str(rules.secretary))


def _member_bodies(rules: Rules) -> Iterator[Clause]:
    """What holds when a member body is asked; nothing where no route asks one."""
    routes = [(number, route) for number, route in enumerate(rules.feedback.routes, 1) if route.through]
    if not routes:
        return
    named = [str(number) for number, route in routes if route.with_name]
    unnamed = [str(number) for number, route in routes if not route.with_name]
    blocks: list[Paragraph | Table] = [
        Paragraph(
            phrase(
                "Where a route says so, the item also goes to a member body for its comment. The comment goes to the "
                "staff who have the item, and never to the asker."
            )
        ),
    ]
    if unnamed:
        blocks.append(
            Paragraph(
                phrase(
                    "By route %(routes)s the member body gets the asker's words without name, address, signature and "
                    "attachments; names in the text are replaced by “…”. Only a line of the asker's own, in a reply to "
                    "the receipt, lets it know who wrote.",
                    routes=alternatives(unnamed),
                )
            )
        )
        rows = tuple((Language(tag), line) for tag, line in CONSENTS.items())
        blocks.append(
            Table(phrase("The line that passes on the name"), (phrase("Language"), phrase("Line")), rows),
        )
    if named:
        blocks.append(
            Paragraph(
                phrase("By route %(routes)s the member body is told who wrote.", routes=alternatives(named)),
            )
        )
    if any("@" not in route.through for _, route in routes):
        blocks.append(
            Paragraph(
                phrase(
                    "Where a list is named, its member from the asker's country is asked. If the country is not known, "
                    "or no member is from it, nobody is asked, and the staff answer without a comment."
                )
            )
        )
    yield Clause("member-bodies", phrase("Comments of member bodies"), tuple(blocks))


# --- answers ---


def _answers(rules: Rules) -> Clause:
    feedback, hour = rules.feedback, f"{rules.feedback.digest_hour}:00"
    return Clause(
        "answers",
        phrase("Answers"),
        (
            Paragraph(
                phrase(
                    "Those who have the item answer it, by replying to their copy. Their own words go to the asker "
                    "alone, under the address of the office, and nothing else of their mail does."
                )
            ),
            Paragraph(
                phrase(
                    "An answer to one person in words of one's own is no disclosure and needs no grant. An issue, or a "
                    "document that needs a grant, never goes as an answer before it has one."
                )
            ),
            Paragraph(
                phrase(
                    "Only a reply that is proven to be from the mailbox that got the copy is passed on. What is "
                    "attached to it goes only after its writer has said yes to each file."
                )
            ),
            Paragraph(
                phrase(
                    "An answer is to be expected within %(days)s. An item that waits for longer is late, and the "
                    "status of the office says so.",
                    days=counted("%(count)s day", "%(count)s days", count=feedback.expect.days),
                )
            ),
            Paragraph(phrase(DIGESTS[feedback.digest].message, hour=hour)),
        ),
    )


def _record() -> Clause:
    return Clause(
        "record",
        phrase("Record and personal data"),
        (
            Paragraph(
                phrase(
                    "Each mail of an item is kept whole, with its attachments, its comments and its answers, under the "
                    "number of the item, so that a later reader can follow what was said and decided."
                )
            ),
            Paragraph(
                phrase(
                    "Whoever has written may ask by mail what is held about them (“status”), and have it erased "
                    "(“forget me”). Words, subject, files and address of their items are then erased; number, dates "
                    "and route stay, without a name."
                )
            ),
        ),
    )


def _changes(rules: Rules) -> Clause:
    return Clause(
        "changes",
        phrase("Changes to these criteria"),
        (
            PRINTED,
            Paragraph(
                phrase(
                    "A version is in force from the time at which the board grants it until another one is granted. "
                    "Its status is: %(status)s.",
                    status=rules.criteria.status,
                )
            ),
        ),
    )


# --- the drawing ---


def route(rules: Rules) -> Route:
    """Who hands feedback to whom."""
    rule = rules.feedback
    asked = list(dict.fromkeys(filter(None, (_through(rules, one) for one in rule.routes))))
    parties = [
        Party("askers", phrase("Subscribers, member bodies and anybody outside")),
        Party("office", phrase("The office"), (str(rules.address),)),
        Party("staff", phrase("Those whom the routes name"), tuple(_staff(rules))),
    ]
    handovers = [
        Handover("askers", "office", phrase("Somebody outside writes to the office, or replies to what it sends.")),
        Handover("office", "staff", phrase("The office numbers it, and passes a copy to those whom the route names.")),
    ]
    if rule.receipt:
        handovers.append(
            Handover("office", "askers", phrase("The asker gets a receipt with the number of the item.")),
        )
    if asked:
        parties.append(Party("bodies", phrase("Member bodies"), tuple(asked)))
        handovers += [
            Handover("staff", "bodies", phrase("By some routes, a member body gets it at once, for its comment.")),
            Handover("bodies", "staff", phrase("The member body's comment comes back to the staff alone.")),
        ]
    handovers += [
        Handover("staff", "askers", phrase("The staff answer in their own words, under the address of the office.")),
    ]
    return Route(tuple(parties), tuple(handovers))


def _staff(rules: Rules) -> Iterator[str]:
    """Everybody whom a route names, each once."""
    routes: Sequence[Rule] = (*rules.feedback.routes, Rule())
    found: dict[str, str] = {}
    for to in (to for route in routes for to in route.to):
        if to == "editors":
            for publication in rules.publications.values():
                for editor in publication.editors:
                    found.setdefault(Address.parse(editor).key, phrase("an editor, %(address)s", address=editor))
        elif to == "secretary":
            found[Address.parse(str(rules.secretary)).key] = phrase(
                "the secretary, %(address)s", address=str(rules.secretary)
            )
        else:
            found.setdefault(Address.parse(to).key, to)
    yield from found.values()
