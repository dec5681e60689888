"""What people call the details that they give of themselves, and how they say that one changes."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.inbound.words.phrases import phrases
from mailer.model.lists import Format, Kind

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
    "publish": phrases(
        """
        publish | published | publier | publication | publicar | publicación | publicação
        veröffentlichen | veröffentlichung | pubblicare | pubblicazione
        опубликовать | публикация | 公開 | 公表 | 公开 | 发布 | النشر | نشر
        """
    ),
    "pause": phrases("pause | pausa | paused | пауза | 休止 | 一時停止 | 暂停 | 暫停 | إيقاف مؤقت | توقف مؤقت"),
    "format": phrases("format | formato | формат | 形式 | 格式 | الصيغة | التنسيق"),
}
"""Each detail in the languages that we speak."""

TO = phrases("to | is | as | in | en | à | a | por | auf | zu | in | para | на | إلى")
"""Words between a detail and its new value: “language to French”."""

OWN = phrases("my | the | ma | mon | la | le | mi | el | meine | meinen | mein | die | den | das | meu | minha | o")
"""Words before a detail: “my language”."""

KINDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.INDUSTRY: phrases(
        """
        industry | industry association | association professionnelle | association industrielle
        asociación empresarial | asociación industrial | industrieverband | associação industrial
        associazione industriale
        отраслевая ассоциация | 業界団体 | 行业协会
        """
    ),
    Kind.LABOUR: phrases(
        """
        labour | labour union | labor | labor union | trade union | union | syndicat | sindicato | gewerkschaft
        sindacato | профсоюз | 労働組合 | 工会 | نقابة
        """
    ),
    Kind.CONSULTANCY: phrases(
        """
        consultancy | consulting | cabinet de conseil | conseil | consultoría | consultora | beratung
        unternehmensberatung | consultoria | consulenza | консалтинг | コンサルタント | 咨询
        """
    ),
    Kind.CONSUMER: phrases(
        """
        consumer | consumer organisation | consumer organization | organisation de consommateurs
        association de consommateurs | organización de consumidores | asociación de consumidores
        verbraucherorganisation | verbraucherverband | organização de consumidores
        associazione di consumatori | организация потребителей | 消費者団体 | 消费者组织
        """
    ),
    Kind.MEDIA: phrases(
        """
        media | media organisation | media organization | média | médias | organisation de médias
        medio de comunicación | medios | medienorganisation | medien | mídia | organizzazione mediatica
        сми | メディア | 媒体
        """
    ),
    Kind.NMB: phrases(
        """
        nmb | national member body | member body | national body | national standards body
        comité membre | comité membre national | organisme national de normalisation
        organismo nacional miembro | organismo nacional de normalización | nationales mitgliedskomitee
        nationale normungsorganisation | organismo nacional membro | organismo nacional de normalização
        organismo nazionale membro | ente nazionale di normazione | национальный комитет-член
        национальный орган по стандартизации
        国家代表団体 | 国内標準化機関 | 国家成员体 | 国家成员机构 | الهيئة الوطنية العضو
        """
    ),
    Kind.D_LIAISON: phrases(
        """
        d-liaison | d liaison | d-liaison organisation | d-liaison organization | liaison d | liaison catégorie d
        liaison de catégorie d | organisation en liaison d | enlace d | enlace de categoría d | verbindung d
        d-verbindung | ligação d | ligação de categoria d | collegamento d | collegamento di categoria d
        связь категории d | リエゾンd | dリエゾン | d类联络组织 | d级联络组织 | منظمة ارتباط d
        """
    ),
    Kind.OTHER: phrases(
        "other | autre | otra | otro | andere | sonstige | outra | outro | altro | altra | другое | その他 | 其他"
    ),
}
"""What people call the kinds of organisation."""

FORMATS: Mapping[Format, tuple[str, ...]] = {
    Format.PDF: phrases("pdf | with pdf | avec pdf | con pdf | mit pdf | com pdf"),
    Format.HTML: phrases("html"),
    Format.TEXT: phrases(
        "text | plain | plain text | texte | texte seul | texto | testo | nur text | текст | テキスト | 文本 | نص"
    ),
}
"""What people call the formats."""

ADDRESSES = phrases(
    """
    address | email | e-mail | email address | adresse | courriel | dirección | correo | endereço | indirizzo
    e-mail-adresse | адрес | アドレス | メールアドレス | 地址 | 邮箱 | العنوان | البريد
    """
)
"""What people call their mail address."""

ALL = phrases("all | everything | tout | todo | alles | tudo | tutto | всё | все | すべて | 全部 | الكل")
"""All that may be published: never the address, which has to be named."""

NOTHING = phrases(
    """
    nothing | none | no | rien | non | nada | ninguno | nichts | nein | niente | não | ничего | нет
    なし | いいえ | 无 | 不 | لا شيء | لا
    """
)
"""That nothing may be published."""
