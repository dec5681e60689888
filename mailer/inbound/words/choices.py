"""How people answer a question of the office with more than yes or no, by language."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.inbound.words.phrases import phrases

ADDRESS = "xaddressx"
"""What stands for an address in a sentence that is compared."""

LATER: Mapping[str, tuple[str, ...]] = {
    "en": phrases(
        """
        later | ask … later | ask {me} later | ask {me} again later | ask {me} again | ask … again | not now
        not yet | maybe later | perhaps later | some other time | another time | remind {me} | remind {me} later
        in a few months | in a few weeks | next year | next month | not at the moment | not at present
        come back later | try again later | postpone | later please | not this time | not right now
        """
    ),
    "fr": phrases(
        """
        plus tard | demandez … plus tard | pas maintenant | pas encore | une autre fois | plus tard peut-être
        peut-être plus tard | pas pour l'instant | pas pour le moment | rappelez {me} | l'année prochaine
        redemandez … plus tard | à plus tard | reporter | dans quelques mois | le mois prochain
        """
    ),
    "es": phrases(
        """
        más tarde | más adelante | ahora no | todavía no | aún no | en otro momento | otra vez será
        pregúntenme más tarde | pregunten más tarde | quizás más tarde | quizá más adelante | de momento no
        por ahora no | el próximo año | en unos meses | recuérdenmelo | luego
        """
    ),
    "de": phrases(
        """
        später | fragen sie … später | fragt … später | jetzt nicht | noch nicht | im moment nicht
        derzeit nicht | zurzeit nicht | ein andermal | ein anderes mal | vielleicht später | nicht jetzt
        in ein paar monaten | nächstes jahr | nächsten monat | später wieder | erinnern sie {me} | nicht im moment
        fragen sie {me} … wieder | später nochmal | später noch einmal | bitte später
        """
    ),
    "pt": phrases(
        """
        mais tarde | agora não | ainda não | noutra altura | em outro momento | outra hora | depois
        perguntem … mais tarde | pergunte … mais tarde | talvez mais tarde | por enquanto não | de momento não
        no próximo ano | daqui a alguns meses | lembrem {me}
        """
    ),
    "it": phrases(
        """
        più tardi | più avanti | non ora | non adesso | non ancora | un'altra volta | forse più tardi
        chiedete … più tardi | chiedetemelo più tardi | per ora no | al momento no | l'anno prossimo
        tra qualche mese | ricordatemelo | in un altro momento | dopo
        """
    ),
    "ru": phrases(
        """
        позже | попозже | спросите … позже | не сейчас | ещё нет | в другой раз | может быть позже
        пока нет | потом | через несколько месяцев | в следующем году | напомните … позже | напомните {me}
        """
    ),
    "ja": phrases(
        "後で | あとで | 後日 | また今度 | 今はまだ | まだです | 今回は見送ります | 今は結構です | 来年 | また後日"
    ),
    "zh": phrases(
        "以后 | 稍后 | 晚点 | 以后再说 | 现在不 | 暂时不 | 还没有 | 下次 | 明年 | 過後 | 稍後 | 以後再說 | 以后再问"
    ),
    "ar": phrases(
        "لاحقا | فيما بعد | ليس الآن | ليس بعد | في وقت لاحق | مرة أخرى | العام القادم | ذكروني لاحقا | بعدين"
    ),
}
"""They want to be asked again."""

NEVER: Mapping[str, tuple[str, ...]] = {
    "en": phrases(
        """
        never | never again | no never | don't ask {me} again | do not ask {me} again | don't ask again
        do not ask again | don't write to {me} again | do not write to {me} again | don't contact {me} again
        do not contact {me} again | don't invite {me} again | do not invite {me} again | stop asking | stop inviting
        stop asking {me} | stop inviting {me} | never ask {me} again | never write again | no more invitations
        """
    ),
    "fr": phrases(
        """
        jamais | plus jamais | non jamais | ne {me} demandez plus | ne nous demandez plus | ne m'écrivez plus
        ne {me} contactez plus | ne m'invitez plus | ne demandez plus | plus d'invitations | ne nous écrivez plus
        """
    ),
    "es": phrases(
        """
        nunca | nunca más | no jamás | jamás | no {me} pregunten más | no pregunten más | no {me} escriban más
        no {me} inviten más | no {me} contacten más | no vuelvan a preguntar | no vuelvan a escribir
        """
    ),
    "de": phrases(
        """
        nie | niemals | nie wieder | nie mehr | fragen sie nicht mehr | fragen sie nicht wieder
        fragen sie {me} nicht mehr | fragen sie {me} nie wieder | schreiben sie {me} nicht mehr
        schreiben sie {me} nie wieder | keine weiteren einladungen | laden sie {me} nicht mehr ein
        """
    ),
    "pt": phrases(
        """
        nunca | nunca mais | jamais | não perguntem mais | não me perguntem mais | não me escrevam mais
        não me convidem mais | não me contactem mais | não voltem a perguntar
        """
    ),
    "it": phrases(
        """
        mai | mai più | non chiedete più | non chiedetemelo più | non scrivetemi più | non invitatemi più
        non contattatemi più | non scriveteci più
        """
    ),
    "ru": phrases(
        """
        никогда | больше никогда | не спрашивайте больше | больше не спрашивайте | больше не пишите
        не пишите {me} больше | больше не приглашайте | не приглашайте больше
        """
    ),
    "ja": phrases(
        "二度と送らないでください | 二度と | "
        "今後一切不要です | 今後は不要です | 今後連絡しないでください | もう聞かないでください"
    ),
    "zh": phrases(
        "永不 | 永远不要 | 不要再问 | 别再问 | 不要再发 | 不要再联系 | 再也不要 | 不要再邀请 | 請勿再聯繫 | 请勿再联系"
    ),
    "ar": phrases(
        "أبدا | لا تسألوني مجددا | لا تراسلوني مجددا | لا تتصلوا بي | لا تسألوا مرة أخرى | لا أريد أي دعوة أخرى"
    ),
}
"""They do not want to be asked again."""

LEAVE: Mapping[str, tuple[str, ...]] = {
    "en": phrases("leave | take {me} off | take {me} off … {list} | remove {me} | i want to leave | sign {me} off"),
    "fr": phrases("quitter | je quitte | retirez {me} | retirez-moi … {list} | je souhaite quitter … {list}"),
    "es": phrases("baja | darme de baja | quiero salir | salir | quítenme … {list}"),
    "de": phrases(
        """
        austreten | austragen | ich trete aus | tragen sie {me} aus | nehmen sie {me} … {list}
        abmelden
        """
    ),
    "pt": phrases("sair | quero sair | retirem {me} | saída"),
    "it": phrases("uscire | voglio uscire | toglietemi | cancellatemi | lascio"),
    "ru": phrases("выйти | покинуть | удалите {me} | уберите {me} | выхожу"),
    "ja": phrases("退会 | 退会します | 脱退 | 外してください"),
    "zh": phrases("退出 | 离开 | 請移除 | 请移除 | 请把我移出"),
    "ar": phrases("مغادرة | أريد المغادرة | انسحاب | احذفوني"),
}
"""They want to be off the list, beside the words that unsubscribe."""

OK: Mapping[str, tuple[str, ...]] = {
    "en": phrases(
        """
        all correct | all is correct | everything is correct | everything is fine | all fine | no change
        no changes | nothing has changed | unchanged | still correct | still valid | all good | up to date
        it is all correct | fine | as is | all right | alright | nothing to change | good | great | perfect
        """
    ),
    "fr": phrases(
        "rien à changer | tout est correct | inchangé | aucun changement | tout est bon | c'est bon | à jour"
    ),
    "es": phrases(
        """
        todo correcto | todo está bien | sin cambios | está bien | todo bien | al día
        nada que cambiar
        """
    ),
    "de": phrases(
        """
        alles richtig | alles korrekt | unverändert | keine änderung | keine änderungen | passt
        alles in ordnung | in ordnung | stimmt so | stimmt alles | alles gut | aktuell
        nichts zu ändern | stimmt noch
        """
    ),
    "pt": phrases(
        "tudo correto | tudo certo | sem alterações | sem mudanças | está tudo bem | nada a mudar | tudo bem"
    ),
    "it": phrases(
        "tutto corretto | tutto bene | nessuna modifica | invariato | è tutto giusto | tutto giusto | va tutto bene"
    ),
    "ru": phrases(
        """
        всё правильно | всё в порядке | без изменений | изменений нет | ничего не изменилось
        всё верно
        """
    ),
    "ja": phrases(
        """
        変更なし | 変更ありません | 問題ありません | このままで結構です | すべて正しいです | 大丈夫です
        """
    ),
    "zh": phrases("没有变化 | 无变化 | 全部正确 | 都正确 | 无需更改 | 沒有變化 | 无误 | 都对"),
    "ar": phrases("لا تغيير | كل شيء صحيح | بدون تغيير | كل شيء على ما يرام | لا توجد تغييرات"),
}
"""Everything is right as it is, beside the words for yes."""

INSTEAD: Mapping[str, tuple[str, ...]] = {
    "en": phrases(
        f"""
        ask … {ADDRESS} instead | ask … {ADDRESS} | ask {ADDRESS} rather | write to {ADDRESS}
        write to {ADDRESS} instead | contact {ADDRESS} | contact {ADDRESS} instead | instead {ADDRESS}
        instead of {{me}} ask {ADDRESS} | instead ask {ADDRESS} | rather ask {ADDRESS}
        {ADDRESS} instead | instead of {{me}} {ADDRESS}
        """
    ),
    "fr": phrases(
        f"""
        demandez plutôt à {ADDRESS} | demandez à {ADDRESS} | adressez-vous à {ADDRESS} | plutôt {ADDRESS}
        contactez {ADDRESS} | contactez plutôt {ADDRESS} | écrivez à {ADDRESS} | écrivez plutôt à {ADDRESS}
        à ma place {ADDRESS} | demandez à {ADDRESS} à ma place | veuillez contacter {ADDRESS}
        """
    ),
    "es": phrases(
        f"""
        pregunten a {ADDRESS} | pregunte a {ADDRESS} | escriban a {ADDRESS} | escriba a {ADDRESS}
        contacten a {ADDRESS} | contacten con {ADDRESS} | en mi lugar {ADDRESS} | mejor {ADDRESS}
        pregunten a {ADDRESS} en mi lugar | pregunten mejor a {ADDRESS}
        """
    ),
    "de": phrases(
        f"""
        fragen sie … stattdessen {ADDRESS} | fragen sie … {ADDRESS} | fragt {ADDRESS} | fragt stattdessen {ADDRESS}
        stattdessen {ADDRESS} | schreiben sie an {ADDRESS} | schreiben sie stattdessen an {ADDRESS}
        wenden sie sich an {ADDRESS} | fragen sie lieber {ADDRESS} | statt {{me}} {ADDRESS}
        an meiner stelle {ADDRESS} | fragen sie an meiner stelle {ADDRESS}
        """
    ),
    "pt": phrases(
        f"""
        perguntem a {ADDRESS} | pergunte a {ADDRESS} | escrevam a {ADDRESS} | escrevam para {ADDRESS}
        contactem {ADDRESS} | contatem {ADDRESS} | em meu lugar {ADDRESS} | em vez de mim {ADDRESS}
        perguntem antes a {ADDRESS} | pergunte para {ADDRESS}
        """
    ),
    "it": phrases(
        f"""
        chiedete a {ADDRESS} | chieda a {ADDRESS} | chiedete invece a {ADDRESS} | scrivete a {ADDRESS}
        contattate {ADDRESS} | al mio posto {ADDRESS} | invece {ADDRESS} | chiedete piuttosto a {ADDRESS}
        """
    ),
    "ru": phrases(
        f"""
        спросите {ADDRESS} | спросите лучше {ADDRESS} | вместо меня {ADDRESS} | обратитесь к {ADDRESS}
        напишите {ADDRESS} | пишите на {ADDRESS} | спросите у {ADDRESS} | спросите вместо меня {ADDRESS}
        обращайтесь к {ADDRESS} | лучше {ADDRESS}
        """
    ),
    "ja": phrases(
        f"代わりに {ADDRESS} | 代わりに {ADDRESS} に聞いてください | "
        f"{ADDRESS} に聞いてください | {ADDRESS} にご連絡ください"
    ),
    "zh": phrases(
        f"请问 {ADDRESS} | 请联系 {ADDRESS} | 改问 {ADDRESS} | 请改问 {ADDRESS} | 联系 {ADDRESS} | 請聯繫 {ADDRESS}"
    ),
    "ar": phrases(
        f"اسألوا {ADDRESS} | اسألوا {ADDRESS} بدلا مني | راسلوا {ADDRESS} | اتصلوا ب {ADDRESS} | بدلا مني {ADDRESS}"
    ),
}
"""Somebody else is to be asked, whose address they give."""
