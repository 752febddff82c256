"""Texts and names that are not in UTF-8 come out as they were written, and it is said in which writing they were."""

import os
from pathlib import Path

import numpy as np
import pytest

from studio.media import MediaError, Picture, Text
from studio.media.encodings import guessed, readable
from studio.media.picture import load as load_picture
from studio.media.picture import save as save_picture
from studio.media.registry import remark
from studio.media.text.files import decode, load
from studio.media.text.formats import save

WRITINGS = [
    ("gb18030", "他说：今天天气很好，我们去公园吧。"), ("gb18030", "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。"),
    ("gb18030", "小说的第一章"),
    ("cp932", "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"), ("cp932", "古池や蛙飛びこむ水の音"),
    ("euc_jp", "吾輩は猫である。名前はまだ無い。"), ("big5hkscs", "他說：今天天氣很好，我們去公園吧。這是一個故事的開始。"),
    ("cp949", "나는 학교에 갔다. 오늘은 날씨가 좋다. 우리는 공원에서 만났다."), ("cp1251", "Все счастливые семьи похожи друг на друга."),
    ("koi8_r", "Все счастливые семьи похожи друг на друга."), ("cp1252", "Die Straße war naß und grün – „schön“, sagte er."),
    ("cp1252", "Le café était fermé à l’aube."), ("cp1252", "naïve"), ("cp1250", "Příliš žluťoučký kůň. Zażółć gęślą jaźń."),
    ("cp1253", "Μήνιν άειδε θεά Πηληιάδεω Αχιλήος ουλομένην"), ("utf-8", "Zoë – 鴉"),
]  # fmt: skip


@pytest.mark.parametrize(("writing", "text"), WRITINGS)
def test_a_text_of_an_older_program_is_read_in_its_own_writing(tmp_path: Path, writing: str, text: str) -> None:
    content = f"{text}\n\nChapter 1\n{text * 3}\n"
    path = tmp_path / "page.txt"
    path.write_bytes(content.encode(writing))
    assert load(path)[0] == Text(content)
    assert decode(text.encode(writing))[0] == Text(text)
    assert bool(remark(path)) == (writing != "utf-8")


def test_it_is_said_in_which_writing_a_text_was() -> None:
    assert guessed("モデル".encode("cp932")) == "cp932"
    assert guessed(b"plain") == "utf-8"


def test_a_long_text_cut_within_a_letter_is_still_told(tmp_path: Path) -> None:
    line = "他说今天天气很好我们去公园吧"
    for shift in ("", "a"):
        data = (shift + line * 10_000).encode("gb18030")
        (tmp_path / "long.txt").write_bytes(data)
        assert load(tmp_path / "long.txt")[0].content == shift + line * 10_000
        assert "GB 18030" in remark(tmp_path / "long.txt")


@pytest.mark.parametrize(("writing", "name"), [("cp932", "古池や.txt"), ("gb18030", "小说的第一章.txt"), ("cp1252", "Übung.txt")])
def test_a_name_that_the_system_cannot_read_is_readable(tmp_path: Path, writing: str, name: str) -> None:
    raw = os.fsencode(tmp_path) + b"/" + name.encode(writing)
    with open(raw, "wb") as file:
        file.write(b"\x00\x01")
    (path,) = tmp_path.iterdir()
    assert readable(path.name) == name
    with pytest.raises(MediaError, match=name[:2]) as error:
        load(path)
    str(error.value).encode("utf-8")
    with pytest.raises(MediaError, match=name[:2]):
        load_picture(path)


@pytest.mark.parametrize("letter", ["a", "ü", "鴉", "🦊"])
def test_names_as_long_as_a_disk_takes_are_written_and_read(tmp_path: Path, letter: str) -> None:
    stem = letter * (245 // len(letter.encode()))
    save_picture(Picture(np.full((2, 2, 4), 255, np.uint8)), tmp_path / f"{stem}.png", '{"format": 1}')
    assert load_picture(tmp_path / f"{stem}.png")[1] == '{"format": 1}'
    for ending in (".txt", ".html", ".md", ".docx"):
        save(Text("once\n"), tmp_path / (stem + ending), '{"format": 1}')
        if ending != ".html":
            assert load(tmp_path / (stem + ending))[1] == '{"format": 1}', ending
    assert all(len(os.fsencode(path.name)) <= 255 for path in tmp_path.iterdir())
