"""What a person edits, without a window: one folder a document, and what they share. Below the engine; no Qt."""
