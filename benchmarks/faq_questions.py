"""Questions as people ask them, in four languages, and the entry of the demo's FAQ that answers each.

Those of ``ANSWERED`` were written before the entries; where the plainest way to ask is the entry's title, it stands in
both. Those of ``LATER`` were written when the search and the entries were done, and nothing was changed for them.
"""

from __future__ import annotations

from collections.abc import Mapping

ANSWERED: Mapping[str, Mapping[str, str]] = {
    "en": {
        "how do i get the newsletter": "subscribe",
        "can my company be certified": "certification",
        "I want to stop getting these emails": "unsubscribe",
        "is there a fee for subscribers?": "cost",
        "we need someone to talk at our conference in Nairobi": "presenter-for-event",
        "where can I download the current draft": "read-draft",
        "when will the standard be ready": "when-finished",
        "may we translate an issue into Swahili": "forward",
        "how can a trade union join the working group": "take-part",
        "what happens with my e-mail address": "personal-data",
    },
    "fr": {
        "comment recevoir le bulletin": "subscribe",
        "qui écrit cette norme ?": "who-develops",
        "est-ce qu'on peut se faire certifier": "certification",
        "je voudrais faire des remarques sur le texte": "feedback",
        "devenir intervenant": "become-presenter",
        "nous organisons un colloque, comment le signaler ?": "announce-event",
        "c'est valable aussi pour les PME ?": "small-organisations",
        "quel est l'organisme national de mon pays": "member-body",
        "combien ça coûte": "cost",
        "peut-on reprendre vos articles dans notre journal": "press",
    },
    "es": {
        "qué es ISO/SR": "what-is-iso-sr",
        "cómo me doy de baja": "unsubscribe",
        "cuándo se publica la norma": "when-finished",
        "quiero un ponente para un seminario": "presenter-for-event",
        "puedo reenviar el boletín a mis colegas": "forward",
        "quién decide lo que se publica": "who-decides",
        "qué es una organización D-liaison": "d-liaison",
        "hay algún folleto para empezar": "brochures",
        "cómo puede participar una ONG en el grupo de trabajo": "take-part",
        "dónde se puede leer el borrador": "read-draft",
    },
    "de": {
        "wie kann ich den Newsletter abonnieren": "subscribe",
        "Was kostet das?": "cost",
        "wer darf Abonnent werden": "subscriber",
        "gibt es ein Zertifikat": "certification",
        "ich möchte selbst Vorträge halten": "become-presenter",
        "wir veranstalten eine Tagung, wo melde ich sie": "announce-event",
        "neue E-Mail-Adresse mitteilen": "unsubscribe",
        "Gilt die Norm auch für kleine Betriebe?": "small-organisations",
        "welche Daten speichern Sie von mir": "personal-data",
        "was ist soziale Verantwortung nach ISO": "what-is-iso-sr",
    },
}
"""Each question, and the entry that answers it."""

LATER: Mapping[str, Mapping[str, str]] = {
    "en": {
        "do I have to pay for the standard": "cost",
        "our chamber of commerce wants to send an expert to the group": "take-part",
        "can I reprint an article in our magazine": "press",
        "I no longer want the update": "unsubscribe",
        "does it matter for a bakery with five employees": "small-organisations",
    },
    "fr": {
        "à quelle date sort la norme": "when-finished",
        "je change d'adresse mail": "unsubscribe",
        "faut-il payer pour être abonné": "cost",
        "où trouver le texte provisoire": "read-draft",
        "j'aimerais présenter la norme lors de conférences": "become-presenter",
    },
    "es": {
        "es obligatorio cumplir la norma": "certification",
        "quiero traducir un número al portugués": "forward",
        "quiénes son los expertos del grupo": "who-develops",
        "organizo un congreso en Lima en mayo": "announce-event",
        "eliminar mi información personal": "personal-data",
    },
    "de": {
        "an wen wende ich mich in Österreich": "member-body",
        "gibt es Unterlagen für den Einstieg": "brochures",
        "darf ich Artikel in unserer Zeitschrift abdrucken": "press",
        "wie lange dauert es noch": "when-finished",
        "ich habe einen Vorschlag zum Text": "feedback",
    },
}
"""As ``ANSWERED``."""

UNANSWERED: Mapping[str, tuple[str, ...]] = {
    "en": ("which font do you use", "is the hotel near the airport", "how many delegates voted against it"),
    "fr": ("quel temps fait-il à Bangkok", "où acheter un billet d'avion", "avez-vous un numéro de téléphone"),
    "es": ("a qué hora empieza la cena", "necesito visado para Tailandia", "quién ganó el partido"),
    "de": ("Rezept für Apfelkuchen", "wo ist der Bahnhof", "wann wird die Rechnung bezahlt"),
}
"""Questions that no entry answers."""
