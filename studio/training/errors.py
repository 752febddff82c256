"""The one exception of the training room."""


class TrainingError(RuntimeError):
    """A training or a measurement cannot go on; the message says why and what to change."""
