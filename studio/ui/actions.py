"""The one table of what a person can do. Menus, command palette, shortcuts sheet and tooltips are drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

EVERYWHERE = ""


@dataclass(frozen=True)
class Command:
    """`where` is a workspace's name, or empty for everywhere; a `menu` of "" keeps it out of the menus."""

    id: str
    label: str
    menu: str
    icon: str = ""
    shortcut: str = ""
    where: str = EVERYWHERE
    help: str = ""


COMMANDS: tuple[Command, ...] = (
    Command("new", "New project…", "File", "file-plus", "Ctrl+N"),
    Command("open", "Open project or picture…", "File", "folder-open", "Ctrl+O"),
    Command("export", "Export…", "File", "download", "Ctrl+E", "canvas", "PNG at 1× to 32×, sprite sheet, animated GIF"),
    Command("quit", "Quit", "File", "x", "Ctrl+Q"),
    Command("undo", "Undo", "Edit", "undo-2", "Ctrl+Z"),
    Command("redo", "Redo", "Edit", "redo-2", "Ctrl+Shift+Z"),
    Command("cut", "Cut", "Edit", "scissors", "Ctrl+X", "canvas"),
    Command("copy", "Copy", "Edit", "copy", "Ctrl+C", "canvas"),
    Command("paste", "Paste", "Edit", "clipboard-paste", "Ctrl+V", "canvas"),
    Command("delete", "Delete", "Edit", "trash-2", "Del", "canvas", "The selected pixels, or the layer when nothing is selected"),
    Command("duplicate", "Duplicate layer", "Edit", "copy-plus", "Ctrl+J", "canvas"),
    Command("select_all", "Select all", "Edit", "square-dashed", "Ctrl+A", "canvas"),
    Command("deselect", "Select nothing", "Edit", "square-dashed", "Ctrl+D", "canvas"),
    Command("invert_selection", "Invert the selection", "Edit", "square-dashed", "Ctrl+I", "canvas"),
    Command("generate", "Generate", "Make", "sparkles", "Ctrl+Return", EVERYWHERE, "What the inspector shows"),
    Command("stop", "Stop", "Make", "circle-x", "Esc"),
    Command("roll", "Roll a new seed", "Make", "dice-5", "Ctrl+R"),
    Command("vary", "More like the picked picture", "Make", "copy-plus", "Ctrl+M", EVERYWHERE, "Neighbours in the latent space"),
    Command("fill_selection", "Fill the selection", "Make", "lasso", "Ctrl+Shift+F", "canvas", "A model draws the selected part anew"),
    Command("explore", "Open the picked picture in the explorer", "Make", "compass", "Ctrl+Shift+E"),
    Command("random_point", "Random point", "Make", "shuffle", "R", "explorer"),
    Command("reset_point", "Back to the average", "Make", "rotate-ccw", "Backspace", "explorer"),
    Command("keep_point", "Keep this picture", "Make", "pin", "K", "explorer", "Puts it into the history"),
    Command("fit", "Fit everything", "View", "maximize", "F", "canvas"),
    Command("zoom_in", "Zoom in", "View", "zoom-in", "Ctrl++", "canvas"),
    Command("zoom_out", "Zoom out", "View", "zoom-out", "Ctrl+-", "canvas"),
    Command("zoom_pixels", "Zoom to single pixels", "View", "grid-3x3", "Ctrl+1", "canvas"),
    Command("go_canvas", "Canvas", "View", "layers", "1"),
    Command("go_explorer", "Explorer", "View", "compass", "2"),
    Command("go_lab", "Lab", "View", "flask-conical", "3"),
    Command("go_shelf", "Shelf", "View", "library", "4"),
    Command("panels", "Hide or show the panels", "View", "panel-left", "Tab"),
    Command("next_pane", "Next panel", "View", "panel-right", "F6", EVERYWHERE, "Workspace, inspector, history, shelf"),
    Command("theme", "Dark or light", "View", "sun", "Ctrl+Shift+L"),
    Command("palette", "Command palette", "Help", "command", "Ctrl+K"),
    Command("shortcuts", "Keyboard shortcuts", "Help", "keyboard", "F1"),
    Command("about", "About the models and their makers", "Help", "info"),
)
MENUS = ("File", "Edit", "Make", "View", "Help")
