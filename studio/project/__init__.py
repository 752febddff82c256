"""The project file: assets with their recipes and lineage, documents with their journals, settings. Knows media, no model, no screen."""

from studio.project.assets import Asset
from studio.project.documents import JOURNAL_BYTES, JOURNAL_STEPS, DocumentInfo, DocumentState, Edit, Writing
from studio.project.errors import ProjectError
from studio.project.project import Project
from studio.project.recipe import Recipe
from studio.project.written import Written

__all__ = [
    "JOURNAL_BYTES",
    "JOURNAL_STEPS",
    "Asset",
    "DocumentInfo",
    "DocumentState",
    "Edit",
    "Project",
    "ProjectError",
    "Recipe",
    "Writing",
    "Written",
]
