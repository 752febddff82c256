"""One table of design tokens, dark and light; no other file names a colour, a font or a size."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import lru_cache

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from studio.places import shipped

SPACE = 4
SPACES = (4, 8, 12, 16, 24)
CONTROL_HEIGHT = 28
TOOL_BUTTON = 32
ICON = 18
CORNER = 6
FONT_SIZE, LABEL_SIZE, TITLE_SIZE = 13, 12, 15
PAGE_SIZE, PAGE_CHARACTERS = 18, 66  # the writing page: its letters, and how many stand in a line
CODE_SIZE, CODE_CHARACTERS = 15, 100  # the same of a page of code
PAGE_HEADINGS = (28, 24, 20)  # headings of the first to the third order
SAMPLE = "Nobody had asked him his name, and one after another the windows of the street forgot why."  # letters as often as they come
MOTION_MS = 120
HEATS = 64  # steps from cold to hot
INSPECTOR_WIDTH, SHELF_WIDTH, FILMSTRIP_HEIGHT = 292, 196, 92


@dataclass(frozen=True)
class Tokens:
    """Colours of one theme."""

    name: str
    ground: str
    panel: str
    raised: str
    line: str
    text: str
    quiet: str
    disabled: str
    accent: str
    accent_pressed: str
    on_accent: str
    good: str
    warn: str
    bad: str
    track_lightness: float

    def color(self, name: str, alpha: float = 1.0) -> QColor:
        color = QColor(getattr(self, name))
        color.setAlphaF(alpha)
        return color

    def tracks(self) -> tuple[QColor, ...]:
        """Eight hues of equal lightness in OKLCH, ordered so that neighbours are told apart by the colour-blind."""
        return tuple(oklch(self.track_lightness, 0.12, hue) for hue in (65, 245, 150, 350, 105, 290, 195, 25))


DARK = Tokens(
    "dark", "#1b1c1e", "#232527", "#2d3033", "#3a3d41", "#e8e6e3", "#a3a09b", "#6b6964",
    "#f2a33c", "#d98a22", "#1b1c1e", "#6fbf73", "#e5c04b", "#ec7a71", 0.75,
)  # fmt: skip
LIGHT = Tokens(
    "light", "#f4f3f0", "#ffffff", "#ffffff", "#dcdad5", "#1f1e1c", "#6b6964", "#a3a09b",
    "#9c5806", "#7d4604", "#ffffff", "#2f7d36", "#7a6000", "#b3261e", 0.55,
)  # fmt: skip
THEMES = {"dark": DARK, "light": LIGHT}


@lru_cache(maxsize=64)
def oklch(lightness: float, chroma: float, hue: float) -> QColor:
    """OKLCH → sRGB (Ottosson 2020)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    gamma = [12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in (min(max(v, 0.0), 1.0) for v in linear)]
    return QColor.fromRgbF(*(min(max(v, 0.0), 1.0) for v in gamma))


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two colours."""

    def luminance(name: str) -> float:
        color = QColor(name)
        parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (color.redF(), color.greenF(), color.blueF())]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


class _Theme(QObject):
    """The theme in force; `changed` tells widgets that draw themselves to draw again."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = DARK


@lru_cache(maxsize=1)
def current() -> _Theme:
    """The one theme of this process."""
    return _Theme()


def tokens() -> Tokens:
    return current().tokens


def apply(app: QApplication, name: str) -> None:
    """Put the theme called `name` (dark or light) in force."""
    theme = current()
    theme.tokens = THEMES[name]
    icon.cache_clear()
    app.setStyle("Fusion")
    app.setFont(font())
    app.setPalette(_palette(theme.tokens))
    app.setStyleSheet(_stylesheet(theme.tokens))
    theme.changed.emit()


@lru_cache(maxsize=1)
def _family() -> str:
    """The system's sans; the shipped Inter where the system names none of its own (no desktop, offscreen)."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    if QGuiApplication.platformName() in ("cocoa", "windows") or (
        system and system not in ("Sans", "Sans Serif", "sans-serif", "DejaVu Sans", "Bitstream Vera Sans")
    ):
        return system
    return _shipped_family("Inter-*.otf") or system


@lru_cache(maxsize=1)
def _page_family() -> str:
    """The serif of the writing page."""
    return _shipped_family("Vollkorn-*.ttf") or "serif"


def _shipped_family(pattern: str) -> str:
    families: list[str] = []
    for file in sorted((shipped("resources") / "fonts").glob(pattern)):
        families += QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(file)))
    return families[0] if families else ""


def font(size: int = FONT_SIZE, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    made = QFont(_family())
    made.setPixelSize(size)
    made.setWeight(weight)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def title_font() -> QFont:
    return font(TITLE_SIZE, QFont.Weight.DemiBold)


def page_font(size: int = PAGE_SIZE) -> QFont:
    """The serif of the writing page, and of what leaves it for paper."""
    made = QFont(_page_family())
    made.setStyleHint(QFont.StyleHint.Serif)
    made.setPixelSize(size)
    return made


def code_font(size: int = CODE_SIZE) -> QFont:
    """The letters of one width that pages of code have: the system's own."""
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    made.setStyleHint(QFont.StyleHint.Monospace)
    made.setFixedPitch(True)
    made.setPixelSize(size)
    return made


def column(code: bool) -> int:
    """How wide the column of a page is: as many characters as it is to have of an average line."""
    font, letters = (code_font(), CODE_CHARACTERS) if code else (page_font(), PAGE_CHARACTERS)
    return round(QFontMetricsF(font).horizontalAdvance(SAMPLE) / len(SAMPLE) * letters)


def heat(share: float) -> QColor:
    """The colour of a surprise from 0 to 1: transparent, then amber, then red."""
    return _heat(round(min(max(share, 0.0), 1.0) * HEATS))


@lru_cache(maxsize=HEATS + 1)
def _heat(step: int) -> QColor:
    share = step / HEATS
    amber, red = QColor(DARK.accent), QColor(DARK.bad)
    past = max(0.0, 2 * share - 1)
    pairs = ((amber.redF(), red.redF()), (amber.greenF(), red.greenF()), (amber.blueF(), red.blueF()))
    r, g, b = (one + (other - one) * past for one, other in pairs)
    return QColor.fromRgbF(r, g, b, min(1.0, 2 * share) * 0.42)


@lru_cache(maxsize=512)
def icon(name: str, role: str = "text", size: int = ICON) -> QIcon:
    """The icon `name` of the shipped set in the colour of token `role`, quiet when disabled, sharp at 1× and 2×."""
    source = (shipped("resources") / "icons" / f"{name}.svg").read_text("utf-8")
    made = QIcon()
    for mode, colour in ((QIcon.Mode.Normal, role), (QIcon.Mode.Disabled, "disabled")):
        painted = QByteArray(source.replace("currentColor", getattr(tokens(), colour)).encode())
        for ratio in (1, 2):
            pixmap = QPixmap(QSize(size, size) * ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            QSvgRenderer(painted).render(painter)
            painter.end()
            pixmap.setDevicePixelRatio(ratio)
            made.addPixmap(pixmap, mode)
    return made


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for where, name in (
        (role.Window, "panel"), (role.WindowText, "text"), (role.Base, "ground"), (role.AlternateBase, "raised"),
        (role.Text, "text"), (role.Button, "raised"), (role.ButtonText, "text"), (role.ToolTipBase, "raised"),
        (role.ToolTipText, "text"), (role.PlaceholderText, "quiet"), (role.Highlight, "accent"),
        (role.HighlightedText, "on_accent"), (role.Mid, "line"), (role.Link, "accent"), (role.Accent, "accent"),
    ):  # fmt: skip
        palette.setColor(where, t.color(name))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, t.color("disabled"))
    return palette


def _stylesheet(t: Tokens) -> str:
    values = {each.name: getattr(t, each.name) for each in fields(t)}
    values |= {"corner": CORNER, "control": CONTROL_HEIGHT - 2, "label": LABEL_SIZE, "title": TITLE_SIZE, "tool": TOOL_BUTTON - 2}
    sheet = (shipped("resources") / "theme.qss").read_text("utf-8")
    for name, value in values.items():
        sheet = sheet.replace(f"@{{{name}}}", str(value))
    return sheet
