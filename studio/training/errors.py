"""The one exception of the training room."""


class TrainingError(RuntimeError):
    """A training or a measurement cannot go on; the message says why and what to change."""


class NotEnoughMemory(TrainingError):
    """The memory does not hold this batch; a smaller one may fit."""
