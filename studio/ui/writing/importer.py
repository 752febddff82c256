"""What comes onto the pages from outside: works of the history, files, things that are dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject

from studio.documents.page.lines import clean
from studio.documents.page.subject import subject_of
from studio.documents.page.versions import Place
from studio.engine.asset_io import media_of
from studio.engine.errors import USER_ERRORS
from studio.media import Text
from studio.media.encodings import readable
from studio.media.registry import remark
from studio.media.text.code import ending_of
from studio.project import Asset
from studio.ui.context import AppContext, readable_recipe
from studio.ui.widgets.filmstrip import ASSET_MIME
from studio.ui.writing import export
from studio.ui.writing.sheet import Sheet


class Importer(QObject):
    """Each opens on the page in hand where that is empty, else on a page of its own; `open_page` begins one when it gets None."""

    def __init__(self, context: AppContext, sheet: Sheet, open_page: Callable[[int | None], None]) -> None:
        super().__init__(sheet)
        self._context, self._sheet, self._open_page = context, sheet, open_page

    def place(self, asset: int) -> None:
        """Open a text of the history; of another work, begin a page with a sentence about it."""
        try:
            work = self._context.project.asset(asset)
            if work.medium == "text":
                self._open_work(work)
            else:
                self.open_text(Text(subject_of(work)), "Write about a work")
        except USER_ERRORS as error:
            self._context.problem.emit(str(error), "")

    def _open_work(self, work: Asset) -> None:
        """On this page where it is empty, else on a page of its own."""

        def arrived(text: Text) -> None:
            if self.open_text(text) and work.recipe:
                self._made_by(work.id, text)
            self._context.wishes.picked.emit()

        self._context.read_aside(lambda: media_of(self._context.project, work, "text"), arrived)

    def open_file(self, path: Path) -> None:
        """Read a text file on the file threads, open it on a page of its own, and offer its recipe."""

        name = readable(path.name)

        def arrived(found: tuple[Text, str, str]) -> None:
            text, note, said = found
            if said:
                self._context.notice.emit(said)
            if not self.open_text(text, f"Open {name[:60]}"):
                return
            if ending_of(name):
                self._sheet.come_from(name)
            if readable_recipe(note):
                self._when_added(note, text)
                self._context.add(text, Path(name).stem[:80], note)
                self._context.offer_recipe(note)

        self._context.read_aside(lambda: (*export.load(path), remark(path)), arrived)

    def _when_added(self, note: str, text: Text) -> None:
        """Once the text of a file is in the history, the page knows what it comes from."""
        past = self._sheet.past

        def added(asset: Asset) -> None:
            if asset.recipe == note:
                self._context.asset_added.disconnect(added)
                if past is self._sheet.past:
                    self._made_by(asset.id, text)

        self._context.asset_added.connect(added)

    def _made_by(self, asset: int, text: Text) -> None:
        """The page begins as that work: a branch, from which a file of the page takes its recipe."""
        past = self._sheet.past
        past.go(past.add(Place(0, 0, "Opened", page=0), asset, text.content))

    def open_text(self, text: Text, label: str = "Open a text") -> bool:
        """Put a text on a page, as one step; False where nothing came of it."""
        if self._sheet.content.strip():
            self._open_page(None)
        content = clean(text.content)
        if content.count("\n") > text.content.count("\n"):
            self._context.notice.emit("Lines too long to be edited were broken; nothing else was changed.")
        made = self._sheet.apply(label, 0, len(self._sheet.content), content)
        self._sheet.edit.choose(0, 0)
        self._sheet.edit.setFocus()
        return made

    def dropped(self, data: QMimeData) -> None:
        """Texts are opened, other works are written about, files go where their kind is at home."""
        if data.hasFormat(ASSET_MIME):
            self.place(int(data.data(ASSET_MIME).toStdString()))
        elif data.hasUrls():
            for url in data.urls():
                if url.isLocalFile():
                    self._context.wishes.open.emit(Path(url.toLocalFile()))
