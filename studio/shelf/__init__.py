"""The shelf: finds, verifies and loads models. It knows containers and cards; what a model's keys mean, its family says."""

from studio.shelf.adopting import is_model
from studio.shelf.card import Card, ShelfError, read_card
from studio.shelf.loading import Loaded, load
from studio.shelf.shelf import Shelf

__all__ = ["Card", "Loaded", "Shelf", "ShelfError", "is_model", "load", "read_card"]
