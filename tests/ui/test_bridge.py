"""Events come to the window in order; of frames that it had no time for it hears the newest alone."""

import threading

from studio.engine import Cancelled, Frame, Kept, Play, Request, Session, Started
from studio.shelf import Shelf
from studio.ui.bridge import Bridge
from tests import counting, tiny

PATIENCE = 60


def test_of_frames_that_pile_up_the_newest_is_told_and_everything_else_is(qtbot, project, tmp_path, monkeypatch) -> None:
    counting.on_shelf(monkeypatch, tmp_path / "models")
    many = threading.Event()
    drawn = counting.drawn
    monkeypatch.setattr(counting, "drawn", lambda number: many.set() or drawn(number) if number >= 30 else drawn(number))
    with Session(project, Shelf([tmp_path / "models"]), device="cpu") as session:
        bridge = Bridge(session)
        heard = []
        job = bridge.submit(Play("tiny-counting", "play", frames_per_second=240), lambda job, event: heard.append(event))
        for _ in range(30):
            job.post(1)
        assert many.wait(PATIENCE)  # the window is busy until then
        session.cancel(job)
        assert isinstance(job.wait(PATIENCE), Cancelled)
        qtbot.waitUntil(lambda: bool(heard) and heard[-1] is job.ending, timeout=PATIENCE * 1000)
    assert [type(event) for event in heard] == [Started, Frame, Cancelled]
    assert counting.number_in(heard[1].media) == 30


def test_a_kept_frame_is_told_between_frames(qtbot, project, tmp_path, monkeypatch) -> None:
    counting.on_shelf(monkeypatch, tmp_path / "models")
    with Session(project, Shelf([tmp_path / "models"]), device="cpu") as session:
        bridge = Bridge(session)
        asked, kept = [], []

        def hear(job, event) -> None:
            if isinstance(event, Frame) and not asked:
                asked.append(event)
                job.keep(event)
            elif isinstance(event, Kept):
                kept.append(event)

        job = bridge.submit(Play("tiny-counting", "play", frames_per_second=100), hear)
        qtbot.waitUntil(lambda: bool(kept), timeout=PATIENCE * 1000)
        session.cancel(job)
        assert isinstance(job.wait(PATIENCE), Cancelled)
        assert kept[0].asset is not None and kept[0].media == asked[0].media


def test_whether_something_runs_is_heard_on_the_windows_thread(qtbot, project, tmp_path) -> None:
    tiny.make_vae(tmp_path / "models")
    with Session(project, Shelf([tmp_path / "models"]), device="cpu") as session:
        bridge = Bridge(session)
        job = bridge.submit(Request("tiny-vae"))
        assert job.wait(PATIENCE) is not None
        assert bridge.busy()  # it has ended, and nobody here has heard of it yet
        qtbot.waitUntil(lambda: not bridge.busy(), timeout=PATIENCE * 1000)
