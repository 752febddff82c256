"""A journal for tests."""


class Notebook:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.edits: list[bytes] = []
        self.position = 0

    def append(self, name: str, payload: bytes) -> None:
        self.edits[self.position :] = [payload]
        self.position += 1

    def move_to(self, position: int) -> None:
        self.position = position
