"""Texts: Markdown with a title."""

from studio.media.text.model import Text, TextSelection

__all__ = ["Text", "TextSelection"]
