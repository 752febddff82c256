"""DALL·E: codes by finite scalar quantisation, words read twice, a picture written code by code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from studio import generators
from studio.generators.batches import CaptionBatch, CaptionLessons
from studio.generators.capabilities import Call, ScoresCaptions
from studio.generators.dalle import FAMILY, DalleConfig
from studio.generators.dalle.codec_training import CodecTraining
from studio.generators.dalle.family import LoadedDalle, load
from studio.generators.dalle.lexicon import vocabulary_of, words_of
from studio.generators.dalle.networks import Codec, Dalle, Quantiser
from studio.generators.dalle.sampling import sample, write
from studio.generators.dalle.training import DalleTrainer
from studio.generators.events import Result
from studio.generators.parts.nucleus import SamplingParams
from studio.media import Picture

TINY = DalleConfig(
    size=16, grid=4, levels=(4, 3), codec_widths=(8, 16), codec_pictures=64, styles=("outline", "filled"), vocabulary=3, word_width=8,
    prompt_words=3, language="reader", language_width=6, width=32, layers=2, heads=2, hidden=32, shown=("cat dog", "unheard"),
)  # fmt: skip


class Reader:
    """A language model to whom a word is its letters."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def word_vectors(self, words: Sequence[str]) -> np.ndarray:
        self.asked += words
        return np.array([[sum(map(ord, word)) % (7 + column) for column in range(6)] for word in words], np.float32)


def lessons() -> tuple[CaptionLessons, CaptionBatch]:
    captions = np.array(["cat", "dog", "cat dog", "sun"] * 8)
    pictures = np.zeros((32, 16, 16, 1), np.uint8)
    for row in range(32):
        pictures[row, 2 + row % 4 * 3 :, 4:12] = 255
    batch = CaptionBatch(pictures, captions, np.arange(32) % 2, np.arange(32), np.zeros(32, bool))
    return CaptionLessons(captions, np.arange(32), pictures, {"validation": batch, "unseen": batch}), batch


def model(config: DalleConfig = TINY) -> LoadedDalle:
    torch.manual_seed(3)
    codec, network = Codec(config), Dalle(config)
    with torch.no_grad():
        network.head.weight.mul_(40)  # an untrained model would hardly heed anything
    tensors = {f"codec.{key}": value for key, value in codec.state_dict().items()}
    tensors |= {f"words.{key}": value for key, value in network.state_dict().items()}
    return load(
        asdict(config), tensors, {"words": ({}, {"text": '{"cat": 9, "dog": 8, "sun": 4}'})}, torch.device("cpu"), {"reader": Reader()}
    )


def drawn(loaded: LoadedDalle, prompt: str = "cat", seed: int = 0, indices: Sequence[int] = (0,), **settings: object) -> list[Picture]:
    action = FAMILY.action(asdict(loaded.config), "generate")
    call = Call("generate", action.checked({"prompt": prompt, **settings}), seed, indices)
    return [event.media for event in loaded.perform(call) if isinstance(event, Result) and isinstance(event.media, Picture)]


def test_the_family_is_known_by_name_and_reads_with_its_language_model() -> None:
    assert generators.family("dalle") is FAMILY
    assert FAMILY.requires({"language": "smollm2"}) == ("smollm2",)


def test_every_code_of_a_thousand_comes_back_from_its_values() -> None:
    quantiser = Quantiser((8, 5, 5, 5))
    codes = torch.arange(1000)
    values = quantiser.values(codes)
    assert torch.equal(quantiser.codes(values), codes)
    assert len({tuple(each) for each in values.tolist()}) == 1000
    assert values.abs().max() <= 1


def test_any_numbers_become_values_of_a_code_and_every_level_is_reached() -> None:
    quantiser = Quantiser((8, 5, 5, 5))
    values = quantiser(torch.linspace(-9, 9, 4001)[:, None].expand(-1, 4))
    assert torch.equal(quantiser.values(quantiser.codes(values)), values)
    assert [len(set(values[:, column].tolist())) for column in range(4)] == [8, 5, 5, 5]


def test_the_gradient_goes_straight_through_the_rounding() -> None:
    quantiser = Quantiser((8, 5))
    x = torch.tensor([[0.3, -0.2]], requires_grad=True)
    quantiser(x).sum().backward()
    bounded = (x.detach() + quantiser.shift).tanh()
    assert x.grad is not None
    assert torch.allclose(x.grad, (1 - bounded.square()) * quantiser.reach / quantiser.lowest)


@pytest.mark.parametrize(("size", "channels"), [(32, 4), (64, 3), (64, 1)])
def test_pictures_of_any_kind_become_eight_by_eight_codes(size: int, channels: int) -> None:
    codec = Codec(replace(DalleConfig(), size=size, channels=channels, codec_widths=(8, 8)))
    codes = codec.encode(torch.rand(2, channels, size, size))
    assert codes.shape == (2, 64)
    assert codec.decode(codes).shape == (2, channels, size, size)


def test_codes_written_one_by_one_are_as_likely_as_read_at_once() -> None:
    loaded = model()
    prompt = loaded._prompt(["cat", "unheard"], "filled")
    codes = torch.randint(0, 12, (16, 16), generator=torch.Generator().manual_seed(1))
    whole = loaded.network(prompt, codes)
    logits, memory = loaded.network.begun(prompt)
    for place in range(16):
        assert torch.allclose(logits, whole[:, place], atol=1e-4)
        if place < 15:
            logits = loaded.network.after(codes[:, place], place + 1, memory)


def test_guidance_of_one_is_what_the_model_believes_of_the_words() -> None:
    loaded = model()
    prompt = loaded._prompt(["cat"], "any")
    chances = torch.rand(16, 16, generator=torch.Generator().manual_seed(2))
    codes = list(write(loaded.network, prompt, chances, 1.0, SamplingParams()))[-1]
    logits = loaded.network(prompt, codes)
    for place in range(16):
        assert torch.equal(sample(logits[:, place], chances[:, place], SamplingParams()), codes[:, place])
    assert not torch.equal(list(write(loaded.network, prompt, chances, 4.0, SamplingParams()))[-1], codes)


def test_a_chance_falls_on_the_likeliest_first_and_never_outside_the_nucleus() -> None:
    logits = torch.tensor([[0.5, 0.3, 0.2]]).log().repeat(3, 1)
    assert sample(logits, torch.tensor([0.0, 0.6, 0.99]), SamplingParams()).tolist() == [0, 1, 2]
    assert sample(logits, torch.tensor([0.0, 0.7, 0.999]), SamplingParams(top_p=0.6)).tolist() == [0, 1, 1]


def test_the_same_seed_draws_the_same_icon_alone_or_among_others() -> None:
    loaded = model()
    several = drawn(loaded, seed=5, indices=range(18))
    assert len(several) == 18
    assert drawn(loaded, seed=5, indices=(7,)) == [several[7]]
    assert drawn(loaded, seed=5, indices=(17,)) == [several[17]]
    assert drawn(loaded, seed=6, indices=(7,)) != [several[7]]


def test_ink_is_black_and_as_opaque_as_it_is_dark() -> None:
    (picture,) = drawn(model())
    assert picture.pixels.shape == (16, 16, 4)
    assert not picture.pixels[..., :3].any()


def test_words_that_no_picture_had_are_read_by_the_language_model() -> None:
    loaded = model()
    heard = loaded.network.prefix(loaded._prompt(["dachshund"], "any"))[0, 0]
    other = loaded.network.prefix(loaded._prompt(["wheelbarrow"], "any"))[0, 0]
    assert not torch.equal(heard, other)
    assert drawn(loaded, "dachshund", indices=range(16)) != drawn(loaded, "wheelbarrow", indices=range(16))


def test_words_and_style_change_what_is_drawn() -> None:
    loaded = model()
    plain = drawn(loaded, "cat", indices=range(16))
    assert drawn(loaded, "sun", indices=range(16)) != plain
    assert drawn(loaded, "cat", indices=range(16), style="filled") != plain


def test_a_prompt_may_be_empty_in_any_script_or_longer_than_is_heard() -> None:
    loaded = model()
    for prompt in ("", "猫", "!?()[[", "cat " * 40):
        assert len(drawn(loaded, prompt)) == 1
    assert words_of("A Cat, with the dog") == ["cat", "dog"]
    assert words_of("the") == ["the"]


def test_a_prompt_of_ten_thousand_characters_is_refused_with_a_sentence() -> None:
    with pytest.raises(generators.GeneratorError, match="10,000 characters; it may have 1,000"):
        drawn(model(), "c" * 10_000)


def trainer(config: DalleConfig = TINY) -> DalleTrainer:
    return DalleTrainer(config, lessons()[0], torch.device("cpu"), Reader())


def test_training_freezes_the_codec_after_its_pictures_and_then_learns_the_codes() -> None:
    made, (_, batch) = trainer(), lessons()
    first = [made.step(batch, 0.0) for _ in range(2)]
    assert [set(each) & {"codec", "nats"} for each in first] == [{"codec"}, {"codec"}]
    assert first[1]["codec_overlap"] > 0
    frozen = made.codec.averaged.state_dict()["encoder.1.weight"].clone()
    nats = [made.step(batch, 0.0)["nats"] for _ in range(80)]
    assert np.mean(nats[-5:]) < nats[0] - 0.2
    assert torch.equal(made.codec.averaged.state_dict()["encoder.1.weight"], frozen)
    assert torch.equal(made.codes[0], made.codec.encode(batch.pictures).short())


def test_a_training_goes_on_where_it_stood_without_reading_its_words_again() -> None:
    made, (_, batch) = trainer(), lessons()
    for _ in range(4):
        made.step(batch, 0.0)
    other = trainer()
    other.restore(made.state())
    assert [made.step(batch, 0.0) for _ in range(2)] == [other.step(batch, 0.0) for _ in range(2)]
    assert isinstance(other.lexicon.language, Reader)
    assert other.lexicon.language.asked == []


def test_what_it_says_of_pictures_and_captions_is_what_it_believes_of_their_codes() -> None:
    loaded, (_, batch) = model(), lessons()
    assert isinstance(loaded, ScoresCaptions)
    codes = loaded.codec.encode(torch.from_numpy(batch.pictures[:16]).permute(0, 3, 1, 2) / 255)
    prompt = loaded.lexicon.prompt([caption.split() for caption in batch.captions[:16].tolist()], batch.styles[:16])
    likely = loaded.network(prompt, codes).log_softmax(-1).gather(2, codes[..., None])[..., 0]
    assert np.allclose(loaded.nats_per_code(batch)[:16], -likely.mean(1), atol=1e-4)
    assert not np.allclose(loaded.nats_per_code(batch, conditional=False), loaded.nats_per_code(batch))
    assert loaded.reconstructed(batch.pictures).shape == batch.pictures.shape


def test_a_file_of_words_that_holds_none_is_refused() -> None:
    with pytest.raises(generators.GeneratorError, match=r"words\.json"):
        vocabulary_of({"words": ({}, {"text": '["cat"]'})})


def test_sprites_come_back_in_colours_of_their_palette_and_transparent() -> None:
    config = replace(TINY, channels=4, colours=2, codec_pictures=4000)
    pictures = np.zeros((8, 16, 16, 4), np.uint8)
    pictures[:, 4:12, :8], pictures[:, 4:12, 8:] = (200, 0, 0, 255), (0, 0, 80, 255)
    training = CodecTraining(config, pictures, torch.device("cpu"))
    losses = [training.step(pictures)["codec"] for _ in range(60)]
    assert losses[-1] < losses[0] / 2
    colours = {tuple(each) for each in training.reconstructed(pictures).reshape(-1, 4).tolist()}
    assert colours <= {(200, 0, 0, 255), (0, 0, 80, 255), (0, 0, 0, 0)}
    assert training.check(pictures)["codec_difference"] < 0.2


def test_what_was_trained_draws_its_previews() -> None:
    made, (_, batch) = trainer(), lessons()
    assert len([each for each in made.preview(0, 4) if each is not None]) == 4  # pictures beside what the codec makes of them
    for _ in range(3):
        made.step(batch, 0.0)
    assert len([each for each in made.preview(0, 4) if each is not None]) == 2


def test_an_unconditional_prompt_is_an_empty_one() -> None:
    loaded = model()
    unconditional = loaded._prompt(["cat"], "filled").unconditional(loaded.network.no_style)
    empty = loaded._prompt([], "any")
    assert torch.equal(loaded.network.prefix(unconditional), loaded.network.prefix(empty))
