"""Where a font for a script that is not shipped comes from: Debian's packages, and the files to name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Package(NamedTuple):
    """A package of Debian with a font."""

    name: str
    file: str
    """The font to name in the configuration."""

    @property
    def cure(self) -> str:
        return f"name {self.file} in [identity] fonts (Debian's package {self.name})"


_NOTO = "/usr/share/fonts/truetype/noto"
_CHINESE = Package("fonts-noto-cjk", "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
_SIGNS = Package("fonts-dejavu-core", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")

CHINESE = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")
"""The scripts of Chinese, Japanese and Korean."""

_OTHERS = {
    **{name.upper(): name for name in ("Bengali", "Cherokee", "Ethiopic", "Gujarati", "Gurmukhi", "Kannada", "Khmer")},
    **{name.upper(): name for name in ("Lao", "Malayalam", "Mongolian", "Myanmar", "Oriya", "Sinhala", "Syriac")},
    **{name.upper(): name for name in ("Tamil", "Telugu", "Thaana", "Tifinagh")},
    "NKO": "NKo",
    "CANADIAN": "CanadianAboriginal",
    "TIBETAN": "Tibetan",
}
"""The names of scripts in Unicode, and in the names of Noto's files; ``Tibetan`` has no Sans."""

PACKAGES: Mapping[str, Package] = {
    **dict.fromkeys(CHINESE, _CHINESE),
    **{
        script: Package("fonts-noto-core", f"{_NOTO}/Noto{'Serif' if name == 'Tibetan' else 'Sans'}{name}-Regular.ttf")
        for script, name in _OTHERS.items()
    },
    **dict.fromkeys(("BLACK", "WHITE", "MUSICAL", "CHESS", "DIE"), _SIGNS),
}
"""By the first word of a character's name in Unicode."""


def cure(script: str) -> str:
    """What to do about a character of a script that no font has."""
    package = PACKAGES.get(script)
    return package.cure if package else "name a font that has it in [identity] fonts"
