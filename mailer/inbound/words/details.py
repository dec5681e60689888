"""What people call the details that they give of themselves, and how they say that one changes."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.inbound.words.phrases import phrases

DETAILS: Mapping[str, tuple[str, ...]] = {
    "name": phrases("name | nom | nombre | nome | имя | 名前 | 氏名 | 姓名 | 名字 | الاسم"),
    "organisation": phrases(
        """
        organisation | organization | organización | organizacion | organização | organizacao | organizzazione
        организация | 組織 | 团体 | 机构 | 组织 | المنظمة | المؤسسة
        """
    ),
    "kind": phrases("kind | type | tipo | art | typ | тип | вид | 種類 | 类型 | النوع"),
    "country": phrases("country | pays | país | pais | land | paese | страна | 国 | 国家 | البلد"),
    "language": phrases(
        """
        language | langue | idioma | lengua | sprache | língua | lingua | язык | 言語 | 语言 | 語言 | اللغة
        """
    ),
    "format": phrases("format | formato | формат | 形式 | 格式 | الصيغة | التنسيق"),
}
"""Each detail in the languages that we speak."""

TO = phrases("to | is | as | in | en | à | a | por | auf | zu | in | para | на | إلى")
"""Words between a detail and its new value: “language to French”."""

OWN = phrases("my | the | ma | mon | la | le | mi | el | meine | meinen | mein | die | den | das | meu | minha | o")
"""Words before a detail: “my language”."""
