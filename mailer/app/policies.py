"""The configuration of approval as plain values."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date

from mailer.config import Settings
from mailer.config.voting import DAYS, DOCUMENTS
from mailer.model.policies import Keywords, Policy, Voters, Voting, WithoutQuorum
from mailer.model.working_days import Calendar, Span


def voting_of(settings: Settings) -> Voting:
    chosen = settings.voting
    words = {tag: Keywords(made.approve, made.object, made.abstain) for tag, made in chosen.words.items()}
    return Voting(words, chosen.challenge, chosen.banners)


def policies_of(settings: Settings) -> Mapping[str, Policy]:
    return {
        key: Policy(
            key=key,
            title=made.title,
            documents=made.documents or DOCUMENTS,
            publications=made.publications,
            board=made.board,
            in_force=made.in_force,
            substitutes={str(member): str(substitute) for member, substitute in made.substitutes.items()},
            rule=made.rule,
            voters=Voters(made.voters),
            minimum_votes=made.minimum_votes,
            objection_blocks=made.objection == "blocks",
            deadline=Span.parse(made.deadline),
            reminders=tuple(map(Span.parse, made.reminders)),
            authors_vote=made.own_text == "vote",
            without_quorum=WithoutQuorum(made.without_quorum),
            extension=Span.parse(made.extension),
            escalate_to=made.escalate_to,
            by_hand=made.by_hand,
        )
        for key, made in settings.policies.items()
    }


def calendar_of(settings: Settings) -> Calendar:
    chosen = settings.calendar
    days = frozenset(DAYS.index(day) for day in chosen.working_days)
    return Calendar(settings.office.timezone, days, _holidays(chosen.country, frozenset(chosen.holidays)))


def _holidays(place: str, own: frozenset[date]) -> Container[date]:
    """The public holidays of a country, or of a part of one (``DE-BY``), in any year; and the group's own."""
    if not place:
        return own
    import holidays  # slow, and seldom needed

    country, _, part = place.partition("-")
    public = holidays.country_holidays(country, subdiv=part or None)
    public.update(dict.fromkeys(own, ""))
    return public
