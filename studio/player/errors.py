"""The one exception of the player: why there is no sound, and what to do."""


class PlayerError(RuntimeError):
    """Something needed for sound is missing or broken; the message is a sentence for a person."""
