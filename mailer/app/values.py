"""The configuration as plain values for the other layers."""

from __future__ import annotations

from datetime import time, timedelta

from mailer.app.channels import channels_of
from mailer.app.policies import calendar_of, policies_of, voting_of
from mailer.config import (
    Answers,
    Bounces,
    Feedback,
    Limited,
    MailingList,
    PersonalData,
    Presenters,
    Reviews,
    Settings,
    Site,
    VisualIdentity,
)
from mailer.config.articles import Articles
from mailer.inbound.intents import ReadingRules
from mailer.model.articles import ArticleRules
from mailer.model.bounces import BouncePolicy
from mailer.model.caps import Caps
from mailer.model.criteria import INTERIM, CriteriaRules
from mailer.model.events import EventRules
from mailer.model.faq import FaqRules
from mailer.model.feedback import DigestPeriod, FeedbackRules, Route
from mailer.model.invitations import InvitationRules, NominationRules
from mailer.model.lists import Format, ListKind, ListRules, MonthDay, SignupRules
from mailer.model.personal_data import DATA, Keep, PersonalDataRules
from mailer.model.presenters import PresenterRules
from mailer.model.press import PressRules
from mailer.model.publications import Forwarding, ForwardingCopy, Identity, Publication
from mailer.model.reviews import ReviewPolicy, ReviewRules
from mailer.model.rules import Rules
from mailer.model.site import SiteRules
from mailer.model.working_days import Span
from mailer.throttle.limits import DAY, HOUR, MINUTE, SECOND, Limit
from mailer.throttle.policy import DomainPolicy, Policy
from mailer.throttle.providers import FIRST, PRESETS, counted_as
from mailer.throttle.quiet_hours import QuietHours


def rules_of(settings: Settings) -> Rules:
    """The rules of the handlers."""
    office, signup, identity = settings.office, settings.signup, settings.identity
    return Rules(
        name=office.name,
        address=office.address,
        secretary=office.secretary,
        plus=office.plus_addressing,
        url=office.url,
        timezone=office.timezone,
        language=office.language,
        grace=timedelta(minutes=office.grace_minutes),
        format=Format.PDF,
        lists={key: _list_rules(key, made) for key, made in settings.lists.items()},
        publications={
            key: Publication(
                key=key,
                title=made.title,
                list_id=made.list_id,
                lists=made.lists,
                max_pages=made.max_pages,
                folder=str(made.folder),
                editors=tuple(str(editor) for editor in settings.editors(key)),
                design=made.design,
                tagline=made.tagline,
                forwarding=Forwarding(made.forwarding) if made.forwarding else None,
                web_version=made.web_version,
                translators=made.translators,
                translation_time=Span.parse(made.translation_time),
                editions_wait=Span.parse(made.editions_wait) if made.editions_wait else None,
                personal=made.personal,
                forwarding_copy=ForwardingCopy(made.forwarding_copy),
            )
            for key, made in settings.publications.items()
        },
        signup=SignupRules(signup.list, signup.per_day, timedelta(days=signup.expires_days)),
        invitations=InvitationRules(
            settings.invitations.per_day,
            timedelta(days=settings.invitations.later_days),
            timedelta(days=settings.invitations.answer_days),
        ),
        nominations=NominationRules(settings.nominations.by, settings.nominations.list),
        caps=_caps(settings.answers),
        feedback=_feedback_rules(settings.feedback),
        criteria=_criteria_rules(settings),
        personal_data=_personal_data(settings.personal_data),
        site=_site_rules(settings.site),
        presenters=_presenter_rules(settings.presenters),
        channels=channels_of(settings.channels),
        press=PressRules(settings.press.list, settings.press.attach_bytes),
        events=EventRules(settings.events.members),
        articles=_articles(settings.articles),
        faq=FaqRules(settings.faq.answers, settings.faq.attach_bytes),
        bounces=_bounces(settings.bounces),
        reviews=_reviews(settings.reviews),
        voting=voting_of(settings),
        policies=policies_of(settings),
        calendar=calendar_of(settings),
        keep=timedelta(days=settings.lmtp.keep_days),
        identity=Identity(
            masthead=identity.masthead,
            tagline=identity.tagline,
            publisher=identity.publisher,
            accent=identity.accent,
            ink=identity.ink,
            paper=identity.paper,
            imprint=identity.imprint,
            address=str(office.address),
            max_pages=4,
            logo=str(identity.logo),
            logo_alt=identity.logo_alt,
            cover=str(identity.cover),
            cover_alt=identity.cover_alt,
            sections=identity.sections,
            fonts_for=_fonts_for(identity),
            forwarding=Forwarding(identity.forwarding),
            forwarding_words=identity.forwarding_words,
            design=identity.design,
        ),
    )


def _site_rules(made: Site) -> SiteRules:
    return SiteRules(
        folder=str(made.folder),
        url=made.url,
        languages=made.languages,
        publish=made.publish,
        timeout=timedelta(seconds=made.publish_seconds),
        internal=frozenset(made.internal),
        leave_out=frozenset(made.leave_out),
        search=made.search,
    )


def _personal_data(made: PersonalData) -> PersonalDataRules:
    keep = {kind: Keep.parse(getattr(made, kind)) for kind in DATA}
    return PersonalDataRules({kind: one for kind, one in keep.items() if one}, made.purposes)


def _fonts_for(identity: VisualIdentity) -> dict[str, tuple[str, ...]]:
    roles = {"serif": identity.serif, "sans": identity.sans, "code": identity.code}
    return {role: tuple(map(str, files)) for role, files in roles.items() if files}


def _caps(answers: Answers) -> Caps:
    return Caps(answers.per_mailbox, answers.per_domain, answers.per_day, frozenset(FIRST))


def _feedback_rules(made: Feedback) -> FeedbackRules:
    return FeedbackRules(
        receipt=made.receipt,
        expect=timedelta(days=made.expect_days),
        digest=DigestPeriod(made.digest),
        digest_hour=made.digest_hour,
        attach_bytes=made.attach_bytes,
        routes=tuple(Route(**dict(route)) for route in made.routes),
    )


def _criteria_rules(settings: Settings) -> CriteriaRules:
    made, calendar = settings.criteria, settings.calendar
    status = INTERIM if made.status == INTERIM else made.status  # the shipped words are in the catalogues
    holidays = tuple(day.isoformat() for day in sorted(calendar.holidays))
    return CriteriaRules(status, made.number, made.feedback_number, calendar.country, holidays)


def _presenter_rules(made: Presenters) -> PresenterRules:
    again = timedelta(days=round(made.ask_again_months * 30.44))
    return PresenterRules(made.bank, made.topics, made.call, again, made.attach_bytes, made.mails)


def _bounces(chosen: Bounces) -> BouncePolicy:
    return BouncePolicy(
        try_again_after=timedelta(days=chosen.try_again_days),
        answer_within=timedelta(days=chosen.answer_days),
        tries_per_day=chosen.tries_per_day,
        half_life=timedelta(days=chosen.half_life_days),
        hold_at=chosen.hold_at,
        hold_for=timedelta(days=chosen.hold_days),
        tells_contacts=chosen.tell_contacts,
    )


def _reviews(chosen: Reviews) -> ReviewRules:
    return ReviewRules(
        remind=timedelta(days=chosen.remind_days),
        second=timedelta(days=chosen.second_days),
        decide=timedelta(days=chosen.decide_days),
        unanswered=ReviewPolicy(chosen.unanswered),
        announce=timedelta(days=chosen.announce_days),
        late=timedelta(days=chosen.late_days),
        publish=chosen.publish,
    )


def _list_rules(key: str, made: MailingList) -> ListRules:
    kind = ListKind(made.kind)
    return ListRules(
        key=key,
        title=made.title,
        kind=kind,
        leave=kind.can_be_left if made.leave is None else made.leave,
        by_office=made.by_office,
        review=tuple(map(MonthDay.parse, made.review)),
        maintained_by=made.maintained_by,
        by_country=made.by_country,
        unanswered=ReviewPolicy(made.unanswered) if made.unanswered else None,
    )


def policy_of(settings: Settings) -> Policy:
    """How fast we may send."""
    limits = settings.limits
    domains = {
        counted_as(name): DomainPolicy(_limits(chosen), chosen.connections or None)
        for name, chosen in settings.domains.items()
    }
    return Policy(
        relay=settings.smtp.host or settings.transport.way,
        total=_limits(limits),
        preset=PRESETS.get(limits.preset, ()),
        warm_up=limits.warm_up,
        default=domains.pop("default", None),
        domains=domains,
    )


def quiet_hours(settings: Settings) -> QuietHours | None:
    """The quiet hours, if there are any."""
    start, dash, end = settings.limits.quiet.partition("-")
    if not dash:
        return None
    from mailer.adapters.zones import zones

    return QuietHours(time.fromisoformat(start), time.fromisoformat(end), zones(), settings.office.timezone)


def _limits(section: Limited) -> tuple[Limit, ...]:
    counts = {SECOND: section.per_second, MINUTE: section.per_minute, HOUR: section.per_hour, DAY: section.per_day}
    return tuple(Limit(period, count) for period, count in counts.items() if count)


def reading_rules_of(rules: Rules) -> ReadingRules:
    """What is needed to read a mail, beside the mail."""
    from mailer.requests import ANSWERS, COMMANDS

    return ReadingRules(
        address=str(rules.address),
        list_ids=tuple(publication.list_id for publication in rules.publications.values()),
        commands=COMMANDS,
        answers=ANSWERS,
        names=rules.known_names,
        keywords=rules.voting.all,
        banners=rules.voting.banners,
    )


def _articles(articles: Articles) -> ArticleRules:
    reminders = tuple(Span.parse(reminder) for reminder in articles.reminders)
    return ArticleRules(articles.proof, articles.by, articles.own_names, reminders)
