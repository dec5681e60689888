"""Ballots, votes, policies, grants: what the board has let out."""
