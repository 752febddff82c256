"""A text is Markdown; a selection is a span of its characters."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from studio.media.errors import MediaError

CHARACTERS_LIMIT = 20 * 10**6
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\x85]")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True)
class Text:
    """`content` has lines that end in a line feed, no other control characters than tabs, and at most 20 million characters."""

    content: str

    def __post_init__(self) -> None:
        if not isinstance(self.content, str):
            raise MediaError("A text is a string of characters.")
        if len(self.content) > CHARACTERS_LIMIT:
            raise MediaError(
                f"A text of {len(self.content) / 10**6:.0f} million characters is longer than the {CHARACTERS_LIMIT // 10**6} million "
                "that Atelier takes."
            )
        content = _NO_TEXT.sub("", _LINE_ENDS.sub("\n", self.content))
        content = content.encode("utf-8", "ignore").decode("utf-8")  # halves of surrogate pairs are no characters
        object.__setattr__(self, "content", content)

    @property
    def words(self) -> int:
        """How many runs of characters between white space there are."""
        return len(self.content.split())

    @property
    def first_line(self) -> str:
        """The first line with anything on it, without the marks of a heading: what a list shows of a text."""
        for line in self.content.split("\n"):
            if shown := line.strip().lstrip("#>*-").strip():
                return shown
        return ""


@dataclass(frozen=True)
class TextSelection:
    """The characters from `first` up to but without `last`, counted from 0."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last:
            raise MediaError("A selection of text begins at character 0 or later and does not end before its beginning.")

    def to_bytes(self) -> bytes:
        return json.dumps({"span": [self.first, self.last]}).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> TextSelection:
        """Raises MediaError when `data` is no selection."""
        try:
            first, last = json.loads(data)["span"]
            return cls(int(first), int(last))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise MediaError("This is no selection of a text.") from error
