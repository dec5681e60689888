"""Words that stand around what a mail wants and change nothing about it, by language."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.inbound.words.phrases import phrases

CLASSES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "me": {
        "en": phrases(
            """
            me | us | myself | my details | my address | my email | my mail | my e-mail | my email address
            my e-mail address | my name | this address | this email | this email address | this e-mail address
            my account | our address | ourselves | my mail address | the address | my details from
            """
        ),
        "fr": phrases(
            """
            me | moi | nous | mon adresse | mon adresse mail | mon adresse e-mail | mon adresse email | mon nom
            m' | mon mail | mon email | cette adresse | notre adresse | mon e-mail | mon adresse électronique
            mon courriel
            """
        ),
        "es": phrases(
            """
            me | mí | nos | nosotros | mi dirección | mi correo | mi nombre | mi email | mi correo electrónico
            mi e-mail | mi dirección de correo | esta dirección | mi dirección de correo electrónico | mi cuenta
            mi mail | este correo
            """
        ),
        "de": phrases(
            """
            mich | mir | uns | meine adresse | meine e-mail-adresse | meine emailadresse | meine mailadresse
            meinen namen | meine email | meine e-mail | diese adresse | diese e-mail-adresse
            meine mail-adresse | unsere adresse | meine email-adresse | meiner adresse | meiner e-mail-adresse
            meine person
            """
        ),
        "pt": phrases(
            """
            me | mim | nos | nós | meu endereço | o meu endereço | meu e-mail | o meu e-mail | meu email
            o meu email | meu nome | o meu nome | este endereço | minha conta | meu correio | este email
            este e-mail
            """
        ),
        "it": phrases(
            """
            mi | me | ci | noi | il mio indirizzo | mio indirizzo | la mia mail | la mia email | la mia e-mail
            il mio nome | questo indirizzo | il mio indirizzo email | il mio indirizzo e-mail | indirizzo
            il mio account
            """
        ),
        "ru": phrases(
            """
            меня | мне | мой адрес | нас | нам | мою почту | мой email | мой e-mail | этот адрес
            мой электронный адрес | себя | мою | моего адреса | моей почты | мне на почту
            """
        ),
        "ja": phrases("私 | わたし | 私のアドレス | このアドレス | 当方 | 弊社 | 私ども | 当アドレス"),
        "zh": phrases(
            """
            我 | 我们 | 我們 | 我的邮箱 | 我的地址 | 我的邮件地址 | 本人 | 我的信箱 | 此邮箱 | 这个邮箱
            """
        ),
        "ar": phrases("عنواني | بريدي | بريدي الإلكتروني | اسمي | عنوان بريدي | عنواني البريدي | حسابي | ني"),
    },
    "list": {
        "en": phrases(
            """
            list | lists | mailing list | mailinglist | mailing lists | newsletter | newsletters | news letter
            e newsletter | email list | mail list | distribution list | distribution | mailing | mailings
            update | updates | email | emails | e-mail | e-mails | mail | mails | message | messages
            subscription | subscriptions | bulletin | bulletins | database | contact list | contacts
            subscriber list | subscribers list | subscribers | publication | publications | circulation list
            address list | issues | news | spam | junk | correspondence | e-mail list | enewsletter | mailouts
            membership | digest | email updates | service
            """
        ),
        "fr": phrases(
            """
            liste | listes | liste de diffusion | liste de distribution | lettre d'information | lettre
            lettres | infolettre | bulletin | newsletter | newsletters | lettre d'informations | courriels
            courriel | mails | mail | e-mails | e-mail | messages | publication | publications | envois
            liste d'envoi | actualités | nouvelles | mises à jour | emails | email | abonnement | mailing liste
            mailing list | liste de contacts | base de données | mailing | inscription | liste de destinataires
            fichier | spams | spam | lettres d'information | courrier | courriers | fichiers
            listes de diffusion | ma souscription
            """
        ),
        "es": phrases(
            """
            lista | listas | lista de correo | lista de distribución | boletín | boletines | boletín informativo
            newsletter | correos | correo | emails | email | e-mails | mensajes | mensaje | noticias
            publicaciones | publicación | suscripción | circular | base de datos | información | envíos
            lista de envío | correos electrónicos | lista de contactos | actualizaciones | boletín electrónico
            lista de suscriptores | mails | spam | novedades | listado | lista de difusión
            """
        ),
        "de": phrases(
            """
            liste | listen | newsletter | newsletters | mailingliste | verteiler | verteilerliste | rundbrief
            rundbriefe | rundmail | rundmails | mailverteiler | e-mails | mails | emails | e-mail | nachrichten
            mitteilungen | infobrief | infomails | mail | email | mailing | mailings | adressliste | datenbank
            abo | abonnement | infos | zusendungen | rundschreiben | newslettern | adressverteiler
            e-mail-verteiler | e-mail-liste | mailing-liste | post | informationsbrief | infopost | spam
            mailliste | e-mail-newsletter | newsletter-verteiler | newsletterverteiler | updates | update
            informationen | werbung
            """
        ),
        "pt": phrases(
            """
            lista | listas | lista de correio | lista de e-mails | lista de emails | lista de distribuição
            boletim | boletins | newsletter | newsletters | informativo | e-mails | e-mail | emails | email
            mensagens | mensagem | notícias | publicação | publicações | assinatura | inscrição | base de dados
            lista de contatos | lista de contactos | lista de envio | boletim informativo | mala direta
            lista de discussão | correio | novidades | spam | mailing | subscrição | lista de mailing
            mailing list | banco de dados
            """
        ),
        "it": phrases(
            """
            lista | liste | mailing list | newsletter | elenco | elenchi | bollettino | notiziario | mail
            email | e-mail | messaggi | messaggio | comunicazioni | lista di distribuzione | lista di diffusione
            notizie | database | iscrizione | abbonamento | posta | indirizzario | aggiornamenti | rubrica
            spam | lista dei destinatari | lista di invio | pubblicazione | pubblicazioni | servizio
            """
        ),
        "ru": phrases(
            """
            спама | рассылка | рассылку | рассылки | рассылке | рассылкой | рассылок | список | списка | списке
            списков | списки | список рассылки | списка рассылки | новости | новостей | новостную | новостной
            письма | письмо | писем | бюллетень | бюллетеня | сообщения | сообщений | почтовой рассылки
            информационной рассылки | вестник | вестника | базы | база | базу | спам | почту | рассылкам
            подписку | подписки | информационный бюллетень | новостям | почтовую рассылку | дайджест
            обновления
            """
        ),
        "ja": phrases(
            """
            メールマガジン | メルマガ | ニュースレター | メーリングリスト | リスト | メール | 配信 | 購読 | 会報
            通信 | お知らせ | 配信リスト | メール配信 | ニュース | 名簿 | 登録 | 迷惑メール | 案内メール
            ニュースメール
            """
        ),
        "zh": phrases(
            """
            邮件列表 | 邮件清单 | 列表 | 名单 | 通讯 | 邮件 | 电子邮件 | 新闻通讯 | 简报 | 電子報 | 电子报
            郵件 | 信件 | 名單 | 郵寄清單 | 電子郵件 | 通訊 | 订阅 | 訂閱 | 新闻信 | 期刊 | 更新 | 资讯 | 消息
            来信 | 垃圾邮件 | 订阅列表 | 信 | 邮寄名单 | 群发邮件 | 訂閱名單 | 新聞通訊 | 邮寄列表 | 服务 | 服務
            推送 | 通知
            """
        ),
        "ar": phrases(
            """
            القائمة | قائمة | القائمة البريدية | قائمتكم | قائمتكم البريدية | النشرة | النشرة البريدية
            النشرة الإخبارية | نشرتكم | نشرتكم البريدية | نشرتكم الإخبارية | رسائل | رسائلكم | الرسائل | رسالة
            البريد | البريد الإلكتروني | نشرة | نشرة إخبارية | الإيميلات | ايميلات | هذه الرسائل | قوائمكم
            الأخبار | قائمة البريد | قائمة المراسلات | المراسلات | قائمة المشتركين | بريدكم | القوائم | للنشرة
            النشرات | لنشرتكم
            """
        ),
    },
    "not": {
        "en": phrases("not | do not | dont | no longer | never | does not | am not | longer not"),
    },
    "wish": {
        "en": phrases(
            """
            want | wish | like | care | desire | need | would like | wanna | want you | longer wish
            longer want
            """
        ),
    },
}
"""Words that stand for each other in a phrase; those of English stand beside those of any language."""

FILLERS: Mapping[str, tuple[str, ...]] = {
    "en": phrases(
        """
        goodbye | bye | farewell | thank you and goodbye | please | pls | plz | please do | kindly | thanks
        thank you | thank you very much | many thanks | thanks a lot | thx | thank you in advance
        thanks in advance | cheers | hello | hi | hey | hi there | hello there | dear | dear all | dear team
        dear editor | dear editors | dear sir | dear sirs | dear madam | sir | madam | sir or madam | team
        dear sir or madam | to whom it may concern | good morning | good afternoon | good evening | good day
        greetings | all | everyone | everybody | folks | colleague | colleagues | editor | editors | secretary
        there | i would like | i'd like | i would love | i'd love | i want | i wish | i would | i'd
        we would like | we'd like | we want | we wish | i am writing | i'm writing | i write | i request
        i hereby request | i hereby | i would appreciate | i'd appreciate it if | i would appreciate it if
        would appreciate | request | requesting | request for | i ask | can you | could you | would you
        will you | can i | could i | may i | can we | could we | would you mind | you | can you please
        could you please | would you please | please could you | if you could | if possible
        it would be great if | i need | i'd be grateful if | i would be grateful if | be so kind as | could
        would | grateful | appreciate | be so kind | you to | let me | let us | want | i am | i'm | am | be
        being | was wondering if | i have decided | i decided | like | would like | wish | to | too | from | for
        of | on | onto | off | in | into | the | this | these | that | those | your | yours | my | mine
        our subscription | our address | any | a | an | at | with | via | by | through | and | also | just
        simply | again | further | future | more | anymore | any more | any longer | now | immediately | asap
        as soon as possible | today | right away | right now | straight away | at once | once and for all
        effective immediately | at your earliest | convenience | by email | by mail | by e-mail | via email
        via e-mail | another | other | such | these kind of | address | email address | e-mail address | person
        name | request to | as well | please note | ok | okay | regular | weekly | monthly | free | latest | new
        online | electronic | email | going forward | in future | in the future | from now on | from you
        to you | from your | to your | about | regarding | per | re | subject | it now | hereby | i | we
        i wanted | i'd want | do | does | here | above | below | aforementioned | all of your | all of | every
        each | kind of | same | mailing | interested | much appreciated | appreciated | would be great
        first of all | as of today | as of now | urgent | urgently | forever | permanently | for good
        completely | entirely | sorry | apologies | my name is | this is | i am sorry | i'm sorry | if you would
        my details
        """
    ),
    "fr": phrases(
        """
        rien | désolé | désolée | s'il vous plaît | svp | s'il te plaît | stp | merci | merci de
        merci beaucoup | merci d'avance | par avance | bonjour | bonsoir | salut | madame | monsieur | mesdames
        messieurs | madame monsieur | veuillez | veuillez bien | prière de | je souhaite | je souhaiterais
        nous souhaitons | je voudrais | j'aimerais | je veux | je désire | je désirerais | nous voudrions
        nous aimerions | nous désirons | je demande | je vous demande | je vous prie | vous prie de
        bien vouloir | pouvez vous | pourriez vous | peux tu | pourrais tu | pouvez-vous | puis je
        est il possible | serait il possible | est ce possible | je vous serais reconnaissant | à | au | aux
        de | du | des | d' | la | le | les | l' | votre | vos | cette | ce | cet | ces | toute | toutes | tous
        tout | vous | être | en | sur | dans | pour | par | et | et de | un | une | ma | mon | mes | notre | je
        nous | j' | y | qu' | que | afin de | avec | même | aussi | dès maintenant | dès que possible
        immédiatement | désormais | à l'avenir | dorénavant | rapidement | au plus vite | dès aujourd'hui
        maintenant | de votre part | de la part | cordialement | bien cordialement | bonne journée | chers
        chère | cher | collègues | chers collègues | demande | demande de | adresse | courrier | électronique
        adresse mail | il faut | faire | veux | souhaite | il s'agit | si possible | si vous le voulez bien
        tout de suite | définitivement | svp merci | ci dessus | ici | prochains | prochain | futurs | autres
        autre | a | la présente | par la présente | régulièrement | mensuelle | gratuite | gratuitement
        plus aucun | aucun | aucune | ai | nouvelle | tiens à | tiens | serais | intéressé à | bien | recevoir
        s | t | c'est
        """
    ),
    "es": phrases(
        """
        nada más | lo siento | disculpen | por favor | porfavor | favor | favor de | gracias | muchas gracias
        gracias de antemano | hola | buenos días | buenas tardes | buenas noches | buenas | estimado | estimados
        estimada | estimadas | señor | señora | señores | sres | quiero | quisiera | queremos | querría
        desearía | deseo | deseamos | me gustaría | nos gustaría | solicito | solicitamos | les ruego | le ruego
        ruego | rogamos | pido | les pido | necesito | pueden | puede | podrían | podría | podéis | puedes
        podrías | podríais | es posible | sería posible | amablemente | sean tan amables de | si es posible | a
        al | de | del | la | el | las | los | lo | su | sus | vuestra | vuestro | vuestros | esta | este | estos
        estas | esa | ese | toda | todas | todos | todo | en | con | para | por | y | que | un | una | mi | mis
        yo | me | se | nuestra | les | le | ustedes | os | más | inmediatamente | de inmediato | ahora
        cuanto antes | lo antes posible | ya | en adelante | de ahora en adelante | a partir de ahora
        en el futuro | saludos | un saludo | cordialmente | atentamente | electrónico | correo electrónico
        dirección | petición | solicitud | solicitud de | hacer | desde hoy | también | ser | como | quiero que
        gratis | regularmente | próximos | ningún | ninguna | mensual | mediante la presente | por la presente
        por este medio | otros | otra | nueva | nuevo | equipo | amigos | compañeros | apreciados | sí
        les agradecería | agradecería | les agradecería que | si son tan amables | les escribo para
        escribo para
        """
    ),
    "de": phrases(
        """
        leider | entschuldigung | bitte | danke | vielen dank | besten dank | herzlichen dank | danke im voraus
        im voraus | hallo | guten tag | guten morgen | guten abend | sehr geehrte damen und herren
        damen und herren | sehr geehrte | sehr geehrter | liebe | lieber | liebes | team | moin | servus
        grüezi | grüß gott | ich möchte | ich möchte gern | ich möchte gerne | möchte | ich würde gern
        ich würde gerne | würde gern | würde gerne | ich würde | wir möchten | möchten | ich will | wir wollen
        ich wünsche | wünsche | ich bitte | wir bitten | ich bitte um | bitten um | um | können sie
        könnten sie | könnt ihr | könntet ihr | kannst du | kann ich | würden sie | würdet ihr
        wären sie so nett | seien sie so gut | hiermit | ich | wir | sie | ihr | euch | ihnen | dass | den | die
        das | der | dem | des | ihren | ihre | ihrem | ihrer | ihres | euren | eure | eurem | eurer | diesen
        diese | dieses | diesem | dieser | ein | eine | einen | einem | einer | von | vom | aus | für | auf | zu
        zum | zur | mit | in | ins | im | an | am | bei | und | auch | gern | gerne | doch | mal | nun
        ab sofort | sofort | ab heute | umgehend | zukünftig | künftig | in zukunft | schnellstmöglich
        so schnell wie möglich | unverzüglich | ab jetzt | jetzt | ab | wieder | weiter | weitere | weiteren
        weiterhin | mehr | alle | allen | aller | sämtliche | sämtlichen | meine | meinen | meiner | mein
        e-mail-adresse | adresse | mailadresse | emailadresse | per | e-mail | werden | zu werden | lassen
        gruß | grüße | viele grüße | lg | mfg | mit freundlichen grüßen | email | bitten | mitteilen
        regelmäßig | kostenlos | kostenlosen | freundlicherweise | höflich | will | habe | bin | es | wäre
        nett | mich | mir | uns | wenn | sein | daher | deshalb | monatlichen | freue | zusammen | endlich
        endgültig | dauerhaft | hätte gern | hätte gerne | ich hätte | interessiert | daran | solche | solchen
        schreibe | so | haben
        """
    ),
    "pt": phrases(
        """
        desculpe | desculpem | por favor | pf | pfv | favor | obrigado | obrigada | muito obrigado
        muito obrigada | desde já obrigado | grato | grata | agradeço | agradecemos | desde já agradeço | olá
        oi | bom dia | boa tarde | boa noite | caro | cara | caros | caras | prezado | prezados | prezada
        prezadas | senhor | senhora | senhores | ex mos senhores | quero | queria | gostaria | gostaria de
        gostaríamos de | desejo | desejava | desejamos | pretendo | queremos | solicito | solicitamos | peço
        peço que | pedimos | venho por este meio | venho | preciso | podem | pode | poderiam | poderia | podiam
        podia | é possível | seria possível | gentileza | por gentileza | a | à | ao | o | os | as | aos | às
        de | da | do | das | dos | na | nas | em | para | por | com | e | que | um | uma | sua | seu | suas
        seus | vossa | vosso | vossas | vossos | esta | este | estes | estas | essa | esse | desta | deste
        destes | destas | dessa | desse | desses | nesta | toda | todas | todos | todo | minha | meu | minhas
        meus | eu | nós | nossa | me | mais | imediatamente | já | agora | a partir de agora | a partir de hoje
        no futuro | futuramente | o mais rápido possível | urgentemente | quanto antes | cumprimentos
        com os melhores cumprimentos | atenciosamente | abraço | saudações | endereço | e-mail | email
        eletrônico | eletrónico | pedido | pedido de | solicitação | fazer | também | ser | sou | deles
        gratuitamente | mensal | próximos | nenhum | nenhuma | novos | outras | através deste
        tenho interesse em | equipe | equipa | amigos | se possível | façam o favor | faça o favor | nessa
        neste | pela | pelo | vos | lhes | queiram
        """
    ),
    "it": phrases(
        """
        scusate | mi dispiace | per favore | per piacere | per cortesia | cortesemente | gentilmente | prego
        grazie | grazie mille | molte grazie | grazie in anticipo | ringrazio | salve | ciao | buongiorno
        buon giorno | buonasera | gentile | gentili | egregio | egregi | spettabile | spett le | cari | caro
        cara | signore | signora | signori | vorrei | voglio | vogliamo | vorremmo | desidero | desidererei
        desideriamo | mi piacerebbe | chiedo | chiediamo | chiedo di | chiedo che | prego di | vi prego di
        la prego di | si prega di | vi chiedo | vi chiedo di | potete | potreste | può | potrebbe | puoi
        potresti | è possibile | sarebbe possibile | ho bisogno | a | al | allo | alla | alle | agli | ai | di
        del | della | delle | dei | dello | degli | dal | dalla | dalle | da | dai | dagli | dallo | il | lo
        la | i | le | gli | l' | un | una | un' | vostra | vostro | vostre | vostri | sua | suo | questa
        questo | queste | questi | dell' | dall' | all' | quest' | tutte | tutti | tutta | ogni | in | nella
        nel | nell' | con | per | e | ed | che | mia | mio | miei | nostra | io | noi | mi | ci | si | vi
        di essere | essere | più | subito | immediatamente | adesso | ora | quanto prima | al più presto
        da ora in poi | d'ora in poi | da oggi | in futuro | saluti | cordiali saluti | distinti saluti
        cordialmente | indirizzo | e-mail | email | posta elettronica | elettronica | richiesta | richiesta di
        fare | anche | della presente | con la presente | gratuitamente | mensile | prossimi | altre | altri
        alcuna | alcun | nessuna | nessun | sono | interessato | interessata | ulteriori | se possibile | tenuto
        poter | voi
        """
    ),
    "ru": phrases(
        """
        пожалуйста | пожалуста | плиз | прошу | просим | прошу вас | просьба | спасибо | большое спасибо
        заранее спасибо | заранее благодарю | благодарю | здравствуйте | здравствуй | добрый день | доброе утро
        добрый вечер | привет | приветствую | уважаемые | уважаемый | уважаемая | господа | коллеги
        уважаемые коллеги | редакция | уважаемая редакция | я | мы | хочу | хотел бы | хотела бы | хотели бы
        хотим | желаю | можно | можете | могли бы вы | не могли бы вы | не могли бы | можете ли вы | можно ли
        могу ли я | нужно | необходимо | я бы хотел | я бы хотела | мне | меня | нас | на | от | из | с | в | во
        к | для | по | и | а | вас | вам | ваш | ваша | вашу | вашей | ваше | ваши | вашего | вашем | ваших
        вами | этой | эту | этот | этого | этом | эти | этих | данной | данную | данный | это | все | всех
        всей | всю | мой | мою | моя | моего | моей | свой | свою | своего | наш | нашу | больше | более | далее
        впредь | немедленно | срочно | сразу | сейчас | сегодня | как можно скорее | как можно быстрее
        в дальнейшем | в будущем | с этого дня | с уважением | всего доброго | адрес | адреса | адресу
        электронный | электронной | почты | почта | почте | по электронной почте | имейл | email | e-mail
        заявка | запрос | тоже | также | чтобы | быть | регулярно | новую | новостей | других | любые | никакие
        пишу | уж | бы | ли | ещё | мною
        """
    ),
    "ja": phrases(
        """
        ほしい | 欲しい | ほしく | てほしい | ちょうだい | お願いします | おねがいします | お願いいたします
        お願い致します | お願い申し上げます | お願い | 願います | 願い | ください | 下さい | 頂けますか
        いただけますか | 頂けません | いただけません | いただけないでしょうか | いただけますでしょうか
        でしょうか | ますか | ませんか | してください | して下さい | して | しても | らえますか | たいです
        たい | したいです | したい | したく | したいと思います | と思います | 思います | 希望します
        希望いたします | 希望致します | 希望 | します | いたします | 致します | する | です | ます | であります
        を | は | に | の | から | が | も | で | と | へ | や | て | し | め | ょう | せ | く | り | た | いて
        こんにちは | こんばんは | おはようございます | お世話になっております | お世話になります | はじめまして
        初めまして | 御社 | 貴社 | 貴会 | 貴団体 | 貴誌 | そちら | 皆様 | 担当者様 | ご担当者様 | 担当者 | 様
        御中 | 編集部 | 編集部様 | 事務局 | この | その | こちら | こちらの | 今後 | 以後 | もう | 至急 | すぐに
        早急に | すぐ | 早急 | 直ちに | 何卒 | どうぞ | どうか | よろしくお願いします | よろしくお願いいたします
        よろしくお願い申し上げます | 宜しくお願いします | 宜しくお願い致します | よろしく | 宜しく
        ありがとうございます | ありがとうございました | ありがとう | 申し訳ありませんが | 申し訳ございませんが
        すみませんが | すみません | 恐れ入りますが | 恐縮ですが | お手数ですが | お手数をおかけしますが
        お手数おかけしますが | 手続き | 手続 | 手配 | ご | 御 | お | アドレス | メールアドレス | 名前 | 申請
        依頼 | 連絡 | 処理 | 対応 | 中 | 方 | 上記 | 下記 | 件 | について | 関して | すべて | 全て | 全部
        させて | 頂きたい | いただきたい | 頂き | いただき | 頂く | いただく | いただける | ございます
        申します | ので | ため | さい | これ | これ以上 | 毎月 | 定期 | 無料 | 今日 | 本日 | 新しい | 一切
        """
    ),
    "zh": phrases(
        """
        请 | 請 | 您好 | 你好 | 你们好 | 大家好 | 早上好 | 下午好 | 我 | 我们 | 我們 | 的 | 想 | 想要 | 要 | 了
        谢谢 | 謝謝 | 感谢 | 感謝 | 多谢 | 麻烦 | 麻煩 | 麻烦您 | 劳驾 | 帮我 | 幫我 | 帮忙 | 给我 | 給我 | 将
        將 | 把 | 从 | 從 | 本 | 这 | 这些 | 那些 | 這些 | 这个 | 這個 | 該 | 该 | 贵 | 貴 | 贵刊 | 贵社 | 您
        你 | 你们 | 你們 | 您的 | 你们的 | 中 | 里 | 裡 | 一下 | 希望 | 申请 | 申請 | 需要 | 再 | 给 | 給 | 向
        以后 | 以後 | 今后 | 今後 | 立即 | 马上 | 馬上 | 尽快 | 儘快 | 现在 | 在 | 能 | 能否 | 可以 | 可否 | 吗
        嗎 | 吧 | 呢 | 啊 | 是 | 能不能 | 可不可以 | 是否可以 | 此 | 此致 | 敬礼 | 祝好 | 地址 | 邮箱 | 郵箱
        电邮 | 信箱 | 我的 | 对 | 對 | 所有 | 全部 | 任何 | 先生 | 女士 | 编辑 | 編輯 | 编辑部 | 老师 | 尊敬的
        敬启者 | 敬啟者 | 收 | 发送 | 發送 | 发 | 發 | 功能 | 手续 | 们 | 到 | 和 | 与 | 及 | 我想 | 打算 | 出
        来 | 去 | 也 | 就 | 那 | 请问 | 請問 | 好 | 最新 | 免费 | 贵方 | 你方 | 贵机构 | 愿意 | 很 | 办理
        """
    ),
    "ar": phrases(
        """
        من فضلك | من فضلكم | لو سمحت | لو سمحتم | رجاء | رجاءً | الرجاء | أرجو | نرجو | يرجى | أرجوكم | شكرا
        شكراً | شكرا لكم | شكرا جزيلا | مع الشكر | وشكرا | مرحبا | أهلا | السلام عليكم
        السلام عليكم ورحمة الله وبركاته | السلام عليكم ورحمة الله | تحية طيبة | تحياتي | مع تحياتي
        مع خالص التحية | مع التحية | صباح الخير | مساء الخير | السادة | السيد | السيدة | الكرام | المحترمين
        المحترم | عزيزي | أعزائي | أنا | نحن | أريد | نريد | أرغب | نرغب | أود | نود | أطلب | نطلب | أحب | أن
        هل | يمكنكم | يمكنك | يمكن | هل يمكن | هل يمكنكم | بإمكانكم | ممكن | من | في | إلى | على | عن | مع | هذا
        هذه | تلك | ذلك | كل | جميع | أي | كم | لكم | لي | مني | إليّ | إلي | بي | ال | و | ثم | بعد الآن
        بعد اليوم | الآن | فورا | حالا | في أقرب وقت | في أقرب وقت ممكن | مرة أخرى | المزيد | مزيد | المستقبل
        في المستقبل | طلب | طلبي | بريدي | عنواني | الخاص | الخاصة | بكم | الخاصة بكم | الخاص بكم | لديكم | تلقي
        استلام | قيام | القيام | منكم | خدمة | الإلكترونية | البريدية | الإخبارية | الشهرية | جديدة | فضلا
        فضلاً | بعد | قبلكم | المجانية | التكرم | بإزالة اسمي
        """
    ),
}
"""Greetings, wishes, thanks, and the small words between them. No word of refusal is one of them."""

GREETINGS: Mapping[str, tuple[str, ...]] = {
    "en": phrases(
        """
        hello | hi | hey | dear | good morning | good afternoon | good evening | good day | greetings | to whom
        """
    ),
    "fr": phrases("bonjour | bonsoir | salut | cher | chère | chers | chères | madame | monsieur | mesdames"),
    "es": phrases(
        """
        hola | buenos días | buenas tardes | buenas | estimado | estimada | estimados | estimadas | querido
        """
    ),
    "de": phrases(
        """
        hallo | guten tag | guten morgen | sehr geehrte | sehr geehrter | liebe | lieber | liebes | moin
        """
    ),
    "pt": phrases(
        """
        olá | oi | bom dia | boa tarde | boa noite | caro | cara | caros | caras | prezado | prezada | prezados
        """
    ),
    "it": phrases(
        """
        ciao | salve | buongiorno | buonasera | gentile | gentili | egregio | egregi | caro | cara | cari
        """
    ),
    "ru": phrases(
        """
        здравствуйте | добрый день | привет | уважаемый | уважаемая | уважаемые | дорогие | доброе утро
        """
    ),
    "nl": phrases("hallo | beste | geachte | goedemorgen | goedemiddag | goedendag | dag | hoi"),
    "sv": phrases("hej | bästa | kära | god dag | hejsan"),
    "da": phrases("hej | kære | goddag | godmorgen"),
    "no": phrases("hei | kjære | god dag"),
    "fi": phrases("hei | hyvä | moi | terve | hyvää päivää"),
    "pl": phrases("dzień dobry | witam | szanowni | szanowna | szanowny | cześć | witaj | drodzy"),
    "cs": phrases("dobrý den | vážení | vážená | vážený | ahoj | zdravím | milý | milá"),
    "hu": phrases("tisztelt | kedves | jó napot | üdvözlöm | szia | sziasztok | jó reggelt"),
    "tr": phrases("merhaba | sayın | selam | iyi günler | değerli | günaydın"),
    "el": phrases("γεια σας | αγαπητέ | αγαπητή | αγαπητοί | καλημέρα | καλησπέρα | χαίρετε | γεια"),
    "ko": phrases("안녕하세요 | 안녕하십니까 | 안녕하세요."),
    "uk": phrases("добрий день | вітаю | шановний | шановна | шановні | доброго дня | привіт | доброго ранку"),
    "ro": phrases("bună ziua | bună | stimate | stimată | stimați | salut | dragă | bună dimineața | bună seara"),
    "ja": phrases("こんにちは | お世話になっております | お世話になります"),
    "zh": phrases("您好 | 你好 | 尊敬的 | 亲爱的"),
    "ar": phrases("مرحبا | السلام عليكم | عزيزي | عزيزتي | السادة | أهلا | تحية طيبة | صباح الخير"),
}
"""How a salutation begins; a name may follow."""

SIGN_OFFS = phrases(
    """
    best | best regards | best wishes | all the best | kind regards | kindest regards | regards | warm regards
    many thanks | warmest regards | with kind regards | with best regards | with best wishes | yours
    yours sincerely | yours faithfully | yours truly | sincerely | sincerely yours | respectfully | cordially
    thanks | thank you | thanks in advance | cheers | thank you in advance | thanks and regards
    thanks and best regards | thank you very much | br | rgds | take care | many thanks in advance | with thanks
    thanks again | greetings | love | ciao | thx | with regards | thanks a lot | cordialement
    bien cordialement | très cordialement | sincères salutations | meilleures salutations | bien à vous
    salutations | salutations distinguées | respectueusement | merci | merci d'avance | merci beaucoup | cdlt
    bien à toi | avec mes remerciements | bonne journée | bonne réception | sincèrement | amicalement
    veuillez agréer | je vous prie d'agréer | bonne soirée | belle journée | amitiés | saludos | un saludo
    saludos cordiales | un cordial saludo | cordialmente | atentamente | atte | gracias | muchas gracias
    reciba un cordial saludo | un abrazo | reciban un cordial saludo | muy atentamente | gracias de antemano
    le saluda | mit freundlichen grüßen | mit freundlichem gruß | mit besten grüßen | mit freundlichen grüssen
    viele grüße | viele grüsse | beste grüße | schöne grüße | liebe grüße | herzliche grüße | freundliche grüße
    gruß | grüße | mfg | lg | vg | vielen dank | danke | besten dank | hochachtungsvoll | mit vielem dank
    herzlichen dank | mit herzlichen grüßen | freundliche grüsse | beste grüsse | danke und gruß
    danke und viele grüße | vielen dank und viele grüße | bg | atenciosamente | cumprimentos
    melhores cumprimentos | com os melhores cumprimentos | com cumprimentos | abraço | abraços | obrigado
    obrigada | att | grato | grata | cordiais saudações | saudações | muito obrigado | muito obrigada
    um abraço | cordiali saluti | distinti saluti | saluti | un saluto | cari saluti | grazie | grazie mille
    in fede | buona giornata | un cordiale saluto | molte grazie | grazie e saluti | i migliori saluti
    с уважением | с наилучшими пожеланиями | спасибо | всего доброго | заранее спасибо | благодарю | с почтением
    с наилучшими | хорошего дня | заранее благодарю | искренне ваш | искренне ваша | 敬具 | よろしくお願いします
    よろしくお願いいたします | よろしくお願い致します | 以上 | 宜しくお願いいたします
    よろしくお願い申し上げます | 何卒よろしくお願いいたします | 此致 | 祝好 | 谢谢 | 謝謝 | 顺祝商祺 | 敬礼
    敬上 | 谨上 | 祝 | 順頌商祺 | 此致敬礼 | مع تحياتي | تحياتي | مع خالص التحية | مع التحية | شكرا | شكرا لكم
    مع الشكر | وتفضلوا بقبول فائق الاحترام | مع أطيب التحيات | تقبلوا تحياتي | شكرا جزيلا | وشكرا
    met vriendelijke groet | met vriendelijke groeten | vriendelijke groet | vriendelijke groeten | groet
    groeten | mvg | hartelijke groet | hartelijke groeten | bedankt | alvast bedankt | met hartelijke groet
    dank | gr | med venlig hilsen | venlig hilsen | mvh | hilsen | med vänlig hälsning | med vänliga hälsningar
    vänliga hälsningar | hälsningar | vänligen | tack | tak | takk | med vennlig hilsen | vennlig hilsen
    bästa hälsningar | mange hilsner | på forhånd tak | bedste hilsner | de bedste hilsner | hilsener
    ha en fin dag | tack på förhand | med venlige hilsner | beste hilsen | ystävällisin terveisin | terveisin
    parhain terveisin | yst terv | kiitos | t | ystävällisesti | terv | pozdrawiam | z poważaniem
    serdecznie pozdrawiam | dziękuję | z wyrazami szacunku | łączę pozdrowienia | pozdrowienia
    pozdrawiam serdecznie | miłego dnia | s pozdravem | děkuji | s přátelským pozdravem | hezký den
    přeji hezký den | zdraví | děkuji za pochopení | s úctou | üdvözlettel | tisztelettel | köszönettel
    köszönöm | szívélyes üdvözlettel | saygılarımla | saygılarımızla | iyi çalışmalar | teşekkürler | iyi günler
    sevgiler | selamlar | teşekkür ederim | με εκτίμηση | φιλικά | ευχαριστώ | με φιλικούς χαιρετισμούς
    χαιρετισμούς | με τιμή | ευχαριστούμε | 감사합니다 | 드림 | 고맙습니다 | 올림 | 배상 | 수고하세요
    з повагою | дякую | щиро | гарного дня | з найкращими побажаннями | cu stimă | cu respect | mulțumesc
    toate cele bune | cu drag | o zi bună | vă mulțumesc | cu considerație | numai bine
    """
)
"""How the lines begin below which people sign."""

ASKS = phrases(
    """
    can you | could you | would you | will you | can i | could i | may i | please | can we | could we | how
    what | which | is it possible | s'il vous plaît | svp | pouvez vous | pourriez vous | peux tu | puis je
    serait il | comment | est il possible | quelles | que savez | suis je | por favor | pueden | puede | podrían
    podría | podéis | puedes | es posible | sería posible | cómo | qué | bitte | können sie | könnten sie
    könnt ihr | könntet ihr | kannst du | kann ich | würden sie | wie | welche | was | bin ich | podem | pode
    poderiam | poderia | podiam | podia | é possível | seria possível | como | que | quais | per favore | potete
    potreste | può | potrebbe | puoi | potresti | è possibile | sarebbe possibile | come | quali | am i | можете
    могли бы | можно | могу ли | как | какие | что | пожалуйста | ますか | ませんか | でしょうか | ください
    能否 | 可否 | 能不能 | 可以 | 吗 | 嗎 | 请 | 請 | 怎么 | 怎麼 | 如何 | هل | كيف | ما | ممكن | من فضلك
    """
)
"""Words of a question that asks for something to be done; any other question is asked to be answered by a person."""

NEGATIONS = phrases(
    """
    not | no | never | dont | doesnt | didnt | isnt | wasnt | wont | cannot | cant | without | nobody | nor
    none | nothing | ne | pas | non | jamais | aucun | aucune | sans | nunca | jamás | sin | ningún | nada
    nicht | kein | keine | keinen | nie | niemals | ohne | nein | nichts | não | nem | sem | nenhum | mai
    senza | né | не | нет | ни | никогда | без | нельзя | ない | ません | なく | せん | ず | 不 | 别 | 別 | 勿
    没 | 沒 | 非 | لا | لم | لن | ليس | غير | لست | بدون | niet | geen | inte | ikke | ei | en | değil | δεν
    nu | 않
    """
)
"""A command beside one of these, where the command's own phrase has none, is left to a person."""

DISCLAIMERS = phrases(
    """
    this email and any | this e-mail and any | this message and any | this e-mail is | this email is intended
    confidential | this email may contain | this e-mail may contain | this message is intended
    this message may contain | confidentiality | this e-mail message | this email message | this email contains
    this e-mail contains | this message contains | disclaimer | this transmission | the information contained in
    the information in this | the contents of this | please consider the | think before you print
    please think before | before printing | important notice | privacy notice | legal notice | notice:
    this communication | if you are not the intended | the content of this | this is a confidential
    consider the environment | virus-free | scanned by | this email has been scanned | avast
    this email has been checked | any views expressed | diese e-mail enthält | diese e-mail kann
    diese nachricht ist | diese e-mail ist | der inhalt dieser | vertraulich | hinweis: | diese mail
    diese nachricht enthält | virenfrei | denken sie an die umwelt | bitte denken sie an die umwelt
    ce message et | ce message est | ce courriel | ce mail | cet e-mail | les informations contenues
    confidentialité | pensez à l'environnement | avant d'imprimer | sans virus | n'imprimez
    ce message contient | ce message peut | este mensaje | este correo | la información contenida | aviso legal
    aviso de confidencialidad | confidencialidad | antes de imprimir | libre de virus | piense en el medio
    la presente comunicación | esta mensagem | este e-mail | este email | as informações contidas
    confidencialidade | livre de vírus | questo messaggio | questa e-mail | questa mail
    le informazioni contenute | riservatezza | ai sensi del | prima di stampare | avviso di riservatezza
    privo di virus | данное сообщение | это сообщение | это письмо | настоящее сообщение | конфиденциально
    содержащаяся в | информация содержащаяся | без вирусов | проверено на вирусы | 本メール | このメールには
    このメールは | 此邮件 | 本邮件 | 本電子郵件 | 保密 | 免责声明 | 免責聲明 | هذه الرسالة | هذا البريد
    إخلاء مسؤولية
    """
)
"""How paragraphs begin that companies put under every mail."""

SUBJECT_PREFIXES = phrases(
    """
    re | fw | fwd | aw | wg | antw | antwort | sv | vs | vb | rv | res | enc | tr | rép | ref | r | i | rif
    odp | pd | vá | továbbítás | ynt | ilt | απ | σχετ | πρθ | отв | ответ | пересл | fs | vl | ang | bls | trs
    atb | 回复 | 回覆 | 答复 | 转发 | 轉寄 | 返信 | 転送 | 회신 | 전달 | רה | רد | رد | إعادة توجيه | nb | ha
    答 | 回
    """
)
"""What mail programs put before the subject of an answered or forwarded mail, before a colon."""

NO_SUBJECT = phrases(
    """
    no subject | none | untitled | kein betreff | sans objet | aucun objet | sin asunto | sem assunto
    nessun oggetto | без темы | 件名なし | 無題 | 无主题 | 無主旨 | بدون موضوع | geen onderwerp | inget ämne
    intet emne | ingen emne | ei aihetta | brak tematu | bez předmětu | nincs tárgy | konu yok | χωρίς θέμα
    제목 없음 | тема не вказана | fără subiect
    """
)
"""What mail programs show, or write, where there is no subject."""

REASONS = phrases(
    """
    as i | as we | because | since i | since we | due to | for i | as my | as it | as they | since it | since my
    car je | car nous | parce que | puisque | étant donné | porque | ya que | pues | dado que | puesto que
    weil | da ich | da wir | denn | perché | poiché | dato che | in quanto | pois | já que | visto que
    uma vez que | так как | потому что | поскольку | ибо
    """
)
"""How the reason for a request begins."""
