"""How the criteria stand: what the configuration says, what a board is asked about, and what is in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mailer.errors import Refused
from mailer.model.approvals import Outcome
from mailer.model.criteria import NAMES, Document, Kind, Version
from mailer.model.disclosure_criteria import disclosure_criteria
from mailer.model.feedback_criteria import feedback_criteria
from mailer.model.rules import Rules

DOCUMENTS: Mapping[Kind, Callable[[Rules], Document]] = {
    Kind.DISCLOSURE: disclosure_criteria,
    Kind.FEEDBACK: feedback_criteria,
}
"""What the rules say, as a document."""


WAITING = frozenset({Outcome.OPEN, Outcome.UNDECIDED})
"""The outcomes of a ballot that has not ended."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the criteria of one kind stand."""

    kind: Kind
    proposed: Document
    """What the configuration says now."""
    versions: Sequence[Version]
    """All that were put to a board, by number."""

    @classmethod
    def of(cls, rules: Rules, kind: Kind, versions: Sequence[Version]) -> Standing:
        return cls(kind, DOCUMENTS[kind](rules), versions)

    @property
    def in_force(self) -> Version | None:
        """The version that was adopted last."""
        adopted = [(version.adopted_at, version.number, version) for version in self.versions if version.adopted_at]
        return max(adopted)[-1] if adopted else None

    @property
    def asked(self) -> Version | None:
        """The version that the board is being asked about, or that waits for a person's decision."""
        return next((version for version in self.versions if version.outcome in WAITING), None)

    @property
    def next_number(self) -> int:
        return self.versions[-1].number + 1 if self.versions else 1

    @property
    def differs(self) -> bool:
        """Whether the configuration says something else than the version in force."""
        return self.in_force is not None and self.in_force.document.digest != self.proposed.digest

    @property
    def needs_a_ballot(self) -> bool:
        """Whether it differs, and the board is not being asked about just that."""
        return self.differs and not self._is_asked

    @property
    def _is_asked(self) -> bool:
        return self.asked is not None and self.asked.document.digest == self.proposed.digest

    def version(self, number: int) -> Version:
        """Raises Refused if there is none."""
        found = next((version for version in self.versions if version.number == number), None)
        if found is None:
            known = ", ".join(str(version.number) for version in self.versions) or "none yet"
            raise Refused(f"There is no version {number} of the {NAMES[self.kind]}; there are: {known}.")
        return found

    def require_news(self) -> None:
        """Raises Refused if there is nothing to decide: the board has decided this, or is being asked."""
        if self.asked is not None and self._is_asked:
            number = self.asked.number
            raise Refused(f"The board is being asked about just this, as version {number}: see `mailer criteria ls`.")
        if self.in_force is not None and not self.differs:
            raise Refused(
                f"Version {self.in_force.number} is in force and says just this: there is nothing to decide. "
                "Change the configuration first."
            )
