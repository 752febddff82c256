"""The page: characters, the edits that a hand makes of them, and what a story must not forget."""
