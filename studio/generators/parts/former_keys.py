"""Keys of weights and of training states as files of earlier versions spell them. The files stay as they are: recipes hold their sha256."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

Value = TypeVar("Value")

_RENAMED = {
    r"\battention\.inward\b": "attention.qkv_proj",
    r"\battention\.outward\b": "attention.out_proj",
    r"\bfeed\.inward\b": "feed.up_proj",
    r"\bfeed\.outward\b": "feed.down_proj",
    r"\blistening\.": "condition_embedding.",
    r"\bblueprint\.": "condition_map.",
    r"\bjudgement\.": "score.",
    r"\bhears$": "condition_weight",
    r"\btold\.(?=\d)": "conditioning.",
}
"""A pattern within a key → what stands there now."""
_PATTERNS = [(re.compile(pattern), now) for pattern, now in _RENAMED.items()]


def rename(key: str) -> str:
    """The key as this version spells it, whichever version wrote it, in weights and behind any prefix of a training state."""
    for pattern, now in _PATTERNS:
        key = pattern.sub(now, key)
    return key


def renamed(tensors: Mapping[str, Value]) -> dict[str, Value]:
    """The same tensors under the keys of this version."""
    return {rename(key): value for key, value in tensors.items()}
