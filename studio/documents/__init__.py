"""What a person edits, without a window: one folder a document. Below the engine; no Qt, and no torch where a document is only read."""
