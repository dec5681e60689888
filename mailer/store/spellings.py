"""Addresses in columns that have them as people wrote them, in capital letters or small ones."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Column, ColumnElement, func, or_


def is_one_of(column: Column[str], addresses: Iterable[str]) -> ColumnElement[bool]:
    """Whether the column has one of these addresses, however it is written."""
    known = sorted(addresses)
    return or_(column.in_(known), func.lower(column).in_([one.lower() for one in known]))
