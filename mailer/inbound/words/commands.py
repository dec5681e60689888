"""How people say each command, by language.

A command is named as its row of ``mailer/requests.py`` names it; a command without a row is not looked for. ``…``
stands for any words that change nothing (``courtesy.py``), ``{me}`` for one of that file's words for the writer, and
likewise the others. Words of English are understood beside those of any language. Accents, capitals and punctuation do
not matter. Common slips of the pen are words, too.
"""

from __future__ import annotations

from collections.abc import Mapping

from mailer.inbound.words.phrases import phrases

COMMANDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "subscribe": {
        "en": phrases(
            """
            start … subscription | new subscriber | new reader | new subscription | start my subscription
            be on … {list} | subscribe | subscribe {me} | be subscribed | subscription | subscribe request
            suscribe | subcribe | subscibe | subsribe | sign up | sign {me} up | signup | sign on | join
            enroll | enroll {me} | enrol | enrol {me} | register | register {me} | registration | opt in | optin
            opt {me} in | add | add {me} | add … {list} | be added | put {me} on … {list} | put {me} down
            include {me} in … {list} | send {me} … {list} | start sending | receive … {list} | get … {list}
            have … {list} | be included in … {list} | be part of … {list} | become a subscriber
            become a reader | interested in … {list} | interested in … receiving | interested in … subscribing
            count {me} in | keep {me} posted | keep {me} updated | keep {me} informed | subscribing | joining
            be kept informed | be kept posted | be kept updated | follow … {list} | read … {list} regularly
            resubscribe | re subscribe | be put on … {list} | be informed | start receiving
            """
        ),
        "fr": phrases(
            """
            inscription | inscrire | m'inscrire | nous inscrire | s'inscrire | inscrivez | inscrivez {me}
            inscris | inscris {me} | inscrit à | être inscrit | être inscrite | abonnement | abonner | m'abonner
            nous abonner | s'abonner | abonnez | abonnez {me} | abonne {me} | être abonné | être abonnée
            souscrire | je souscris | je m'inscris | je m'abonne | recevoir … {list} | ajoutez {me} | ajouter
            m'ajouter | ajoute {me} | ajouter {me} | rejoindre … {list} | adhérer | adhésion
            envoyez {me} … {list} | m'envoyer … {list} | mettez {me} sur … {list} | me mettre sur … {list}
            faire partie … {list} | être ajouté | être ajoutée | être informé | être informée
            être tenu informé | intéressé par … {list} | intéressée par … {list} | demande d'inscription
            demande d'abonnement | être sur … {list} | suivre … {list} | réinscrire | me réinscrire
            me réabonner | m'enregistrer
            """
        ),
        "es": phrases(
            """
            suscribir | suscribirse | suscribirme | suscribirnos | suscripción | suscríbame | suscríbanme
            suscríbeme | subscribir | subscribirme | subscripción | inscribir | inscribirme | inscripción
            inscríbame | inscríbanme | inscríbeme | apuntarme | apúntame | apúnteme | apúntenme | darme de alta
            dar de alta | darse de alta | alta | denme de alta | deme de alta | dame de alta | dadme de alta
            me doy de alta | dar {me} de alta | recibir … {list} | añádanme | añádame | añádeme | agréguenme
            agrégueme | agrégame | añadirme | agregarme | incluirme | inclúyanme | inclúyame | inclúyeme
            unirme | unirse | registrarme | registro | regístrenme | envíenme … {list} | envíeme … {list}
            mándenme … {list} | interesado en … {list} | interesada en … {list} | me suscribo | suscribo
            formar parte de … {list} | me apunto | me anoto | anótenme | anótame | suscrito | suscrita
            enviarme … {list} | estar en … {list}
            """
        ),
        "de": phrases(
            """
            hätte gern … {list} | hätte gerne … {list} | aufnahme in … {list} | aufnahme | aufnahme auf … {list}
            abonnieren | abonniere | abonnement | abo | anmelden | anmeldung | melden {me} … an
            melde {me} … an | melden {me} an | eintragen | eintragung | tragen {me} … ein | trage {me} … ein
            trag {me} … ein | registrieren | registrierung | bestellen | bestelle | beziehen | bekommen
            … {list} erhalten | {list} … erhalten | {list} … bekommen | {list} … beziehen | {list} … empfangen
            beitreten | aufnehmen | nehmen {me} … auf | aufgenommen werden | hinzufügen | fügen {me} … hinzu
            füge {me} … hinzu | setzen {me} auf … {list} | setze {me} auf … {list} | setzt {me} auf … {list}
            auf … {list} setzen | schicken {me} … {list} | senden {me} … {list} | schickt {me} … {list}
            interesse an … {list} | interessiere {me} für … {list} | in … {list} aufgenommen | angemeldet werden
            eingetragen werden | subskribieren | wieder anmelden | zusenden | mitlesen | zuschicken
            """
        ),
        "pt": phrases(
            """
            inscrever | inscrever me | me inscrever | inscrever se | inscrição | inscreva me | inscrevam me
            me inscreva | me inscrevam | inscrevo me | subscrever | subscrição | subscrevo | me subscrever
            subscreva me | subscrevam me | assinar | assinatura | quero assinar | receber … {list} | adicione me
            adicionem me | me adicione | me adicionem | adicionar | me adicionar | incluam me | inclua me
            me inclua | me incluam | me incluir | incluir me | incluir | cadastrar | me cadastrar | cadastro
            me cadastre | me cadastrem | cadastre me | cadastrem me | registar me | registrar me | me registrar
            registo | participar de … {list} | participar da … {list} | aderir | adesão | enviem me … {list}
            envie me … {list} | me envie … {list} | me enviem … {list} | entrar na … {list}
            fazer parte da … {list} | interessado em … {list} | interessada em … {list} | ser incluído
            ser incluída
            """
        ),
        "it": phrases(
            """
            iscrivere | iscriversi | iscrivermi | iscriverci | iscrivetemi | iscrivimi | mi iscriva | iscrizione
            iscriviti | mi iscrivo | iscrivo | abbonarmi | abbonamento | abbonare | abbonatemi | mi abboni
            abbonarsi | sottoscrivere | sottoscrizione | ricevere … {list} | aggiungetemi | aggiungimi
            mi aggiunga | aggiungermi | inseritemi | inseriscimi | mi inserisca | inserirmi | essere inserito
            essere inserita | essere aggiunto | essere aggiunta | essere iscritto | essere iscritta
            registrarmi | registrazione | mandatemi … {list} | inviatemi … {list} | mi invii … {list}
            mi mandi … {list} | aderire | adesione | unirmi | partecipare … {list} | interessato … {list}
            interessata … {list} | inviarmi … {list}
            """
        ),
        "ru": phrases(
            """
            подписаться | подпиши {me} | подпишите {me} | подписать {me} | подпишите | подписка | подписку
            подписки | подписываюсь | подписать | оформить подписку | оформите подписку | оформите {me} подписку
            получать … {list} | добавьте {me} | добавить {me} | добавь {me} | включите {me} | включить {me}
            присоединиться | вступить | внесите {me} | записаться | запишите {me} | зарегистрировать {me}
            зарегистрируйте {me} | зарегистрироваться | регистрация | присылайте {me} … {list}
            высылайте {me} … {list} | присылать {me} … {list} | быть в … {list} | стать подписчиком
            """
        ),
        "ja": phrases(
            """
            購読 | 購読希望 | 購読開始 | 購読申込 | 購読申し込み | 登録 | 会員登録 | 読者登録 | 新規登録
            配信希望 | 配信登録 | 配信 … 希望 | 申し込み | 申込み | 申込 | 申し込 | 加入 | {list} … 参加 | 入会
            {list} … 受け取り | {list} … 読み | {list} … 送って | {list} … 受信 | リスト … 追加 | リスト … 加え
            配信して | 送付希望 | {list} … 希望 | {list} … 配信 | サブスクライブ | 受け取りたい | 定期購読
            {list} … いただ
            """
        ),
        "zh": phrases(
            """
            订阅 | 訂閱 | 订购 | 訂購 | 加入 | 注册 | 註冊 | 报名 | 收到 … {list} | 接收 … {list}
            添加 … {list} | 收取 … {list} | 把我加 | 将我加 | 將我加 | 加我 | 发给我 … {list} | 發給我 … {list}
            登记 | 登記 | 申请订阅
            """
        ),
        "ar": phrases(
            """
            اشتراك | الاشتراك | اشترك | اشتركوا | أشترك | اشتركني | اشتراكي | للاشتراك | بالاشتراك | تسجيل
            التسجيل | تسجيلي | سجلني | سجلوني | انضمام | الانضمام | للانضمام | انضم | أنضم | أضفني | أضيفوني
            إضافتي | اضافتي | ضمني | استلام … {list} | تلقي … {list} | استقبال … {list} | أتلقى … {list}
            أستلم … {list} | إرسال … {list} | إضافة {me} | إضافة … {list} | أشتركوني | تسجيل {me}
            """
        ),
    },
    "confirm": {
        "en": phrases("confirm | confirmation | i confirm"),
        "fr": phrases("confirmer | je confirme"),
        "es": phrases("confirmar | confirmo"),
        "de": phrases("bestätigen | ich bestätige"),
        "pt": phrases("confirmar a inscrição | confirmo a inscrição"),
        "it": phrases("confermare | confermo"),
        "ru": phrases("подтвердить | подтверждаю"),
        "ja": phrases("確認"),
        "zh": phrases("确认 | 確認"),
        "ar": phrases("تأكيد | أؤكد"),
    },
    "unsubscribe": {
        "en": phrases(
            """
            not relevant to me | no longer relevant | no longer required | not required | no longer needed
            no thanks … unsubscribe | how … get off | take {me} of … {list} | {not} … relevant | stop
            delete … email address | {not} … need | unsubscribe | unsubscribe {me} | be unsubscribed
            unsubscribed | unsubscription | unsubscribing | unsub | un subscribe | unsuscribe | unsubcribe
            unsubscibe | unsubsribe | unsubscrible | unsubscripe | unscribe | unsubscribes | unsubsrcibe
            unsusbcribe | unsubscribre | unsuscribed | leave | be left out | leaving | stop it | stop {me}
            stop this | stop that | stop … sending | stop … send | stop … emailing | stop … mailing
            stop … spamming | stop … contacting | stop … writing | stop … receiving | stop … emails
            stop … mails | stop … {list} | remove | remove {me} | remove … {list} | removal | be removed
            be taken off | take {me} off | take {me} out | take off … {list} | takes {me} off
            taken off … {list} | delete {me} | delete … {list} | be deleted | drop {me} | strike {me}
            cross {me} off | cancel | cancel {list} | cancel … subscription | cancel {me} | cancel … {list}
            cancellation | cancelation | opt out | optout | opt {me} out | sign {me} off | signoff | sign out
            get {me} off | get off … {list} | get out of … {list} | end … subscription | ending … subscription
            terminate | terminate … subscription | discontinue | discontinue … {list} | quit | deregister
            de register | unregister | unlist {me} | unfollow | withdraw | withdraw … subscription
            withdraw {me} | {not} … {wish} … receive | {not} … {wish} … get | {not} … {wish} … {list}
            {not} … {wish} … this | {not} … {wish} … be on … {list} | {not} … {wish} … hear from
            {not} … {wish} be contacted | {not} … send | {not} … email {me} | {not} … mail {me}
            {not} … contact {me} | {not} … write {me} | {not} … write to {me} | {not} interested
            {not} … be interested | {not} be sent | {not} … subscribed | {not} subscribe any more
            {not} … be subscribed any more | {not} … {wish} … remain | {not} … {wish} … stay
            rather not receive | prefer not … receive | no more | no more … {list} | enough of … {list}
            exclude {me} | stop subscription | suspend … subscription | off … {list} | let {me} out
            unsubcribe {me} | {not} … {wish} … more | get rid of … {list} | {not} … {wish} … part of … {list}
            """
        ),
        "fr": phrases(
            """
            ne … plus rien | plus rien | ne {me} envoyez plus rien | désinscription de … {list} | désabonnement
            désabonner | me désabonner | désabonnez | désabonnez {me} | désabonne {me} | je me désabonne
            nous désabonner | désinscription | désinscrire | me désinscrire | nous désinscrire | désinscrivez
            désinscrivez {me} | je me désinscris | désinscris {me} | désabonnez nous | être désabonné
            être désabonnée | être désinscrit | être désinscrite | être désinscrits | résiliation | résilier
            résiliez | retirez {me} | retirer | me retirer | retire {me} | être retiré | être retirée
            supprimez {me} | me supprimer | supprimer | supprime {me} | suppression | être supprimé
            être supprimée | enlevez {me} | m'enlever | enlever {me} | enlève {me} | ôtez {me} | m'ôter
            rayez {me} | me rayer | radiez {me} | radiation | effacez {me} | arrêtez | arrêter | arrêt | arrête
            arrêtez … envoyer | arrêter … envoyer | arrêtez … écrire | arrêtez … envois | cesser … envoyer
            cessez … envoyer | cesser … envois | cessez … envois | cessez | ne … plus recevoir
            ne … plus … recevoir | plus recevoir | ne … plus … envoyer | ne … plus … envoyez
            ne … pas … recevoir | ne … plus … écrire | ne … plus … écrivez | ne … plus … {list}
            ne m'envoyez plus | ne {me} envoyez plus | ne veux plus de … {list} | ne … plus être … {list}
            ne … plus faire partie … {list} | ne … plus intéressé | ne … plus intéressée | n'êtes plus | annuler
            annulez | annulation | quitter | quitter … {list} | sortir … {list} | sortez {me} … {list} | stopper
            stoppez | plus de … {list} | mettre fin … {list} | mettre fin … abonnement | fin d'abonnement
            n'intéresse plus | ne m'intéresse plus | ne … souhaite plus | ne m'envoyer plus | ne plus m'envoyer
            ne plus m'écrire | me sortir … {list} | ne … plus abonné | ne … plus abonnée | ne m'intéressent plus
            ne … pas intéressé | ne … pas intéressée
            """
        ),
        "es": phrases(
            """
            eliminen {me} | elimine {me} | borren {me} | borre {me} | quiten {me} | quite {me} | retiren {me}
            retire {me} | saquen {me} | supriman {me} | den de baja {me} | dar de baja {me} | dé de baja {me}
            no … recibir nada más | no … nada más | remuevan {me} | baja | darme de baja | darse de baja
            dar de baja | denme de baja | deme de baja | dame de baja | dadme de baja | me doy de baja
            me den de baja | me dé de baja | me des de baja | dar {me} de baja | dar de baja mi … | causar baja
            cancelar | cancelar … suscripción | cancelen | cancelen … suscripción | cancele
            cancele … suscripción | cancela | cancela … suscripción | cancelación | anular
            anular … suscripción | anulen | anule | anulación | desuscribir | desuscribirme | desuscríbanme
            desuscríbame | desuscríbeme | desuscribirse | desuscripción | desinscribirme | dessuscribirme
            desinscribir | desapuntarme | quítenme | quíteme | quítame | quitarme | quitar | bórrenme | bórreme
            bórrame | borrarme | borrar | elimínenme | elimíneme | elimíname | eliminarme | eliminar
            eliminación | sáquenme | sáqueme | sácame | sacarme | retírenme | retíreme | retirarme | remover
            remuévanme | remover {me} | no … recibir | ya no … recibir | dejar de recibir | dejen de enviar
            deje de enviar | dejen de enviarme | deje de enviarme | dejen de mandar | dejen de mandarme
            deja de enviarme | dejar de enviarme | dejen de escribirme | deje de escribirme | no … envíen
            no … envíe | no … envíes | no me manden | no me mande | no me mandes | no … enviarme | no … escriban
            no quiero … {list} | no quiero más | no deseo … {list} | ya no … interesa | no me interesa
            no … interesado | no … interesada | salir | salir … {list} | abandonar … {list} | basta
            paren de enviar | paren | desubscribir | desubscribirme | desafiliarme | no … seguir recibiendo
            no … estar en … {list} | ya no quiero … {list} | excluirme | exclúyanme
            """
        ),
        "de": phrases(
            """
            abmelden | abmeldung | abmelde | melden {me} … ab | melde {me} … ab | melde {me} ab
            {me} … abmelden | abbestellen | abbestellung | abbestelle | bestellen … ab | bestelle … ab
            austragen | austragung | tragen {me} … aus | trage {me} … aus | trag {me} … aus | ausgetragen werden
            abgemeldet werden | streichen {me} | streiche {me} | streicht {me} | streichen | gestrichen werden
            entfernen | entfernung | entfernen {me} | entferne {me} | entfernt {me} | entfernt werden
            löschen {me} | lösche {me} | löscht {me} | … {list} … löschen | gelöscht werden | löschung
            nehmen {me} … von … {list} | nehmen {me} … aus … {list} | nimm {me} … von … {list}
            nehmt {me} … von … {list} | nehmen {me} … raus | von … {list} nehmen | aus … {list} nehmen
            herausnehmen | rausnehmen | kündigen | kündigung | kündige | gekündigt | deabonnieren
            abonnement beenden | abo beenden | beenden | beenden sie … {list} | stornieren | austreten
            keine … {list} | kein … {list} | keine … {list} mehr | kein interesse | kein … interesse mehr
            stopp | nicht mehr … erhalten | nicht mehr … bekommen | nicht mehr … zugesandt
            nicht mehr … zugeschickt | nicht mehr … empfangen | nicht mehr … zusenden | nicht mehr … zuschicken
            nicht mehr … schicken | nicht mehr … senden | keine … erhalten | keine … bekommen
            keine … mehr … schicken | keine … mehr … senden | keine … mehr … zu | keine … zusenden
            nicht mehr … beziehen | nicht länger … erhalten | nicht länger … bekommen
            nicht mehr … interessiert | nicht mehr … anschreiben | nicht mehr … lesen
            schicken {me} nichts mehr | senden {me} nichts mehr | schicken {me} keine … {list}
            senden {me} keine … {list} | schickt {me} keine … {list} | schickt {me} nichts mehr | hören sie auf
            aufhören | versand … einstellen | zusendung … einstellen | stellen … ein | verzichte auf … {list}
            verlassen | {list} … verlassen | aus dem verteiler | von der liste | vom verteiler
            aus ihrem verteiler | aus eurem verteiler | widerrufe … einwilligung
            nehmen sie … adresse aus … {list} | weitere zusendung … unterlassen | keine weiteren …
            will das nicht mehr | möchte das nicht mehr | nicht mehr haben | nicht mehr anschreiben
            """
        ),
        "pt": phrases(
            """
            removam {me} | remova {me} | descadastre {me} | descadastrem {me} | retirem {me} | retire {me}
            excluam {me} | exclua {me} | apaguem {me} | apague {me} | eliminem {me} | não … enviar mais
            não … enviar | não tenho interesse | sem interesse | remover {me} | cancelar | cancelar … inscrição
            cancelar … assinatura | cancelar … subscrição | cancelem | cancele | cancela | cancelamento
            cancelar … cadastro | cancelem … inscrição | anular | anular … subscrição | anulação | desinscrever
            desinscrever me | me desinscrever | desinscreva me | me desinscreva | desinscrevam me | desinscrição
            descadastrar | me descadastrar | descadastre me | me descadastre | me descadastrem
            descadastramento | descadastro | desassinar | dessubscrever | remover | me remover | remova me
            removam me | me remova | me removam | remoção | remova | removam | remover me | retirem me
            retire me | me retire | me retirem | retirar | retirar me | tirem me | tire me | me tire | me tirem
            tirar me | excluir | me exclua | me excluam | excluam me | exclua me | excluir me | exclusão
            eliminem me | elimine me | eliminar me | apaguem me | apague me | ser removido | ser removida
            ser retirado | ser retirada | não … receber | deixar de receber | deixem de enviar | deixe de enviar
            deixar de enviar | parem de enviar | pare de enviar | parar de receber | pare de me enviar
            parem de me enviar | parem | parar | pare | parar de enviar | não … enviem | não … envie
            não me mande | não me mandem | não quero mais | não quero … {list} | não desejo … {list}
            não … interessado | não … interessada | não … interesse | não me interessa | sair | sair da … {list}
            sair … {list} | sair de … {list} | desistir | desistência | desvincular | desligar | me desinscrevo
            desejo sair | desativar … inscrição | dar baixa | dispenso … {list} | não mandem mais
            não … fazer parte da … {list} | não … mandar | parem de mandar | pare de mandar
            deixem de me enviar
            """
        ),
        "it": phrases(
            """
            disiscrivere | disiscrivermi | disiscrivimi | disiscrivetemi | disiscriversi | disiscrizione
            mi disiscriva | disiscriviti | cancellare | cancellarmi | cancellatemi | cancellami | mi cancelli
            cancellazione | cancellare … iscrizione | cancella … iscrizione | cancellate … iscrizione
            cancelli … iscrizione | cancella | cancellate | essere cancellato | essere cancellata | annullare
            annullare … iscrizione | annullate | annulla … iscrizione | annullamento | disdire | disdetta
            disdico | disabbonarmi | disabbonare | rimuovere | rimuovetemi | rimuovimi | mi rimuova | rimuovermi
            rimozione | rimuovete | rimuova | essere rimosso | essere rimossa | toglietemi | toglimi | mi tolga
            togliermi | togliere | eliminatemi | eliminami | mi elimini | eliminarmi | eliminare | eliminate
            essere tolto | essere tolta | depennatemi | depennare | non … ricevere | non … più ricevere
            smettere di ricevere | smettete di inviar | smettete di inviarmi | smettete di mandarmi | smettetela
            smettere di inviare | smettila | smettete di scrivermi | basta | fermate | non … inviatemi
            non inviatemi più | non mandatemi più | non mandatemi | non inviarmi più | non mandarmi
            non mi mandi più | non mi invii più | non scrivetemi più | non … interessato | non … interessata
            non … interessa | non voglio più … {list} | non desidero più … {list} | uscire | uscire … {list}
            lasciare … {list} | recedere | recesso | non desidero più | non voglio più | interrompere … {list}
            interrompere … invio | interrompete … invio | sospendere … invio | revoca | revoco … iscrizione
            non … essere … {list} | disinscrivermi | disinscrivere | disattivare … iscrizione
            """
        ),
        "ru": phrases(
            """
            отменить рассылку | отмените рассылку | отмена рассылки | хватит … {list} | удалите {me}
            отключите рассылку | отписаться | отписка | отпишите {me} | отпиши {me} | отписать {me} | отписать
            отпишите | отписываюсь | отпишусь | отказаться | отказываюсь | отказ | отказаться от … {list}
            отменить подписку | отмена подписки | отмените подписку | отмените … подписку | отменить … подписку
            аннулировать подписку | аннулируйте … подписку | удалить {me} | удали {me} | удалите | удалить
            удаление | исключите {me} | исключить {me} | уберите {me} | убрать {me} | убери {me}
            вычеркните {me} | вычеркнуть {me} | снимите {me} с … {list} | прекратить | прекратите
            прекратите … присылать | прекратите … рассылку | прекратить рассылку | остановить рассылку
            остановите | остановите рассылку | стоп | хватит | больше не … присылайте | больше не … получать
            больше не … хочу … | больше не … желаю … | не … получать | не присылайте | не присылайте {me}
            не шлите | не отправляйте | больше не … отправляйте | больше не … шлите | не пишите
            больше не … пишите | не высылайте | больше не … высылайте | не хочу больше получать | не интересно
            не интересует | больше не … интересует | больше не … интересно | больше не … интересуют | покинуть
            выйти из … {list} | выйти | прекратите … слать | перестаньте … присылать | перестаньте … слать
            перестаньте … писать | закончить подписку | отключите {me} | отключить | отключите
            снять с рассылки | от рассылки отказываюсь | выписаться | больше не присылать | не присылать больше
            прошу не присылать | прошу больше не присылать
            """
        ),
        "ja": phrases(
            """
            購読解除 | 解除 | 登録解除 | 配信解除 | 購読 … 解除 | 登録 … 解除 | 配信 … 解除 | 配信停止
            配信 … 停止 | 停止 | 購読停止 | 購読 … 停止 | 購読中止 | 購読 … 中止 | 配信中止 | 配信 … 中止
            送信 … 停止 | 送付 … 停止 | 退会 | 退会希望 | 脱退 | 解約 | キャンセル | 購読 … キャンセル
            登録 … キャンセル | 登録 … 削除 | 登録 … 抹消 | 登録 … 取り消し | 購読 … 取り消し | 取り消し
            リスト … 削除 | リスト … 外 | リスト … 除外 | リスト … はずし | アドレス … 削除 | 名簿 … 削除
            送らないで | 送信しないで | 配信しないで | 送付しないで | 送らなくて結構 | 送らないよう | 配信不要
            不要 | {list} … 不要 | {list} … いりません | {list} … いらない | もういりません | 配信 … 止め
            配信 … やめ | 送信 … 止め | {list} … 止め | 購読 … やめ | 購読 … 止め | 購読 … 終了
            受け取りたくない | 受け取りたくありません | 受信したくない | 受信したくありません | 受信拒否
            受信 … 停止 | 配信 … 終了 | 退会手続き | 解除希望 | 購読したくない | アンサブスクライブ | 辞退
            配信 … 不要 | 送付不要 | 送付は不要 | リスト … 抜け | 読みません | 配信 … 必要ありません
            送信を止め | もう送らない | 削除
            """
        ),
        "zh": phrases(
            """
            退订 | 退訂 | 取消 | 取消订阅 | 取消訂閱 | 取消 … 订阅 | 取消 … 訂閱 | 取消关注 | 退出
            退出 … {list} | 停止 | 停止订阅 | 停止訂閱 | 停止发送 | 停止發送 | 停止 … 发送 | 停止 … 发
            不再接收 | 不再 … 收到 | 不再 … 接收 | 不想 … 收到 | 不想 … 接收 | 不想 … 订阅 | 不要 … 发
            不要 … 發 | 不要 … 发送 | 不要 … 寄 | 不要再发了 | 别再发 | 別再發 | 别再 … 发 | 别发了
            请勿 … 发送 | 请勿 … 发 | 請勿 … 寄 | 請勿再發 | 删除我 | 刪除我 | 移除我 | 移除 | 移出 | 删除
            刪除 | 除名 | 我 … 移除 | 我 … 删除 | 我 … 刪除 | 我 … 移出 | 地址 … 移除 | 地址 … 删除 | 注销
            註銷 | 不订阅 | 不再订阅 | 不再訂閱 | 不需要 … {list} | 不需要了 | 拒收 | 不感兴趣 | 终止订阅 | 離開
            离开 | 解除订阅 | 不愿 … 收到 | 不希望 … 收到 | 不希望 … 接收 | 不想再看到 | 不要了 | td
            """
        ),
        "ar": phrases(
            """
            إلغاء الاشتراك | إلغاء اشتراكي | إلغاء اشتراك | إلغاء اشتراكنا | الغاء | إلغاء تسجيلي
            إلغاء التسجيل | إلغاء … الاشتراك | ألغ اشتراكي | ألغوا اشتراكي | ألغي اشتراكي | ألغاء الاشتراك
            أن ألغي اشتراكي | إزالة {me} | إزالتي | إزالة | أزلني | أزيلوني | احذفني | احذفوني | حذفي | حذف {me}
            حذف | شطب | شطبي | أوقفوا | أوقف | أوقفوا … إرسال | إيقاف | إيقاف الاشتراك | إيقاف … إرسال
            إيقاف … {list} | توقف | توقفوا | توقفوا عن … | توقفوا … إرسال | توقف … إرسال | التوقف عن …
            وقف … إرسال | وقف | قف | كفى | لا أريد … استلام | لا أريد … تلقي | لا أريد … استقبال
            لا أريد … {list} | لا أرغب … استلام | لا أرغب … تلقي | لا أرغب … استقبال | لا أرغب … {list}
            لا أود … | لا ترسلوا | لا ترسل | عدم إرسال | عدم … إرسال | عدم مراسلتي | انسحاب | الانسحاب | مغادرة
            المغادرة | لم أعد … مهتما | لم أعد أرغب … | لم أعد أريد … | غير مهتم | لست مهتما | إخراجي | أخرجوني
            إنهاء الاشتراك | إنهاء اشتراكي | الرجاء إلغاء | فك الاشتراك | أريد الخروج | الخروج من … {list}
            """
        ),
    },
    "help": {
        "en": phrases(
            """
            what commands | what commands are there | which commands are there | tell {me} how this works | help
            help {me} | info | infos | information | instructions | instruction | commands | command list
            usage | manual | get help | need help | need … information | how does this work | how does it work
            how it works | how this works | how do i use this | how to use this | how … subscribe
            how … unsubscribe | how … join | how … leave | how … sign up | how … cancel | what can i do here
            what can you do | what are … commands | list of commands | more info | more information | assistance
            send {me} instructions | send {me} … info | send {me} … information | guide | explain how this works
            how do i do this | how … this … work | how … change my address | how … opt out | what can i write
            what can i send | which commands | how can i use this | support
            """
        ),
        "fr": phrases(
            """
            aide | aidez {me} | de l'aide | infos | info | informations | renseignements | mode d'emploi
            instructions | comment ça marche | comment cela marche | comment ça fonctionne
            comment cela fonctionne | commandes | comment … m'inscrire | comment … m'abonner
            comment … me désabonner | comment … se désabonner | comment … désinscrire | comment faire
            comment fonctionne … {list} | comment s'inscrire | comment s'abonner | comment … utiliser
            plus d'informations | plus d'infos | comment fonctionne ce service | quelles sont les commandes
            liste des commandes
            """
        ),
        "es": phrases(
            """
            ayuda | ayúdame | ayúdenme | ayúdeme | información | info | instrucciones | cómo funciona
            cómo funciona esto | cómo … suscribirme | cómo … darme de baja | cómo … cancelar | más información
            comandos | órdenes | cómo funciona … {list} | necesito ayuda | cómo … usar | cómo … suscribo
            qué comandos hay | cómo se usa
            """
        ),
        "de": phrases(
            """
            hilfe | infos | info | information | informationen | anleitung | befehle | wie funktioniert das
            wie funktioniert dies | wie geht das | helfen sie {me} | hilf {me} | mehr informationen
            weitere informationen | wie … {me} abmelden | wie … {me} anmelden | wie melde {me} … an
            wie melde {me} … ab | wie … abonnieren | wie … abbestellen | bedienungsanleitung
            welche befehle gibt es | wie funktioniert … {list} | wie bestelle ich … ab | ich brauche hilfe
            """
        ),
        "pt": phrases(
            """
            ajuda | ajude me | ajudem me | me ajude | info | informação | informações | instruções
            como funciona | como funciona isso | como funciona isto | como … me inscrever | como … inscrever
            como … cancelar | como … sair | comandos | mais informações | preciso de ajuda
            como … receber … {list} | como se usa | como … assinar | como … subscrever
            """
        ),
        "it": phrases(
            """
            aiuto | aiutatemi | aiutami | info | informazioni | informazione | istruzioni | come funziona
            come funziona questo | come … iscrivermi | come … cancellarmi | come … disiscrivermi | comandi
            maggiori informazioni | ho bisogno di aiuto | come si usa | come … iscriversi | come ci si iscrive
            guida | più informazioni | come mi iscrivo | come mi cancello
            """
        ),
        "ru": phrases(
            """
            помощь | помогите | справка | инфо | информация | информацию | инструкция | инструкции | команды
            как это работает | как … подписаться | как … отписаться | как это действует | нужна помощь
            как … пользоваться | список команд | как работает … {list} | подсказка
            """
        ),
        "ja": phrases(
            """
            ヘルプ | 助けて | 使い方 | 使い方 … 教えて | 使用方法 | 情報 | 案内 | 登録方法 | 購読方法 | 解除方法
            利用方法 | どう使 | 説明 | コマンド | どうすれば … 登録 | どうすれば … 購読 | どうすれば … 解除
            どのように … 使 | 方法 … 教えて | 仕組み … 教えて
            """
        ),
        "zh": phrases(
            """
            帮助 | 幫助 | 信息 | 資訊 | 说明 | 說明 | 怎么用 | 怎麼用 | 如何使用 | 如何订阅 | 怎么订阅
            如何退订 | 怎么退订 | 如何取消 … 订阅 | 使用说明 | 使用方法 | 求助 | 这是怎么用的 | 如何訂閱
            如何退訂 | 怎样订阅 | 怎样退订 | 命令
            """
        ),
        "ar": phrases(
            """
            مساعدة | المساعدة | ساعدني | ساعدوني | معلومات | المعلومات | تعليمات | كيف يعمل هذا | كيف يعمل
            كيف … أشترك | كيف … الاشتراك | كيف … ألغي اشتراكي | كيف … إلغاء الاشتراك | كيفية الاشتراك
            كيفية إلغاء الاشتراك | دليل | كيف يعمل ذلك | أحتاج مساعدة
            """
        ),
    },
    "status": {
        "en": phrases(
            """
            status | my status | my data | my subscription | my subscriptions | my details
            what do you hold about {me} | what do you know about {me} | what do you have about {me}
            what data do you hold about {me} | which data … about {me} | what data … about {me}
            am i subscribed | what am i subscribed to | what do i receive | which lists am i on | show my data
            show {me} my data | access to my data | what information do you hold about {me}
            what personal data … about {me} | subscription status | what do you store about {me} | my settings
            copy of my data | send {me} my data
            """
        ),
        "fr": phrases(
            """
            statut | état | mes données | mon abonnement | mes abonnements | quelles données … sur {me}
            que savez vous de {me} | que savez vous sur {me} | suis je abonné | suis je abonnée
            suis je inscrit | suis je inscrite | quelles informations … sur {me} | accès à mes données
            état de mon abonnement
            """
        ),
        "es": phrases(
            """
            estado | mis datos | mi suscripción | mis suscripciones | qué datos … sobre {me} | qué saben de {me}
            qué datos tienen de {me} | estoy suscrito | estoy suscrita | qué información … sobre {me}
            acceso a mis datos | estado de mi suscripción
            """
        ),
        "de": phrases(
            """
            status | meine daten | mein abo | meine abos | mein abonnement | welche daten … über {me}
            was wissen sie über {me} | was haben sie über {me} gespeichert | was speichern sie über {me}
            auskunft | auskunft über meine daten | bin ich angemeldet | bin ich abonniert
            welche daten haben sie von {me} | datenauskunft | was bekomme ich | selbstauskunft
            """
        ),
        "pt": phrases(
            """
            estado | situação | status | meus dados | os meus dados | minha assinatura | minhas assinaturas
            minha inscrição | que dados … sobre {me} | quais dados … sobre {me} | o que sabem sobre {me}
            estou inscrito | estou inscrita | que informações … sobre {me} | acesso aos meus dados
            """
        ),
        "it": phrases(
            """
            stato | i miei dati | miei dati | la mia iscrizione | mio abbonamento | quali dati … su {me}
            che dati … su {me} | cosa sapete di {me} | sono iscritto | sono iscritta | accesso ai miei dati
            """
        ),
        "ru": phrases(
            """
            статус | мои данные | моя подписка | мои подписки | какие данные … обо {me} | что вы знаете обо {me}
            подписан ли я | подписана ли я | что вы храните обо {me} | на что я подписан | на что я подписана
            """
        ),
        "ja": phrases(
            """
            状況 | ステータス | 登録状況 | 登録内容 | 登録情報 | 購読状況 | 私のデータ | 個人情報の開示
            私の情報 | 登録内容 … 確認 | 登録情報 … 確認
            """
        ),
        "zh": phrases(
            """
            状态 | 狀態 | 我的数据 | 我的資料 | 我的资料 | 我的订阅 | 我的訂閱 | 订阅状态 | 訂閱狀態 | 我的信息
            """
        ),
        "ar": phrases("الحالة | حالة | بياناتي | حالة الاشتراك | حالة اشتراكي | معلوماتي | ما البيانات … عني"),
    },
    "set": {
        "en": phrases("set | change my | change the | set my | switch | switch my | update my | change | use"),
        "fr": phrases("définir | régler | changer | changer ma | changer mon | modifier | modifier ma | mettre"),
        "es": phrases("fijar | cambiar | cambiar mi | ajustar | poner | modificar | modificar mi"),
        "de": phrases(
            """
            setze | setzen | ändern | ändere | einstellen | setze meine | ändere meine | ändere meinen
            """
        ),
        "pt": phrases("definir | mudar | mudar meu | mudar minha | alterar | alterar o meu | alterar a minha"),
        "it": phrases("imposta | impostare | cambia | cambiare | modifica | modificare | cambiare la mia"),
        "ru": phrases("установить | изменить | сменить | поменять | измените"),
        "ja": phrases("設定 | 変更"),
        "zh": phrases("设置 | 設定 | 更改 | 设定 | 修改"),
        "ar": phrases("تعيين | تغيير | غير | ضبط"),
    },
    "change-address": {
        "en": phrases(
            """
            change address | change address to | change my address | change my address to
            change my email address to | change my email to | change email to | my new address is | new address
            my address has changed to | my new email address is | my new email is | change of address
            update my address to | update my email to | update my email address to | my address is now
            please use my new address
            """
        ),
        "fr": phrases(
            """
            changer d'adresse | changer mon adresse | changer mon adresse en | changement d'adresse
            nouvelle adresse | ma nouvelle adresse est | mon adresse a changé | modifier mon adresse
            modifier mon adresse en
            """
        ),
        "es": phrases(
            """
            cambiar dirección | cambiar mi dirección | cambiar mi dirección a | cambio de dirección
            nueva dirección | mi nueva dirección es | cambiar mi correo a | mi nuevo correo es
            cambiar de dirección
            """
        ),
        "de": phrases(
            """
            adresse ändern | adressänderung | adresse ändern in | meine neue adresse ist | neue adresse
            meine neue adresse lautet | meine neue mailadresse ist | meine neue e-mail-adresse ist
            ändere meine adresse in | meine adresse ändern | adresswechsel
            """
        ),
        "pt": phrases(
            """
            mudar endereço | mudar de endereço | alterar endereço | mudança de endereço | novo endereço
            meu novo endereço é | o meu novo endereço é | alterar o meu endereço para | mudar meu endereço para
            meu novo e-mail é | mudar meu e-mail para
            """
        ),
        "it": phrases(
            """
            cambiare indirizzo | cambia indirizzo | cambio indirizzo | nuovo indirizzo
            il mio nuovo indirizzo è | modificare il mio indirizzo in | cambio di indirizzo
            """
        ),
        "ru": phrases(
            """
            сменить адрес | изменить адрес | смена адреса | новый адрес | мой новый адрес
            изменить мой адрес на | измените мой адрес на | изменить адрес на | сменить адрес на
            """
        ),
        "ja": phrases(
            """
            アドレス変更 | アドレスを変更 | メールアドレス変更 | メールアドレスの変更 | 新しいアドレス
            """
        ),
        "zh": phrases("更改地址 | 更改邮箱 | 修改地址 | 新地址 | 变更地址 | 更换邮箱 | 更改邮件地址 | 變更地址"),
        "ar": phrases(
            """
            تغيير العنوان | تغيير عنواني | تغيير عنواني إلى | عنواني الجديد | العنوان الجديد | تغيير البريد
            """
        ),
    },
    "get": {
        "en": phrases(
            """
            get | get issue | get number | get update | send issue | send {me} issue | send {me} number
            send {me} update | resend issue | issue | get newsletter | send {me} newsletter | send {me} … issue
            get … issue | resend
            """
        ),
        "fr": phrases(
            """
            obtenir | numéro | obtenir le numéro | envoyez {me} le numéro | recevoir le numéro
            m'envoyer le numéro
            """
        ),
        "es": phrases(
            """
            obtener | número | obtener el número | envíenme el número | recibir el número | enviarme el número
            """
        ),
        "de": phrases(
            """
            hole | ausgabe | nummer | hole ausgabe | schicken {me} … ausgabe | senden {me} … ausgabe
            schicken {me} nummer
            """
        ),
        "pt": phrases(
            """
            obter | número | edição | obter o número | obter a edição | enviem me o número | receber o número
            """
        ),
        "it": phrases(
            """
            ottieni | numero | ottenere il numero | inviatemi il numero | mandatemi il numero | numero arretrato
            """
        ),
        "ru": phrases(
            """
            получить | выпуск | номер | получить выпуск | получить номер | пришлите {me} выпуск
            пришлите выпуск
            """
        ),
        "ja": phrases("第 | 取得 | バックナンバー"),
        "zh": phrases("获取 | 第 | 獲取 | 取得第 | 获取第"),
        "ar": phrases("العدد | احصل على العدد | أرسلوا العدد | الحصول على العدد"),
    },
    "forward": {
        "en": phrases("forward | forward issue | forward number | forward update | send {me} a copy to forward"),
        "fr": phrases("transférer | transférer le numéro | faire suivre | faire suivre le numéro"),
        "es": phrases("reenviar | reenviar el número"),
        "de": phrases("weiterleiten | ausgabe weiterleiten | weiterleiten ausgabe | weiterleiten nummer"),
        "pt": phrases("encaminhar | reencaminhar | encaminhar o número | encaminhar a edição"),
        "it": phrases("inoltrare | inoltra | inoltrare il numero | inoltra il numero"),
        "ru": phrases("переслать | переслать выпуск | переслать номер"),
        "ja": phrases("転送 | 転送用"),
        "zh": phrases("转发 | 轉發 | 转发第 | 轉發第"),
        "ar": phrases("إعادة توجيه | إعادة توجيه العدد | تمرير العدد"),
    },
    "translate": {
        "en": phrases(
            """
            translate | translate issue | translate number | translate update | translate the issue | translation
            translation of issue | translation of | translate … issue | translator's copy | translators copy
            """
        ),
        "fr": phrases(
            """
            traduire | traduire le numéro | traduction | traduction du numéro | traduction du | traduis | traduisons
            """
        ),
        "es": phrases(
            """
            traducir | traducir el número | traducción | traducción del número | traduzco | traducimos
            """
        ),
        "de": phrases(
            """
            übersetzen | übersetze | übersetze ausgabe | übersetzung | übersetzung von | übersetzung der ausgabe
            übersetzung ausgabe
            """
        ),
        "pt": phrases(
            """
            traduzir | traduzir o número | traduzir a edição | tradução | tradução do número | tradução da edição
            """
        ),
        "it": phrases("tradurre | tradurre il numero | traduci | traduzione | traduzione del numero"),
        "ru": phrases("перевести | перевести выпуск | перевести номер | перевод | перевод выпуска | перевод номера"),
        "ja": phrases("翻訳 | 翻訳する | 翻訳 第 | 翻訳第"),
        "zh": phrases("翻译 | 翻譯 | 翻译第 | 翻譯第"),
        "ar": phrases("ترجمة | ترجم | ترجمة العدد"),
    },
    "request": {
        "en": phrases("request | a request | new request | our request | my request | we request"),
        "fr": phrases("demande | une demande | nouvelle demande | notre demande | nous demandons | demande au groupe"),
        "es": phrases("solicitud | una solicitud | nueva solicitud | nuestra solicitud | petición | una petición"),
        "de": phrases("anliegen | ein anliegen | unser anliegen | wunsch | ein wunsch | unser wunsch | anforderung"),
        "pt": phrases("pedido | um pedido | novo pedido | nosso pedido | solicitação | uma solicitação"),
        "it": phrases("richiesta | una richiesta | nuova richiesta | la nostra richiesta"),
        "ru": phrases("запрос | наш запрос | новый запрос | просьба | наша просьба"),
        "ja": phrases("依頼 | ご依頼 | 新しい依頼 | 要望 | ご要望"),
        "zh": phrases("请求 | 請求 | 需求 | 我们的请求"),
        "ar": phrases("طلب | طلب جديد | طلبنا | لدينا طلب"),
    },
    "link": {
        "en": phrases("link | a link | new link | propose … link | suggest … link | add … link | link suggestion"),
        "fr": phrases("lien | un lien | nouveau lien | proposer un lien | suggérer un lien | ajouter un lien"),
        "es": phrases("enlace | un enlace | nuevo enlace | proponer un enlace | sugerir un enlace | añadir un enlace"),
        "de": phrases(
            "link | ein link | neuer link | link vorschlagen | einen link vorschlagen | linkvorschlag | link melden"
        ),
        "pt": phrases("link | novo link | propor um link | sugerir um link | adicionar um link | ligação"),
        "it": phrases("link | un link | nuovo link | proporre un link | suggerire un link | collegamento"),
        "ru": phrases("ссылка | новая ссылка | предложить ссылку | добавить ссылку"),
        "ja": phrases("リンク | リンクの提案 | リンクを提案 | リンクを提案します"),
        "zh": phrases("链接 | 連結 | 推荐链接 | 建议链接 | 提交链接"),
        "ar": phrases("رابط | رابط جديد | اقتراح رابط | أقترح رابطا"),
    },
    "nominate": {
        "en": phrases("nominate | nomination | nominations | i nominate | a nomination | we nominate"),
        "fr": phrases(
            "proposer | proposition de candidat | nomination | je propose un candidat | candidature proposée"
        ),
        "es": phrases("proponer | nominar | nominación | candidatura | propongo un candidato"),
        "de": phrases("vorschlagen | nominieren | nominierung | nominierungen | einen vorschlag machen"),
        "pt": phrases("propor | nomear | nomeação | indicar | indicação"),
        "it": phrases("proporre | nominare | candidatura | proposta di candidato | nomina"),
        "ru": phrases("номинация | номинировать | выдвинуть | выдвижение | предложить кандидата"),
        "ja": phrases("推薦 | 推薦します | ノミネート"),
        "zh": phrases("提名 | 推荐 | 推薦"),
        "ar": phrases("ترشيح | أرشح | ترشيحات"),
    },
    "event": {
        "en": phrases(
            """
            event | an event | new event | the event | announce … event | announcement of … event | register … event
            add … event | submit … event | seminar | new seminar | a seminar | announce … seminar | conference
            announce … conference | workshop | announce … workshop | event announcement
            """
        ),
        "fr": phrases(
            """
            événement | évènement | un événement | un évènement | nouvel événement | nouvel évènement
            annonce … événement
            annoncer … événement | annonce d'événement | annonce d'un événement | annoncer un événement | séminaire
            annoncer un séminaire | annonce d'un séminaire | conférence | atelier
            """
        ),
        "es": phrases(
            """
            evento | un evento | nuevo evento | anunciar … evento | anuncio de … evento | seminario | un seminario
            anunciar … seminario | conferencia | taller
            """
        ),
        "de": phrases(
            """
            veranstaltung | eine veranstaltung | neue veranstaltung | veranstaltung ankündigen | veranstaltung melden
            eine veranstaltung ankündigen | eine veranstaltung melden | seminar | tagung | konferenz | workshop
            """
        ),
        "pt": phrases(
            """
            evento | um evento | novo evento | anunciar … evento | anúncio de … evento | seminário | um seminário
            anunciar … seminário | conferência | oficina
            """
        ),
        "it": phrases(
            """
            evento | un evento | nuovo evento | annunciare … evento | annuncio di … evento | seminario | un seminario
            annunciare … seminario | conferenza | convegno
            """
        ),
        "ru": phrases(
            """
            мероприятие | новое мероприятие | сообщить о мероприятии | объявить о мероприятии | семинар | конференция
            анонс мероприятия
            """
        ),
        "ja": phrases("イベント | イベント登録 | 催し | 催し物 | セミナー | 会議のお知らせ | 行事"),
        "zh": phrases("活动 | 活動 | 新活动 | 新活動 | 研讨会 | 研討會 | 会议通知 | 會議通知 | 活动通知"),
        "ar": phrases("فعالية | حدث | حدث جديد | فعالية جديدة | ندوة | مؤتمر | إعلان عن فعالية"),
    },
    "faq": {
        "en": phrases("faq | faqs | frequently asked questions"),
        "fr": phrases("faq | questions fréquentes | foire aux questions"),
        "es": phrases("preguntas frecuentes | faq"),
        "de": phrases("häufige fragen | faq | häufig gestellte fragen"),
        "pt": phrases("perguntas frequentes | faq"),
        "it": phrases("domande frequenti | faq"),
        "ru": phrases("частые вопросы | чаво | часто задаваемые вопросы"),
        "ja": phrases("よくある質問"),
        "zh": phrases("常见问题 | 常見問題"),
        "ar": phrases("الأسئلة الشائعة | أسئلة شائعة"),
    },
    "presenter": {
        "en": phrases(
            """
            presenter | presenters | register as a presenter | register as presenter | be a presenter
            become a presenter | presenter registration | registration as a presenter | volunteer as a presenter
            """
        ),
        "fr": phrases(
            """
            présentateur | présentatrice | devenir présentateur | devenir présentatrice | intervenant | intervenante
            devenir intervenant | devenir intervenante | inscription comme intervenant
            """
        ),
        "es": phrases("ponente | ponentes | ser ponente | registrarme como ponente | inscripción como ponente"),
        "de": phrases(
            """
            referent | referentin | referenten | referent werden | referentin werden | als referent anmelden
            als referentin anmelden | vortragender | vortragende
            """
        ),
        "pt": phrases("palestrante | palestrantes | ser palestrante | inscrição como palestrante | orador | oradora"),
        "it": phrases("relatore | relatrice | relatori | diventare relatore | diventare relatrice"),
        "ru": phrases("докладчик | докладчица | стать докладчиком | лектор | стать лектором"),
        "ja": phrases("講演者 | 講師 | 講演者登録 | 講師登録 | 講演者になる"),
        "zh": phrases("演讲人 | 主讲人 | 演講人 | 主講人 | 讲师 | 成为演讲人"),
        "ar": phrases("مقدم عروض | محاضر | متحدث | مقدمة عروض | محاضرة | متحدثة"),
    },
    "pause": {
        "en": phrases(
            """
            pause | pause my subscription | pause {list} | pause {me} | suspend {list} | suspend my subscription
            """
        ),
        "fr": phrases(
            """
            mettre en pause | mettez en pause | suspendre {list} | suspendez {list} | faire une pause
            mettez {list} en pause | suspendre mon abonnement | suspendez mon abonnement
            """
        ),
        "es": phrases(
            """
            pausa | pausar | pausar {list} | hacer una pausa | suspender {list} | suspendan {list}
            suspender mi suscripción | pausen {list}
            """
        ),
        "de": phrases(
            """
            pausieren | pausiere | eine pause machen | {list} aussetzen | {list} pausieren | unterbrechen
            {list} unterbrechen | mein abonnement pausieren
            """
        ),
        "pt": phrases("fazer uma pausa | suspendam {list} | pausem {list} | suspender minha assinatura | pausar envio"),
        "it": phrases("mettere in pausa | mettete in pausa | fare una pausa | sospendere {list} | sospendete {list}"),
        "ru": phrases("пауза | сделать паузу | приостановить | приостановите | приостановить {list} | взять паузу"),
        "ja": phrases("休止 | 一時停止 | 配信休止 | 配信を休止 | 一時休止"),
        "zh": phrases("暂停 | 暫停 | 暂停发送 | 暂停接收 | 暫停發送"),
        "ar": phrases("إيقاف مؤقت | توقف مؤقت | أوقفوا مؤقتا | إيقاف مؤقتا"),
    },
    "resume": {
        "en": phrases("resume | end my pause | end the pause | resume my subscription | resume {list} | unpause"),
        "fr": phrases("reprendre | reprenez | fin de la pause | reprendre {list} | terminer la pause"),
        "es": phrases("reanudar | reanuden | fin de la pausa | terminar la pausa | reanudar {list}"),
        "de": phrases("fortsetzen | meine pause beenden | {list} fortsetzen"),
        "pt": phrases("retomar | retomem | fim da pausa | terminar a pausa | retomar {list}"),
        "it": phrases("riprendere | riprendete | fine della pausa | terminare la pausa | riprendere {list}"),
        "ru": phrases("возобновить | возобновите | закончить паузу | конец паузы | возобновить {list}"),
        "ja": phrases("再開 | 配信再開 | 休止終了 | 配信を再開"),
        "zh": phrases("恢复 | 恢復 | 恢复发送 | 恢复接收 | 结束暂停"),
        "ar": phrases("استئناف | استأنفوا | إنهاء الإيقاف | استئناف الإرسال"),
    },
    "article": {
        "en": phrases("article | my article | an article | article for … {list} | contribution | article contribution"),
        "fr": phrases("article | mon article | un article | article pour … {list} | contribution"),
        "es": phrases("artículo | mi artículo | un artículo | artículo para … {list} | contribución"),
        "de": phrases("artikel | mein artikel | ein artikel | artikel für … {list} | beitrag | mein beitrag"),
        "pt": phrases("artigo | meu artigo | um artigo | artigo para … {list} | contributo | contribuição"),
        "it": phrases("articolo | il mio articolo | un articolo | articolo per … {list} | contributo"),
        "ru": phrases("статья | моя статья | статья для … {list}"),
        "ja": phrases("記事 | 寄稿 | 原稿 | 投稿"),
        "zh": phrases("文章 | 投稿 | 稿件 | 我的文章"),
        "ar": phrases("مقال | مقالة | مقالي | مساهمة"),
    },
    "forget": {
        "en": phrases(
            """
            forget {me} | delete my data | erase my data | delete all my data | erase {me}
            delete my personal data | remove my data | remove all my data | delete everything about {me}
            erase all my data | right to be forgotten | delete all data about {me} | delete my account
            forget my address | erase my personal data | delete my details | delete all my personal data
            remove my personal data
            """
        ),
        "fr": phrases(
            """
            oubliez {me} | m'oublier | supprimez mes données | supprimer mes données | effacez mes données
            effacer mes données | supprimer toutes mes données | supprimez toutes mes données | droit à l'oubli
            effacer toutes mes données
            """
        ),
        "es": phrases(
            """
            olvídenme | olvídame | olvídeme | borrar mis datos | borren mis datos | eliminar mis datos
            eliminen mis datos | borren todos mis datos | eliminen todos mis datos | derecho al olvido
            supriman mis datos | borre mis datos
            """
        ),
        "de": phrases(
            """
            vergessen sie {me} | vergiss {me} | meine daten löschen | löschen sie meine daten
            lösche meine daten | löschen sie alle meine daten | alle meine daten löschen | datenlöschung
            löschung meiner daten | meine personenbezogenen daten löschen | recht auf vergessenwerden
            löscht meine daten
            """
        ),
        "pt": phrases(
            """
            esqueçam me | esqueça me | apagar meus dados | apagar os meus dados | apaguem os meus dados
            excluir meus dados | excluam meus dados | apague meus dados | eliminar os meus dados
            direito ao esquecimento | apaguem meus dados
            """
        ),
        "it": phrases(
            """
            dimenticatemi | dimenticami | cancellare i miei dati | cancellate i miei dati
            eliminare i miei dati | eliminate i miei dati | cancellate tutti i miei dati | diritto all'oblio
            cancella i miei dati
            """
        ),
        "ru": phrases(
            """
            забудьте {me} | удалите мои данные | удалить мои данные | удалите все мои данные
            удалить все мои данные | сотрите мои данные | право на забвение | удалите мои персональные данные
            """
        ),
        "ja": phrases("個人情報 … 削除 | データ … 削除 | 私の情報 … 削除 | 私を忘れて | 忘れて"),
        "zh": phrases(
            """
            忘记我 | 删除我的数据 | 刪除我的資料 | 删除我的个人信息 | 删除我的信息 | 删除我的所有数据 | 忘記我
            """
        ),
        "ar": phrases("انسوني | احذفوا بياناتي | حذف بياناتي | احذف بياناتي | مسح بياناتي | انسني"),
    },
}

WITH_ARGUMENT = frozenset({"set", "change-address", "get", "forward", "translate", "faq", "pause"})
"""Commands after whose words more may follow: their argument."""

SETTINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "pause": {
        "en": phrases("pause | my pause | a pause"),
        "fr": phrases("pause | ma pause | une pause"),
        "es": phrases("pausa | mi pausa | una pausa"),
        "de": phrases("pause | meine pause | eine pause"),
        "pt": phrases("pausa | minha pausa | uma pausa"),
        "it": phrases("pausa | la mia pausa | una pausa"),
        "ru": phrases("пауза | паузу"),
        "ja": phrases("休止 | 休止を | 一時停止"),
        "zh": phrases("暂停 | 暫停"),
        "ar": phrases("إيقاف مؤقت | توقف مؤقت"),
    },
    "language": {
        "en": phrases("language | my language | the language"),
        "fr": phrases("langue | ma langue | la langue"),
        "es": phrases("idioma | mi idioma | el idioma | lengua"),
        "de": phrases("sprache | meine sprache | die sprache"),
        "pt": phrases("idioma | língua | o idioma | meu idioma | a língua"),
        "it": phrases("lingua | la lingua | la mia lingua"),
        "ru": phrases("язык | мой язык"),
        "ja": phrases("言語 | 言語を"),
        "zh": phrases("语言 | 語言"),
        "ar": phrases("اللغة | لغة | لغتي"),
    },
    "kind": {
        "en": phrases("kind | type | my kind"),
        "fr": phrases("type | le type"),
        "es": phrases("tipo | el tipo"),
        "de": phrases("art | typ | die art"),
        "pt": phrases("tipo | o tipo"),
        "it": phrases("tipo | il tipo"),
        "ru": phrases("вид | тип"),
        "ja": phrases("種類"),
        "zh": phrases("类型"),
        "ar": phrases("النوع"),
    },
    "format": {
        "en": phrases("format | my format | the format"),
        "fr": phrases("format | le format"),
        "es": phrases("formato | el formato"),
        "de": phrases("format | das format"),
        "pt": phrases("formato | o formato"),
        "it": phrases("formato | il formato"),
        "ru": phrases("формат"),
        "ja": phrases("形式 | 形式を | フォーマット"),
        "zh": phrases("格式"),
        "ar": phrases("التنسيق | الصيغة | تنسيق"),
    },
    "publish": {
        "en": phrases("publish | published | what you publish"),
        "fr": phrases("publier | publication | la publication"),
        "es": phrases("publicar | publicación | la publicación"),
        "de": phrases("veröffentlichen | veröffentlichung | die veröffentlichung"),
        "pt": phrases("publicar | publicação | a publicação"),
        "it": phrases("pubblicare | pubblicazione | la pubblicazione"),
        "ru": phrases("опубликовать | публикация | публикацию"),
        "ja": phrases("公開 | 公開を | 公表"),
        "zh": phrases("公开 | 发布 | 公開"),
        "ar": phrases("النشر | نشر"),
    },
    "name": {
        "en": phrases("name | my name"),
        "fr": phrases("nom | mon nom"),
        "es": phrases("nombre | mi nombre"),
        "de": phrases("name | namen | meinen namen"),
        "pt": phrases("nome | meu nome | o meu nome"),
        "it": phrases("nome | il mio nome"),
        "ru": phrases("имя | моё имя"),
        "ja": phrases("名前 | 名前を | 氏名"),
        "zh": phrases("姓名 | 名字"),
        "ar": phrases("الاسم | اسمي"),
    },
    "organisation": {
        "en": phrases("organisation | organization | my organisation | my organization"),
        "fr": phrases("organisation | mon organisation"),
        "es": phrases("organización | mi organización"),
        "de": phrases("organisation | meine organisation"),
        "pt": phrases("organização | organisação | minha organização"),
        "it": phrases("organizzazione | la mia organizzazione"),
        "ru": phrases("организация | организацию"),
        "ja": phrases("組織 | 団体 | 所属"),
        "zh": phrases("组织 | 机构 | 組織 | 機構"),
        "ar": phrases("المنظمة | المؤسسة"),
    },
    "country": {
        "en": phrases("country | my country"),
        "fr": phrases("pays | mon pays"),
        "es": phrases("país | mi país"),
        "de": phrases("land | mein land"),
        "pt": phrases("país | meu país"),
        "it": phrases("paese | il mio paese"),
        "ru": phrases("страна | страну"),
        "ja": phrases("国 | 国を"),
        "zh": phrases("国家 | 國家"),
        "ar": phrases("البلد | الدولة | بلدي"),
    },
}
"""What can be set, by the key that a sign-up has for it."""

SET_TO: Mapping[str, tuple[str, ...]] = {
    "en": phrases("to | as | is"),
    "fr": phrases("en | à | sur | comme"),
    "es": phrases("a | en | como | al"),
    "de": phrases("auf | zu | in"),
    "pt": phrases("para | em | como"),
    "it": phrases("in | a | su"),
    "ru": phrases("на | в"),
    "ja": phrases("を | は"),
    "zh": phrases("为 | 成 | 為 | 到"),
    "ar": phrases("إلى | الى | على"),
}
"""What may stand between a setting and its value."""

CERTAIN = phrases(
    """
    unsubscribe | unsubscribe {me} | subscribe {me} | opt out | désabonnement | désinscription | désabonner
    désinscrire | baja | darme de baja | abmelden | abmeldung | abbestellen | austragen | descadastrar
    desinscrever | cancelar inscrição | disiscrivere | disiscrivermi | disiscrizione | отписаться | отписка
    退订 | 退訂 | 取消订阅 | 取消訂閱 | 購読解除 | 配信停止 | إلغاء الاشتراك
    """
)
"""Phrases that nobody begins a letter with unless it is what they want."""
