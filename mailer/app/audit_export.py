"""A folder with the record, which others check without this program: ``verify.py`` in it needs only Python."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from mailer import __version__
from mailer.adapters.whole_files import write_folder
from mailer.app import verify
from mailer.app.root import App
from mailer.errors import Refused
from mailer.model.audit import Sealed, exported, stamp
from mailer.model.editions import KIND as EDITION
from mailer.model.issues import Edition, Issue
from mailer.ports import Work

Row = Mapping[str, object]
Rows = Mapping[str, Sequence[Row]]

README = """\
The record of {office}
{line}

Exported on {day}, with {entries:,} entries{about}.

To check it, run this in the folder; it needs Python 3.8 or newer and nothing
else, no network and no other program:

    python3 verify.py

It prints what it checks and ends with 1 if anything is not as it was recorded.
The office sends the head of the record, the number of its last entry and its
link, to the board with each grant. Hold the record against such a mail, because
somebody who can write the office's store can also write all links anew:

    python3 verify.py --head "{head}"

Take that line from a mail of a member of the board, not from here. Before you
trust verify.py, compare it with the one in a release of mailer, or read it:
docs/audit.md of mailer describes each format, so that you can write your own.

What is here:

chain.jsonl     the record, one entry a line. Each has the hash of the entry
                before. Values that do not belong to this export are withheld:
                only their salted hashes are here, and the chain still verifies.
rows.json       ballots with their terms and deadlines, the papers of their
                members, replies, votes, grants and sends, as the store has them
mails/          the replies of the board as they were received. Their DKIM
                signatures are checked with the keys as they were in the DNS
                then, which are in rows.json.
editions/       what the board has granted: text, HTML, PDF and pictures. In a
                reader's copy a name and links take the place of ⟦…⟧.{drafts}
editions.json   which edition has which files
about.json      the office, the time and the end of the record
MANIFEST.json   the SHA-256 of every file

It has addresses and words of members of the board: pass it on with care.
"""


WITHHELD = """
                Drafts that have no grant, and replies that quote them, are
                withheld; their digests are in rows.json."""


def export(
    app: App, folder: Path, issue: Issue | None, *, everything: bool = False, drafts: bool = False
) -> dict[str, int]:
    """Write the record into a new folder; returns how many entries, mails and editions it has.

    With an issue, only the values that belong to it are shown; without one, those of all ballots and sends; with
    ``everything``, all. What has no grant is withheld, unless ``drafts`` are wanted (law 4). Raises Refused if there is
    such a folder.
    """
    if folder.exists():
        raise Refused(f"{folder} is there already: name a folder that is not.")
    with app.open_store().snapshot() as work:
        rows = _rows_about(work, issue) if issue else work.audit.exported()
        issues = [issue] if issue else work.issues.all()
        names = {one.name for one in issues} | {
            f"{one.name} {made.language}" for one in issues for made in work.editions.of(one.id)
        }
        own = {f"{table} {row['id']}" for table, found in rows.items() for row in found}
        lines, entries = [], 0
        for entry in work.audit.chain():
            shown = everything or _belongs(entry, names, own)
            lines.append(json.dumps(exported(entry, shown), ensure_ascii=False))
            entries += shown
        head = work.audit.head()
        chain = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
        shown_ballots = [row for row in rows["ballots"] if drafts or row["id"] in _granted(rows)]
        mails = dict(_mails(work, rows, shown_ballots))
        editions, described = _editions(work, issues, shown_ballots)
    about = {
        "office": str(app.rules.address),
        "exported_at": stamp(app.clock.now()),
        "about": issue.name if issue else "",
        "entries": head.number,
        "head": head.link,
        "made_by": f"mailer {__version__}",
        "drafts_withheld": not drafts,
    }
    title = f"The record of {app.rules.name}"
    readme = README.format(
        office=app.rules.name,
        line="=" * len(title),
        day=f"{app.clock.now():%Y-%m-%d}",
        entries=head.number,
        about=f", those about {issue.name} readable" if issue else "",
        head=f"{head.number}:…",
        drafts="" if drafts else WITHHELD,
    )
    files = {
        "chain.jsonl": chain,
        "rows.json": _json(rows),
        **mails,
        **editions,
        "editions.json": _json(described),
        "about.json": _json(about),
        "README.txt": readme.encode(),
        "verify.py": Path(verify.__file__).read_bytes(),
    }
    files["MANIFEST.json"] = _json({name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())})
    write_folder(folder, files)
    return {"entries": entries, "mails": len(mails), "editions": len(described)}


def _rows_about(work: Work, issue: Issue) -> Rows:
    """The rows of the issue, and of its editions in other languages."""
    rows = {table: list(found) for table, found in work.audit.exported(Issue.KIND, issue.id).items()}
    for translation in work.editions.of(issue.id):
        for table, found in work.audit.exported(EDITION, translation.id).items():
            rows[table] += found
    return rows


def _belongs(entry: Sealed, names: Collection[str | None], rows: set[str]) -> bool:
    return entry.content.subject in names or not rows.isdisjoint(entry.content.rows)


def _json(value: object) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n".encode("utf-8", "surrogatepass")


def _granted(rows: Rows) -> set[object]:
    """The ids of the ballots whose grant holds."""
    return {row["ballot"] for row in rows["grants"] if row["voided_at"] is None}


def _mails(work: Work, rows: Rows, ballots: Sequence[Row]) -> Iterator[tuple[str, bytes]]:
    """The replies to these ballots as they were received, as far as they are kept."""
    asked = {row["id"] for row in ballots}
    papers = {row["id"] for row in rows["papers"] if row["ballot"] in asked}
    for row in rows["ballot_replies"]:
        number = row["id"]
        assert isinstance(number, int)
        if row["paper"] in papers and (raw := work.approvals.raw_reply(number)) is not None:
            yield f"mails/reply-{number}.eml", raw


def _editions(
    work: Work, issues: Iterable[Issue], ballots: Sequence[Row]
) -> tuple[dict[str, bytes], list[dict[str, object]]]:
    """The files of all editions that these ballots are about, and what they are."""
    asked = {str(row["digest"]) for row in ballots}
    for row in ballots:
        forms = row.get("forms")
        asked.update(forms.values() if isinstance(forms, dict) else ())
    files: dict[str, bytes] = {}
    described: list[dict[str, object]] = []
    for issue in issues:
        for made in (*work.issues.every_edition(issue.id), *(ref for _, ref in work.editions.every_edition(issue.id))):
            edition = work.issues.edition(made.id)
            if asked.isdisjoint([made.digest, hashlib.sha256(edition.html.encode()).hexdigest()]):
                continue
            found = list(_files(edition, f"editions/{issue.publication}-{issue.number}-{made.id}", made.language))
            files |= {path: data for path, _, _, data in found}
            described.append(
                {
                    "issue": issue.name,
                    "edition": made.id,
                    "language": made.language,
                    "subject": edition.subject,
                    "files": [{"path": path, "part": part, "type": media} for path, part, media, _ in found],
                }
            )
    return files, described


def _files(edition: Edition, name: str, language: str) -> Iterator[tuple[str, str, str, bytes]]:
    """Path, the part of a ballot that it is, media type and bytes of each file."""
    yield f"{name}.txt", f"text {language}", "text/plain", edition.text.encode()
    yield f"{name}.html", f"html {language}", "text/html", edition.html.encode()
    yield f"{name}.pdf", f"pdf {language}", "application/pdf", edition.pdf
    for place, picture in enumerate(edition.pictures, 1):
        part = f"picture {language} {picture.cid}"
        yield f"{name}-picture-{place}", part, picture.media_type, picture.data
