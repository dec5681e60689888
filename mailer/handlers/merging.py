"""Two contacts, or two organisations, that are one: the secretary merges them, and undoes it."""

from __future__ import annotations

from collections.abc import Iterator

from mailer.contacts import contact_of
from mailer.directory import organisation_named
from mailer.errors import Refused
from mailer.model.merging import Likely, MergePlan, likely_contacts, likely_organisations, merged_organisation, plan
from mailer.model.organisations import Organisation
from mailer.office import Office


def planned(office: Office, kept: str, gone: str) -> MergePlan:
    """What ``merge`` does. Raises Refused if the two cannot be merged."""
    one, other = contact_of(office, kept), contact_of(office, gone)
    if one.id == other.id:
        raise Refused(f"{kept} and {gone} are one contact already.")
    for person in (one, other):
        if office.work.merging.has_open_paper(person.id):
            raise Refused(
                f"{person.address} is asked to vote in a ballot that is open: merge them when it is closed. "
                "`mailer ballot ls` shows it."
            )
    lists = office.work.lists
    return plan(
        one,
        other,
        (lists.memberships_of(one.id), lists.memberships_of(other.id)),
        (lists.opt_outs(one.id), lists.opt_outs(other.id)),
        {key: office.rules.brought(key) for key in office.rules.lists},
    )


def merge(office: Office, kept: str, gone: str) -> MergePlan:
    """Make one contact of two. Raises Refused as ``planned`` does."""
    done = planned(office, kept, gone)
    number = office.work.merging.merge_contacts(done, office.now, office.cause)
    office.record(
        "merged",
        done.kept.address,
        merge=number,
        other=done.gone.address,
        lists=list(done.joins),
        publications=list(done.opt_outs),
    )
    return done


def undo(office: Office, spec: str) -> tuple[str, str]:
    """Undo the newest merge into this contact; the addresses of both. Raises Refused if there is none."""
    contact = contact_of(office, spec)
    found = office.work.merging.newest("contact", contact.id)
    if found is None:
        raise Refused(f"Nobody was merged with {contact.address}, or it is undone already.")
    former = {one.address for one in office.work.members.former_addresses(contact.id)}
    office.work.merging.undo_contacts(found, office.now, office.cause)
    other = office.work.lists.contact(found.gone)
    assert other is not None and other.address in former
    office.record("merge undone", contact.address, merge=found.id, other=other.address)
    return contact.address, other.address


def doubles(office: Office) -> Iterator[Likely]:
    """Contacts who are perhaps one."""
    return likely_contacts(office.work.merging.contacts())


# --- organisations ---


def merge_organisations(office: Office, kept: str, gone: str) -> tuple[Organisation, Organisation]:
    """Make one organisation of two; returns it, and the other one. Raises Refused if they are one already."""
    one, other = organisations_of(office, kept, gone)
    whole = merged_organisation(one, other)
    number = office.work.merging.merge_organisations(one, other, whole, office.now)
    office.record("organisations merged", one.name, merge=number, organisation=one.id, other=other.name)
    return whole, other


def organisations_of(office: Office, kept: str, gone: str) -> tuple[Organisation, Organisation]:
    """The two. Raises Refused if one of them is not there, or both are the same."""
    one, other = organisation_named(office, kept), organisation_named(office, gone)
    if one.id == other.id:
        raise Refused(f"“{kept}” and “{gone}” are one organisation already: {one.name}.")
    return one, other


def undo_organisations(office: Office, spec: str) -> tuple[Organisation, Organisation]:
    """Undo the newest merge into this organisation. Raises Refused if there is none."""
    one = organisation_named(office, spec)
    found = office.work.merging.newest("organisation", one.id)
    if found is None:
        raise Refused(f"No organisation was merged with {one.name}, or it is undone already.")
    office.work.merging.undo_organisations(found, office.now)
    restored, other = office.work.organisations.by_id(found.kept), office.work.organisations.by_id(found.gone)
    assert restored is not None and other is not None
    office.record("organisations merge undone", restored.name, merge=found.id, organisation=one.id, other=other.name)
    return restored, other


def organisation_doubles(office: Office) -> Iterator[Likely]:
    """Organisations that are perhaps one."""
    return likely_organisations(office.work.organisations.each())
