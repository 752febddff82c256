"""What was dropped is recognised by its endings, and nothing is read for it."""

import pytest

from studio.training.errors import TrainingError
from studio.training.gathering import gathered


def test_a_folder_is_what_most_of_its_files_are_and_the_rest_is_named(tmp_path) -> None:
    for name in ("a.txt", "b.MD", "deep/c.docx", "d.mid", "e.png", "f.bin", ".hidden.txt", ".git/g.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    found = gathered([tmp_path])
    assert found.medium == "text"
    assert [entry.name for entry in found.entries["text"]] == ["a.txt", "b.MD", "deep/c.docx"]
    assert {medium: len(entries) for medium, entries in found.entries.items()} == {"text": 3, "picture": 1, "score": 1}


def test_files_alone_are_taken_too(tmp_path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("words")
    found = gathered([tmp_path / "a.txt", tmp_path / "b.txt"])
    assert [entry.name for entry in found.entries["text"]] == ["a.txt", "b.txt"]


def test_nothing_to_learn_from_is_said(tmp_path) -> None:
    (tmp_path / "a.bin").write_bytes(b"")
    with pytest.raises(TrainingError, match="holds no pictures, texts or scores"):
        gathered([tmp_path])


def test_code_and_what_lies_beside_works_is_not_learnt_from(tmp_path) -> None:
    (tmp_path / "poem.txt").write_text("once")
    for name in ("poem.txt.atelier.json", "sheet.json", "make.py", "page.html"):
        (tmp_path / name).write_text("{}")
    found = gathered([tmp_path])
    assert [entry.name for entry in found.entries["text"]] == ["poem.txt"]
