"""The lab with texts and scores: what was dropped is recognised, seen, trained on, and works where it belongs."""

import shutil

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QPushButton

from studio.ui.lab.material import to_learn_from

PATIENCE = 60_000


def read(qtbot, lab, folder) -> None:
    lab.over.open_path(folder)
    qtbot.waitUntil(lambda: lab.material.collection is not None and lab.material.collection.name == folder.name, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not lab.over.context.bridge.busy(), timeout=PATIENCE)


def offered(lab) -> list[str]:
    return [button.text() for button in lab.setup._group.buttons()]


def train_to_the_shelf(qtbot, lab) -> str:
    lab.setup.minutes.set_value(600)
    qtbot.mouseClick(lab.setup.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab._running_page is not None and lab.running.curves.count() >= 2, timeout=PATIENCE)
    qtbot.mouseClick(lab.running.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab._job is None, timeout=PATIENCE)
    with qtbot.waitSignal(lab.over.context.shelf_changed, timeout=PATIENCE):
        qtbot.mouseClick(lab.running.shelve, Qt.MouseButton.LeftButton)
    return lab._shown.record.shelved_as


def test_texts_are_recognised_and_only_what_learns_from_texts_is_offered(qtbot, lab, tales) -> None:
    assert "GPT" not in offered(lab)
    read(qtbot, lab, tales)
    assert offered(lab) == ["GPT"]
    assert not lab.material.form.isVisible() and lab.material.views["text"].isVisible()
    qtbot.waitUntil(lambda: lab.material.views["text"].count() > 50, timeout=PATIENCE)
    assert "5 texts" in lab.material._from.text() and "vocabulary" in lab.material._from.text()
    reasons = lab.material._reasons.toPlainText()
    assert "the same text as" in reasons and "picture.txt: it is no text" in reasons
    qtbot.waitUntil(lambda: "passages a second" in lab.setup.estimate.text(), timeout=PATIENCE)
    assert lab.setup.start.isEnabled()


def test_a_model_learns_texts_and_then_writes_along_on_the_page(qtbot, lab, tales, project) -> None:
    read(qtbot, lab, tales)
    name = train_to_the_shelf(qtbot, lab)
    assert lab.sheet.passages.isVisible() and lab.sheet.count() >= 1 and not lab.sheet.view.isVisible()
    assert not lab.running.plots.isTabVisible(lab.running.plots.indexOf(lab.running.figures))
    assert "writing page" in lab.running.said()
    window = lab.over
    card = window.context.session.shelf.card(name)
    assert card.family == "gpt" and "5 texts of your own" in card.credit and card.metrics["bits_per_byte"] > 0
    window.go("writing")
    window.context.choose_model(name)
    assert {action.id for action in window.context.actions()} == {"generate", "continue", "fill"}
    window.inspector.press()
    qtbot.waitUntil(lambda: not window.context.bridge.busy() and project.asset_count() == 1, timeout=PATIENCE)


def test_scores_are_seen_as_rolls_learnt_and_composed_with(qtbot, lab, tunes, project) -> None:
    read(qtbot, lab, tunes)
    assert offered(lab) == ["MuseNet", "MusicVAE"]
    qtbot.waitUntil(lambda: lab.material.views["score"].count() > 0, timeout=PATIENCE)
    assert lab.material.views["score"].isVisible() and not lab.material.views["picture"].isVisible()
    lab.setup.choose_family("musicvae")
    name = train_to_the_shelf(qtbot, lab)
    assert lab.sheet.view.isVisible() and lab.sheet.view.image is not None
    window = lab.over
    window.go("pianoroll")
    window.context.choose_model(name)
    window.inspector._count.set_value(1)
    window.inspector.press()
    qtbot.waitUntil(lambda: not window.context.bridge.busy() and project.asset_count() == 1, timeout=PATIENCE)


def test_of_a_mixed_folder_the_most_common_is_taken_and_the_rest_is_a_press_away(qtbot, lab, tales, tunes) -> None:
    for path in tunes.iterdir():
        shutil.copy(path, tales)
    for number in range(3):
        (tales / f"{number}.txt").unlink()
    read(qtbot, lab, tales)
    assert lab.material.medium == "score"
    button = next(each for each in lab.material.findChildren(QPushButton) if each.accessibleName() == "Use the texts instead")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.material.medium == "text", timeout=PATIENCE)
    assert offered(lab) == ["GPT"]


def test_too_few_characters_say_what_is_missing_and_nothing_is_measured(qtbot, lab, tales) -> None:
    for number in range(1, 5):
        (tales / f"{number}.txt").unlink()
    read(qtbot, lab, tales)
    assert not lab.setup.start.isEnabled()
    assert "at least 20,000 characters" in lab.setup._why_not.text()
    assert lab.setup.estimate.text() == ""


@pytest.mark.parametrize(
    ("names", "taken"), [(["a.txt"], True), (["a.mid", "b.mid"], True), (["folder"], True), (["a.mid"], False), (["a.png"], False)]
)
def test_folders_texts_and_several_files_are_taken_where_they_are_dropped(tmp_path, names, taken) -> None:
    (tmp_path / "folder").mkdir()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
    assert bool(to_learn_from(data)) == taken
