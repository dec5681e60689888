"""What a policy's rule means, in words: for the members who are asked, and for the criteria that a group adopts."""

from __future__ import annotations

from mailer.model.approvals import Tally
from mailer.model.policies import Terms, WithoutQuorum
from mailer.phrases import Phrase, counted, phrase


def rule_sentence(terms: Terms, eligible: int = 0) -> Phrase:
    """How many must approve; of ``eligible`` members, if that is known."""
    match terms.rule, eligible:
        case "no-objection", _ if terms.objection_blocks:
            return phrase("It is granted at the deadline if no member objects.")
        case "no-objection", _:
            return phrase("It is granted at the deadline if more members agree, by vote or by silence, than object.")
        case "unanimous", 0:
            return phrase("It is granted when every member approves.")
        case "unanimous", _:
            return counted(
                "It is granted when the one member approves.",
                "It is granted when all %(count)s members approve.",
                eligible,
            )
        case "majority", 0:
            return phrase("It is granted when more than half of the members approve.")
        case "majority", _:
            return phrase(
                "It is granted when more than half of the members approve: %(needed)s of %(eligible)s.",
                needed=terms.needed(eligible),
                eligible=eligible,
            )
        case rule, 0 if "/" in rule:
            return phrase("It is granted when %(share)s of the members approve.", share=rule)
        case rule, _ if "/" in rule:
            return phrase(
                "It is granted when %(share)s of the members approve: %(needed)s of %(eligible)s.",
                share=rule,
                needed=terms.needed(eligible),
                eligible=eligible,
            )
    return counted(
        "It is granted when one member approves.",
        "It is granted when %(count)s members approve.",
        terms.needed(eligible),
    )


def minimum_sentence(terms: Terms) -> Phrase:
    """How many must vote at all; empty if the terms ask for no such number."""
    if not terms.minimum_votes:
        return Phrase()
    return counted(
        "At least one member must vote; to abstain is to vote.",
        "At least %(count)s members must vote; to abstain is to vote.",
        terms.minimum_votes,
    )


def abstention_sentence(terms: Terms) -> Phrase:
    """What an abstention changes; empty if the rule asks for a fixed number of approvals."""
    if terms.rule.isdecimal():
        return Phrase()
    return phrase("A member who abstains is not counted among those who must approve.")


def objection_sentence(terms: Terms) -> Phrase:
    """What one objection does."""
    if terms.objection_blocks:
        return phrase("One objection stops it, however many approve.")
    return phrase("An objection is a vote against: it can be outvoted, and as many objections as approvals stop it.")


def silence_sentence(terms: Terms) -> Phrase:
    """What it means if a member does not answer."""
    if terms.silence_consents:
        return phrase(
            "Silence is consent, at the deadline and not before, and only of members whom the request and a reminder "
            "have reached."
        )
    return phrase("Silence is no consent: a member who does not answer has not approved.")


def deadline_sentence(terms: Terms, board: str = "") -> Phrase:
    """What happens if the deadline passes without a decision. ``board``: the title of the list that it is passed to."""
    if terms.silence_consents:
        return phrase("If it is not sure at the deadline that a silent member was reached, the secretary decides.")
    match terms.without_quorum:
        case WithoutQuorum.EXTEND:
            return phrase(
                "If there are too few votes at the deadline, it is extended once, by %(span)s.",
                span=terms.extension.phrase,
            )
        case WithoutQuorum.ESCALATE:
            return phrase(
                "If there are too few votes at the deadline, %(board)s is asked.", board=board or terms.escalate_to
            )
    return phrase("If there are too few votes at the deadline, it is not granted.")


def rule_sentences(terms: Terms, eligible: int = 0, board: str = "") -> list[Phrase]:
    """All that a member should know of the rule, most important first."""
    said = (
        rule_sentence(terms, eligible),
        objection_sentence(terms),
        silence_sentence(terms),
        abstention_sentence(terms),
        minimum_sentence(terms),
        deadline_sentence(terms, board),
    )
    return [sentence for sentence in said if sentence]


def tally_sentences(count: Tally) -> list[Phrase]:
    """How the votes stand, and what is still needed."""
    so_far = phrase(
        "Votes: %(approvals)s for it, %(objections)s against it, %(abstentions)s abstained, %(silent)s not given.",
        approvals=count.approvals,
        objections=count.objections,
        abstentions=count.abstentions,
        silent=count.silent,
    )
    return [so_far, _still_needed(count)]


def _still_needed(count: Tally) -> Phrase:
    if count.rejected:
        return phrase("As it stands, it is not granted.")
    if count.approved:
        return phrase("That is enough: it is granted.")
    if count.terms.silence_consents and count.has_minimum:
        return phrase("If it stays so until the deadline, it is granted.")
    approvals = 0 if count.terms.silence_consents else count.needed - count.approvals
    if approvals > 0:
        return counted("One more approval is needed.", "%(count)s more approvals are needed.", approvals)
    missing = count.terms.minimum_votes - len(count.votes)
    if missing > 0:
        return counted("One more vote is needed.", "%(count)s more votes are needed.", missing)
    return phrase("More approvals than objections are needed.")
