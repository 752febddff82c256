"""Texts in other programs' files: what goes out comes back, what is broken or hostile is a sentence."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media import MediaError, Text
from studio.media.registry import load_file
from studio.media.text import docx, files, formats, markdown
from studio.media.text.counting import Counts, counts_of, syllables

PAGE = Text(
    "# The lamp\n\nIt was **bright**, and *thin*.\nA second line.\n\n- one\n- two\n\n1. first\n\n> quoted\n\nمرحبا 🐈 <b>&amp;</b>\n"
)


def test_a_document_of_word_comes_back_with_its_marks_and_its_note(tmp_path) -> None:
    path = tmp_path / "page.docx"
    formats.save(PAGE, path, '{"note": "<&>"}')
    text, note = load_file(path)
    assert note == '{"note": "<&>"}'
    assert text.content == PAGE.content.replace("&amp;", "&")


def test_the_same_page_gives_the_same_bytes() -> None:
    assert docx.encode(PAGE, "n") == docx.encode(PAGE, "n")


@pytest.mark.parametrize("ending", [".txt", ".html"])
def test_what_has_no_place_for_a_note_has_it_beside(tmp_path, ending) -> None:
    path = tmp_path / f"page{ending}"
    formats.save(PAGE, path, '{"a": 1}')
    assert (tmp_path / f"page{ending}{files.SIDECAR}").read_text() == '{"a": 1}'
    assert files.load(path)[1] == '{"a": 1}'


def test_plain_text_has_no_marks() -> None:
    assert markdown.plain(PAGE).startswith("The lamp\n\nIt was bright, and thin.\nA second line.\n\n- one\n- two\n\n1. first\n\nquoted")


def test_html_holds_no_script_of_the_page() -> None:
    assert "<script>" not in markdown.html(Text("<script>alert(1)</script> [x](javascript:alert(1)) ![y](file:///etc/passwd)"))


def packed(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return buffer.getvalue()


def replaced(data: bytes, part: str, inside: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, inside if info.filename == part else old.read(info))
    return buffer.getvalue()


GOOD = docx.encode(PAGE)
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">' + b"".join(
    f'<!ENTITY x{n} "{f"&x{n - 1};" * 10 if n else "&b;" * 10}">'.encode() for n in range(12)
)
WORD = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OUTSIDE = (
    b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document ' + WORD + b"><w:body><w:p><w:r><w:t>&e;x</w:t>"
    b"</w:r></w:p></w:body></w:document>"
)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 and no more", GOOD[: len(GOOD) // 2], packed(a=b"x"), packed(word__document=b"x"),
        replaced(GOOD, "word/document.xml", b"no xml"), replaced(GOOD, "[Content_Types].xml", b"<Types/>"),
        replaced(GOOD, "_rels/.rels", b""), packed(word=b"\0" * (40 * 2**20)),
        replaced(GOOD, "word/document.xml", LAUGHS + b"]><w:document>&x11;</w:document>"),
    ],
    ids=["cut", "half", "other zip", "no document", "no xml", "no types", "no relations", "bomb", "laughs"],
)  # fmt: skip
def test_what_is_no_document_of_word_is_a_sentence(data) -> None:
    with pytest.raises(MediaError, match=r"bad\.docx"):
        files.decode(data, "bad.docx")


def test_nothing_is_fetched_from_outside_a_document() -> None:
    try:
        text, _ = files.decode(replaced(GOOD, "word/document.xml", OUTSIDE), "x.docx")
    except MediaError:
        return
    assert "root:" not in text.content


@given(st.binary(max_size=300), st.integers(0, len(GOOD) - 1))
def test_damaged_documents_are_texts_or_sentences(noise: bytes, at: int) -> None:
    hurt = GOOD[:at] + noise + GOOD[at + len(noise) :]
    try:
        files.decode(hurt, "x.docx")
    except MediaError as error:
        assert "x.docx" in str(error)


@given(st.text(max_size=60), st.text(max_size=60))
def test_counts_of_lines_add_up(one: str, other: str) -> None:
    assert counts_of(f"{one}\n{other}") == counts_of(one) + counts_of(other)


def test_counts_are_of_words_characters_and_syllables() -> None:
    assert counts_of("An old silent pond\n— a frog jumps in!") == Counts(8, 36, 9)


@pytest.mark.parametrize(("word", "count"), [("table", 2), ("created", 3), ("Houses", 2), ("rhythm", 2), ("idea", 3), ("b", 1)])
def test_syllables_of_words(word, count) -> None:
    assert syllables(word) == count
