"""The one table of what a person can do. Menus, command palette, shortcuts sheet and tooltips are drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

EVERYWHERE = ""


@dataclass(frozen=True)
class Command:
    """`where` names the workspaces that have it, parted by spaces, empty for everywhere; a `menu` of "" keeps it out of the menus."""

    id: str
    label: str
    menu: str
    icon: str = ""
    shortcut: str = ""
    where: str = EVERYWHERE
    help: str = ""


COMMANDS: tuple[Command, ...] = (
    Command("new", "New project…", "File", "file-plus", "Ctrl+N"),
    Command("open", "Open project, picture or score…", "File", "folder-open", "Ctrl+O"),
    Command(
        "export",
        "Export…",
        "File",
        "download",
        "Ctrl+E",
        "canvas pianoroll",
        "Pictures, sprite sheets and GIF; MIDI, MusicXML, WAV, FLAC and stems",
    ),
    Command("quit", "Quit", "File", "x", "Ctrl+Q"),
    Command("undo", "Undo", "Edit", "undo-2", "Ctrl+Z"),
    Command("redo", "Redo", "Edit", "redo-2", "Ctrl+Shift+Z"),
    Command("cut", "Cut", "Edit", "scissors", "Ctrl+X", "canvas pianoroll"),
    Command("copy", "Copy", "Edit", "copy", "Ctrl+C", "canvas pianoroll"),
    Command("paste", "Paste", "Edit", "clipboard-paste", "Ctrl+V", "canvas pianoroll"),
    Command("delete", "Delete", "Edit", "trash-2", "Del", "canvas pianoroll", "What is selected, or the layer when no pixel is"),
    Command(
        "duplicate",
        "Duplicate",
        "Edit",
        "copy-plus",
        "Ctrl+J",
        "canvas pianoroll",
        "The layer, or the chosen notes right behind themselves",
    ),
    Command("select_all", "Select all", "Edit", "square-dashed", "Ctrl+A", "canvas pianoroll"),
    Command("deselect", "Select nothing", "Edit", "square-dashed", "Ctrl+D", "canvas pianoroll"),
    Command("invert_selection", "Invert the selection", "Edit", "square-dashed", "Ctrl+I", "canvas pianoroll"),
    Command("generate", "Generate", "Make", "sparkles", "Ctrl+Return", EVERYWHERE, "What the inspector shows"),
    Command("stop", "Stop", "Make", "circle-x", "Esc"),
    Command("roll", "Roll a new seed", "Make", "dice-5", "Ctrl+R"),
    Command("vary", "More like the picked picture", "Make", "copy-plus", "Ctrl+M", EVERYWHERE, "Neighbours in the latent space"),
    Command("fill_selection", "Fill the selection", "Make", "lasso", "Ctrl+Shift+F", "canvas", "A model draws the selected part anew"),
    Command("explore", "Open the picked picture in the explorer", "Make", "compass", "Ctrl+Shift+E"),
    Command("random_point", "Random point", "Make", "shuffle", "R", "explorer"),
    Command("reset_point", "Back to the average", "Make", "rotate-ccw", "Backspace", "explorer"),
    Command("keep_point", "Keep this picture", "Make", "pin", "K", "explorer", "Puts it into the history"),
    Command("quantise", "Quantise", "Notes", "magnet", "Q", "pianoroll", "Draw the chosen notes to the grid"),
    Command("humanise", "Humanise", "Notes", "shuffle", "H", "pianoroll", "Let timing and velocity be a little off"),
    Command("legato", "Legato", "Notes", "arrow-down-to-line", "", "pianoroll", "Each note lasts until the next one"),
    Command("join_notes", "Join", "Notes", "fold-vertical", "J", "pianoroll", "Chosen notes of one pitch become one"),
    Command("split_notes", "Split at the playhead", "Notes", "scissors", "Ctrl+T", "pianoroll"),
    Command("octave_up", "Octave up", "Notes", "arrow-up", "Ctrl+Up", "pianoroll"),
    Command("octave_down", "Octave down", "Notes", "arrow-down", "Ctrl+Down", "pianoroll"),
    Command("to_scale", "Hold to the scale", "Notes", "music", "", "pianoroll", "Chosen notes to the nearest pitch of the scale"),
    Command("double_time", "Twice as long", "Notes", "plus", "", "pianoroll"),
    Command("half_time", "Half as long", "Notes", "minus", "", "pianoroll"),
    Command("nudge_left", "A little earlier", "Notes", "chevron-up", "Alt+Left", "pianoroll"),
    Command("nudge_right", "A little later", "Notes", "chevron-down", "Alt+Right", "pianoroll"),
    Command("choose_bars", "Choose the bars of the notes", "Notes", "square-dashed", "Ctrl+B", "pianoroll", "For a model to rewrite"),
    Command("add_track", "Add a track", "Notes", "plus", "Ctrl+Shift+T", "pianoroll"),
    Command("play", "Play or pause", "Play", "play", "Space", "pianoroll"),
    Command("to_start", "To the beginning", "Play", "skip-back", "Home", "pianoroll"),
    Command("loop_bars", "Loop the chosen bars", "Play", "repeat", "L", "pianoroll"),
    Command("metronome", "Metronome", "Play", "metronome", "M", "pianoroll"),
    Command("next_candidate", "Next candidate", "Play", "chevron-right", "N", "pianoroll", "What a model offers, one after the other"),
    Command("fit", "Fit everything", "View", "maximize", "F", "canvas pianoroll"),
    Command("zoom_in", "Zoom in", "View", "zoom-in", "Ctrl++", "canvas pianoroll"),
    Command("zoom_out", "Zoom out", "View", "zoom-out", "Ctrl+-", "canvas pianoroll"),
    Command("view_roll", "Notes as a roll", "View", "rows-3", "Ctrl+Alt+1", "pianoroll"),
    Command("view_falling", "Falling notes", "View", "arrow-down-narrow-wide", "Ctrl+Alt+2", "pianoroll"),
    Command("view_page", "Engraved page", "View", "book-open", "Ctrl+Alt+3", "pianoroll"),
    Command("rows_higher", "Higher rows", "View", "zoom-in", "Ctrl+Shift++", "pianoroll"),
    Command("rows_lower", "Lower rows", "View", "zoom-out", "Ctrl+Shift+-", "pianoroll"),
    Command("zoom_pixels", "Zoom to single pixels", "View", "grid-3x3", "Ctrl+1", "canvas"),
    Command("go_canvas", "Canvas", "View", "layers", "1"),
    Command("go_pianoroll", "Piano roll", "View", "piano", "2"),
    Command("go_explorer", "Explorer", "View", "compass", "3"),
    Command("go_lab", "Lab", "View", "flask-conical", "4"),
    Command("go_shelf", "Shelf", "View", "library", "5"),
    Command("panels", "Hide or show the panels", "View", "panel-left", "Tab"),
    Command("next_pane", "Next panel", "View", "panel-right", "F6", EVERYWHERE, "Workspace, inspector, history, shelf"),
    Command("theme", "Dark or light", "View", "sun", "Ctrl+Shift+L"),
    Command("palette", "Command palette", "Help", "command", "Ctrl+K"),
    Command("shortcuts", "Keyboard shortcuts", "Help", "keyboard", "F1"),
    Command("about", "About the models and their makers", "Help", "info"),
)
MENUS = ("File", "Edit", "Make", "Notes", "Play", "View", "Help")
