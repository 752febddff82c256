"""The one exception of the media room: a file or an array that cannot become a medium, said in a sentence."""


class MediaError(ValueError):
    """A file or array is not the medium that was asked for. The message names the thing and the reason."""
