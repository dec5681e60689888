"""What editors write about a ballot in a reply to its notice, by language."""

from __future__ import annotations

from collections.abc import Mapping

REMIND: Mapping[str, tuple[str, ...]] = {
    "en": ("remind", "remind them", "remind the board"),
    "fr": ("rappeler", "rappel", "relancer"),
    "es": ("recordar", "recordatorio"),
    "de": ("erinnern", "erinnerung"),
    "pt": ("lembrar", "lembrete"),
    "it": ("sollecitare", "sollecito", "ricordare"),
    "ru": ("напомнить", "напоминание"),
    "ja": ("催促", "催促する"),
    "zh": ("提醒",),
    "ar": ("تذكير",),
}

WITHDRAW: Mapping[str, tuple[str, ...]] = {
    "en": ("withdraw", "withdraw it"),
    "fr": ("retirer",),
    "es": ("retirar",),
    "de": ("zurückziehen",),
    "pt": ("retirar",),
    "it": ("ritirare",),
    "ru": ("отозвать",),
    "ja": ("取り下げ", "取り下げる"),
    "zh": ("撤回",),
    "ar": ("سحب",),
}

EXTEND: Mapping[str, tuple[str, ...]] = {
    "en": ("extend", "extend by", "extend it by"),
    "fr": ("prolonger de", "prolonger"),
    "es": ("prorrogar", "ampliar", "prorrogar por", "ampliar por"),
    "de": ("verlängern um", "verlängern"),
    "pt": ("prorrogar por", "prorrogar"),
    "it": ("prorogare di", "prorogare"),
    "ru": ("продлить на", "продлить"),
    "ja": ("延長",),
    "zh": ("延长",),
    "ar": ("تمديد",),
}
"""They stand before a number and a unit."""

DAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("day", "days"),
    "fr": ("jour", "jours"),
    "es": ("día", "días", "dia", "dias"),
    "de": ("Tag", "Tage"),
    "pt": ("dia", "dias"),
    "it": ("giorno", "giorni"),
    "ru": ("день", "дня", "дней"),
    "ja": ("日", "日", "日間"),
    "zh": ("天", "天"),
    "ar": ("يوم", "أيام", "يومًا"),
}

WEEKS: Mapping[str, tuple[str, ...]] = {
    "en": ("week", "weeks"),
    "fr": ("semaine", "semaines"),
    "es": ("semana", "semanas"),
    "de": ("Woche", "Wochen"),
    "pt": ("semana", "semanas"),
    "it": ("settimana", "settimane"),
    "ru": ("неделя", "недели", "недель", "неделю"),
    "ja": ("週間", "週間"),
    "zh": ("周", "周", "星期"),
    "ar": ("أسبوع", "أسابيع", "أسبوعًا"),
}

WORKING_DAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("working day", "working days", "business day", "business days"),
    "fr": ("jour ouvrable", "jours ouvrables", "jour ouvré", "jours ouvrés"),
    "es": ("día hábil", "días hábiles", "día laborable", "días laborables"),
    "de": ("Arbeitstag", "Arbeitstage", "Werktag", "Werktage"),
    "pt": ("dia útil", "dias úteis"),
    "it": ("giorno lavorativo", "giorni lavorativi"),
    "ru": ("рабочий день", "рабочих дня", "рабочих дней"),
    "ja": ("稼働日", "稼働日", "営業日"),
    "zh": ("个工作日", "个工作日", "工作日"),
    "ar": ("يوم عمل", "أيام عمل"),
}
