"""What staff reply to the question whether the files of their answer go with it. Only these words count, exactly."""

from __future__ import annotations

YES = frozenset({"yes", "yes please", "yes, please", "ja", "oui", "sí", "si", "sim", "да", "はい", "是"})
"""First lines by which the files of an answer go with it."""

WITHOUT = frozenset({"without", "without them", "sans", "sin", "ohne", "sem", "senza", "без"})
"""First lines by which an answer goes without its files."""

NO = frozenset({"no", "no thanks", "cancel", "non", "nein", "não", "нет", "いいえ", "不"})
"""First lines by which nothing goes."""
