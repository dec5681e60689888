"""Words around the days that people write, beside the names of months and weekdays, which CLDR has."""

from __future__ import annotations

from mailer.inbound.words.phrases import phrases

TO = phrases(
    """
    to | till | til | until | through | thru | bis | au | à | jusqu'au | jusqu'à | al | a | hasta | hasta el | fino al
    ao | até | ate | по | до | から | まで | より | 至 | 到 | إلى | الى | حتى | ～ | 〜 | ~ | - | – | — | ‑ | ― | － | →
    """
)
"""What stands between the first and the last day."""

AND = phrases("and | & | + | et | y | e | und | и | と | 和 | 及 | و")
"""What stands between two days; between the first and the last one, if “between” comes before."""

BETWEEN = phrases("between | entre | zwischen | tra | fra | между | بين")

AROUND = phrases(
    """
    from | on | the | of | in | day | days | year
    du | le | les | de | des | l' | en | del | el | los | desde | día
    dias | dia | vom | von | am | zum | der | den | im | tag | jahr | dal | il | di | dall' | i | giorno
    do | da | no | dos
    с | со | год | года | г | день | في | من | يوم | عام | سنة | 自 | 从 | 於 | 于 | に | の | は
    """
)
"""Words that say nothing about the day."""

ORDINALS = phrases("st | nd | rd | th | er | ère | re | e | è | º | ª | ° | го | -го | ого | -е | ye")
"""What stands behind the number of a day."""
