"""A small issue as a translator gets it, and its translations as translators write them."""

# ruff: noqa: E501 (translations stand as they were written)
from __future__ import annotations

from collections.abc import Iterable, Mapping

from mailer.model.manuscripts import ISSUE, Kind, Unit

OFFICE = "mailto:tg2@iso-sr.example"
FAQ = "https://iso-sr.example/faq"

_TEXTS: tuple[tuple[Kind, str], ...] = (
    (Kind.ISSUE_TITLE, "The long road to Bangkok"),
    (Kind.TITLE, "Who may speak, and when"),
    (Kind.SUMMARY, "Two rules hold until the meeting of 4 December 2026."),
    (Kind.ALT, "A winding road with four stops."),
    (
        Kind.PARAGRAPH,
        "At its Salvador meeting the ISO working group adopted **Resolution 8**. It gives Task Group 2 (TG 2) five tasks"
        " and a budget of 1,234.50 euros.",
    ),
    (Kind.ITEM, "Write to [the office](1) before 1 March 2027, 9:00."),
    (Kind.ITEM, f"See {FAQ} for the questions that are asked most.[^1]"),
    (Kind.HEAD, "Year | Members | Share"),
    (Kind.ROW, "2026 | 1,250 | 45.5%"),
    (Kind.HEADING, "What comes next"),
    (
        Kind.PARAGRAPH,
        "TG 2 speaks to those who are *not* in the room: external stakeholders who do not take part in the working group."
        " It works with organisations that already care about social responsibility.",
    ),
    (Kind.FOOTNOTE, "The list is updated twice a year."),
)
UNITS = tuple(
    Unit(
        number,
        ISSUE if number == 1 else 0,
        kind,
        text,
        (OFFICE,) if "](1)" in text else (),
        (FAQ,) if FAQ in text else (),
    )
    for number, (kind, text) in enumerate(_TEXTS, 1)
)

_WRITTEN: Mapping[str, tuple[str, ...]] = {
    "fr": (
        "Le long chemin de Bangkok",
        "Qui peut parler, et quand",
        "Deux règles valent jusqu'à la réunion du 4 décembre 2026.",
        "Une route sinueuse avec quatre étapes.",
        "Lors de sa réunion de Salvador, le groupe de travail de l'ISO a adopté la **résolution 8**. Elle confie au groupe"
        " d'étude 2 (TG 2) cinq tâches et un budget de 1\u202f234,50\xa0euros.",
        "Écrivez au [secrétariat](1) avant le 1er mars 2027 à 9\xa0h.",
        f"Voir {FAQ} pour les questions les plus fréquentes.[^1]",
        "Année | Membres | Part",
        "2026 | 1\u202f250 | 45,5\xa0%",
        "La suite",
        "Le TG 2 s'adresse à ceux qui ne sont *pas* dans la salle : les parties prenantes externes qui ne participent pas"
        " au groupe de travail. Il travaille avec des organisations qui se soucient déjà de responsabilité sociétale.",
        "La liste est mise à jour deux fois par an.",
    ),
    "de": (
        "Der lange Weg nach Bangkok",
        "Wer sprechen darf, und wann",
        "Zwei Regeln gelten bis zur Sitzung am 4. Dezember 2026.",
        "Eine kurvige Straße mit vier Haltepunkten.",
        "Auf ihrer Sitzung in Salvador hat die ISO-Arbeitsgruppe die **Resolution 8** angenommen. Sie gibt der Task Group 2"
        " (TG 2) fünf Aufgaben und ein Budget von 1.234,50 Euro.",
        "Schreiben Sie vor dem 1. März 2027, 9.00 Uhr, an [das Büro](1).",
        f"Die häufigsten Fragen stehen unter {FAQ}.[^1]",
        "Jahr | Mitglieder | Anteil",
        "2026 | 1.250 | 45,5 %",
        "Wie es weitergeht",
        "Die TG 2 spricht mit denen, die *nicht* im Raum sind: mit externen Interessengruppen, die nicht an der"
        " Arbeitsgruppe teilnehmen. Sie arbeitet mit Organisationen, denen gesellschaftliche Verantwortung schon am Herzen"
        " liegt.",
        "Die Liste wird zweimal im Jahr aktualisiert.",
    ),
    "ja": (
        "バンコクへの長い道のり",
        "誰が、いつ話せるか",
        "2026年12月4日の会議まで、二つの規則が適用されます。",
        "四つの停留所がある曲がりくねった道。",
        "サルバドール会議で、ISO作業グループは**決議8**を採択しました。これにより第2タスクグループ（TG 2）に五つの任務と"
        "1,234.50ユーロの予算が与えられます。",
        "2027年3月1日9:00までに[事務局](1)へご連絡ください。",
        f"よくある質問は {FAQ} をご覧ください。[^1]",
        "年 | 会員 | 割合",
        "2026 | 1,250 | 45.5%",
        "今後の予定",
        "TG 2は、その場に*いない*人々、すなわち作業グループに参加していない外部の利害関係者に語りかけます。"
        "すでに社会的責任に関心を寄せている組織と協力しています。",
        "一覧は年に二回更新されます。",
    ),
    "ar": (
        "الطريق الطويل إلى بانكوك",
        "من يجوز له أن يتكلم، ومتى",
        "تسري قاعدتان حتى اجتماع ٤ ديسمبر ٢٠٢٦.",
        "طريق متعرج فيه أربع محطات.",
        "في اجتماع سلفادور اعتمد فريق عمل ISO **القرار ٨**. وهو يسند إلى فريق المهام ٢ (TG 2) خمس مهام وميزانية قدرها"
        " ١٬٢٣٤٫٥٠ يورو.",
        "اكتبوا إلى [المكتب](1) قبل ١ مارس ٢٠٢٧، الساعة ٩:٠٠.",
        f"انظر {FAQ} للاطلاع على الأسئلة الأكثر شيوعا.[^1]",
        "السنة | الأعضاء | النسبة",
        "٢٠٢٦ | ١٬٢٥٠ | ٤٥٫٥٪",
        "ما الخطوة التالية",
        "يخاطب TG 2 من *ليسوا* في القاعة: أصحاب المصلحة الخارجيين الذين لا يشاركون في فريق العمل. ويعمل مع منظمات تهتم"
        " بالفعل بالمسؤولية المجتمعية.",
        "تُحدَّث القائمة مرتين في السنة.",
    ),
}
TRANSLATIONS: Mapping[str, Mapping[int, str]] = {
    language: dict(enumerate(texts, 1)) for language, texts in _WRITTEN.items()
}


def numbered(texts: Mapping[int, str], mark: str = "[{}] ", between: str = "\n\n") -> str:
    """The texts as paragraphs with their numbers."""
    return between.join(mark.format(number) + text for number, text in texts.items())


def original() -> dict[int, str]:
    return {unit.number: unit.text for unit in UNITS}


def spaces_joined(texts: Iterable[str]) -> list[str]:
    """The texts with ordinary spaces, as programs that change the others leave them."""
    return [" ".join(text.split()) for text in texts]
