"""Seeing a model think: the tint of surprise, the alternatives to a word, and picking by hand what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from studio.documents.page.marks import word_at
from studio.engine import Priority
from studio.generators.capabilities import NextWord, TokenBits
from studio.ui.context import AppContext
from studio.ui.writing import model_queries
from studio.ui.writing.bits import Bits
from studio.ui.writing.choices import GAP, Choices
from studio.ui.writing.model_queries import ModelQueries
from studio.ui.writing.sheet import Sheet

REST_MS, PICK_MS = 900, 150
CONTEXT = 3000  # characters before a stretch that a model reads with it
STRETCH = 12_000  # characters that are asked for at once
WORDS = 8


class SurprisalView(QObject):
    """`bits_changed` when the tint is another one; `go_on_wanted` carries a place to continue at."""

    bits_changed = Signal()
    go_on_wanted = Signal(int)

    def __init__(self, context: AppContext, sheet: Sheet) -> None:
        super().__init__(sheet)
        self._sheet, self._edit = sheet, sheet.edit
        self.bits = Bits()
        self.choices = Choices(self._edit)
        self.tinting = self.picking = False
        self._bits_queries = ModelQueries(context, "bits", Priority.BACKGROUND)
        self._words_queries = ModelQueries(context, "words")
        self._span: tuple[int, int] | None = None  # what a chosen word takes the place of
        self._lead, self._just_chose = "", False
        self._from, self._done = 0, 0
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask_bits)
        self._pick = QTimer(self, singleShot=True, interval=PICK_MS)
        self._pick.timeout.connect(self._ask_next)
        sheet.changed.connect(self._changed)
        sheet.opened.connect(self._begin)
        self._edit.word_pressed.connect(self._pressed)
        self._edit.moved.connect(self._moved)
        self._edit.digit_pressed.connect(lambda digit: self.choices.take(digit - 1))
        self._edit.verticalScrollBar().valueChanged.connect(lambda _: self._rest.start(REST_MS) if self.tinting else None)
        self.choices.chosen.connect(self._chosen)
        self.choices.left.connect(self.leave)
        self.choices.go_on_wanted.connect(self._go_on)

    # The tint.

    def set_tinting(self, on: bool) -> None:
        """Tint what the model in hand finds surprising."""
        self.tinting = on
        self._edit.layers.bits = self.bits if on else None
        self._edit.viewport().update()
        if on:
            self._rest.start(0)
        else:
            self._bits_queries.stop()
            self.leave()

    def forget(self) -> None:
        """Another model, another opinion."""
        self._begin()

    def _begin(self) -> None:
        self._bits_queries.stop()
        self.leave()
        self.bits = Bits()
        self._edit.layers.bits = self.bits if self.tinting else None
        self.bits_changed.emit()
        if self.tinting:
            self._rest.start(REST_MS)

    def _changed(self, at: int, removed: int, inserted: int) -> None:
        self.bits.edit(at, removed, inserted)
        self._words_queries.stop()
        self.choices.leave()
        self._edit.takes_digits = self._just_chose = False
        if self.tinting:
            self._bits_queries.stop()
            self._rest.start(REST_MS)
            self.bits_changed.emit()
        if self.picking:
            self._pick.start(PICK_MS)

    def _ask_bits(self) -> None:
        """Ask about what is in sight first, then about the rest of the page from the beginning."""
        content = self._sheet.content
        if not self.tinting or self._bits_queries.busy or self._sheet.previewing:
            return
        first, last = self._edit.visible_span()
        start = self.bits.missing_from(first, min(last, len(content)))
        if start >= min(last, len(content)):
            start = self.bits.missing_from(0, len(content))
        if start >= len(content):
            return
        begin = content.rfind("\n", 0, max(0, start - CONTEXT)) + 1
        stop = min(len(content), start + STRETCH)
        self._from, self._done = begin, start
        if not self._bits_queries.ask(model_queries.bits(content[begin:stop]), self._heard_bits, self._rest_of_page):
            self._rest.start(REST_MS)

    def _heard_bits(self, tokens: Sequence[TokenBits]) -> None:
        known = [each for each in tokens if each.last + self._from > self._done]
        if known:
            self.bits.put(known, self._from)
            self._done = known[-1].last + self._from
        self.bits_changed.emit()
        self._edit.viewport().update()

    def _rest_of_page(self) -> None:
        """There may be more to ask; where a model gave nothing it is not asked again."""
        if self._done > self._from and self.tinting and self.bits.missing_from(0, len(self._sheet.content)) < len(self._sheet.content):
            self._rest.start(0)

    # Words.

    def set_picking(self, on: bool) -> None:
        """Offer the likeliest next word after each."""
        self.picking = on
        if on:
            self._pick.start(PICK_MS)
        else:
            self.leave()

    def leave(self) -> bool:
        """Away with the list of words; False where there was none."""
        self._words_queries.stop()
        self._edit.takes_digits = False
        self._span = None
        there = self.choices.leave()
        if there:
            self._edit.setFocus()
        return there

    def _pressed(self, place: int) -> None:
        if not self.tinting or self._sheet.previewing:
            return
        first, last = word_at(self._sheet.content, place)
        if first < last:
            self._ask((first, last))

    def _ask_next(self) -> None:
        content, place = self._sheet.content, self._edit.place()
        if not self.picking or self._sheet.previewing or not self._edit.at_paragraph_end() or not self._edit.hasFocus():
            return
        if self._words_queries.loading():
            self._pick.start(REST_MS)
        letter = content[place - 1 : place]
        if content[:place].strip() and (self._just_chose or not letter.isalnum()):
            self._ask((place, place), "" if letter.isspace() else " ")

    def _ask(self, span: tuple[int, int], lead: str = "") -> None:
        """What might stand in `span`; a space that is not there yet is a part of the question, else the word before might go on."""
        self._span, self._lead = span, lead
        before, _ = model_queries.seen(self._sheet.content, span[0])
        self._words_queries.ask(model_queries.next_words(before + lead, WORDS), self._heard_words)

    def _heard_words(self, words: Sequence[NextWord]) -> None:
        if self._span is None:
            return
        numbered = self.picking and self._span[1] == self._edit.place()
        middle = round(self._edit.cursor_rectangle().center().y()) + self._edit.viewport().y()
        left = self._edit.viewport().geometry().right() + GAP
        self.choices.show_words(words, left, middle, numbered)
        self._edit.takes_digits = numbered

    def _moved(self) -> None:
        """The cursor left the word."""
        if self._span is not None and not self._span[0] <= self._edit.place() <= self._span[1]:
            self.leave()

    def _chosen(self, word: NextWord) -> None:
        if self._span is None:
            return
        (first, last), self._span = self._span, None
        self.choices.leave()
        text = self._lead + word.text
        self._sheet.apply("Choose a word", first, last, text)
        self._edit.choose(first + len(text), first + len(text))
        self._edit.setFocus()
        self._just_chose = True
        if self.picking:
            self._pick.start(PICK_MS)

    def _go_on(self) -> None:
        if self._span is not None:
            first = self._span[0]
            self.leave()
            self.go_on_wanted.emit(first)
