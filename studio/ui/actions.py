"""The one table of what a person can do. Menus, command palette, shortcuts sheet and tooltips are drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

EVERYWHERE = ""


@dataclass(frozen=True)
class Command:
    """`where` names the workspaces that have it, parted by spaces, empty for everywhere; a `menu` of "" keeps it out of the menus.

    `also` is a second shortcut, for where the first is a letter that is typed.
    """

    id: str
    label: str
    menu: str
    icon: str = ""
    shortcut: str = ""
    where: str = EVERYWHERE
    help: str = ""
    also: str = ""


COMMANDS: tuple[Command, ...] = (
    Command("new", "New project…", "File", "file-plus", "Ctrl+N"),
    Command("open", "Open project, picture, score or text…", "File", "folder-open", "Ctrl+O"),
    Command(
        "export",
        "Export…",
        "File",
        "download",
        "Ctrl+E",
        "canvas pianoroll writing",
        "Pictures, sprite sheets and GIF; MIDI, MusicXML, WAV, FLAC and stems; Markdown, plain text, Word, PDF and HTML",
    ),
    Command("new_page", "New page", "File", "file-plus", "Ctrl+Shift+N", "writing"),
    Command("keep_version", "Keep this version", "File", "pin", "Ctrl+S", "writing", "The page as it is now, to go back to"),
    Command("quit", "Quit", "File", "x", "Ctrl+Q"),
    Command("undo", "Undo", "Edit", "undo-2", "Ctrl+Z"),
    Command("redo", "Redo", "Edit", "redo-2", "Ctrl+Shift+Z"),
    Command("cut", "Cut", "Edit", "scissors", "Ctrl+X", "canvas pianoroll writing"),
    Command("copy", "Copy", "Edit", "copy", "Ctrl+C", "canvas pianoroll writing"),
    Command("paste", "Paste", "Edit", "clipboard-paste", "Ctrl+V", "canvas pianoroll writing"),
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
    Command("select_all", "Select all", "Edit", "square-dashed", "Ctrl+A", "canvas pianoroll writing"),
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
    Command("travel", "Write out the walk", "Make", "footprints", "J", "explorer", "What lies on the way here, as one piece"),
    Command("keep_point", "Keep this picture", "Make", "pin", "K", "explorer", "Puts it into the history"),
    Command("find", "Find", "Text", "search", "Ctrl+F", "writing"),
    Command("find_everywhere", "Find in all pages", "Text", "scan-search", "Ctrl+Shift+F", "writing"),
    Command("word_goal", "Goal of words", "Text", "map-pin", "", "writing", "How many words this page is to have"),
    Command("replace", "Find and replace", "Text", "search", "Ctrl+H", "writing"),
    Command("find_next", "Find the next one", "Text", "chevron-down", "F3", "writing"),
    Command("strong", "Strong", "Text", "bold", "Ctrl+B", "writing"),
    Command("emphasis", "Emphasis", "Text", "italic", "Ctrl+I", "writing"),
    Command("heading_1", "Heading", "Text", "", "Ctrl+Alt+1", "writing"),
    Command("heading_2", "Smaller heading", "Text", "", "Ctrl+Alt+2", "writing"),
    Command("heading_3", "Smallest heading", "Text", "", "Ctrl+Alt+3", "writing"),
    Command("plain_lines", "No heading", "Text", "", "Ctrl+Alt+0", "writing"),
    Command("list", "List", "Text", "", "Ctrl+Shift+U", "writing"),
    Command("numbered_list", "Numbered list", "Text", "", "Ctrl+Shift+O", "writing"),
    Command("quote", "Quotation", "Text", "", "Ctrl+Shift+Q", "writing"),
    Command("ghost_text", "Ghost text", "Text", "sparkles", "Ctrl+Shift+G", "writing", "Tab takes it, Ctrl+Right a word of it, Esc none"),
    Command(
        "hand_pick", "Pick words by hand", "Text", "mouse-pointer-2", "Ctrl+Shift+P", "writing", "After each word, the likeliest next: 1–9"
    ),
    Command("tint", "Show surprise", "Text", "eye", "Ctrl+T", "writing", "Tints what the model did not expect; press a word to change it"),
    Command("branches", "Branches", "Text", "git-branch", "Ctrl+Shift+B", "writing", "Every continuation that was made, to go back to"),
    Command("spelling", "Spelling", "Text", "circle-check", "F7", "writing", "Underlines words that no dictionary has"),
    Command("story", "Memory and notes", "Text", "book-open", "Ctrl+Shift+Y", "writing", "What the model is to remember"),
    Command("next_words", "Next candidate", "Text", "chevron-right", "Alt+Down", "writing", "What a model offers, one after the other"),
    Command("keep_words", "Keep the candidate", "Text", "check", "Ctrl+Shift+Return", "writing"),
    Command("quantise", "Quantise", "Notes", "magnet", "Q", "pianoroll", "Draw the chosen notes to the grid"),
    Command("humanise", "Humanise", "Notes", "shuffle", "H", "pianoroll", "Let timing and velocity be a little off"),
    Command("find_beats", "Find the beats", "Notes", "metronome", "", "pianoroll", "Lays a free take on bars; it sounds as before"),
    Command("legato", "Legato", "Notes", "arrow-down-to-line", "", "pianoroll", "Each note lasts until the next one"),
    Command("join_notes", "Join", "Notes", "fold-vertical", "J", "pianoroll", "Chosen notes of one pitch become one"),
    Command("split_notes", "Split at the playhead", "Notes", "scissors", "Ctrl+T", "pianoroll"),
    Command(
        "what_else", "What else?", "Notes", "circle-help", "W", "pianoroll", "What a model would rather have in the chosen note's place"
    ),
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
    Command("focus_mode", "Focus on the paragraph", "View", "crosshair", "Ctrl+D", "writing", "All others step back"),
    Command("view_roll", "Notes as a roll", "View", "rows-3", "Ctrl+Alt+1", "pianoroll"),
    Command("view_falling", "Falling notes", "View", "arrow-down-narrow-wide", "Ctrl+Alt+2", "pianoroll"),
    Command("view_page", "Engraved page", "View", "book-open", "Ctrl+Alt+3", "pianoroll"),
    Command("rows_higher", "Higher rows", "View", "zoom-in", "Ctrl+Shift++", "pianoroll"),
    Command("rows_lower", "Lower rows", "View", "zoom-out", "Ctrl+Shift+-", "pianoroll"),
    Command("zoom_pixels", "Zoom to single pixels", "View", "grid-3x3", "Ctrl+1", "canvas"),
    Command("go_canvas", "Canvas", "View", "layers", "1", also="Alt+1"),
    Command("go_pianoroll", "Piano roll", "View", "piano", "2", also="Alt+2"),
    Command("go_writing", "Writing", "View", "pen-line", "3", also="Alt+3"),
    Command("go_explorer", "Explorer", "View", "compass", "4", also="Alt+4"),
    Command("go_lab", "Lab", "View", "flask-conical", "5", also="Alt+5"),
    Command("go_shelf", "Shelf", "View", "library", "6", also="Alt+6"),
    Command("panels", "Hide or show the panels", "View", "panel-left", "Tab"),
    Command("next_pane", "Next panel", "View", "panel-right", "F6", EVERYWHERE, "Workspace, inspector, history, shelf"),
    Command("theme", "Dark or light", "View", "sun", "Ctrl+Shift+L"),
    Command("palette", "Find anything", "Help", "command", "Ctrl+K"),
    Command("shortcuts", "Keyboard shortcuts", "Help", "keyboard", "F1"),
    Command("about", "About the models and their makers", "Help", "info"),
)
MENUS = ("File", "Edit", "Make", "Notes", "Play", "Text", "View", "Help")
