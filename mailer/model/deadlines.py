"""What happens when the deadline of a ballot passes without a quorum."""

from __future__ import annotations

from mailer.model.approvals import Ballot
from mailer.model.policies import Policy, WithoutQuorum


def without_quorum(ballot: Ballot) -> WithoutQuorum:
    """As its terms say: it is extended once, by whomever, and it is passed on to another board once."""
    wanted = ballot.terms.without_quorum
    if wanted is WithoutQuorum.EXTEND and ballot.extended:
        return WithoutQuorum.REJECT
    if wanted is WithoutQuorum.ESCALATE and ballot.board == ballot.terms.escalate_to:
        return WithoutQuorum.REJECT
    return wanted


def passed_on(ballot: Ballot, title: str, document: str) -> Policy:
    """The policy by which the other board decides: the same terms, and no third board after it."""
    terms = {name: getattr(ballot.terms, name) for name in ballot.terms.__dataclass_fields__}
    terms |= {"without_quorum": WithoutQuorum.REJECT, "escalate_to": ""}
    board = ballot.terms.escalate_to
    return Policy(key=ballot.policy, title=title, documents=(document,), board=board, **terms)
