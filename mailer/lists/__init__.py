"""Organisations, contacts, lists, subscription: who gets what, and who asked for it."""
