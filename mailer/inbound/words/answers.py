"""How people say yes and no to a question of the office, by language. What is not a yes is none."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.inbound.words.phrases import phrases

YES: Mapping[str, tuple[str, ...]] = {
    "en": phrases(
        """
        yes | yes please | yeah | yep | yup | y | sure | of course | ok | okay | confirm | confirmed | i confirm
        i do confirm | confirm {list} | hereby confirm | confirming | confirmation | i agree | agree | agreed
        correct | that is me | that's me | that was me | it was me | it's me | it is me | this is me
        this was me | yes i did | i did | i do | absolutely | certainly | definitely | affirmative
        with pleasure | gladly | go ahead | accepted | i accept | right | that is right | that's right
        that is correct | that's correct | this is correct | true | i want this | i want it | please do
        happy to confirm | can confirm | i'm happy to | i am happy to | i asked for this | i asked for it
        i requested this | i requested it | i signed up | it was indeed me | indeed | approved | yes indeed
        go for it | looking forward to it | i'd love to | i would love to | confirms | please confirm my | do so
        i am sure | i'm sure
        """
    ),
    "fr": phrases(
        """
        oui | oui merci | je confirme | confirmer | confirmé | confirmation | confirme | d'accord | ok
        c'est moi | c'est bien moi | c'était moi | c'était bien moi | bien sûr | volontiers | avec plaisir
        exact | exactement | tout à fait | j'accepte | certainement | absolument | je suis d'accord
        c'est exact | entendu | bien entendu | j'approuve | parfait | je le confirme | je valide | valider
        validé | c'est moi qui ai fait | oui c'est ça
        """
    ),
    "es": phrases(
        """
        sí | si | sí por favor | confirmo | confirmar | confirmado | confirmada | confirmación | de acuerdo
        vale | claro | claro que sí | por supuesto | fui yo | soy yo | he sido yo | ok | correcto | correcta
        acepto | exacto | así es | con gusto | con mucho gusto | desde luego | lo confirmo | es correcto
        sí quiero | acepto la suscripción
        """
    ),
    "de": phrases(
        """
        ja | ja bitte | ja gern | ja gerne | jawohl | ich bestätige | bestätige | bestätigt | bestätigung
        bestätigen | ok | einverstanden | gern | gerne | natürlich | selbstverständlich | klar | das war ich
        ich war das | ich war es | das bin ich | richtig | stimmt | genau | das stimmt | hiermit bestätige ich
        sicher | ich stimme zu | korrekt | auf jeden fall | das ist richtig | das ist korrekt | ja das war ich
        jo
        """
    ),
    "pt": phrases(
        """
        sim | sim por favor | confirmo | confirmar | confirmado | confirmada | confirmação | fui eu | sou eu
        claro | ok | com certeza | com prazer | aceito | está bem | certo | correto | de acordo | concordo
        quero | exato | isso mesmo | eu confirmo | sim quero | é isso | pode confirmar
        """
    ),
    "it": phrases(
        """
        sì | si | sì grazie | sì per favore | confermo | confermare | confermato | confermata | conferma
        d'accordo | certo | certamente | sono io | sono stato io | sono stata io | ero io | va bene | volentieri
        ok | esatto | accetto | corretto | giusto | con piacere | lo confermo | assolutamente
        """
    ),
    "ru": phrases(
        """
        да | да пожалуйста | подтверждаю | подтвердить | подтверждено | подтверждение | согласен | согласна
        это я | это был я | это была я | конечно | хорошо | верно | ок | да это я | именно | разумеется
        всё верно | да хочу | я подтверждаю | да спасибо | правильно | ага
        """
    ),
    "ja": phrases(
        """
        はい | ええ | 確認 | 確認しました | 承認 | 確認します | 了解 | 了解しました | 承知しました | 私です
        はい、私です | 同意 | 同意します | 間違いありません | 了承 | そうです | 承諾 | 登録 … お願いします | OK
        """
    ),
    "zh": phrases(
        """
        是 | 是的 | 确认 | 確認 | 好 | 好的 | 对 | 對 | 同意 | 是我 | 是我本人 | 可以 | 没错 | 沒錯 | 本人确认
        嗯 | 行 | 我确认 | 確定 | 确定 | 没问题 | 愿意
        """
    ),
    "ar": phrases(
        """
        نعم | أجل | أؤكد | تأكيد | أوافق | موافق | موافقة | أنا من طلب | هذا أنا | بالتأكيد | طبعا | حسنا | صحيح
        نعم أنا | أكيد | تم التأكيد | اوكي | بكل سرور
        """
    ),
    "nl": phrases(
        """
        ja | ja graag | ja hoor | graag | ik bevestig | bevestigd | bevestigen | akkoord | dat was ik
        dat ben ik | klopt | oké
        """
    ),
    "sv": phrases(
        """
        ja | ja tack | jag bekräftar | bekräftar | bekräfta | bekräftat | det var jag | det är jag | gärna
        självklart | stämmer
        """
    ),
    "da": phrases(
        """
        ja | ja tak | jeg bekræfter | bekræfter | bekræftet | det var mig | det er mig | gerne | selvfølgelig
        """
    ),
    "no": phrases(
        """
        ja | ja takk | jeg bekrefter | bekrefter | bekreftet | det var meg | det er meg | gjerne | selvfølgelig
        """
    ),
    "fi": phrases(
        """
        kyllä | kyllä kiitos | joo | vahvistan | vahvistettu | se olin minä | minä se olin | juu | toki
        """
    ),
    "pl": phrases(
        """
        tak | tak proszę | potwierdzam | potwierdzone | zgadzam się | to ja | to byłem ja | to byłam ja
        oczywiście
        """
    ),
    "cs": phrases(
        """
        ano | ano prosím | potvrzuji | potvrzeno | souhlasím | jsem to já | byl jsem to já | byla jsem to já
        jistě
        """
    ),
    "hu": phrases("igen | igen kérem | megerősítem | én voltam | egyetértek | rendben | persze"),
    "tr": phrases("evet | evet lütfen | onaylıyorum | onayla | kabul ediyorum | bendim | tamam | tabii"),
    "el": phrases("ναι | ναι παρακαλώ | επιβεβαιώνω | συμφωνώ | εγώ είμαι | εγώ ήμουν | βεβαίως"),
    "ko": phrases(
        """
        네 | 예 | 네 확인합니다 | 확인합니다 | 확인 | 동의합니다 | 접니다 | 맞습니다 | 네 맞습니다 | 좋습니다
        """
    ),
    "uk": phrases("так | так будь ласка | підтверджую | згоден | згодна | це я | це був я | це була я | звичайно"),
    "ro": phrases("da | da vă rog | confirm | confirmat | sunt de acord | eu am fost | eu sunt | desigur"),
}

NO: Mapping[str, tuple[str, ...]] = {
    "en": phrases(
        """
        no | no thanks | no thank you | nope | never | cancel | not me | wrong person | wrong address
        this was not me | this wasn't me | that was not me | that wasn't me | it was not me | it wasn't me
        it is not me | don't | do not | i did not | i didn't | i did not ask for this | i never asked for this
        i did not sign up | i never signed up | i did not subscribe | i never subscribed | i don't want this
        i do not want this | stop | not interested | decline | declined | i decline | refuse | i refuse | reject
        ignore this | forget it | no way | absolutely not | i don't want it | i did not request this
        i don't confirm | i do not confirm | do not subscribe {me} | don't subscribe {me} | not subscribe {me}
        not add {me} | i don't want to subscribe | not by me | unsubscribe | remove me | mistake
        """
    ),
    "fr": phrases(
        """
        non | non merci | ce n'est pas moi | ce n'était pas moi | pas moi | jamais | annuler | annulez
        je refuse | refusé | je n'ai rien demandé | je n'ai pas demandé cela | je ne confirme pas | erreur
        pas intéressé | je ne veux pas | ne m'inscrivez pas | je ne me suis pas inscrit
        je ne me suis pas inscrite | non ce n'est pas moi | stop
        """
    ),
    "es": phrases(
        """
        no | no gracias | no fui yo | no he sido yo | no soy yo | yo no fui | nunca | cancelar | rechazo
        no confirmo | no quiero | no he pedido esto | no lo pedí | error | no me interesa | no me suscriban
        no me he suscrito | jamás
        """
    ),
    "de": phrases(
        """
        nein | nein danke | das war ich nicht | ich war das nicht | das bin ich nicht | niemals | nie
        abbrechen | abgelehnt | ich lehne ab | nicht ich | kein interesse | ich habe mich nicht angemeldet
        das habe ich nicht bestellt | ich will das nicht | falsche person | falsche adresse | bitte nicht
        ich bestätige nicht | irrtum | nö
        """
    ),
    "pt": phrases(
        """
        não | não obrigado | não obrigada | não fui eu | não sou eu | nunca | cancelar | recuso | não confirmo
        não quero | não pedi isto | não pedi isso | engano | não me inscrevi | jamais
        """
    ),
    "it": phrases(
        """
        no | no grazie | non sono io | non sono stato io | non sono stata io | non ero io | mai | annullare
        annulla | rifiuto | non confermo | non voglio | non l'ho chiesto io | errore | non mi sono iscritto
        non mi sono iscritta
        """
    ),
    "ru": phrases(
        """
        нет | нет спасибо | это не я | это был не я | это была не я | не я | никогда | отмена | отказываюсь
        не подтверждаю | не хочу | я не подписывался | я не подписывалась | ошибка | не надо | не нужно
        я этого не просил
        """
    ),
    "ja": phrases(
        """
        いいえ | いえ | 違います | 私ではありません | これは私ではありません | 不要です | 結構です | キャンセル
        お断りします | 間違い | 登録しません
        """
    ),
    "zh": phrases(
        """
        不 | 不是 | 不是我 | 不用 | 不要 | 否 | 取消 | 拒绝 | 没有 | 不确认 | 不需要 | 不是本人 | 搞错了
        """
    ),
    "ar": phrases(
        """
        لا | لا شكرا | ليس أنا | لست أنا | أرفض | إلغاء | كلا | لم أطلب هذا | لا أوافق | خطأ | لا أريد
        """
    ),
    "nl": phrases("nee | nee bedankt | nee dank u | dat was ik niet | niet ik | nooit | annuleren | liever niet"),
    "sv": phrases("nej | nej tack | det var inte jag | aldrig | avbryt | inte jag"),
    "da": phrases("nej | nej tak | det var ikke mig | aldrig | annuller | ikke mig"),
    "no": phrases("nei | nei takk | det var ikke meg | aldri | avbryt | ikke meg"),
    "fi": phrases("ei | ei kiitos | en | en minä | se en ollut minä | peruuta | en halua"),
    "pl": phrases("nie | nie dziękuję | to nie ja | to nie byłem ja | to nie byłam ja | nigdy | anuluj"),
    "cs": phrases("ne | ne děkuji | nejsem to já | to jsem nebyl já | to jsem nebyla já | nikdy | zrušit"),
    "hu": phrases("nem | nem köszönöm | nem én voltam | soha | mégse"),
    "tr": phrases("hayır | hayır teşekkürler | ben değilim | ben değildim | asla | iptal"),
    "el": phrases("όχι | όχι ευχαριστώ | δεν ήμουν εγώ | ποτέ | ακύρωση"),
    "ko": phrases("아니요 | 아니오 | 아닙니다 | 제가 아닙니다 | 취소 | 싫습니다"),
    "uk": phrases("ні | ні дякую | це не я | це був не я | ніколи | скасувати"),
    "ro": phrases("nu | nu mulțumesc | nu am fost eu | nu sunt eu | niciodată | anulare"),
}

STAY: Mapping[str, tuple[str, ...]] = {
    "en": phrases("stay | i want to stay | keep {me} | resubscribe | undo | bring {me} back | come back | back"),
    "fr": phrases("rester | je reste | je veux rester | annuler"),
    "es": phrases("quedarme | me quedo | deshacer"),
    "de": phrases("bleiben | ich bleibe | ich möchte bleiben | rückgängig"),
    "pt": phrases("ficar | quero ficar | desfazer"),
    "it": phrases("resto | voglio restare | rimanere | annulla"),
    "ru": phrases("остаться | остаюсь | вернуть"),
    "ja": phrases("継続 | 続け"),
    "zh": phrases("保留 | 继续订阅 | 继续 | 恢复"),
    "ar": phrases("البقاء | أبقى | تراجع"),
}
"""How people undo a departure."""

COMMON: Mapping[str, tuple[str, ...]] = {
    "en": phrases(
        """
        my subscription | the subscription | my registration | the registration | my sign up | my address
        request
        """
    ),
    "nl": phrases(
        """
        alstublieft | graag | mijn | aanmelding | inschrijving | dank u | dank je | bedankt | hartelijk dank
        de | het
        """
    ),
    "sv": phrases("tack | min | prenumeration | anmälan | tack så mycket"),
    "da": phrases("tak | mit | min | abonnement | tilmelding | mange tak"),
    "no": phrases("takk | mitt | min | abonnement | påmelding | tusen takk"),
    "fi": phrases("kiitos | tilaukseni | tilauksen | minun"),
    "pl": phrases("proszę | dziękuję | subskrypcję | zapis | moją | mój | dziękuję bardzo"),
    "cs": phrases("prosím | děkuji | odběr | přihlášení | svůj"),
    "hu": phrases("kérem | köszönöm | feliratkozást | feliratkozásomat | a"),
    "tr": phrases("lütfen | teşekkürler | teşekkür ederim | aboneliğimi"),
    "el": phrases("παρακαλώ | ευχαριστώ | την | εγγραφή | μου"),
    "ko": phrases("감사합니다 | 부탁드립니다 | 구독을 | 구독"),
    "uk": phrases("будь ласка | дякую | підписку | мою"),
    "ro": phrases("vă rog | mulțumesc | abonarea | abonamentul | mea"),
}
"""Words that may stand beside an answer."""
