"""The decoder against transformers, and its cache against reading everything anew."""

import copy
from typing import Any

import numpy as np
import pytest
import torch

from studio.generators import GeneratorError
from studio.generators.gpt import checkpoints
from studio.generators.parts import packing, words
from studio.generators.parts.decoder import Decoder, DecoderConfig
from studio.generators.parts.nucleus import SamplingParams, sample

transformers = pytest.importorskip("transformers")

VOCABULARY = 97
KINDS: dict[str, dict[str, Any]] = {
    "llama": {}, "llama3": {"rope_parameters": {
        "rope_type": "llama3", "rope_theta": 1e4, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 32,
    }},
    "stretched": {"rope_parameters": {"rope_type": "linear", "rope_theta": 1e4, "factor": 4.0}},
    "mistral": {"sliding_window": 9, "head_dim": 12}, "qwen2": {}, "qwen2-windows": {
        "use_sliding_window": True, "sliding_window": 7, "max_window_layers": 2,
    },
    "qwen3": {"head_dim": 16}, "gemma": {"head_dim": 12, "tie_word_embeddings": True},
    "phi3": {"sliding_window": 11, "pad_token_id": 0}, "gpt2": {},
}  # fmt: skip
CLASSES = {"llama": "Llama", "llama3": "Llama", "stretched": "Llama", "qwen2-windows": "Qwen2"}


def theirs(kind: str) -> Any:
    torch.manual_seed(0)
    if kind == "gpt2":
        config = transformers.GPT2Config(vocab_size=VOCABULARY, n_positions=256, n_embd=32, n_layer=3, n_head=4, initializer_range=0.3)
        return transformers.GPT2LMHeadModel(config).eval()
    name = CLASSES.get(kind, kind.capitalize())
    shape = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2}
    values = {"max_position_embeddings": 256, "initializer_range": 0.3, "tie_word_embeddings": False} | shape | KINDS[kind]
    made = getattr(transformers, f"{name}ForCausalLM")(getattr(transformers, f"{name}Config")(vocab_size=VOCABULARY, **values)).eval()
    for key, weight in made.state_dict().items():
        if weight.dim() == 1:  # norms and biases begin as ones and noughts, which would hide that they are not read
            weight.add_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(len(key))) * 0.3)
    return made


def brought(config: dict[str, Any], tensors: dict[str, torch.Tensor]) -> words.Words:
    made, weights = checkpoints.of_folder(config, {name: tuple(each.shape) for name, each in tensors.items()}, tensors.__getitem__)
    return words.words_of(made, dict(weights))


def ours(model: Any) -> words.Words:
    return brought(model.config.to_dict(), dict(model.state_dict()))


@pytest.fixture(scope="module", params=KINDS)
def pair(request: pytest.FixtureRequest) -> tuple[Any, words.Words]:
    model = theirs(request.param)
    return model, ours(model)


@pytest.fixture
def tokens() -> torch.Tensor:
    return torch.randint(0, VOCABULARY, (2, 40), generator=torch.Generator().manual_seed(1))


@torch.no_grad()
def test_logits_are_those_of_transformers(pair: tuple[Any, words.Words], tokens: torch.Tensor) -> None:
    model, own = pair
    assert torch.allclose(own(tokens), model(tokens).logits, atol=1e-3)


@torch.no_grad()
def test_greedy_tokens_are_the_same(pair: tuple[Any, words.Words], tokens: torch.Tensor) -> None:
    model, own = pair
    count = 200 if model.config.model_type in ("gpt2", "llama") else 30  # transformers takes its time
    wanted = model.generate(tokens[:1], max_new_tokens=count, min_new_tokens=count, do_sample=False, pad_token_id=0, eos_token_id=None)
    assert list(own.greedy(tokens[0].tolist(), count)) == wanted[0, 40:].tolist()


@torch.no_grad()
def test_reading_in_pieces_and_step_by_step_is_reading_at_once(pair: tuple[Any, words.Words], tokens: torch.Tensor) -> None:
    _, own = pair
    whole = own(tokens)
    cache = own.decoder.cache(2, 40)
    parts = [own(tokens[:, first:last], cache) for first, last in ((0, 7), (7, 8), (8, 31), (31, 32), (32, 40))]
    assert torch.allclose(torch.cat(parts, dim=1), whole, atol=1e-4)


@torch.no_grad()
def test_a_cache_is_truncated_and_expanded_to_candidates(pair: tuple[Any, words.Words], tokens: torch.Tensor) -> None:
    _, own = pair
    cache = own.decoder.cache(1, 40)
    own(tokens[:1, :30], cache)
    cache.truncate(20)
    many = cache.expand(3)
    ends = torch.stack([tokens[1, 20:25], tokens[0, 20:25], tokens[1, 30:35]])
    found = own(ends, many)
    for row in range(3):
        alone = torch.cat([tokens[0, :20], ends[row]])[None]
        assert torch.allclose(found[row], own(alone)[0, 20:], atol=1e-4)
    with pytest.raises(ValueError, match="cannot go back"):
        cache.truncate(21)


@torch.no_grad()
def test_a_reader_reads_only_what_differs(pair: tuple[Any, words.Words], tokens: torch.Tensor, monkeypatch: Any) -> None:
    _, own = pair
    read: list[int] = []
    forward = own.decoder.forward
    monkeypatch.setattr(own.decoder, "forward", lambda x, *rest: (read.append(x.shape[1]), forward(x, *rest))[1])
    reader = own.reader(60)
    page = tokens[0].numpy()[:, None]
    list(reader.read(page, piece=16))
    assert read == [16, 16, 8]
    read.clear()
    edited = np.concatenate([page[:35], page[:3]])
    list(reader.read(edited))
    assert read == [3]
    assert torch.allclose(own.head(reader.seen), own(torch.from_numpy(edited[:, 0])[None])[0, -1], atol=1e-4)


@torch.no_grad()
def test_what_is_read_anew_is_the_same_to_the_last_bit(pair: tuple[Any, words.Words]) -> None:
    own = pair[1]
    page = torch.randint(0, VOCABULARY, (200, 1), generator=torch.Generator().manual_seed(5)).numpy()
    fresh, used = own.reader(240), own.reader(240)
    list(fresh.read(page))
    for first in range(0, 190, 17):
        list(used.read(page[: first + 17], piece=11))
    for row in page[190:]:
        used.step(row)
    list(used.read_anew(page))
    assert torch.equal(used.seen, fresh.seen)
    list(used.read_anew(np.concatenate([page[:150], page[:7]])))
    used.step(page[0])
    assert list(used.read_anew(page)) == [192, 200]  # two whole pieces are known
    assert torch.equal(used.seen, fresh.seen)


@torch.no_grad()
@pytest.mark.parametrize(("weights", "error"), [("fp32", 1e-5), ("bf16", 0.05), ("int8", 0.05)])
def test_packed_weights_say_nearly_the_same(weights: str, error: float, tokens: torch.Tensor) -> None:
    model = theirs("gpt2")
    own, packed = ours(model), ours(model)
    packing.pack(packed.decoder, weights)
    difference = (packed(tokens) - own(tokens)).square().mean().sqrt() / own(tokens).std()
    assert difference < error


@torch.no_grad()
@pytest.mark.parametrize(("inputs", "outputs", "offset"), [(64, 33, 0), (64, 33, 1), (40, 16, 0), (33, 7, 5)])
def test_whole_numbers_are_multiplied_wherever_and_however_wide_they_lie(inputs: int, outputs: int, offset: int) -> None:
    linear = torch.nn.Linear(inputs, outputs)
    numbers, scale = packing.whole_numbers(linear.weight)
    lying = torch.zeros(numbers.numel() + 8, dtype=torch.int8)[offset : offset + numbers.numel()].view(numbers.shape).copy_(numbers)
    known, x = copy.deepcopy(linear), torch.randn(3, inputs)
    linear.requires_grad_(False).weight = torch.nn.Parameter(lying, requires_grad=False)
    packed = packing.Int8Linear(linear, scale)
    assert (packed(x) - known(x)).abs().max() < 0.05 * known(x).std()


def on_levels(outputs: int, inputs: int) -> torch.nn.Linear:
    """A layer with the weights of a four-bit file: sixteen levels in every group of 32, kept in float16."""
    source = torch.Generator().manual_seed(2)
    codes = torch.randint(0, 16, (outputs, inputs // 32, 32), generator=source)
    codes[..., 0], codes[..., 1] = 0, 15
    step, lowest = torch.rand(2, outputs, inputs // 32, 1, generator=source)
    linear = torch.nn.Linear(inputs, outputs)
    linear.weight.data = ((codes * (step + 0.1) - 4 * lowest) / 10).flatten(1).half().float()
    return linear


@torch.no_grad()
@pytest.mark.parametrize("rows", [1, 5, 40])
def test_weights_of_a_four_bit_file_stay_what_they_are(rows: int) -> None:
    linear = on_levels(128, 96)
    both = torch.nn.Sequential(linear)
    packing.pack(both, "int4")
    x = torch.randn(rows, 96, generator=torch.Generator().manual_seed(3))
    assert isinstance(both[0], packing.Int4Linear)
    assert (both(x) - linear(x)).abs().max() < 0.02 * linear(x).std()


def test_other_weights_are_not_pressed_into_four_bits() -> None:
    torch.manual_seed(0)
    for linear in (torch.nn.Linear(96, 128), on_levels(40, 96)):
        both = torch.nn.Sequential(linear)
        packing.pack(both, "int4")
        assert not isinstance(both[0], packing.Int4Linear)


@torch.no_grad()
@pytest.mark.parametrize("weights", ["none", *packing.WEIGHTS])
def test_a_single_step_is_what_the_decoder_says(weights: str, pair: tuple[Any, words.Words], tokens: torch.Tensor) -> None:
    own = copy.deepcopy(pair[1])
    if weights != "none":
        packing.pack(own.decoder, weights)
    reader = own.reader(40)
    list(reader.read(tokens[0, :30, None].numpy()))
    for token in tokens[0, 30:]:
        seen = reader.step(token[None].numpy())
    whole = own.decoder(*own.entered(tokens[:1], torch.arange(40)))[0, -1]
    assert reader.cache.length == 40
    assert torch.allclose(seen, whole, atol=1e-4 if weights in ("none", "fp32") else 0.05 * float(whole.std()))


@torch.no_grad()
def test_positions_along_several_axes_turn_by_difference_alone() -> None:
    torch.manual_seed(0)
    decoder = Decoder(DecoderConfig(32, 2, 2, 2, 48, rotary=((4, 1e4), (2, 200.0), (2, 1e3)))).eval()
    for parameter in decoder.parameters():
        parameter.mul_(8 if parameter.dim() == 2 else 1)
    x, places = torch.randn(1, 12, 32), torch.randint(0, 20, (1, 12, 3))
    moved = decoder(x, places + torch.tensor([3, 7, 11]))
    assert torch.allclose(decoder(x, places), moved, atol=1e-3)
    assert not torch.allclose(decoder(x, places.roll(1, 1)), moved, atol=1e-2)


def test_weights_that_do_not_fit_are_refused_with_a_sentence() -> None:
    model = theirs("gpt2")
    tensors = dict(model.state_dict())
    tensors["transformer.wte.weight"] = torch.zeros(5, 32)
    with pytest.raises(GeneratorError, match="not those of the model"):
        brought(model.config.to_dict(), tensors)


def test_choices_fall_as_often_as_they_are_likely() -> None:
    logits = np.log([0.5, 0.3, 0.15, 0.05])
    chances = (np.arange(1000) + 0.5) / 1000

    def counts(params: SamplingParams, allowed: np.ndarray | None = None) -> list[int]:
        return np.bincount([sample(logits, chance, params, allowed) for chance in chances], minlength=4).tolist()

    assert counts(SamplingParams()) == [500, 300, 150, 50]
    assert counts(SamplingParams(top_p=0.7)) == [625, 375, 0, 0]
    assert counts(SamplingParams(min_p=0.25)) == pytest.approx([526, 316, 158, 0], abs=1)
    assert counts(SamplingParams(temperature=0.05))[0] == 1000
    assert counts(SamplingParams(), np.array([False, False, True, True]))[2:] == [750, 250]
