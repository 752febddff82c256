"""Animations: frames with durations, and the files they live in."""

from studio.media.animation.model import Animation

__all__ = ["Animation"]
