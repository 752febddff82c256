"""The lab in the real window: from a folder of pictures to a model that draws."""

import dataclasses
from concurrent.futures import Future

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from studio.engine import Session, Stepped
from studio.generators import Trains
from studio.training import own
from studio.ui.application import build

PATIENCE = 60_000


@pytest.fixture
def folder(tmp_path):
    """Twenty-two drawings, one of them twice, and a text that calls itself a picture."""
    made = tmp_path / "foxes"
    made.mkdir()
    for number in range(22):
        pixels = np.random.default_rng(number).integers(0, 256, (16, 16, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(made / f"{number:02}.png")
    Image.fromarray(pixels).save(made / "twice.png")
    (made / "text.png").write_text("no picture")
    return made


@pytest.fixture
def window(opened, monkeypatch):
    import studio.generators.vae as vae

    small = Trains(lambda size: {"size": size, "latent": 8, "colours": 15, "beta": 1.0, "attributes": {}}, pictures=1000, batch_size=8)
    monkeypatch.setattr(vae, "FAMILY", dataclasses.replace(vae.FAMILY, trains=small))
    return opened()


def read(qtbot, window, folder) -> None:
    window.open_path(folder)
    qtbot.waitUntil(
        lambda: window.workspaces["lab"].material.collection is not None and window.workspaces["lab"].material.views["picture"].count() > 0,
        timeout=PATIENCE,
    )
    window.workspaces["lab"].material.form.size_box.setCurrentIndex(0)
    qtbot.waitUntil(lambda: not window.context.bridge.busy(), timeout=PATIENCE)


def start(qtbot, window, minutes: float = 600) -> None:
    lab = window.workspaces["lab"]
    lab.setup.minutes.set_value(minutes)
    lab.setup.choose_batch(8)
    qtbot.mouseClick(lab.setup.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab._running_page is not None and lab.running.curves.count() >= 2, timeout=PATIENCE)


def pause(qtbot, window) -> None:
    qtbot.mouseClick(window.workspaces["lab"].running.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.workspaces["lab"]._job is None, timeout=PATIENCE)


def test_a_folder_is_reported_and_its_preview_follows_the_choices(qtbot, window, folder) -> None:
    read(qtbot, window, folder)
    material = window.workspaces["lab"].material
    assert window.current == "lab"
    assert "22 pictures" in material._from.text()
    assert "twice.png: the same picture as 21.png" in material._reasons.toPlainText()
    assert "text.png" in material._reasons.toPlainText()
    before = [each.toImage() for each in material.views["picture"]._pixmaps]
    material.form.colours.setCurrentIndex(1)
    qtbot.waitUntil(lambda: [each.toImage() for each in material.views["picture"]._pixmaps] != before, timeout=PATIENCE)


def test_a_folder_without_pictures_says_so_where_it_was_dropped(qtbot, window, tmp_path) -> None:
    (tmp_path / "nothing").mkdir()
    window.open_path(tmp_path / "nothing")
    qtbot.waitUntil(lambda: "holds no pictures, texts or scores" in window.workspaces["lab"].material._from.text(), timeout=PATIENCE)
    assert not window.workspaces["lab"].setup.start.isEnabled()


def test_sample_drawings_are_there_for_a_first_training(qtbot, window) -> None:
    material = window.workspaces["lab"].material
    qtbot.mouseClick(material._sample, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: material.collection is not None and material.views["picture"].count() > 0, timeout=PATIENCE)
    assert material.collection.count == 100
    assert not material.collection.left_out
    assert material.choices().size == 64
    assert not material._sample.isVisible()
    qtbot.waitUntil(lambda: not window.context.bridge.busy(), timeout=PATIENCE)


def test_time_and_memory_are_told_before_starting(qtbot, window, folder) -> None:
    read(qtbot, window, folder)
    qtbot.waitUntil(lambda: "pictures a second" in window.workspaces["lab"].setup.estimate.text(), timeout=PATIENCE)
    assert "about" in window.workspaces["lab"].setup.estimate.text() and "MB" in window.workspaces["lab"].setup.estimate.text()


def test_a_training_pauses_resumes_and_becomes_a_model_that_draws(qtbot, window, folder, project) -> None:
    lab = window.workspaces["lab"]
    read(qtbot, window, folder)
    start(qtbot, window)
    pause(qtbot, window)
    assert lab.sheet.count() >= 1
    assert "Paused" in lab.running.said()
    points = lab.running.curves.count()
    qtbot.mouseClick(lab.running.resume, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.running.curves.count() > points, timeout=PATIENCE)
    qtbot.mouseClick(lab.running.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab._job is None, timeout=PATIENCE)
    with qtbot.waitSignal(window.context.shelf_changed, timeout=PATIENCE):
        qtbot.mouseClick(lab.running.shelve, Qt.MouseButton.LeftButton)
    card = window.context.session.shelf.card("foxes")
    assert card.grade == "study" and card.preview is not None and "22 pictures of your own" in card.credit
    window.context.choose_model("foxes")
    window.inspector._count.set_value(2)
    window.inspector.press()
    qtbot.waitUntil(lambda: not window.context.bridge.busy() and project.asset_count() == 2, timeout=PATIENCE)


def test_a_training_is_measured_beside_the_nearest_pictures(qtbot, window, folder) -> None:
    lab = window.workspaces["lab"]
    read(qtbot, window, folder)
    start(qtbot, window)
    pause(qtbot, window)
    lab.running.plots.setCurrentWidget(lab.running.figures)
    assert not lab.sheet.beside.isVisible()
    qtbot.mouseClick(lab.running.figures.measure, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.running.figures.shown() != {}, timeout=PATIENCE)
    assert {"Copied", "Bits a pixel"} <= set(lab.running.figures.shown())
    sheet = lab.sheet.view.image
    assert lab.sheet.beside.isVisible() and lab.sheet.beside.isChecked()
    qtbot.mouseClick(lab.sheet.beside, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.sheet.view.image is not sheet, timeout=PATIENCE)
    lab.show_training(lab._shown)
    assert "Copied" in lab.running.figures.shown()


def test_generating_is_possible_while_a_training_runs(qtbot, window, folder, project) -> None:
    read(qtbot, window, folder)
    start(qtbot, window)
    window.inspector._count.set_value(3)
    window.inspector.press()
    qtbot.waitUntil(lambda: project.asset_count() == 3 and not window.context.bridge.busy(), timeout=PATIENCE)
    with qtbot.waitSignal(window.context.bridge.heard, timeout=PATIENCE, check_params_cb=lambda job, event: isinstance(event, Stepped)):
        window.go("lab")
    pause(qtbot, window)


def _done(value: object) -> Future:
    done: Future = Future()
    done.set_result(value)
    return done


def test_an_unfinished_training_is_offered_again_after_a_restart(qtbot, window, folder, project, shelf) -> None:
    read(qtbot, window, folder)
    start(qtbot, window)
    root = window.workspaces["lab"].root
    window.close()
    window.context.session.close()
    with Session(project, shelf, device="cpu") as second:
        again = build(project, second)
        again.workspaces["lab"].root = root
        qtbot.addWidget(again)
        again.show()
        again.go("lab")
        qtbot.waitUntil(lambda: again.workspaces["lab"].setup._unfinished.count() == 1, timeout=PATIENCE)
        training = again.workspaces["lab"]._trainings[0]
        with own.held(training.folder):  # as another studio does while it trains
            again.workspaces["lab"].setup.show_unfinished([training])
            row = again.workspaces["lab"].setup._unfinished.itemAt(0).widget()
            assert row.findChild(QPushButton) is None
            assert any("another window" in label.text() for label in row.findChildren(QLabel))
        with own.held(training.folder):
            again.workspaces["lab"].show_training(training)
            assert not again.workspaces["lab"].running.resume.isEnabled() and "another window" in again.workspaces["lab"].running.said()
            assert not again.workspaces["lab"].running.stop.isEnabled() and not again.workspaces["lab"].running.shelve.isEnabled()
            again.workspaces["lab"]._found(_done(own.read_all(root)))
            assert again.workspaces["lab"]._choice.currentText() == training.record.title
            again.workspaces["lab"].stop()
            assert own.read(training.folder).record.state == "open"
            own.read(training.folder).changed(state="ended")  # as the other one does
            again.workspaces["lab"]._found(_done(own.read_all(root)))
            assert again.workspaces["lab"]._shown.finished
        training = training.changed(state="open")
        again.workspaces["lab"].show_training(training)
        assert again.workspaces["lab"].running.resume.isEnabled()
        again.workspaces["lab"].show_new()
        again.workspaces["lab"].setup.show_unfinished([training])
        assert again.workspaces["lab"].setup._unfinished.itemAt(0).widget().findChild(QPushButton).isEnabled()
        again.workspaces["lab"].setup.resume_wanted.emit(training)
        points = again.workspaces["lab"].running.curves.count()
        qtbot.waitUntil(lambda: again.workspaces["lab"].running.curves.count() > points, timeout=PATIENCE)
        pause(qtbot, again)


def test_curves_go_back_to_where_a_checkpoint_was(qtbot) -> None:
    from studio.ui.lab.curves import Curves

    curves = Curves()
    qtbot.addWidget(curves)
    curves.add_all([(0, {"loss": 3.0}), (60, {"loss": 2.0}), (120, {"loss": 1.0}), (30, {"loss": 2.5})])
    assert curves._points["loss"] == ([0.0, 0.5], [3.0, 2.5])


def test_the_models_on_the_shelf_are_compared(qtbot, window, shelf) -> None:
    lab = window.workspaces["lab"]
    lab._choice.setCurrentIndex(lab._choice.count() - 1)
    lab._choice.activated.emit(lab._choice.count() - 1)
    measured = [card for card in shelf.cards() if "frechet_over_limit" in card.metrics]
    labels = {label.accessibleName() for label in lab.compared.findChildren(QLabel)}
    for card in measured:
        assert f"Distance {card.metrics['frechet_over_limit']:.3g}" in labels
    assert not lab.sheet.isVisible()
    lab._choice.activated.emit(0)
    assert lab.sheet.isVisible()
