"""What a story must not forget: memory, the author's note, and notes on who and where, woven in when they are named. No Qt."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

RECENT = 3000  # characters before the cursor in which a name counts as named


@dataclass
class Note:
    """Several names may stand for one, with commas between them."""

    name: str = ""
    text: str = ""

    def named_in(self, recent: str) -> bool:
        names = [each.strip() for each in self.name.split(",") if each.strip()]
        return any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", recent, re.IGNORECASE) for each in names)


@dataclass
class Story:
    """Of the whole project: all of its pages share it."""

    memory: str = ""
    author_note: str = ""
    notes: list[Note] = field(default_factory=list)

    def woven(self, before: str) -> str:
        """The memory with the notes that the recent text names."""
        recent = before[-RECENT:]
        parts = [self.memory.strip()]
        parts += [f"{note.name.split(',')[0].strip()}: {note.text.strip()}" for note in self.named(recent) if note.text.strip()]
        return "\n".join(part for part in parts if part)

    def named(self, recent: str) -> list[Note]:
        return [note for note in self.notes if note.named_in(recent)]

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, plain: Any) -> Story:
        """From the project's settings; what is not ours is left out."""
        if not isinstance(plain, dict):
            return cls()
        notes = [Note(str(each.get("name", "")), str(each.get("text", ""))) for each in plain.get("notes", []) if isinstance(each, dict)]
        return cls(str(plain.get("memory", "")), str(plain.get("author_note", "")), notes)
