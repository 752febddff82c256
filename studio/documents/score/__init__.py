"""The score under a hand: a sheet of tracks and strips, its edits, and how it is stored."""
