"""The criteria for the disclosure of information, as a document: what needs whose consent, and by which rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mailer.model.criteria import (
    PRINTED,
    Clause,
    Day,
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
from mailer.model.policies import Policy, Voters
from mailer.model.rule_sentences import (
    abstention_sentence,
    deadline_sentence,
    minimum_sentence,
    objection_sentence,
    rule_sentence,
    silence_sentence,
)
from mailer.model.rules import Rules
from mailer.phrases import Country, Language, Phrase, counted, phrase

TITLE = phrase("Criteria for the disclosure of information")

DOCUMENTS: Mapping[str, Phrase] = {
    "issue": phrase("issues of a publication"),
    "edition": phrase("editions of an issue in other languages"),
    "faq": phrase("versions of the questions and answers (FAQ)"),
    "brochure": phrase("brochures and leaflets"),
    "kit": phrase("presentation kits"),
    "list": phrase("published versions of lists"),
    "press": phrase("press items"),
    "criteria": phrase("documents of criteria, such as this one"),
}
"""What can be disclosed, by its kind."""

OF_A_PUBLICATION = ("issue", "edition")
"""The kinds that belong to a publication, whose policy may be its own."""

CLAUSES = ("scope", "terms", "principle", "consent", "policies", "votes", "absences", "record", "changes")
"""The clauses of the first level, in their order."""


def disclosure_criteria(rules: Rules) -> Document:
    """The document that says what may leave the group and how, as the configuration has it now."""
    return Document(
        title=TITLE,
        group=rules.name,
        reference=rules.criteria.reference,
        status=rules.criteria.status,
        secretariat=str(rules.secretary),
        clauses=(
            _scope(rules),
            _terms(),
            _principle(),
            _consent(rules),
            *_policies(rules),
            _votes(rules),
            _absences(rules),
            _record(),
            _changes(rules),
            annex(phrase("The route of information"), phrase("Who hands what to whom"), route(rules)),
        ),
    )


def criteria_policy(rules: Rules) -> Policy:
    """The policy that decides about criteria: the one that names them, or else that of disclosure, or the first."""
    chosen = [policy for policy in rules.policies.values() if policy.covers("criteria", "")]
    return chosen[0] if chosen else rules.policies.get("disclosure") or next(iter(rules.policies.values()))


def _clause(key: str) -> str:
    """The number of a clause of the first level."""
    return str(CLAUSES.index(key) + 1)


def _clause_of(rules: Rules, policy: Policy) -> str:
    """The number of a policy's clause."""
    return f"{_clause('policies')}.{list(rules.policies).index(policy.key) + 2}"


def _scope(rules: Rules) -> Clause:
    return Clause(
        "scope",
        phrase("Scope"),
        (
            Paragraph(
                phrase(
                    "These criteria say which information may go out of %(group)s, whose consent it needs, by which "
                    "rule that consent is given, and how this is recorded.",
                    group=rules.name,
                )
            ),
            Paragraph(
                phrase(
                    "They apply to whatever the office %(address)s gives out, by whatever way: by mail, on a page, in "
                    "a feed, in an export or in an automatic answer.",
                    address=str(rules.address),
                )
            ),
            Paragraph(
                phrase(
                    "Information that goes out of the group goes through the office, so that what the group says "
                    "is consistent. Annex A shows its route."
                )
            ),
        ),
    )


def _terms() -> Clause:
    return Clause(
        "terms",
        phrase("Terms and definitions"),
        (
            Definition(
                phrase("disclosure"), phrase("giving information to anybody outside the group, by whatever way")
            ),
            Definition(
                phrase("grant"),
                phrase("a board's consent to the disclosure of exactly these bytes to exactly these lists"),
            ),
            Definition(phrase("board"), phrase("a list whose members vote on what may be disclosed")),
            Definition(phrase("policy"), phrase("the rule by which a board decides about some kinds of document")),
            Definition(phrase("ballot"), phrase("one question to a board about one document, exactly as it is")),
            Definition(
                phrase("objection"), phrase("a member's vote against disclosure, with the reason in the same mail")
            ),
            Definition(
                phrase("abstention"),
                phrase("a member's vote that is neither consent nor objection; it shows that the member has looked"),
            ),
            Definition(
                phrase("silence"),
                phrase(
                    "no reply at all, from a member whom the request and a reminder have reached as far as is known; a "
                    "mail that came back, a notice of absence, a question that was not answered and a reply that was "
                    "not counted are no silence"
                ),
            ),
            Definition(
                phrase("digest"),
                phrase("a number computed of the bytes of a document (SHA-256), which differs if any of them does"),
            ),
            Definition(
                phrase("secretary"), phrase("the person who submits documents to a board, and sends them once granted")
            ),
        ),
    )


def _principle() -> Clause:
    return Clause(
        "principle",
        phrase("Principle and exceptions"),
        (
            Paragraph(phrase("Nothing is disclosed without a grant.")),
            Paragraph(
                phrase(
                    "A grant is bound to the digest of what the board was shown, with its title, its sender, its lists "
                    "and the address of its links. If any of these changes after the grant, the change is noticed "
                    "before anything goes out, and the document needs another grant."
                )
            ),
            Paragraph(phrase("Three things are no disclosure, and need no grant:")),
            Items(
                (
                    phrase("a notice that the office writes by itself, with its reader's own data filled in;"),
                    phrase("one person's answer to one person, in words of their own;"),
                    phrase(
                        "a draft that is shown to those who work on it: the secretary, the editors and the board; "
                        "an author their own article; a translator their own edition of an issue that was granted. It "
                        "is marked as a draft, goes to their enrolled address only, and is noted in the record."
                    ),
                )
            ),
            Paragraph(
                phrase("There is no fourth exception. Free text in an invitation, a call or a letter needs a grant.")
            ),
        ),
    )


# --- what needs whose consent ---


def _consent(rules: Rules) -> Clause:
    return Clause(
        "consent",
        phrase("What needs whose consent"),
        (
            Paragraph(
                phrase(
                    "The table says for each kind of document by which policy a board decides about it. Where several "
                    "policies fit, the first one of clause %(clause)s holds.",
                    clause=_clause("policies"),
                )
            ),
            Table(
                phrase("Consent by kind of document"),
                (phrase("Document"), phrase("Who votes"), phrase("Rule"), phrase("Time to vote"), phrase("Clause")),
                tuple(_consents(rules)),
            ),
        ),
    )


def _consents(rules: Rules) -> Iterator[tuple[str, ...]]:
    for document, name in DOCUMENTS.items():
        publications = list(rules.publications) if document in OF_A_PUBLICATION else [""]
        by_policy: dict[str, list[str]] = {}
        for publication in publications:
            policies = (one.key for one in rules.policies.values() if one.covers(document, publication))
            by_policy.setdefault(next(policies, ""), []).append(publication)
        for key, keys in by_policy.items():
            policy = rules.policies.get(key)
            if document == "criteria":
                policy = criteria_policy(rules)
            titles = [rules.publications[one].title for one in keys if one]
            named = phrase("%(documents)s: %(titles)s", documents=name, titles=series(titles))
            shown = named if len(by_policy) > 1 else name
            if policy is None:
                yield shown, phrase("nobody"), phrase("not disclosed"), "—", "—"
                continue
            yield (
                shown,
                board_name(rules, policy.board),
                short_rule(policy),
                policy.deadline.phrase,
                _clause_of(rules, policy),
            )


def board_name(rules: Rules, key: str) -> str:
    """The title of the list whose members vote."""
    return rules.lists[key].title if key in rules.lists else key


def short_rule(policy: Policy) -> str:
    """The rule in a few words, for a table."""
    if policy.rule == "unanimous":
        return phrase("every member approves")
    if policy.rule == "majority":
        return phrase("more than half approve")
    if policy.rule == "no-objection":
        return phrase("nobody objects")
    if "/" in policy.rule:
        return phrase("at least %(share)s approve", share=policy.rule)
    return counted("%(count)s member approves", "%(count)s members approve", count=int(policy.rule))


# --- the policies ---


def _policies(rules: Rules) -> Iterator[Clause]:
    yield Clause("policies", phrase("Policies"), ())
    yield Clause(
        "policies-general",
        phrase("General"),
        (
            Paragraph(
                phrase(
                    "A policy says who decides about some kinds of document, and by which rule. A ballot keeps the "
                    "policy that it was opened with, whatever becomes of these criteria meanwhile."
                )
            ),
        ),
        level=2,
    )
    for policy in rules.policies.values():
        yield Clause(f"policy-{policy.key}", policy.title, tuple(_policy(rules, policy)), level=2)


def _policy(rules: Rules, policy: Policy) -> Iterator[Paragraph | Table]:
    yield Paragraph(_applies_to(rules, policy))
    if policy.in_force:
        yield Paragraph(phrase("Its status is: %(status)s.", status=policy.in_force.rstrip(".")))
    yield Paragraph(_who_votes(policy, board_name(rules, policy.board)))
    sentences = (
        rule_sentence(policy),
        objection_sentence(policy),
        abstention_sentence(policy),
        minimum_sentence(policy) or phrase("No minimum number of votes is asked for."),
        phrase("Members have %(span)s to vote, from the time at which they are asked.", span=policy.deadline.phrase),
        _reminders(policy),
        silence_sentence(policy),
        deadline_sentence(policy, board_name(rules, policy.escalate_to)),
        _own_text(policy),
        _by_hand(policy),
    )
    yield from (Paragraph(sentence) for sentence in sentences if sentence)
    if policy.substitutes:
        yield Paragraph(phrase("While a member is away, the secretary may have a substitute asked in their place:"))
        head = (phrase("Member"), phrase("Substitute"))
        rows = tuple(policy.substitutes.items())
        yield Table(phrase("Substitutes: %(policy)s", policy=policy.title), head, rows)
    else:
        yield Paragraph(phrase("No member has a substitute."))


def _who_votes(policy: Policy, board: str) -> Phrase:
    match policy.voters:
        case Voters.LANGUAGE:
            return phrase("Those members of “%(board)s” vote on an edition whose own language it is in.", board=board)
        case Voters.TRANSLATOR:
            return phrase(
                "The body that translated an edition votes on it: the translator, and those members of “%(board)s” who "
                "are of the same organisation.",
                board=board,
            )
    return phrase("The members of “%(board)s” vote on a document.", board=board)


def _applies_to(rules: Rules, policy: Policy) -> Phrase:
    documents = series([name for document, name in DOCUMENTS.items() if document in policy.documents])
    if set(policy.documents) >= set(DOCUMENTS):
        documents = phrase("documents of every kind")
    if not policy.publications:
        return phrase("This policy applies to %(documents)s.", documents=documents)
    titles = [rules.publications[key].title for key in policy.publications]
    return phrase("This policy applies to %(documents)s, of %(titles)s.", documents=documents, titles=series(titles))


def _reminders(policy: Policy) -> Phrase:
    spans = series([span.phrase for span in policy.reminders])
    if not spans:
        return phrase(
            "Nobody is reminded automatically; the secretary and the editors may remind those who are missing."
        )
    return phrase("Members who have not voted are reminded %(spans)s before the deadline.", spans=spans)


def _own_text(policy: Policy) -> Phrase:
    if policy.own_text_counts:
        return phrase("Members vote on text of their own, too.")
    return phrase("Members do not vote on text of their own, and are not counted then.")


def _by_hand(policy: Policy) -> Phrase:
    if policy.by_hand:
        return phrase(
            "The secretary may enter a vote that came by another way, such as by telephone, with the reason. It is "
            "recorded as what it is, and is never the last vote that makes a grant; the member and the whole board are "
            "told at once, and the member's objection stops it."
        )
    return phrase("A vote is the member's own mail: nobody may enter one for a member.")


# --- votes ---


def _votes(rules: Rules) -> Clause:
    voting = rules.voting
    # No keyword is ever a line by itself, so that a quotation of this text is no vote (A12).
    words = [
        phrase(
            "in %(language)s: %(approve)s to approve, %(object)s to object, %(abstain)s to abstain",
            language=Language(tag),
            approve=alternatives(said.approve),
            object=alternatives(said.object),
            abstain=alternatives(said.abstain),
        )
        for tag, said in voting.words.items()
    ]
    challenge = (
        phrase(
            "A vote that is not proven is not counted. The office then asks at the member's enrolled address, and "
            "counts the answer from there, if it is itself a vote. To do nothing is no vote."
        )
        if voting.challenge
        else phrase("A vote that is not proven is not counted, and the member is told why and what helps.")
    )
    blocks: list[Paragraph | Items] = [
        Paragraph(
            phrase(
                "Each member of the board is asked by mail, and sees the document as its readers will get it. A member "
                "votes by replying: the first line of the reply is one of these words, and nothing else:"
            )
        ),
        Items(tuple(words)),
        Paragraph(phrase("What stands below that line is the member's comment. An objection says its reason there.")),
        Paragraph(
            phrase(
                "The last vote of a member counts. Whoever has objected may take that back by approving, as long as "
                "nothing was sent; whoever objects after a grant stops what was not sent yet."
            )
        ),
        Paragraph(
            phrase(
                "A vote counts only if its mail is proven to be the member's: by a signature of the member's domain "
                "(DKIM), by the check of the office's own mail server, or by a key that the member has enrolled "
                "(OpenPGP)."
            )
        ),
        Paragraph(challenge),
        Paragraph(
            phrase(
                "Whatever a member writes reaches the editors, whether it is a vote or not. For each reply that is not "
                "counted, the member and the secretary are told what stood in the way."
            )
        ),
        Paragraph(
            phrase(
                "If a document is changed while a board is asked about it, the board is asked again, and is told what "
                "changed and why. A vote about the same bytes stands."
            )
        ),
    ]
    if voting.banners:
        quoted = series([phrase("“%(words)s”", words=line) for line in voting.banners])
        blocks.append(
            Paragraph(
                phrase(
                    "Lines that a mail server puts above a reply are passed over, among them %(lines)s.", lines=quoted
                )
            )
        )
    return Clause("votes", phrase("How a vote is given"), tuple(blocks))


# --- time ---

WEEKDAYS = (
    phrase("Monday"),
    phrase("Tuesday"),
    phrase("Wednesday"),
    phrase("Thursday"),
    phrase("Friday"),
    phrase("Saturday"),
    phrase("Sunday"),
)


def _absences(rules: Rules) -> Clause:
    days = series([name for day, name in enumerate(WEEKDAYS) if day in rules.calendar.working_days])
    return Clause(
        "absences",
        phrase("Time and absences"),
        (
            Paragraph(phrase("Times are those of %(zone)s.", zone=str(rules.calendar.timezone))),
            Paragraph(phrase("Working days are %(days)s, %(holidays)s.", days=days, holidays=_holidays(rules))),
            Paragraph(
                phrase(
                    "A time to vote ends at the same time of day at which it began, and one in working days ends on a "
                    "working day. The time at which the office's mail server got a vote decides."
                )
            ),
            Paragraph(
                phrase(
                    "A member's notice of absence is no vote and no silence. The secretary hears of it, and may have "
                    "the substitute asked whom the policy names."
                )
            ),
            Paragraph(
                phrase(
                    "Whoever leaves the board meanwhile has no vote any more; whoever joins it is asked. A member who "
                    "changes address is asked again at the new one, and the old request is void."
                )
            ),
        ),
    )


def _holidays(rules: Rules) -> Phrase:
    country, _, part = rules.criteria.country.partition("-")
    own = series([Day(day) for day in rules.criteria.holidays])
    place = phrase("%(country)s (%(part)s)", country=Country(country), part=part) if part else Country(country)
    if country and own:
        return phrase("without the public holidays of %(country)s and %(days)s", country=place, days=own)
    if country:
        return phrase("without the public holidays of %(country)s", country=place)
    if own:
        return phrase("without %(days)s", days=own)
    return phrase("and no holidays are kept")


# --- the record ---


def _record() -> Clause:
    return Clause(
        "record",
        phrase("Record and personal data"),
        (
            Paragraph(phrase("For each ballot these are recorded:")),
            Items(
                (
                    phrase("the digest of what was asked about, the policy, and the members who were asked;"),
                    phrase("each reply, as it was received, with the time, and how it was proven;"),
                    phrase("each vote with its comment, and each reply that was not counted, with the reason;"),
                    phrase("the grant with the votes that it rests on, and when the document was sent."),
                )
            ),
            Paragraph(
                phrase(
                    "The record is a chain: each entry has the hash of the one before it. Its newest hash goes to the "
                    "board with each grant, and to the secretary with each summary, so that nobody can rewrite the "
                    "past unseen."
                )
            ),
            Paragraph(
                phrase(
                    "The record of a document can be exported, and checked by anybody without the office, down to the "
                    "signatures of the mails."
                )
            ),
            Paragraph(
                phrase(
                    "Addresses and people's words are in the chain as salted hashes only. Their text stands beside it. "
                    "It is erased when a person asks to be forgotten (“forget me”); the chain still proves the rest."
                )
            ),
            Paragraph(
                phrase(
                    "Of a member of a board who asks to be forgotten, the choice and the time of each vote stay, "
                    "because a grant rests on them, and the reader of the record must be able to count it again. "
                    "Name, address, comment and the mail itself are erased."
                )
            ),
            Paragraph(
                phrase(
                    "A version of these criteria stays as it was put to the board, with the addresses in it, because a "
                    "grant is bound to its bytes."
                )
            ),
        ),
    )


def _changes(rules: Rules) -> Clause:
    policy = criteria_policy(rules)
    return Clause(
        "changes",
        phrase("Changes to these criteria"),
        (
            PRINTED,
            Paragraph(
                phrase(
                    "A version is in force from the time at which the board grants it by clause %(clause)s, until "
                    "another one is granted. Its status is: %(status)s.",
                    clause=_clause_of(rules, policy),
                    status=rules.criteria.status,
                )
            ),
        ),
    )


# --- the drawing ---


def route(rules: Rules) -> Route:
    """Who hands what to whom, from an author in the group to readers outside, and back."""
    parties = (
        Party("authors", phrase("Members of the group")),
        Party("editors", phrase("Editors"), tuple(_editors(rules))),
        Party("board", phrase("Board"), tuple(_boards(rules))),
        Party("secretary", phrase("Secretary"), (str(rules.secretary),)),
        Party("lists", phrase("Lists"), tuple(_lists(rules))),
        Party("readers", phrase("Readers outside the group"), (phrase("and whom they pass it on to"),)),
        Party("translators", phrase("Translators")),
    )
    handovers = (
        Handover("authors", "editors", phrase("Members of the group hand the editors what they want to disclose.")),
        Handover("editors", "board", phrase("The editors make a document of it. The board sees it as it will go out.")),
        Handover("board", "editors", phrase("The board's objections and comments go back to the editors.")),
        Handover("board", "secretary", phrase("The board's grant lets the secretary send it.")),
        Handover("secretary", "lists", phrase("The secretary has it sent to the lists that the grant names.")),
        Handover("lists", "readers", phrase("Each reader on a list gets a copy by mail.")),
        Handover("readers", "translators", phrase("Readers may forward it anywhere, and have it translated.")),
        Handover("translators", "readers", phrase("A translation that the office sends needs a grant of its own.")),
        Handover(
            "readers",
            "editors",
            phrase("Feedback comes back to the editors, as the criteria for feedback say."),
        ),
    )
    return Route(parties, handovers)


def _editors(rules: Rules) -> Iterator[str]:
    by_editors: dict[tuple[str, ...], list[str]] = {}
    for publication in rules.publications.values():
        by_editors.setdefault(publication.editors, []).append(publication.title)
    for editors, titles in by_editors.items():
        yield phrase("%(titles)s: %(people)s", titles=series(titles), people=series(editors))


def _boards(rules: Rules) -> Iterator[str]:
    for key in rules.boards:
        policies = [policy for policy in rules.policies.values() if policy.board == key]
        said = [
            phrase("%(rule)s within %(span)s", rule=short_rule(policy), span=policy.deadline.phrase)
            for policy in policies
        ]
        unique: Sequence[str] = list(dict.fromkeys(said))
        if unique:
            yield phrase("%(board)s: %(rules)s", board=board_name(rules, key), rules=series(unique))
        else:
            yield phrase("%(board)s: if another board does not decide", board=board_name(rules, key))


def _lists(rules: Rules) -> Iterator[str]:
    for publication in rules.publications.values():
        lists = series(rules.titles(publication.lists))
        yield phrase("%(publication)s: %(lists)s", publication=publication.title, lists=lists)
