"""Pictures: RGBA pixels, selections, and the files they live in."""

from studio.media.picture.files import load, probe_note, save
from studio.media.picture.model import Picture, PictureSelection

__all__ = ["Picture", "PictureSelection", "load", "probe_note", "save"]
