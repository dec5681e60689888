"""How a board is asked about a subject of any kind, and how its votes are counted and conclude."""
