"""What machines write for people who are away, by language.

A word of five letters or more, or one with ``*``, stands for all that begin with it: ``urlaub`` for “Urlaubs”, too.
``…`` stands for up to three words. Accents and capitals do not matter.
"""

from __future__ import annotations

from collections.abc import Mapping

from mailer.inbound.words.phrases import phrases

AUTOMATIC = phrases(
    """
    automatic reply | automatic response | automated reply | automated response | auto reply | auto-reply
    autoreply | auto response | auto-response | autoresponse | autoresponder | auto-responder | automatic answer
    automatic email reply | vacation reply | vacation response | vacation autoreply | out of office reply
    out of office autoreply | out of office notification | out of office message | out-of-office reply
    out of office auto reply | absence notification | automatische antwort | automatisch generiert
    abwesenheitsnotiz | abwesenheitsmeldung | abwesenheitsnachricht | abwesenheitsagent
    automatische abwesenheitsnotiz | abwesenheitsassistent | automatische rückantwort | réponse automatique
    message d'absence | réponse d'absence | notification d'absence | réponse automatique d'absence
    respuesta automática | mensaje de ausencia | autorespuesta | contestación automática | aviso de ausencia
    resposta automática | mensagem de ausência | resposta de ausência | aviso de ausência | resposta automatica
    risposta automatica | messaggio di assenza | avviso di assenza | risposta di assenza | notifica di assenza
    automatisch antwoord | automatische reactie | automatisch bericht | afwezigheidsbericht
    afwezigheidsmelding | autosvar | automatiskt svar | automatisk svar | automatisk besvarelse
    frånvaromeddelande | fraværsmeddelelse | fraværsmelding | fraværsbesked | automaattinen vastaus
    poissaoloviesti | poissaoloilmoitus | automaattivastaus | autoodpowiedź | odpowiedź automatyczna
    automatyczna odpowiedź | automatická odpověď | oznámení o nepřítomnosti | automatikus válasz
    házon kívül automatikus | otomatik yanıt | otomatik cevap | otomatik mesaj | автоответ
    автоматический ответ | автоматична відповідь | автовідповідь | αυτόματη απάντηση | αυτόματο μήνυμα
    răspuns automat | 自動応答 | 自動返信 | 不在通知 | 不在のお知らせ | 不在連絡 | 自动回复 | 自動回覆
    自动答复 | 自動回信 | 자동 회신 | 자동 응답 | 자동회신 | 자동응답 | 부재중 자동 | رد تلقائي | الرد التلقائي
    رد آلي | הודעה אוטומטית | trả lời tự động
    """
)
"""How the subject of an automatic reply begins, before a colon or the end; no person's subject does."""

AWAY_SUBJECTS = phrases(
    """
    out of office | out of the office | out-of-office | ooo | away from my mail | away from the office
    on vacation | vacation notice | i am away | i'm away | absence notice | away from office | away | absence
    on leave | annual leave | on annual leave | maternity leave | office closed | vacation | holiday
    out of town | on holiday | i am out of the office | abwesenheit | abwesend | nicht im büro
    ich bin abwesend | urlaub | im urlaub | außer haus | bin im urlaub | büro geschlossen | absence du bureau
    absent du bureau | pas … au bureau | pas … disponible | absent | absente | en congé | congés
    hors du bureau | absence de | fuera de la oficina | fuera de oficina | ausencia | ausente | de vacaciones
    vacaciones | fora do escritório | ausência temporária | ausente do escritório | ausência | férias
    de férias | fora do gabinete | fuori ufficio | assente | assenza | in ferie | ferie | fuori sede
    afwezigheid | afwezig | niet op kantoor | niet aanwezig | vakantie | frånvaro | frånvarande | fravær
    fraværende | semester | på semester | ikke på kontoret | poissa | poissaolo | lomalla | nieobecność
    nieobecny | nieobecna | urlop | poza biurem | nepřítomnost | mimo kancelář | dovolená | házon kívül
    szabadságon | szabadság | távollét | ofis dışında | ofis dışındayım | izinde | izindeyim | yıllık izin
    вне офиса | отпуск | в отпуске | отсутствие | я в отпуске | відпустка | поза офісом | у відпустці
    εκτός γραφείου | άδεια | απουσία | σε άδεια | concediu | în concediu | absent din birou | în afara biroului
    不在 | 休暇 | 休暇中 | 出張 | 出張中 | 外出 | 外出中 | 休假 | 休假中 | 出差 | 부재중 | 휴가 | 휴가중
    휴가 중 | 출장 | 부재 | خارج المكتب | في إجازة | إجازة
    """
)
"""How the subject begins of a mail that may announce an absence."""

AWAY: Mapping[str, tuple[str, ...]] = {
    "en": phrases(
        """
        limited availability | on jury duty | in meetings | at a workshop | at a training | on a course
        at an event | on secondment | at a seminar | at a congress | not working | do not work
        not … in the office | not … at my desk | out of the office | out of office | out of my office
        away from the office | away from my desk | away from my mail | away from email | away from work
        away from my e | away until | away from | away on | away this | away and | be away | am away
        currently away | on vacation | on annual leave | on leave | on holiday | on my holiday
        on maternity leave | on paternity leave | on parental leave | on sick leave | on sabbatical
        on a business trip | on business travel | on compassionate leave | on medical leave | on study leave
        on family leave | on extended leave | on mission | am travelling | am traveling | be travelling
        be traveling | on travel | currently travelling | currently traveling | not in the office
        not in office | not at the office | not at my desk | not available | unavailable | unable to read
        not be available | not be in the office | not be checking | not checking | not be reading
        not reading my | am off | be off | off work | off sick | out sick | am ooo | i'm ooo | currently ooo
        be ooo | ooo until | ooo this | ooo | attending a conference | office is closed | offices are closed
        office will be closed | offices will be closed | closed for the | we are closed | be closed
        out of town | out of the country | abroad | at a conference | in training | on training
        leave of absence | on pto | have left the company | no longer with the | no longer work at
        no longer working at | no longer employed | no longer works for | no longer works at | has left the
        left the organisation | left the organization | mailbox is not monitored | mailbox is no longer
        mailbox is unattended | inbox is not monitored | no longer monitored | out on leave | out today
        out until | be out | am out | currently out | working remotely with limited | limited access to email
        limited access to e mail | limited access to my e | limited access to my mail | no access to email
        no access to my | intermittent access | limited email access | not have access to my
        not have access to email | retired | part time | do not work on | working days are | i work part time
        not working on | bank holiday | public holiday
        """
    ),
    "de": phrases(
        """
        telefonisch erreichbar | im homeoffice | auf einem seminar | auf einer schulung | auf schulung
        in einer besprechung | auf einem kongress | auf messe | auf der messe | nicht … im büro
        nicht … im haus | nicht … erreichbar | nicht … am platz | nicht im büro | nicht im haus | nicht im hause
        außer haus | außer hause | im urlaub | in urlaub | urlaub | urlaubsbedingt | abwesend | abwesenheit
        nicht erreichbar | nicht anwesend | im mutterschutz | mutterschutz | in elternzeit | elternzeit
        auf dienstreise | dienstreise | dienstlich unterwegs | geschäftlich unterwegs | auf reisen | verreist
        erkrankt | krank | krankheitsbedingt | in den ferien | ferien | auf fortbildung | fortbildung
        auf einer tagung | auf einer konferenz | büro ist geschlossen | büro geschlossen
        geschäftsstelle ist geschlossen | geschlossen | betriebsferien | nicht am platz | nicht am arbeitsplatz
        nicht besetzt | keinen zugriff | kein zugriff | eingeschränkt erreichbar | nur eingeschränkt
        nur sporadisch | nicht gelesen | erst wieder | erst am | wieder im büro | wieder im haus
        wieder erreichbar | wieder da | sabbatical | nicht mehr in unserem | nicht mehr im unternehmen
        nicht mehr bei | nicht mehr für uns | ausgeschieden | freien tag | frei | werden nicht weitergeleitet
        wird nicht weitergeleitet | nicht verfügbar | im ruhestand | ruhestand | in rente | nicht mehr tätig
        teilzeit | nicht mehr aktiv | verhindert | auf kur | in kur
        """
    ),
    "fr": phrases(
        """
        ne travaille pas | en séminaire | en colloque | en conférence | à une conférence | à un congrès
        serai de retour | en stage | absent | absente | en congé | en congés | congé | congés | en vacances
        vacances | en déplacement | déplacement | en voyage | voyage d'affaires | hors du bureau | pas au bureau
        indisponible | en arrêt maladie | arrêt maladie | en mission | en formation | congé maternité
        congé de maternité | congé parental | congé sabbatique | bureau est fermé | bureaux sont fermés
        bureau sera fermé | bureaux seront fermés | fermé | fermée | fermés | pas disponible | pas joignable
        injoignable | en rtt | en télétravail | ne fait plus partie | ne travaille plus | plus dans l'entreprise
        quitté | absence | n'ai pas accès | sans accès | accès limité | pas accès à | ne consulte pas
        ne consulterai pas | ne serai pas | à la retraite | temps partiel | n'est plus lue | n'est plus active
        en réunion
        """
    ),
    "es": phrases(
        """
        en una conferencia | en un congreso | en un curso | en un seminario | en una feria | no trabajo
        no … en la oficina | no … disponible | fuera de la oficina | fuera de oficina | fuera del despacho
        de vacaciones | vacaciones | ausente | ausencia | de viaje | en viaje | viaje de trabajo
        viaje de negocios | estoy de baja | encuentro de baja | estaré de baja | baja médica | baja maternal
        baja por maternidad | de permiso | permiso | de licencia | licencia | no estaré disponible
        no estoy disponible | no me encuentro | no estaré | no estoy en | cerrada | cerrado | cerradas
        cerraremos | permanecerá cerrad | estará cerrad | de comisión | en comisión | acceso limitado
        sin acceso | no tengo acceso | no tendré acceso | no podré | ya no trabaja | ya no forma parte
        excedencia | de descanso | me reincorporo | me reincorporaré | regreso el | regresaré | volveré
        estaré de vuelta | de regreso | incapacidad | jubilad | periodo vacacional | días libres
        asuntos propios | festivo
        """
    ),
    "it": phrases(
        """
        a un convegno | a una conferenza | a un corso | in formazione | a un congresso | non lavoro
        in smart working | non … in ufficio | fuori ufficio | fuori sede | in ferie | ferie | in vacanza
        vacanza | assente | assenza | in trasferta | trasferta | in viaggio | in malattia | malattia
        in maternità | maternità | congedo | in permesso | permesso | non sono in ufficio | non sarò in ufficio
        non in ufficio | non sono disponibile | non sarò disponibile | ufficio è chiuso | uffici sono chiusi
        ufficio chiuso | uffici chiusi | chiuso | chiusi | chiusura | rientro il | rientrerò | sarò di ritorno
        non avrò accesso | accesso limitato | non ho accesso | impossibilitat | aspettativa | non lavora più
        non fa più parte | in missione | in riunione | in pensione | non raggiungibile | non potrò
        """
    ),
    "pt": phrases(
        """
        num congresso | numa conferência | em congresso | em conferência | não trabalho | em teletrabalho
        não … no escritório | não … disponível | fora do escritório | fora do gabinete | ausente | ausência
        de férias | em férias | férias | de licença | em licença | licença | em viagem | de viagem
        viagem de trabalho | viajando | a viajar | não estarei disponível | não estou disponível | indisponível
        não estarei | não me encontro | baixa médica | estou de baixa | encontro-me de baixa | atestado
        escritório está fechado | escritório estará fechado | encerrado | encerrados | fechado | fechados
        acesso limitado | sem acesso | não tenho acesso | não terei acesso | retorno em | retornarei | regresso
        regressarei | estarei de volta | volto | voltarei | de folga | folga | em formação | em serviço externo
        não trabalha mais | já não trabalha | deixou de | recesso | em reunião | aposentad | serviço externo
        de maternidade
        """
    ),
    "nl": phrases(
        """
        op cursus | op een conferentie | op een congres | in bespreking | in vergadering | op een beurs
        werk niet | niet … kantoor | niet … aanwezig | niet … bereikbaar | niet op kantoor | niet aanwezig
        afwezig | afwezigheid | met vakantie | op vakantie | vakantie | met verlof | verlof
        zwangerschapsverlof | ouderschapsverlof | niet bereikbaar | niet beschikbaar | op zakenreis | zakenreis
        op reis | ziek | op dienstreis | buiten kantoor | kantoor is gesloten | kantoor gesloten | gesloten
        beperkt bereikbaar | geen toegang | beperkte toegang | vrij | weer aanwezig | weer op kantoor
        terug op kantoor | weer bereikbaar | niet meer werkzaam | niet in de gelegenheid | uit dienst
        niet gelezen | werk niet op | afwezigheidsassistent
        """
    ),
    "da": phrases(
        """
        på seminar | på konference | til konference | arbejder ikke | ikke … kontoret | ikke på arbejde
        på ferie | holder ferie | ferie | ferielukket | fraværende | fravær | ude af kontoret | ude af huset
        på tjenesterejse | på forretningsrejse | på rejse | rejser | sygemeldt | syg | barsel | barselsorlov
        orlov | på kursus | til møde | ikke til stede | ikke tilgængelig | kontoret er lukket
        kontoret holder lukket | holder lukket | lukket | begrænset adgang | ikke adgang | holder fri | har fri
        fri | tilbage på kontoret | tilbage igen | læser ikke mine | ikke længere ansat | træffes ikke
        tilbage mandag | er tilbage | er tilbake
        """
    ),
    "sv": phrases(
        """
        på möte | på seminarium | på resande fot | arbetar inte | jobbar inte | inte … kontoret
        inte … på plats | på semester | semester | har semester | ledig | är ledig | tjänstledig | föräldraledig
        mammaledig | pappaledig | sjukskriven | sjuk | frånvarande | frånvaro | på tjänsteresa | tjänsteresa
        på resa | bortrest | ej på kontoret | ej anträffbar | inte anträffbar | inte tillgänglig
        ej tillgänglig | kontoret är stängt | stängt | har stängt | begränsad tillgång | ingen tillgång
        inte tillgång | åter på kontoret | tillbaka på kontoret | åter i tjänst | är åter | är tillbaka
        läser inte | på kurs | på utbildning | vård av barn | vabbar | inte längre anställd | på konferens
        ute ur kontoret | inte läser | begränsat
        """
    ),
    "no": phrases(
        """
        på seminar | på konferanse | i møte | jobber ikke | ikke … kontoret | på ferie | har ferie | tar ferie
        ferie | ferieavvikling | fraværende | fravær | ute av kontoret | på tjenestereise | tjenestereise
        på reise | reiser | sykmeldt | syk | permisjon | foreldrepermisjon | avspaserer | avspasering
        ikke tilgjengelig | ikke til stede | kontoret er stengt | holder stengt | stengt | begrenset tilgang
        ikke tilgang | tilbake på kontoret | tilbake igjen | leser ikke | ikke lese | har fri | på kurs
        er ikke å treffe | er tilbake | ikke lenger ansatt | bortreist
        """
    ),
    "fi": phrases(
        """
        kokouksessa | seminaarissa | konferenssissa | messuilla | en työskentele | kurssilla | lomalla | loma
        vuosiloma | kesäloma | äitiyslomalla | vanhempainvapaalla | hoitovapaalla | opintovapaalla
        sairauslomalla | virkavapaalla | vapaalla | poissa | en ole … paikalla | en ole … toimistolla
        en ole … töissä | en ole paikalla | en ole toimistolla | en ole töissä | matkoilla | työmatkalla
        virkamatkalla | matkalla | poissaolo | toimisto on suljettu | toimistomme on suljettu | suljettu
        en lue | en ole tavoitettavissa | tavoitettavissa | palaan | takaisin töissä | takaisin toimistolla
        rajoitetusti | koulutuksessa | perhevapaalla | isyysvapaalla | estynyt | sairaana | en pääse lukemaan
        eläkkeellä | vuorotteluvapaalla
        """
    ),
    "pl": phrases(
        """
        na konferencji | na spotkaniu | na seminarium | nie pracuję | na urlopie | urlop | urlopie | poza biurem
        nieobecn | nieobecność | przebywam na | na zwolnieniu | zwolnieniu lekarskim | w delegacji | delegacji
        w podróży | podróży służbowej | urlop macierzyński | macierzyńskim | nie ma mnie | nie będzie mnie
        nie … biurze | nie jestem w biurze | nie będę dostępn | niedostępn | biuro jest nieczynne
        biuro będzie nieczynne | biuro nieczynne | nieczynne | zamknięte | brak dostępu | nie mam dostępu
        ograniczony dostęp | utrudniony dostęp | nie będę mieć dostępu | wracam | wrócę | będę ponownie
        będę z powrotem | nie pracuje | na szkoleniu | poza firmą | wychowawczym | chorobowym | poza domem
        przerwa świąteczna
        """
    ),
    "cs": phrases(
        """
        v kanceláři budu | budu až | na konferenci | na jednání | na semináři | nepracuji | mimo kancelář
        dovolen | čerpám dovolenou | na dovolené | nepřítom | nejsem … kanceláři | nebudu … kanceláři
        nejsem v kanceláři | nebudu v kanceláři | nejsem přítom | na služební cestě | služební cest
        na mateřské | mateřsk | na rodičovské | rodičovsk | nemocn | na nemocenské | pracovní neschopnost
        kancelář je zavřen | zavřen | uzavřen | nemám přístup | omezený přístup | bez přístupu | nedostupn
        vrátím se | vracím se | budu opět | zpět v kanceláři | na školení | nejsem k dispozici
        nebudu k dispozici | zastihnout | mimo provoz | na cestách | pracovní cest
        """
    ),
    "hu": phrases(
        """
        konferencián | értekezleten | továbbképzésen | tanfolyamon | nem dolgozom | szabadságon | szabadság
        házon kívül | távol | távollét | nem … irodában | nem vagyok az irodában | nem leszek az irodában
        nem tartózkodom | irodán kívül | szülési szabadság | gyes | gyed | betegszabadság | beteg | táppénz
        üzleti út | kiküldetés | külföldön | úton vagyok | iroda zárva | irodánk zárva | zárva | nem érem el
        nem elérhető | nem vagyok elérhető | nem leszek elérhető | korlátozottan | visszatér | újra az irodában
        ismét az irodában | legközelebb | nem olvasom | nem tudok | nincs hozzáférés
        """
    ),
    "tr": phrases(
        """
        konferansta | seminerde | çalışmıyorum | ofis dışında | ofiste değilim | ofiste olmayacağım
        ofiste bulunmayacağım | ofiste bulunmamaktayım | izindeyim | izinde | izinli | yıllık izin | izne
        tatilde | tatil | doğum izni | raporlu | hastalık izni | seyahat | yurt dışında | iş gezisi
        iş seyahati | görevde | toplantıda | ofisimiz kapalı | kapalı | kapalıdır | kapalı olacak | erişimim
        erişemey | ulaşamay | sınırlı erişim | döneceğim | dönüyorum | dönüş | müsait değil | bulunmuyorum
        olmayacağım | şehir dışında | eğitimde
        """
    ),
    "el": phrases(
        """
        σε συνέδριο | σε σεμινάριο | σε εκπαίδευση | δεν εργάζομαι | εκτός γραφείου | σε άδεια | άδεια
        με άδεια | απουσιάζω | απουσία | απουσιάσω | θα απουσιάζω | λείπω | θα λείπω | λείψω | διακοπές
        σε διακοπές | ταξίδι | ταξιδεύω | σε ταξίδι | δεν … στο γραφείο | δεν βρίσκομαι | δεν θα είμαι
        αναρρωτική | άδεια μητρότητας | μητρότητας | γραφείο είναι κλειστό | γραφεία μας είναι κλειστά | κλειστ
        θα παραμείνει κλειστ | δεν έχω πρόσβαση | περιορισμένη πρόσβαση | θα επιστρέψω | επιστρέφω | επιστροφή
        μη διαθέσιμ | δεν θα έχω
        """
    ),
    "ro": phrases(
        """
        la o conferință | la un curs | la un seminar | nu lucrez | la o ședință | în concediu | concediu
        concediul | absent din birou | nu … la birou | nu sunt la birou | nu voi fi la birou | nu sunt în birou
        în afara biroului | plecat | plecată | în delegație | delegație | deplasare | în vacanță | vacanță
        absent | absență | concediu medical | concediu de maternitate | birou închis | biroul este închis
        biroul va fi închis | închis | închise | acces limitat | nu am acces | nu voi avea acces | indisponibil
        revin | mă întorc | mă voi întoarce | voi reveni | nu sunt disponibil | lipsesc | voi lipsi
        """
    ),
    "ru": phrases(
        """
        на конференции | на совещании | на семинаре | на выставке | не работаю | в отпуске | отпуск | отпуске
        вне офиса | не в офисе | нет в офисе | меня нет | меня не будет | не буду … офисе | не … офисе
        почту не читаю | не читаю почту | отсутств | буду отсутствовать | в командировке | командировк
        на больничном | больничн | в декрет | декретн | в отъезде | нахожусь вне | нахожусь в | не на месте
        нет на месте | нет на рабочем | недоступ | офис закрыт | наш офис закрыт | закрыт | не работает | выходн
        не имею доступа | нет доступа | ограничен доступ | ограниченный доступ | без доступа | вернусь | вернуcь
        возвращаюсь | выйду на работу | выхожу на работу | больше не работает | не смогу | на обучении
        в дороге | на каникулах | каникул
        """
    ),
    "uk": phrases(
        """
        на конференції | на нараді | на семінарі | не працюю | у відпустці | відпустк | поза офісом | не … офісі
        не в офісі | відсутн | у відрядженні | відрядженн | на лікарняному | лікарнян | декретн | офіс зачинено
        зачинен | не працює | немає доступу | не маю доступу | обмежений доступ | повернуся | повертаюся
        мене немає | мене не буде | вихідн | недоступ | буду відсутн | на навчанні | у від'їзді
        """
    ),
    "ja": phrases(
        """
        会議中 | セミナー | 学会 | 不在 | 休暇 | 休み | 夏季休業 | 年末年始 | 休業 | 出張 | 外出 | 席を外 | 産休
        育休 | 産前 | 育児休業 | 休職 | 出社 | 留守 | 営業時間外 | 帰省 | 海外に | 退職 | 夏休み | 欠勤
        テレワーク | お休み | 有休 | 有給 | 病欠 | 研修
        """
    ),
    "zh": phrases(
        """
        开会 | 外地 | 在外 | 開會 | 培训 | 参加培训 | 休假 | 不在办公室 | 不在辦公室 | 出差 | 外出 | 度假 | 请假
        請假 | 放假 | 年假 | 产假 | 產假 | 病假 | 不在公司 | 不在 | 假期 | 离开办公室 | 離開辦公室 | 无法查看
        不便查看 | 已离职 | 离职 | 離職 | 公出 | 休息 | 旅行 | 暂时无法 | 暂不能 | 休產假 | 出國 | 出国
        """
    ),
    "ko": phrases(
        """
        회의 중 | 세미나 | 학회 | 부재 | 부재중 | 휴가 | 출장 | 외근 | 자리를 비 | 자리에 없 | 육아휴직
        출산휴가 | 휴직 | 병가 | 연차 | 휴무 | 휴업 | 교육 중 | 교육으로 | 퇴사 | 해외에 | 사무실에 없
        사무실을 비 | 메일 확인이 어렵 | 확인이 어렵 | 확인이 불가 | 휴일
        """
    ),
    "ar": phrases(
        """
        خارج المكتب | في إجازة | إجازة | اجازة | إجازتي | في سفر | مسافر | في مهمة | غير متواجد | غير موجود
        لن أكون | غائب | مغلق | مكتبنا مغلق | لن أتمكن | عطلة | في رحلة
        """
    ),
}
"""What says that somebody is not there, or cannot read their mail."""

OWN_SENTENCES = phrases(
    """
    this mail was written by a machine | este mensaje lo escribió una máquina | ce message a été écrit par une machine
    """
)
"""What the receipts of this software say of themselves: two offices must not thank each other forever (B8)."""

LEFT = phrases(
    """
    retired | has left the | have left the | left the organisation | left the organization | no longer with the
    no longer work | no longer employed | part time | ruhestand | in rente | nicht mehr bei | nicht mehr für uns
    ausgeschieden | à la retraite | ne travaille plus | ne fait plus partie | quitté | ya no trabaja | jubilad
    non lavora più | in pensione | aposentad | já não trabalha | não trabalha mais | frei | vrij | fri
    eläkkeellä | 退職 | 离职 | 離職 | 退休 | 퇴사 | больше не работает | не працює | nie pracuje | lukket
    stängt | stengt | abroad
    """
)
"""Those of them that people say of themselves and of each other, too; alone they are no absence."""

AUTOMATIC_SENTENCES = phrases(
    """
    this is an automatic | this is an automated | this is an auto | this message was sent automatically
    automatically generated | automatic reply | automated reply | automated response | automatic response
    auto reply | autoreply | auto response | dies ist eine automatische | dies ist eine automatisch
    automatisch erstellte | automatisch generiert | automatische antwort | automatisch versand
    automatisch erzeugt | ceci est un message automatique | ceci est une réponse automatique
    réponse automatique | message automatique | este es un mensaje automático | respuesta automática
    mensaje automático | esta é uma mensagem automática | resposta automática | mensagem automática
    questo è un messaggio automatico | risposta automatica | messaggio automatico | dit is een automatisch
    automatisch antwoord | automatisch gegenereerd | detta är ett automatiskt | automatiskt svar | autosvar
    dette er et automatisk | dette er en automatisk | automatisk svar | tämä on automaattinen
    automaattinen vastaus | to jest automatyczn | wiadomość automatyczna
    wiadomość została wygenerowana automatycznie | odpowiedź automatyczna | toto je automatick
    automatická odpověď | automatikus válasz | ez egy automatikus | bu otomatik | bu bir otomatik
    otomatik yanıt | otomatik olarak | αυτόματη απάντηση | αυτόματο μήνυμα | acesta este un răspuns automat
    mesaj automat | автоматический ответ | автоматическое сообщение | это автоматическ | автоматична відповідь
    це автоматичн | 自動返信 | 自動送信 | 自動応答 | 自动回复 | 自動回覆 | 自动答复 | 系统自动 | 자동 회신
    자동회신 | 자동 응답 | 자동으로 | رد تلقائي | رسالة تلقائية | رد آلي | تلقائيا | 邮件已收到 | 来信收到
    来信已收到 | 您的邮件已收到 | 已收到您的邮件 | 邮件我已收到 | 信件已收到
    """
)
"""What a machine says of its own mail."""

BESIDE: Mapping[str, tuple[str, ...]] = {
    "en": phrases(
        """
        until | till | from monday | through | returning | return | back on | back in | be back | am back
        i'm back | will reply | will respond | will answer | will get back | get back to you | respond to your
        reply to your | answer your | as soon as | upon my | on my return | when i return | when i am back
        when i get back | during this | during that | during my | in my absence | in the meantime | in case of
        urgent | urgently | emergency | emergencies | immediate | please contact | contact my | contact the
        contact our | please call | please email | please write to | please send your | reach me | reached at
        reach out to | assistance | access to | will have | limited | intermittent | sporadic | delayed | delay
        be forwarded | not be forwarded | forwarded | your email | your e mail | your message | your mail
        thank you for | thanks for your | received your | will be read | not be read | reopen | will be closed
        happy holidays | season's | merry christmas | happy new year | resume | colleague | my assistant
        switchboard | reception | alternatively | time off | inclusive | i apologise | i apologize | apologies
        sorry for | inconvenience | patience | understanding | checking | check my | monitor | mailbox
        office hours | i will read | we will | normal hours | slower to | slow to | delayed response
        please note that | starting | on monday | on tuesday | on wednesday | on thursday | on friday
        next week | this week
        """
    ),
    "de": phrases(
        """
        bis zum | bis einschließlich | bis | ab dem | vom | wieder | zurück | rückkehr | antworte | antworten
        beantworte | beantworten | melde mich | ihre nachricht | ihre mail | ihre e mail | ihre anfrage
        ihre email | deine nachricht | deine mail | in dringenden | dringend | dringenden | notfall | notfällen
        vertretung | vertritt | vertreten | wenden sie sich | wende dich | erreichen sie | erreichbar
        kontaktieren | kollegin | kollege | kollegen | sekretariat | zentrale | zugriff | weitergeleitet
        leider | verständnis | bearbeite | bearbeiten | bearbeitet | e mails | mails | zwischenzeit
        währenddessen | in dieser zeit | vielen dank für ihre | vielen dank für deine | danke für ihre
        verzögerung | gelesen | lese | frohe | telefon | telefonisch | unter der nummer | baldmöglichst
        so bald | sobald | zeitnah | eile | eilig | geöffnet | ansprechpartner | ab montag | am montag
        am dienstag | am mittwoch | am donnerstag | am freitag | büro
        """
    ),
    "fr": phrases(
        """
        pour toute | aujourd'hui | demain | messagerie | lundi | mardi | mercredi | jeudi | vendredi | jusqu'au
        jusqu'à | du | à compter | à partir | retour | reprendrai | reprise | répondrai | répondrons | répondre
        votre message | votre mail | votre courriel | votre email | votre e mail | vos messages | urgence
        urgent | urgents | urgente | contacter | contactez | adresser | adressez | joindre | joignable
        joindrez | collègue | secrétariat | accueil | standard | entre temps | pendant cette | durant cette
        en mon absence | pendant mon | accès | traiterai | traiterons | traité | traitée | dès mon | dès que
        prendrai connaissance | lirai | consult | réouverture | rouvr | excuse | compréhension | merci de votre
        merci pour votre | bonnes fêtes | joyeuses | bonne année | meilleurs voeux | inclus | transféré
        transmis | délai | délais | bureau | en cas de | besoin | suppléan | remplaç | numéro | téléphone
        bien reçu | ne sera pas lu
        """
    ),
    "es": phrases(
        """
        con retraso | lunes | martes | miércoles | jueves | viernes | hasta | desde el | del | a partir
        regreso | regresar | vuelta | volver | responderé | responderemos | contestaré | contestaremos
        responder | su mensaje | su correo | tu mensaje | tu correo | su email | mensajes | urgente | urgencia
        urgencias | contacte | contactar | contacten | póngase en contacto | diríjase | dirigirse
        pueden dirigirse | puede escribir | puede llamar | comunicarse | comuníquese | compañer | colega
        secretaría | centralita | recepción | mientras tanto | durante este | durante mi | en mi ausencia
        acceso | atender | atenderé | atenderemos | atendid | leer | leeré | lo antes posible | en cuanto
        disculpe | disculpen | molestias | comprensión | gracias por su | gracias por tu | felices fiestas
        feliz navidad | próspero | reincorpor | inclusive | reanudar | teléfono | número | para asuntos
        para cualquier | reenviad | reabr | oficina | a la brevedad
        """
    ),
    "it": phrases(
        """
        lunedì | martedì | mercoledì | giovedì | venerdì | domani | fino al | fino a | dal | a partire
        al mio rientro | rientro | ritorno | risponderò | risponderemo | rispondere | suo messaggio
        vostro messaggio | tuo messaggio | sua mail | vostra mail | messaggio | email | urgenze | urgenza
        urgente | urgenti | contattare | contattate | contatti | rivolgersi | rivolgetevi | scrivere a
        chiamare | collega | colleghi | segreteria | centralino | nel frattempo | durante | in mia assenza
        accesso | leggerò | leggere | verranno | appena possibile | non appena | scusi | scuso | scuse | disagio
        comprensione | grazie per | buone feste | buon natale | compreso | riapr | telefono | numero | inoltrat
        esaminer | evader | prima possibile | ufficio | gestir
        """
    ),
    "pt": phrases(
        """
        até | a partir | de regresso | regresso | regressar | retorno | retornar | volta | voltar | responderei
        responderemos | responder | sua mensagem | vossa mensagem | seu e mail | seu email | o seu contacto
        o seu contato | seu contato | mensagens | urgente | urgência | urgências | urgentes | contactar
        contatar | contacte | contate | entrar em contato | entre em contato | entrar em contacto
        entre em contacto | dirigir | colega | secretaria | recepção | receção | entretanto | nesse período
        durante | na minha ausência | acesso | lerei | ler | assim que | logo que | brevidade | desculpe
        desculpas | transtorno | incómodo | compreensão | agradeço o | agradeço a | obrigado pelo
        obrigado pela | obrigada pel | boas festas | feliz natal | feliz ano | inclusive | reabr | telefone
        número | encaminhad | em caso de | assuntos | ao serviço | escritório | possível | mensagem
        trabalho em
        """
    ),
    "nl": phrases(
        """
        later deze week | deze week | volgende week | morgen | tot | tot en met | vanaf | van | terug
        terugkeer | terugkomst | beantwoord | beantwoorden | antwoord | antwoorden | reageren | reageer
        uw bericht | uw mail | uw e mail | je bericht | je mail | bericht | spoed | dringend | dringende
        urgente | contact opnemen | neem contact | contact | bellen met | collega | secretariaat | receptie
        in de tussentijd | tijdens | mijn afwezigheid | toegang | lees | gelezen | lezen | zo snel mogelijk
        zo spoedig | zodra | excuses | begrip | bedankt voor | dank voor | fijne feestdagen | doorgestuurd
        telefoon | nummer | vandaag | maandag | dinsdag | woensdag | donderdag | vrijdag | open | mails | weer
        kantoor
        """
    ),
    "da": phrases(
        """
        til og med | indtil | fra | tilbage | igen | svarer | svare | besvar | vender tilbage | din mail
        din besked | din e mail | din henvendelse | mine mails | mails | haster | hastende | akut | presserende
        kontakt | kontakte | ring | kollega | omstilling | hovednummer | i mellemtiden | i mit fravær | adgang
        læser | læse | hurtigst muligt | så snart | beklager | forståelse | tak for din | glædelig jul | god jul
        godt nytår | åbner | telefon | uge | mandag | kontoret | hurtig | videresend | sekretariat
        """
    ),
    "sv": phrases(
        """
        till och med | t o m | fram till | från | tillbaka | åter | svarar | svara | besvara | återkommer
        återkomst | ditt mail | ditt mejl | ditt meddelande | din e post | mejl | mail | brådskande | akut
        akuta | kontakta | ring | kollega | växel | växeln | under tiden | i min frånvaro | tillgång | läser
        läsa | så snart | snarast | ursäkta | beklagar | förståelse | tack för ditt | god jul | gott nytt år
        öppnar | telefon | vecka | måndag | kontoret | vidarebefordr | e post | reception
        """
    ),
    "no": phrases(
        """
        til og med | frem til | fram til | fra | tilbake | igjen | svarer | svare | besvar | kommer tilbake
        din e post | din melding | din henvendelse | e post | mail | haster | hastesaker | akutt | kontakt
        kontakte | ring | kollega | sentralbord | i mellomtiden | i mitt fravær | tilgang | leser | lese
        så snart | snarest | beklager | forståelse | takk for din | god jul | godt nytt år | åpner | telefon
        uke | mandag | kontoret | videresend
        """
    ),
    "fi": phrases(
        """
        asti | saakka | alkaen | takaisin | palattuani | palaan | palaamme | vastaan | vastaamme | vastata
        viestiin | viestinne | viestisi | viestejä | sähköposti | kiireelli | kiireisi | ota yhteyttä
        ottakaa yhteyttä | yhteyttä | yhteys | vaihteeseen | vaihde | kollega | sijais | tällä välin
        poissaoloni | pääsy | luen | lue | mahdollisimman pian | pahoittelen | kiitos viesti | hyvää joulua
        avataan | avaamme | puhelin | viikolla | maanantai | toimisto | töihin | loman jälkeen | edelleen
        """
    ),
    "pl": phrases(
        """
        do | od | po powrocie | powrót | powrocie | wracam | odpowiem | odpowiemy | odpowiedzieć | odpisz
        odpisać | wiadomość | wiadomości | mail* | mejl* | pilne | pilnych | pilny | nagłych | kontakt
        skontaktować | kontaktować | proszę dzwonić | sekretariat | koleg | koleżan | zastęp | w międzyczasie
        w tym czasie | podczas mojej | dostęp | czytam | przeczytam | jak najszybciej | najszybciej
        przepraszam | zrozumienie | dziękuję za wiadomość | wesołych świąt | telefon | numer | ponownie
        poniedział | piątku | biuro | poczty | przekierowan | nr tel
        """
    ),
    "cs": phrases(
        """
        ve čtvrtek | v úterý | ve středu | v pátek | do | od | po návratu | návrat | zpět | opět | odpovím
        odpovíme | odpověd | ozvu | zpráv | vaši zprávu | e mail | mail* | pošt* | naléhav | urgentn | neodkladn
        kontakt | kontaktuj | obraťte | obracejte | volejte | kolegy | kolegyn | sekretariát | zastup | mezitím
        v době | během | přístup | čtu | přečtu | co nejdříve | jakmile | omlouvám | pochopení
        děkuji za zprávu | děkuji za vaši | veselé vánoce | telefon | čísle | pondělí | kancelář | vyřídím
        vyřizov
        """
    ),
    "hu": phrases(
        """
        ig | napig | között | től | tól | visszatérés | visszaérk | válaszol | válasz | üzenet | levél
        leveleket | levelét | e mail | emailje | sürgős | sürgősség | kérem forduljon | forduljon | keresse
        hívja | kolléga | kollégá | titkárság | helyettes | addig | ez idő alatt | távollétem | hozzáfér | olvas
        amint | mihamarabb | lehető leghamarabb | elnézést | megértés | köszönöm üzenet | köszönöm levelét
        kellemes ünnepeket | telefon | szám | hétfő | iroda | újra | ismét | nyit | visszaté | jelentkez
        """
    ),
    "tr": phrases(
        """
        kadar | tarihine | tarihleri arasında | tarihinde | arasında | dönüşümde | dönüş | döndüğümde | dönece
        yanıt | cevap | mesajınız | e posta | mail | mailiniz | acil | önemli konular | iletişime | irtibat
        ulaşabilir | arayabilir | santral | sekreter | iş arkadaş | arkadaşım | bu süre | yokluğumda | erişim
        okuyama | en kısa sürede | en kısa zaman | özür | anlayışınız | teşekkür ederim mesaj | mutlu yıllar
        telefon | numara | pazartesi | ofis | yönlendir
        """
    ),
    "el": phrases(
        """
        έως | μέχρι | από | επιστροφή | επιστρέψω | απαντήσω | απαντήσουμε | απάντηση | μήνυμα | μηνύματα
        email | e mail | επείγον | επείγοντα | επείγουσα | επικοινων | καλέστε | συνάδελφο | συναδέλφ
        γραμματεία | τηλεφωνικό κέντρο | στο μεταξύ | κατά τη διάρκεια | απουσίας μου | πρόσβαση | διαβάσω
        το συντομότερο | μόλις | συγγνώμη | κατανόηση | ευχαριστώ για | καλές γιορτές | τηλέφωνο | δευτέρα
        γραφείο | θα ανοίξ | σύντομα
        """
    ),
    "ro": phrases(
        """
        până | din data | între | revenire | revin | întoarcere | întorc | răspunde | răspund | mesajul
        mesajele | mailul | e mail | email | urgent | urgente | urgență | contacta | contactați | adresați
        suna | coleg | secretariat | recepție | între timp | în această perioadă | în lipsa mea | acces | citi
        cât mai curând | imediat ce | scuze | înțelegere | mulțumesc pentru | vă mulțumesc pentru | sărbători
        telefon | numărul | luni | birou | redeschid
        """
    ),
    "ru": phrases(
        """
        до | с | по | вернусь | возвращени | возвращ | отвечу | ответим | ответить | ваше письмо
        ваше сообщение | письмо | письма | сообщени | срочн | неотложн | экстренн | обращайтесь | обратитесь
        обращаться | свяжитесь | связаться | звоните | звонить | коллег | секретар | приёмн | заместит | замеща
        в это время | в моё отсутствие | на время | доступ | прочту | прочитаю | как только | как можно скорее
        извин | понимание | спасибо за ваше | с наступающ | телефон | номер | понедельник | вторник | среды
        четверг | пятниц | почт* | офис | пересыл | откро
        """
    ),
    "uk": phrases(
        """
        до | з | по | повернуся | повернен | відповім | відповісти | ваш лист | ваше повідомлення | лист
        повідомлення | термінов | невідкладн | звертайтеся | зверніться | зв'яжіться | телефонуйте | колег
        секретар | у цей час | під час | доступ | прочитаю | щойно | вибач | розуміння | дякую за ваш
        дякую за лист | телефон | номер | понеділ | пошт* | офіс
        """
    ),
    "ja": phrases(
        """
        まで | から | 期間 | 返信 | 返事 | ご連絡 | 連絡 | 戻り | 戻る | 戻ります | 帰社 | 対応 | お急ぎ | 急ぎ
        緊急 | 至急 | 代表 | 電話 | 代理 | 担当 | 確認 | 遅れ | 遅く | メール | ご迷惑 | ご不便 | 了承 | 後日
        改めて | 休み明け | 出社 | いただき | よろしくお願い | 拝見 | 復帰 | お問い合わせ | 申し訳 | ご用件 | 件
        """
    ),
    "zh": phrases(
        """
        周一 | 周二 | 周三 | 周四 | 周五 | 明天 | 至 | 到 | 期间 | 期間 | 回复 | 回覆 | 答复 | 联系 | 聯繫
        聯絡 | 联络 | 紧急 | 緊急 | 急事 | 如有 | 电话 | 電話 | 致电 | 返回 | 回来 | 回來 | 返 | 同事 | 处理
        處理 | 收到 | 邮件 | 郵件 | 来信 | 來信 | 尽快 | 儘快 | 抱歉 | 谅解 | 諒解 | 不便 | 谢谢 | 謝謝 | 感谢
        感謝 | 稍后 | 月 | 日 | 查看 | 查收 | 办公室
        """
    ),
    "ko": phrases(
        """
        까지 | 부터 | 기간 | 회신 | 답변 | 답장 | 연락 | 복귀 | 돌아 | 급한 | 긴급 | 대표번호 | 전화 | 동료
        담당자 | 대신 | 확인 | 메일 | 이메일 | 양해 | 죄송 | 불편 | 문의 | 감사 | 가능한 빨리 | 빠른 시일
        늦어질 | 지연 | 업무 | 바랍니다 | 드리겠습니다 | 부탁
        """
    ),
    "ar": phrases(
        """
        حتى | إلى غاية | من | عودتي | سأعود | العودة | سأرد | الرد | رسالتك | رسالتكم | بريدك | للأمور العاجلة
        العاجلة | عاجل | طارئ | الاتصال | التواصل | زميل | هاتف | خلال | غيابي | الوصول | شكرا على | شكرا لرسالت
        أعتذر | تفهمكم | في أقرب وقت
        """
    ),
}
"""What machines say beside: until when, who can be reached, when an answer comes."""

PAST = phrases(
    """
    was | were | had been | have been | went | war | waren | gewesen | étais | était | étions | j'ai été
    estaba | estuve | estuvimos | ero | eravamo | sono stato | sono stata | estive | estava | estivemos | was ik
    waren wij | jeg var | jag var | var på | olin | olimme | byłem | byłam | byliśmy | byl jsem | byla jsem
    voltam | voltunk | был | была | были | ήμουν | am fost | був | була | 했습니다만 | 었습니다
    """
)
"""What says that it is over, beside a word for absence."""

PEOPLES = phrases(
    """
    lu votre | votre lettre | gelesen habe | leído su | letto la | lido a | interview | i agree | thanks for the
    newsletter | article | articles | table | page | paragraph | typo | mistake | error in | wrong | incorrect
    link | attached | attachment | correction | correct the | comment on | comments on | remarks | suggest
    suggestion | publish | print | read your | your piece | subscribe | subscription | agree | disagree
    approve | object | vote | the draft | text version | could you | can you | can we | could we | would you
    may i | postpone | resend | send me | send the | did you | when will | what is | why | interesting | enjoyed
    congratulations | i think | i like | i liked | in my view | i wonder | broken | my new address | supplies
    artikel | ausgabe | tabelle | seite | fehler | falsch | anhang | anbei | korrektur | anmerkung | vorschlag
    stimme zu | zustimm | einverstanden | ablehn | sitzung | entwurf | könnten sie | würden sie | warum
    interessant | finde | meiner meinung | bitte senden sie mir | bitte schicken | bitte ändern
    bitte korrigieren | verschieben | artículo | tabla | página | número de | errata | equivocad | incorrecto
    adjunto | corrección | comentario | sugerencia | de acuerdo | apruebo | reunión | podrían | podría usted
    pueden enviar | por qué | interesante | opino | les adjunto | tableau | erreur | faux | fausse | ci-joint
    pièce jointe | remarque | remarques | d'accord | approuve | réunion | pourriez vous | pouvez vous | pourquoi
    intéressant | je pense | envoyez moi | articolo | tabella | pagina | errore | sbagliat | allegato
    correzione | commento | osservazioni | suggerimento | sono d'accord | approvo | riunione di | potreste
    perché | interessante | penso | mandatemi | artigo | tabela | erro | errado | errada | anexo | correção
    comentário | sugestão | concordo | aprovo | reunião de | poderiam | podem enviar | por quê | penso que
    fout | bijlage | opmerking | voorstel | akkoord | waarom | fejl | forkert | vedhæft | bemærkning | forslag
    enig | hvorfor | felaktig | bifog | synpunkt | håller med | kan ni | varför | feil i | vedlagt | merknad
    virhe | väärin | liitteenä | huomion | huomaut | ehdot | samaa mieltä | voisitte | voitteko | miksi
    artykuł | błąd | błędn | załącz | uwag | propozycj | zgadzam | zebrani | spotkani | czy mog | dlaczego
    článek | tabulk | chyb | příloz | připomínk | návrh | souhlas | schůz | proč | cikk | táblázat | hiba
    hibás | csatol | megjegyz | javasl | egyetért | ülés | tudná | miért | makale | tablo | hata | yanlış | ekte
    öneri | katılıyorum | misiniz | άρθρο | πίνακα | λάθος | συνημμέν | παρατήρ | πρόταση | συμφων | συνεδρίασ
    γιατί | articol | tabelul | greșe | atașat | observați | propuner | ședinț | de ce | статья | статье
    таблиц | странице | ошибк | неверн | неправильн | прилага | замечан | предложен | согласен | согласна
    собран | совещан | могли бы | почему | вложен | статт | помилк | додаток | зауважен | згоден | збор | чому
    記事 | 表が | 間違 | 誤り | 添付 | 意見 | 提案 | 賛成 | 会議 | なぜ | 文章 | 表格 | 错误 | 錯誤 | 附件
    意见 | 建议 | 建議 | 同意 | 会议 | 會議 | 为什么 | 请修改 | 기사 | 표가 | 오류 | 틀렸 | 첨부 | 의견 | 제안
    동의 | 회의 | 왜 | مقال | جدول | خطأ | مرفق | ملاحظ | اقتراح | أوافق | اجتماع | لماذا
    """
)
"""What people say to an office beside the fact that they are away; a mail with such words is theirs."""
