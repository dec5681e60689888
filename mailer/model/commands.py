"""What people can write as the first line of a mail to the office, as the help tells them."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.phrases import Phrase, phrase


def told(language: str) -> Mapping[Phrase, Phrase]:
    """Each command as an example for a reader of this language, and what it does.

    The words of a translation are among those that are understood: a test holds the catalogues to it.
    """
    return {
        phrase("subscribe"): phrase("receive what we send"),
        phrase("unsubscribe"): phrase("receive nothing more"),
        phrase("status"): phrase("see what we hold about you"),
        phrase("set language %(tag)s", tag=language): phrase(
            "change what we know: language, format, name, organisation or country"
        ),
        phrase("pause until 1 March"): phrase("get no issue before that day; “resume” ends a pause"),
        phrase("change address new@example.org"): phrase("have another address; we ask at both"),
        phrase("get 3"): phrase("get issue 3 once more, or the newest with “get latest”"),
        phrase("forward 3"): phrase("get issue 3 as a mail that you can pass on"),
        phrase("presenter"): phrase("offer to speak at events, or change what you offered"),
        phrase("event"): phrase("announce a seminar, a conference or another event"),
        phrase("request"): phrase("ask us for a leaflet, a talk, an article or other support"),
        phrase("article"): phrase("send an article for one of our issues, if you are a member"),
        phrase("link"): phrase("propose a link for our list"),
        phrase("faq"): phrase("frequent questions and their answers"),
        phrase("forget me"): phrase("have all erased that we hold about you"),
        phrase("help"): phrase("get this mail"),
    }
