"""How a letter begins, and how others see a contact."""

from __future__ import annotations

import pytest

from mailer.model.lists import Contact, Details


@pytest.mark.parametrize(
    ("details", "greeting", "label"),
    [
        (Details(name="Anna Kim"), "Dear Anna Kim,", "Anna Kim"),
        (Details(organisation="The Union"), "Dear The Union,", "anna@union.example"),
        (Details(name="Anna Kim", organisation="The Union"), "Dear Anna Kim,", "Anna Kim"),
        (Details(), "Dear reader,", "anna@union.example"),
        (Details(name="{{7*7}}"), "Dear {{7*7}},", "{{7*7}}"),
    ],
)
def test_greeting_and_label(details: Details, greeting: str, label: str) -> None:
    contact = Contact(1, "anna@union.example", details)
    assert (contact.greeting, contact.label) == (greeting, label)
