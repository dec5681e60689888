"""A scene of the networks: a list is reviewed by mail."""

from __future__ import annotations

from mailer.demo.actions import Demo
from mailer.demo.mails import mutt_reply, thunderbird_reply
from mailer.demo.people import LENA, SOFIA, TARO


def reviewing(demo: Demo) -> None:
    """One corrects a line, one is silent, one cannot be reached; the secretary decides, and the round ends."""
    demo.narrator.say("Twice a year each entry of a list is asked whether it is still right. Sofia begins the review:")
    demo.run("review", "start", "subscriber", "--publish", "--yes")
    asked = demo.expect_mail(LENA, "Is your entry still right?")
    demo.narrator.say("Lena corrects one line:")
    demo.reply(LENA, asked, "Website: https://dockers.example", thunderbird_reply, "with Thunderbird")
    demo.expect_mail(LENA, "Corrected: your entry")
    demo.expect_mail(TARO, "Is your entry still right?")
    demo.pass_days(11, "Taro says nothing, and the address of his colleague does not exist. Ten days later:")
    demo.expect_mail(TARO, "A reminder")
    demo.run("review", "status", "subscriber")
    demo.pass_days(10, "Ten days later the second contacts of organisations are asked; these have none.")
    demo.until_shown("second contacts asked", "review", "status", "subscriber")
    demo.pass_days(10, "A month after the beginning the office asks Sofia what becomes of those who did not answer:")
    proposal = demo.expect_mail(SOFIA, "What becomes of those")
    demo.reply(SOFIA, proposal, "YES", mutt_reply, "and the review ends")
    demo.expect_mail(SOFIA, "The review of")
