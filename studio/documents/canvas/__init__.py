"""The board: layers of pixels, what a hand can do to them, and how they are put together, exported and stored."""
