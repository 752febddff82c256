"""A folder of texts becomes a set: what is writing is read, what is not is named, doubles are left out, a tenth is never read."""

import numpy as np
import pytest

from studio.generators.gpt.vocabulary import Vocabulary
from studio.training import gathering, material, own_texts
from studio.training.cutting import Choices
from studio.training.errors import TrainingError
from studio.training.own_texts import Texts
from studio.training.texts import TextSet, divided
from tests.training.tales import tale, write_tales


def look(folder) -> Texts:
    found = gathering.gathered([folder])
    *_, last = material.look(found, "text")
    assert isinstance(last, Texts)
    return last


def prepare(texts: Texts, tokenizer: str = "") -> TextSet:
    *_, last = material.prepare(texts, Choices(), tokenizer)
    assert isinstance(last, TextSet)
    return last


def test_texts_become_tokens_that_spell_them_and_a_tenth_is_held_out(tmp_path) -> None:
    texts = look(write_tales(tmp_path / "tales"))
    made = prepare(texts)
    vocabulary = Vocabulary(made.tokenizer)
    assert texts.count == 5 and not texts.left_out
    assert 0.05 < len(made.held) / (len(made.stream) + len(made.held)) < 0.15
    read, unread = vocabulary.text(made.stream.tolist()), vocabulary.text(made.held.tolist())
    assert unread == made.held_text and unread[:300] not in read
    assert len(read) + len(unread) == texts.characters


def test_what_is_no_writing_is_named_with_its_reason_and_the_rest_is_read(tmp_path, monkeypatch) -> None:
    folder = write_tales(tmp_path / "tales")
    chance = np.random.default_rng(0)
    (folder / "picture.txt").write_bytes(chance.integers(0, 256, 20_000, dtype=np.uint8).tobytes())
    (folder / "noise.txt").write_bytes(chance.integers(1, 32, 5000, dtype=np.uint8).tobytes())
    (folder / "empty.md").write_text("\n\n")
    (folder / "broken.docx").write_bytes(b"PK no document")
    (folder / "twice.md").write_text(tale(0).replace("\n\n", "\n"))
    monkeypatch.setattr(gathering, "LARGEST", 30_000)
    (folder / "huge.txt").write_text(tale(9, 40_000))
    texts = look(folder)
    reasons = {each.name: each.reason for each in texts.left_out}
    assert texts.count == 5
    assert "no writing has" in reasons["picture.txt"] and "no" in reasons["noise.txt"]
    assert reasons["empty.md"] == "it holds no words"
    assert "damaged" in reasons["broken.docx"]
    assert reasons["twice.md"] == "the same text as 0.txt"
    assert "a file has at most" in reasons["huge.txt"]


def test_beyond_the_most_characters_texts_are_cut_and_it_is_said(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(own_texts, "MOST", 13_000)
    texts = look(write_tales(tmp_path / "tales", 4))
    assert texts.characters == 13_000
    assert [each.name for each in texts.left_out] == ["2.txt", "3.txt"]


def test_too_few_characters_are_told_and_refused(tmp_path) -> None:
    texts = look(write_tales(tmp_path / "tales", 2))
    assert "at least 20,000 characters" in texts.too_few()
    with pytest.raises(TrainingError, match="at least 20,000 characters"):
        prepare(texts)


def test_the_vocabulary_suits_the_amount_of_text_and_the_preview_shows_its_cuts(tmp_path) -> None:
    texts = look(write_tales(tmp_path / "tales"))
    assert 260 <= texts.pieces <= 800
    assert texts.cut.spans[0][0] == 0 and texts.cut.spans[-1][1] == len(texts.cut.passage)


def test_a_training_that_goes_on_from_a_model_keeps_its_vocabulary(tmp_path) -> None:
    first = look(write_tales(tmp_path / "first"))
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "other.txt").write_text("Zwölf Boxkämpfer jagen Viktor. " * 1000)
    made = prepare(look(tmp_path / "second"), first.tokenizer)
    assert made.tokenizer == first.tokenizer
    assert "Boxkämpfer" in Vocabulary(first.tokenizer).text(made.stream.tolist())


def test_what_looks_like_a_control_token_is_text() -> None:
    kept, held = divided(["<|endoftext|> " + tale(1)])
    assert "".join(kept + held).count("<|endoftext|>") == 1
    tokenizer = own_texts.tokens.learnt(kept, 400)
    assert (own_texts._Encoder(tokenizer).row(kept[0]) == 0).sum() == 1
