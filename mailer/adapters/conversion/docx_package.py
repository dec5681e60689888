"""The parts of a .docx, and what they refer to (ISO/IEC 29500-2)."""

from __future__ import annotations

import posixpath
from typing import NamedTuple

from lxml import etree

from mailer.adapters.conversion.document import Losses
from mailer.adapters.conversion.docx_styles import W
from mailer.adapters.packed_xml import Archive, Refused

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MAX_RELATIONS = 20_000


class Target(NamedTuple):
    """What a part refers to."""

    kind: str
    """The last word of its type: ``image``, ``hyperlink``."""
    name: str
    """A file of the archive, or an address if it is ``outside``."""
    outside: bool


class Package:
    """The parts that a document is made of. Nothing outside of the archive is loaded."""

    def __init__(self, data: bytes) -> None:
        self.archive = Archive(data)
        mains = [one for one in self.targets("").values() if one.kind == "officeDocument"]
        self.main = mains[0].name if mains else "word/document.xml"
        self._targets = self.targets(self.main)

    def targets(self, part: str) -> dict[str, Target]:
        """What a part refers to, by ids."""
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if path not in self.archive.names:
            return {}
        found = {}
        for one in list(self.archive.tree(path).iter(_RELATION))[:_MAX_RELATIONS]:
            outside = one.get("TargetMode", "").lower() == "external"
            target = str(one.get("Target", ""))
            inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = str(one.get("Type", "")).rpartition("/")[2]
            found[str(one.get("Id", ""))] = Target(kind, target if outside else inside, outside)
        return found

    def body(self) -> etree._Element:
        """Raises Refused if there is none."""
        body = self.archive.tree(self.main).find(f"{W}body")
        if body is None:
            raise Refused("damaged")
        return body

    def part(self, kind: str) -> etree._Element | None:
        """The first part of a kind that the document refers to, such as ``styles``; None if there is none."""
        return next(iter(self.parts(kind)), None)

    def parts(self, kind: str) -> list[etree._Element]:
        names = [one.name for one in self._targets.values() if one.kind == kind and not one.outside]
        return [self.archive.tree(name) for name in dict.fromkeys(names) if name in self.archive.names]

    def part_targets(self, kind: str) -> dict[str, Target]:
        """What that part itself refers to."""
        name = next((one.name for one in self._targets.values() if one.kind == kind and not one.outside), "")
        return self.targets(name) if name else {}

    @property
    def main_targets(self) -> dict[str, Target]:
        return self._targets

    def name_the_rest(self, losses: Losses) -> None:
        """Name macros, and what would be loaded from outside."""
        if any(name.rpartition("/")[2].lower().startswith("vba") for name in self.archive.names):
            losses.add("macro")
        settings = next((one.name for one in self._targets.values() if one.kind == "settings"), "")
        for part in (self.main, settings):
            for one in (self.targets(part) if part else {}).values():
                if one.outside and one.kind not in ("hyperlink", "image"):
                    losses.add("elsewhere", one.name)
