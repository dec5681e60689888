"""A presentation kit: its chapters are taken apart into slides with notes, and written as a deck that can be edited."""
