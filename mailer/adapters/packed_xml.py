"""A document that is an archive of XML, as .docx and .odt are: opened within limits, and nothing is extracted (C5).

Only a process with limits of its own (``child_process``) opens one.
"""

from __future__ import annotations

import zipfile
from io import BytesIO

from lxml import etree

MAX_ENTRIES = 3_000
"""Files in the archive that a document is."""
MAX_XML = 40_000_000
"""Octets of one file of XML, unpacked."""
MAX_RATIO = 200
"""How many times larger than packed it may be; beyond a megabyte."""
MAX_ELEMENTS = 2_000_000


class Refused(Exception):
    """The document is not read; the word says why."""


class Archive:
    """The files of a document by name. A name is never used as a path."""

    def __init__(self, data: bytes) -> None:
        """Raises Refused if the data is no zip, or has too many files."""
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as fault:
            is_ole = data.startswith(b"\xd0\xcf\x11\xe0")  # Word keeps a protected document in such a file
            raise Refused("encrypted" if is_ole else "damaged") from fault
        entries = self._archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise Refused("large")
        self.names = frozenset(entry.filename for entry in entries)

    def data(self, name: str, most: int) -> bytes:
        """One file, unpacked, of at most that many octets. Raises Refused; “damaged” if there is no such file."""
        try:
            info = self._archive.getinfo(name)
            if info.flag_bits & 1:
                raise Refused("encrypted")
            if info.file_size > most or info.file_size > max(1 << 20, MAX_RATIO * info.compress_size):
                raise Refused("large")
            with self._archive.open(info) as file:
                data = file.read(info.file_size + 1)
        except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError, OSError, ValueError) as fault:
            raise Refused("damaged") from fault
        if len(data) > info.file_size:
            raise Refused("forbidden")
        return data

    def tree(self, name: str) -> etree._Element:
        """One file of XML. Raises Refused, also for declarations of entities, which no word processor writes."""
        return tree(self.data(name, MAX_XML))


def tree(xml: bytes) -> etree._Element:
    """Raises Refused for XML with declarations or too many elements."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise Refused("forbidden")
    if xml.count(b"<") > MAX_ELEMENTS:
        raise Refused("large")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as fault:
        raise Refused("damaged") from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("forbidden")
    return root
