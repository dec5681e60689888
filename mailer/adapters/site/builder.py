"""Builds the site, in steps, from what has a grant. What has not changed is taken over from the folder as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from mailer.adapters.site.contents import Told, ToldDocument, ToldEdition, ToldList
from mailer.adapters.site.folder import Manifest, Output, SiteFolder
from mailer.adapters.site.indexing import FOLDER as INDEX
from mailer.adapters.site.indexing import Indexing
from mailer.adapters.site.jobs import Job, Jobs, Means
from mailer.compose.site import summary
from mailer.errors import NotGranted
from mailer.model.site import Built, Contents, EditionFacts, Hidden, ShownEdition, digest
from mailer.ports.published import Published

INDEX_OUTPUT = "index"
"""The output of the search's index."""
NOTHING = Output("-", ())


@dataclass
class SiteBuilder:
    """ports.SiteBuilder for one folder. It keeps what it has made between two steps."""

    folder: SiteFolder
    means: Means
    indexing: Indexing | None = None
    """Makes the index of the search; None: there is none."""
    _made: dict[str, Output] = field(default_factory=dict)
    _facts: dict[str, Any] = field(default_factory=dict)
    _begun: bool = False

    def step(self, published: Published, go_on: Callable[[], bool] = lambda: True) -> Built | None:
        """Build until it is done, or until ``go_on`` says no; then None, and the next step goes on.

        What was granted when a step was made may not be any more when the next one is: every step looks at all again.
        """
        self.folder.take()
        before = self.folder.read()
        told, hidden = self._told(published, before, go_on)
        if told is None:
            return None
        jobs = list(Jobs(self.means, published, told))
        if not self._differs(jobs, before):
            self.give_up()
            return Built(files=len(before.files), hidden=tuple(hidden))
        if not self._begun:
            self.folder.begin()
            self._begun = True
        for job in jobs:
            if not self._take(job, before) and not self._make(job, go_on):
                return None
        return self._finish(jobs, before, hidden, go_on)

    def preview(self, published: Published) -> Built:
        """What a build would change; it writes nothing."""
        before = self.folder.read()
        told, hidden = self._told(published, before, lambda: True)
        assert told is not None
        jobs = {job.name: job.print for job in Jobs(self.means, published, told)}
        known = {name: output.print for name, output in before.outputs.items() if name != INDEX_OUTPUT}
        changed = [name for name, made in jobs.items() if known.get(name) != made]
        gone = [name for name in known if name not in jobs]
        return Built(tuple(changed), tuple(gone), len(before.files), tuple(hidden))

    # --- steps ---

    def _differs(self, jobs: list[Job], before: Manifest) -> bool:
        known = {name: output.print for name, output in before.outputs.items() if name != INDEX_OUTPUT}
        return known != {job.name: job.print for job in jobs}

    def _take(self, job: Job, before: Manifest) -> bool:
        """Whether the job is done already, or its files can be taken over."""
        if (made := self._made.get(job.name)) and made.print == job.print:
            return True
        kept = before.outputs.get(job.name)
        if kept and kept.print == job.print and self.folder.keep(kept.files):
            self._made[job.name] = kept
            return True
        return False

    def _make(self, job: Job, go_on: Callable[[], bool]) -> bool:
        if not go_on():
            return False
        files = job.make()
        for name, data in files.items():
            self.folder.write(name, data)
        self._made[job.name] = Output(job.print, tuple(files))
        return True

    def _finish(
        self, jobs: list[Job], before: Manifest, hidden: list[Hidden], go_on: Callable[[], bool]
    ) -> Built | None:
        wanted = {job.name for job in jobs}
        self._made = {name: output for name, output in self._made.items() if name in wanted}
        outputs = {name: self._made[name] for name in sorted(wanted)}
        files = {name for output in outputs.values() for name in output.files}
        self.folder.drop({name for name in self.folder.staged() if not name.startswith(INDEX)} - files)
        if self.indexing is not None:
            index = self.indexing(self.folder.next, digest(output.print for output in outputs.values()), go_on)
            if index is None:
                return None
            outputs[INDEX_OUTPUT] = Output("", index)
        manifest = Manifest(outputs, dict(self._facts))
        self.folder.finish(manifest)
        self.give_up()
        changed = [name for name, output in outputs.items() if before.outputs.get(name, NOTHING).print != output.print]
        gone = [name for name in before.outputs if name not in outputs]
        return Built(tuple(changed), tuple(gone), len(manifest.files), tuple(hidden))

    def give_up(self) -> None:
        """As ports.SiteBuilder says."""
        if self.indexing is not None:
            self.indexing.stop()
        if self._begun:
            self.folder.give_up()
        self._made, self._facts, self._begun = {}, {}, False
        self.folder.release()

    # --- what there is ---

    def _told(
        self, published: Published, before: Manifest, go_on: Callable[[], bool]
    ) -> tuple[Told | None, list[Hidden]]:
        """What may be shown, with what is said of it; None if there was no time to look at all of it."""
        contents = published.contents()
        hidden: list[Hidden] = []
        editions: list[ToldEdition] = []
        for shown in contents.editions:
            facts = self._known(shown, before)
            if facts is None and not go_on():
                return None, []
            try:
                editions.append(ToldEdition(shown, facts or self._found(shown, published)))
            except NotGranted as fault:
                hidden.append(Hidden(shown.name, str(fault)))
        documents, lists = self._documents(published, contents, hidden), self._lists(published, contents, hidden)
        return Told(editions, documents, lists, contents.today), hidden

    def _documents(self, published: Published, contents: Contents, hidden: list[Hidden]) -> list[ToldDocument]:
        found = []
        for shown in contents.documents:
            try:
                printed, files = published.document(shown)
            except NotGranted as fault:
                hidden.append(Hidden(shown.name, str(fault)))
            else:
                found.append(ToldDocument(shown, summary(_body(printed.text)), tuple(files)))
        return found

    def _lists(self, published: Published, contents: Contents, hidden: list[Hidden]) -> list[ToldList]:
        found = []
        for shown in contents.lists:
            try:
                document, forms = published.listing(shown)
            except NotGranted as fault:
                hidden.append(Hidden(shown.name, str(fault)))
            else:
                found.append(ToldList(shown, document, tuple(sorted(forms.files))))
        return found

    def _known(self, shown: ShownEdition, before: Manifest) -> EditionFacts | None:
        """Facts that this or an earlier build has found out when it checked the grant; nothing has changed since."""
        key = f"{shown.language} {shown.state}"
        kept = self._facts.get(key) or before.facts.get(key)
        if kept is None:
            return None
        self._facts[key] = kept
        articles, topics = tuple(kept["articles"]), tuple(kept["topics"])
        return EditionFacts(kept["summary"], articles, topics, kept["pages"], kept["words"])

    def _found(self, shown: ShownEdition, published: Published) -> EditionFacts:
        found = published.facts(shown)
        self._facts[f"{shown.language} {shown.state}"] = asdict(found)
        return found


def _body(text: str) -> str:
    """The text of a document below its title block."""
    return text.partition("\n\n\n")[2] or text
