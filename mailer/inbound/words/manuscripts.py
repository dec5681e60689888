"""What a translator writes about paragraphs that differ from the original, and are right all the same."""

from __future__ import annotations

AS_WRITTEN = (
    *("as written", "as i wrote it", "as is", "correct as written"),
    *("tel quel", "telle quelle", "tels quels", "comme écrit", "comme ecrit"),
    *("como está", "como esta", "tal cual", "como está escrito"),
    *("wie geschrieben", "so wie geschrieben", "stimmt so"),
    *("como escrito", "tal como está", "assim mesmo"),
    *("come scritto", "così com'è", "cosi com'e"),
    *("как написано", "так и есть"),
    *("このまま", "そのまま", "原文のまま"),
    *("照此", "按原样", "如所写", "照原樣"),
    *("كما كتبت", "كما هو", "كما هي"),
)
"""How a first line begins that says so, in lower case; numbers of paragraphs may follow."""
