"""An edit of a page: characters taken out at a place, others put in; named, small, and turned round to be undone. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.documents.page.codec import FIELDS, pack, unpack
from studio.media import MediaError


@dataclass(frozen=True)
class Edit:
    """`goes_on` belongs to the step before it: one undo takes both back."""

    label: str
    at: int
    removed: str
    inserted: str
    goes_on: bool = False

    @property
    def end(self) -> int:
        """Where what was put in ends."""
        return self.at + len(self.inserted)

    def inverse(self) -> Edit:
        return replace(self, removed=self.inserted, inserted=self.removed)

    def back(self, before: str) -> Edit:
        """The edit that leads back to `before`; it knows by itself what stood there."""
        return self.inverse()

    def cost(self, back: Edit) -> int:
        """How many characters it holds."""
        return len(self.removed) + len(self.inserted)

    def payload(self, back: Edit) -> bytes:
        """As it is journaled."""
        return self.to_bytes()

    def apply(self, content: str) -> str:
        """The text after; raises MediaError where it is not the text that the edit was made on."""
        stop = self.at + len(self.removed)
        if self.at < 0 or content[self.at : stop] != self.removed:
            raise MediaError("This step does not fit the page: its words are others.")
        return content[: self.at] + self.inserted + content[stop:]

    def then(self, later: Edit) -> Edit | None:
        """This and `later` as one edit, where they touch; else None."""
        offset = later.at - self.at
        if offset >= 0 and offset + len(later.removed) <= len(self.inserted):
            inserted = self.inserted[:offset] + later.inserted + self.inserted[offset + len(later.removed) :]
            return replace(self, inserted=inserted)
        if not self.inserted and later.at + len(later.removed) == self.at:  # backspace after backspace
            return replace(self, at=later.at, removed=later.removed + self.removed, inserted=later.inserted)
        if later.at == self.end and not later.inserted:  # delete after delete
            return replace(self, removed=self.removed + later.removed)
        return None

    def to_bytes(self) -> bytes:
        return pack({name: getattr(self, name) for name in FIELDS})

    @classmethod
    def from_bytes(cls, data: bytes) -> Edit:
        """Raises MediaError for what is not ours."""
        found = unpack(data)
        plain = {"goes_on": False, **found}
        if any(type(plain.get(name)) is not kind for name, kind in FIELDS.items()):
            raise MediaError("This step of the page is damaged and cannot be read.")
        return cls(**{name: plain[name] for name in FIELDS})
