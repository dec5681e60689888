"""Words of a pause beside its day: “until”, “for 3 months”."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.inbound.words.phrases import phrases

UNTIL = phrases(
    """
    until | till | til | up to | jusqu'au | jusqu'à | jusque | hasta el | hasta | bis zum | bis | até ao | até o | até
    ate | fino al | fino a | fino all' | sino al | до | по | まで | 至 | 到 | 直到 | حتى | إلى
    """
)
"""What stands before the day, or behind it, on which mail comes again."""

FOR = phrases(
    """
    for | pendant | pour | durante | por | para | für | per | на | в течение | 間 | 为期 | 暂停 | لمدة
    """
)
"""What stands before a length of time."""

UNITS: Mapping[str, tuple[str, ...]] = {
    "day": phrases(
        """
        day | days | jour | jours | día | días | dia | dias | tag | tage | tagen | giorno | giorni | день | дня | дней
        日 | 日間 | 天 | يوم | أيام | ايام | يوما
        """
    ),
    "week": phrases(
        """
        week | weeks | semaine | semaines | semana | semanas | woche | wochen | settimana | settimane
        неделя | неделю | недели | недель | 週 | 週間 | 周 | 星期 | 个星期 | أسبوع | أسابيع | اسبوع | اسابيع
        """
    ),
    "month": phrases(
        """
        month | months | mois | mes | meses | monat | monate | monaten | mês | mese | mesi | месяц | месяца | месяцев
        か月 | ヶ月 | カ月 | ヵ月 | 个月 | 個月 | شهر | أشهر | شهور | اشهر
        """
    ),
}
"""How people call lengths of time."""

ENDS = phrases(
    """
    off | end | over | none | no | nothing | fin | non | aucune | terminada | ninguna | no | aus | ende | keine | nein
    beenden | vorbei
    fim | nenhuma | não | fine | nessuna | нет | конец | なし | 終了 | 无 | 结束 | لا | انتهى
    """
)
"""That a pause is over."""
