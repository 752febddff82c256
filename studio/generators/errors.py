"""The one exception of the generators' room."""


class GeneratorError(ValueError):
    """A model cannot do what was asked; the message is a sentence that a person can act on."""
