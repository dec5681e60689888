"""The full-text index of frequent questions: FTS5 in SQLite, and an index over a tsvector in PostgreSQL.

Both have the stems as ``model/faq_words.py`` makes them, so that they find the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, func, insert, select, text

from mailer.model.faq_search import Indexed
from mailer.store.schema import faq_entries as table

_COLUMNS = {name: table.c[name].type for name in ("number", "questions", "answer")}
_SEARCH = {
    "sqlite": text(
        """
        SELECT entry.number, entry.questions, entry.answer
        FROM faq_index JOIN faq_entries AS entry ON entry.id = faq_index.rowid
        WHERE faq_index MATCH :query AND entry.version = :version
        ORDER BY faq_index.rank, entry.number LIMIT :most
        """
    ).columns(**_COLUMNS),
    "postgresql": text(
        """
        SELECT number, questions, answer FROM faq_entries
        WHERE array_to_tsvector(string_to_array(terms, ' ')) @@ CAST(:query AS tsquery) AND version = :version
        ORDER BY ts_rank(array_to_tsvector(string_to_array(terms, ' ')), CAST(:query AS tsquery)) DESC, number
        LIMIT :most
        """
    ).columns(**_COLUMNS),
}
_SIGNS = {"sqlite": ('"', "*", " OR "), "postgresql": ("'", ":*", " | ")}
"""How a query quotes a word, marks the beginning of one, and joins them."""


class SqlFaqIndexQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    def versions(self) -> frozenset[int]:
        return frozenset(self._connection.execute(select(table.c.version).distinct()).scalars())

    def add(self, version_id: int, entries: Sequence[Indexed]) -> None:
        rows = [
            {
                "version": version_id,
                "number": one.number,
                "terms": " ".join(sorted(one.terms)),
                "questions": one.questions,
                "answer": one.answer,
            }
            for one in entries
            if one.terms
        ]
        if rows:
            self._connection.execute(insert(table), rows)

    def keep_only(self, version_ids: Collection[int]) -> None:
        self._connection.execute(delete(table).where(table.c.version.not_in(version_ids)))

    def size(self, version_id: int) -> int:
        query = select(func.count()).select_from(table).where(table.c.version == version_id)
        return self._connection.execute(query).scalar_one()

    def search(self, version_id: int, stems: Sequence[str], prefixes: Sequence[str], limit: int) -> Sequence[Indexed]:
        query = self._query(stems, prefixes)
        if not query:
            return []
        values = {"query": query, "version": version_id, "most": limit}
        rows = self._connection.execute(_SEARCH[self._dialect], values)
        return [Indexed(row.number, tuple(map(tuple, row.questions)), tuple(row.answer)) for row in rows]

    def _query(self, stems: Sequence[str], prefixes: Sequence[str]) -> str:
        quote, beginning, or_ = _SIGNS[self._dialect]
        words = [(_plain(stem), "") for stem in stems] + [(_plain(prefix), beginning) for prefix in prefixes]
        return or_.join(f"{quote}{word}{quote}{sign}" for word, sign in words if word)


def _plain(word: str) -> str:
    """A stem has letters and digits alone; what else there might be is no part of a query."""
    return "".join(letter for letter in word if letter.isalnum() or unicodedata.category(letter)[0] == "M")
