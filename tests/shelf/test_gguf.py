"""GGUF files, sound and broken."""

from pathlib import Path

import gguf
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.shelf import ShelfError
from studio.shelf.containers.gguf import GgufFile


@pytest.fixture(scope="module")
def numbers() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(4, 64)).astype(np.float32)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, numbers: np.ndarray) -> Path:
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_uint32("llama.block_count", 2)
    writer.add_float32("llama.rope.freq_base", 1e5)
    writer.add_array("tokenizer.ggml.tokens", ["a", "füchse", "c"])
    writer.add_array("tokenizer.ggml.token_type", [1, 1, 3])
    writer.add_tensor("plain", numbers)
    for kind in (gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.Q4_1, gguf.GGMLQuantizationType.F16):
        writer.add_tensor(kind.name, gguf.quantize(numbers, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_header_and_tensors_come_back(sound: Path, numbers: np.ndarray) -> None:
    file = GgufFile(sound)
    assert file.metadata["general.architecture"] == "llama"
    assert file.metadata["llama.block_count"] == 2
    assert file.metadata["tokenizer.ggml.tokens"] == ["a", "füchse", "c"]
    assert file.metadata["tokenizer.ggml.token_type"] == [1, 1, 3]
    assert sum(map(np.prod, file.sizes.values())) == 4 * numbers.size
    assert (file.tensor("plain") == numbers).all()


@pytest.mark.parametrize(("name", "error"), [("Q8_0", 0.02), ("Q4_1", 0.3), ("F16", 0.002)])
def test_quantised_tensors_are_undone(sound: Path, numbers: np.ndarray, name: str, error: float) -> None:
    found = GgufFile(sound).tensor(name)
    assert found.shape == numbers.shape
    assert 0 < np.abs(found - numbers).max() < error


KINDS = [kind for kind in gguf.quants._type_traits if kind.name not in ("F16", "F32")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_quantisation_that_the_package_undoes_is_read(tmp_path: Path, kind: gguf.GGMLQuantizationType) -> None:
    block, size = gguf.GGML_QUANT_SIZES[kind]
    chance = np.random.default_rng(1)
    rows = chance.integers(0, 256, (300, 4 if block == 1 else 2, size), dtype=np.uint8)
    with np.errstate(all="ignore"):
        wanted = gguf.dequantize(rows.reshape(len(rows), -1), kind)
    whole = np.isfinite(wanted).all(axis=1) & (np.abs(wanted) < 1e6).all(axis=1)  # any bytes are a block, but not all of numbers
    rows, wanted = rows.reshape(len(rows), -1)[whole], wanted[whole]
    assert len(rows) > 3
    writer = gguf.GGUFWriter(tmp_path / "x.gguf", "llama")
    writer.add_tensor("quantised", rows, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert np.array_equal(GgufFile(tmp_path / "x.gguf").tensor("quantised"), wanted.astype(np.float32))


def test_what_is_not_there_is_named(sound: Path, tmp_path: Path) -> None:
    with pytest.raises(ShelfError, match="no tensor “gone”"):
        GgufFile(sound).tensor("gone")
    with pytest.raises(ShelfError, match="nowhere"):
        GgufFile(tmp_path / "nowhere.gguf")
    (tmp_path / "empty.gguf").touch()
    with pytest.raises(ShelfError, match="empty"):
        GgufFile(tmp_path / "empty.gguf")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.data())
def test_a_broken_file_ends_in_a_sentence(sound: Path, tmp_path: Path, data: st.DataObject) -> None:
    whole = bytearray(sound.read_bytes())
    for place in data.draw(st.lists(st.integers(0, 700), max_size=4)):
        whole[place] = data.draw(st.integers(0, 255))
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        file = GgufFile(broken)
        for name in file.tensors:
            file.tensor(name)
    except ShelfError as error:
        assert "broken.gguf" in str(error)
