"""The demo: a scripted run of the whole office on the sandbox, with real mails, commands and a real daemon."""
