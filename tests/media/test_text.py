"""Texts through their files."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media import MediaError, Text, TextSelection, medium_of
from studio.media.registry import load_file, named
from studio.media.text import files

NOTE = json.dumps({"model": "smollm2", "seed": 7, "words": "Füchse – ü"})


@given(st.text(max_size=200))
def test_a_text_comes_back_with_and_without_a_note(content: str) -> None:
    text = Text(content)
    assert files.decode(files.encode(text, NOTE)) == (text, NOTE)
    again, _ = files.decode(files.encode(text))
    if not content.startswith("---\natelier"):
        assert again == Text(text.content.removeprefix("\ufeff"))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_text_or_a_sentence(data: bytes) -> None:
    try:
        text, _ = files.decode(data, "poem.md")
    except MediaError as error:
        assert "poem.md" in str(error)
    else:
        assert Text(text.content) == text


def test_front_matter_of_another_program_stays_in_the_text() -> None:
    text = Text("---\ntitle: Foxes\n---\nOne fox.\n")
    assert files.decode(files.encode(text))[0] == text
    assert files.decode(files.encode(text, NOTE)) == (text, NOTE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_texts_of_other_programs_are_read(encoding: str) -> None:
    assert files.decode("Füchse\r\nund Dächse".encode(encoding))[0].content == "Füchse\nund Dächse"


def test_what_is_no_text_says_so() -> None:
    with pytest.raises(MediaError, match=r"story\.md is no text"):
        files.decode(b"PK\x03\x04\x00\x00", "story.md")
    with pytest.raises(MediaError, match="million"):
        Text("a" * (20 * 10**6 + 1))


def test_a_selection_comes_back_and_a_broken_one_says_so() -> None:
    assert TextSelection.from_bytes(TextSelection(3, 9).to_bytes()) == TextSelection(3, 9)
    for data in (b"", b"{}", b'{"span": [9, 3]}', b'{"span": "ab"}'):
        with pytest.raises(MediaError):
            TextSelection.from_bytes(data)


def test_a_text_is_a_medium_with_file_thumbnail_and_growth(tmp_path) -> None:
    medium = medium_of(Text("x"))
    assert medium is named("text")
    medium.save(Text("# A fox\n\nruns.\n"), tmp_path / "fox.md", NOTE)
    text, note = load_file(tmp_path / "fox.md")
    assert (text.first_line, text.words, note) == ("A fox", 4, NOTE)
    assert medium.append(text, Text("It sleeps.")).content.endswith("runs.\nIt sleeps.")
    page, blank = medium.drawing(text), medium.drawing(Text(""))
    assert (page.width, page.height) == (128, 128)
    assert np.any(page.pixels != blank.pixels)
