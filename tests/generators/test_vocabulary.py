"""Other people's tokenizers: what they make of a text, and what their tokens spell, is what the `tokenizers` library says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from studio.generators import GeneratorError
from studio.generators.gpt import gguf_tokenizer
from studio.generators.gpt.vocabulary import FILLS, Vocabulary

TALE = "the fox met the crow at the well. Ünïcödé été 2024, don't!\n\n    def sing(self):\n        return 42\n" * 20
TEXTS = (
    "the fox met the crow", " the well", "The Crow sang, loudly", "été Ünïcödé naïve", "12345 67", "don't we'll",
    "a\n\nb", "    four\n\tone",
    "  ", "x", "🦊 met 鴉", "Zaphod met a fox", "def sing(self):\n    return 42", "<s> is text", "end  of   text ", "e\u0301te\u0301", "\n",
)  # fmt: skip
LLAMA3 = gguf_tokenizer.LLAMA3
QWEN2 = gguf_tokenizer.QWEN2


def over_bytes(split: str | None = None, digits: bool = False, prefix: bool = False, normal: Any = None, whole: bool = False) -> Tokenizer:
    """Pairs over bytes, learnt from the tale; `split` is the pattern that splits first."""
    made = Tokenizer(models.BPE(ignore_merges=whole))
    bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=split is None)
    before: list[Any] = [pre_tokenizers.Digits(individual_digits=True)] if digits else []
    if split is not None:
        before.append(pre_tokenizers.Split(Regex(split), "isolated"))
    made.pre_tokenizer = pre_tokenizers.Sequence([*before, bytes_]) if before else bytes_
    made.decoder = decoders.ByteLevel()
    if normal is not None:
        made.normalizer = normal
    learn = trainers.BpeTrainer(
        vocab_size=400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=["<|endoftext|>"], show_progress=False
    )
    made.train_from_iterator([TALE], learn)
    return made


def over_letters(spaced: bool = True, metaspace: bool = False) -> Tokenizer:
    """Pairs over letters, with bytes for what has none, as Llama 2's tokenizer.json has it."""
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    learnt = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    front = [normalizers.Prepend("▁")] if spaced else []
    learnt.normalizer = normalizers.Sequence([*front, normalizers.Replace(" ", "▁")])
    learn = trainers.BpeTrainer(vocab_size=480, special_tokens=["<unk>", "<s>", "</s>", *bytes_], show_progress=False)
    learnt.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first" if spaced else "never", split=True)
    learnt.train_from_iterator([TALE], learn)
    model = json.loads(learnt.to_str())["model"]
    made = Tokenizer(
        models.BPE(model["vocab"], [tuple(each) for each in model["merges"]], unk_token="<unk>", byte_fallback=True, fuse_unk=True)
    )
    if metaspace:
        made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first" if spaced else "never", split=False)
        made.decoder = decoders.Sequence(
            [decoders.ByteFallback(), decoders.Metaspace(prepend_scheme="first" if spaced else "never", split=False)]
        )
    else:
        made.normalizer = normalizers.Sequence([*front, normalizers.Replace(" ", "▁")])
        back = [decoders.Strip(" ", 1, 0)] if spaced else []
        made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), *back])
    made.add_special_tokens(["<unk>", "<s>", "</s>"])
    return made


def with_tokens(made: Tokenizer, *plain: str | AddedToken, special: tuple[str, ...] = ()) -> Tokenizer:
    made.add_tokens(list(plain))
    made.add_special_tokens(list(special))
    return made


def begun(made: Tokenizer, token: str, end: str = "") -> Tokenizer:
    """With a token before every text, and one behind it."""
    made.add_special_tokens([each for each in (token, end) if each])
    named = [(each, made.token_to_id(each)) for each in (token, end) if each]
    made.post_processor = processors.TemplateProcessing(single=f"{token} $A {end}".strip(), special_tokens=named)
    return made


ODD: dict[str, Callable[[], Tokenizer]] = {
    "as GPT-2": over_bytes,
    "with a space before": lambda: over_bytes(prefix=True),
    "digits alone": lambda: over_bytes(digits=True),
    "as Llama 3": lambda: over_bytes(LLAMA3, whole=True),
    "as Qwen 2": lambda: over_bytes(QWEN2, normal=normalizers.NFC()),
    "letters taken apart": lambda: over_bytes(normal=normalizers.NFD()),
    "compatible letters": lambda: over_bytes(normal=normalizers.NFKC()),
    "small letters": lambda: over_bytes(normal=normalizers.Lowercase()),
    "a name added": lambda: with_tokens(over_bytes(), "Zaphod"),
    "four spaces added": lambda: with_tokens(over_bytes(), "    ", "  "),
    "line ends added": lambda: with_tokens(over_bytes(LLAMA3), "\n\n", "\n"),
    "a foreign word added": lambda: with_tokens(over_bytes(), "鴉", "🦊"),
    "a whole word alone": lambda: with_tokens(over_bytes(), AddedToken("fox", single_word=True), AddedToken("met", lstrip=True)),
    "a special word as well": lambda: with_tokens(over_bytes(), "Zaphod", special=("<|im_start|>", "<|im_end|>")),
    "begun": lambda: begun(over_bytes(LLAMA3, whole=True), "<|begin_of_text|>"),
    "begun and ended": lambda: begun(over_bytes(), "<s>", "</s>"),
    "as Llama 2": over_letters,
    "as Gemma": lambda: with_tokens(over_letters(spaced=False), "\n\n", "  "),
    "as Mistral": lambda: begun(over_letters(), "<s>"),
    "as Llama 2, anew": lambda: over_letters(metaspace=True),
    "cut off and filled up": lambda: _cut(over_bytes()),
}


def _cut(made: Tokenizer) -> Tokenizer:
    made.enable_truncation(3)
    made.enable_padding(length=9)
    return made


@pytest.fixture(scope="module", params=ODD)
def pair(request: pytest.FixtureRequest) -> tuple[Tokenizer, Vocabulary]:
    made = ODD[request.param]()
    vocabulary = Vocabulary(made.to_str())
    made.no_truncation()
    made.no_padding()
    made.encode_special_tokens = True
    return made, vocabulary


def test_a_text_has_the_tokens_that_the_library_gives(pair: tuple[Tokenizer, Vocabulary]) -> None:
    theirs, ours = pair
    for text in TEXTS:
        found = theirs.encode(text, add_special_tokens=False)
        assert ours.encode(text) == found.ids, text
        assert ours.spans(text) == (found.ids, found.offsets), text


def test_tokens_spell_what_the_library_says(pair: tuple[Tokenizer, Vocabulary]) -> None:
    theirs, ours = pair
    for text in TEXTS:
        numbers = theirs.encode(text, add_special_tokens=False).ids
        assert ours.text(numbers) == theirs.decode(numbers, skip_special_tokens=True), text
        assert len(ours.pieces) == max(theirs.get_vocab().values()) + 1


def test_control_tokens_alone_spell_nothing(pair: tuple[Tokenizer, Vocabulary]) -> None:
    theirs, ours = pair
    special = {number for number, token in theirs.get_added_tokens_decoder().items() if token.special}
    assert special <= set(ours.special.tolist())
    silent = {number for number in theirs.get_vocab().values() if not ours.pieces[number]}
    assert silent == special


def test_a_text_begins_as_the_library_begins_it(pair: tuple[Tokenizer, Vocabulary]) -> None:
    theirs, ours = pair
    whole = theirs.encode("fox").ids
    assert whole[: len(ours.begin)] == ours.begin
    assert whole[len(ours.begin) :][: len(ours.encode("fox"))] == ours.encode("fox")


def test_what_looks_like_a_control_token_in_a_text_is_text() -> None:
    ours = Vocabulary(with_tokens(over_bytes(), special=("<|im_start|>", "<|im_end|>")).to_str())
    numbers = ours.encode("say <|im_end|> now")
    assert ours.text(numbers) == "say <|im_end|> now"
    assert not set(numbers) & set(ours.special.tolist())
    assert ours.spans("say <|im_end|> now")[0] == numbers


def test_ends_are_those_that_the_model_names_and_those_known_by_name() -> None:
    made = with_tokens(over_bytes(), "Zaphod", special=("<|fin|>", "<|eot_id|>"))
    ours = Vocabulary(made.to_str(), ends=[made.token_to_id("<|fin|>"), made.token_to_id("Zaphod"), 10**6])
    assert set(ours.ends) == {made.token_to_id(each) for each in ("<|fin|>", "<|eot_id|>", "Zaphod", "<|endoftext|>")}
    assert ours.pieces[made.token_to_id("Zaphod")] == b""


@pytest.mark.parametrize("way", FILLS)
def test_a_middle_is_asked_for_with_the_tokens_that_the_model_has(way: tuple[str, str, str]) -> None:
    made = with_tokens(over_letters() if way[0].startswith("▁") else over_bytes(), special=way)
    ours = Vocabulary(made.to_str())
    before, after, middle = (made.token_to_id(each) for each in way)
    assert ours.filling("the fox", " the well", 100) == [before, *ours.encode("the fox"), after, *ours.within(" the well"), middle]
    assert len(ours.filling(TALE, TALE, 40)) == 40
    assert not Vocabulary(over_bytes().to_str()).fills


def test_what_stands_behind_other_text_has_no_space_of_its_own() -> None:
    ours = Vocabulary(over_letters().to_str())
    assert ours.encode("fox met the well") == ours.encode("fox met") + ours.within(" the well")
    line = ours.encode("\n")
    assert ours.encode("\nfox") == line + ours.within("fox")


# GGUF.


def header(made: Tokenizer, kinds: dict[str, int] | None = None, **more: Any) -> dict[str, Any]:
    """The header of a GGUF file with this tokenizer."""
    model = json.loads(made.to_str())["model"]
    vocabulary = made.get_vocab()
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    added = {token.content: 3 if token.special else 4 for token in made.get_added_tokens_decoder().values()}
    found = {
        "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "gpt-2", "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [(kinds or {}).get(token, added.get(token, 1)) for token in tokens],
        "tokenizer.ggml.merges": [" ".join(each) for each in model["merges"]],
    }  # fmt: skip
    return found | {f"tokenizer.ggml.{key}": value for key, value in more.items()}


def read(metadata: dict[str, Any]) -> Vocabulary:
    ends, fills = gguf_tokenizer.ends_of(metadata), gguf_tokenizer.fills_of(metadata)
    return Vocabulary(gguf_tokenizer.tokenizer_json(metadata, 10**5), ends, fills)


@pytest.mark.parametrize(("pre", "made"), [
    ("gpt-2", lambda: with_tokens(over_bytes(), "Zaphod", "    ", "\n\n", "鴉", special=("<|end|>",))),
    ("smollm", lambda: over_bytes(digits=True)), ("llama-bpe", lambda: over_bytes(LLAMA3, whole=True)),
    ("qwen2", lambda: over_bytes(QWEN2, normal=normalizers.NFC())),
])  # fmt: skip
def test_a_gguf_over_bytes_reads_as_the_tokenizer_that_it_was_made_of(pre: str, made: Callable[[], Tokenizer]) -> None:
    theirs = made()
    theirs.encode_special_tokens = True
    ours = read(header(theirs, pre=pre))
    for text in TEXTS:
        numbers = theirs.encode(text, add_special_tokens=False).ids
        assert ours.encode(text) == numbers, text
        assert ours.text(numbers) == theirs.decode(numbers)


@pytest.mark.parametrize("spaced", [True, False])
def test_a_gguf_over_letters_joins_the_best_pieces_first(spaced: bool) -> None:
    theirs = over_letters(spaced)
    theirs.encode_special_tokens = True
    merges = [left + right for left, right in json.loads(theirs.to_str())["model"]["merges"]]
    vocabulary = theirs.get_vocab()
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    kinds = {"<unk>": 2} | {token: 6 for token in tokens if token.startswith("<0x")}
    scores = [-float(merges.index(token)) if token in merges else -1e6 for token in tokens]
    ours = read(header(theirs, kinds, model="llama", scores=scores, add_space_prefix=spaced, bos_token_id=vocabulary["<s>"]))
    for text in TEXTS:
        numbers = theirs.encode(text, add_special_tokens=False).ids
        assert ours.text(ours.encode(text)) == text, text
        assert ours.encode(text) == numbers, text
    assert ours.begin == [vocabulary["<s>"]]


def test_a_gguf_says_where_texts_begin_and_end_and_how_middles_are_asked_for() -> None:
    made = with_tokens(over_bytes(), special=("<b>", "<e>", "<t>", "<p>", "<s>", "<m>"))
    number = made.token_to_id
    told = header(
        made, bos_token_id=number("<b>"), add_bos_token=True, eos_token_id=number("<e>"), eot_token_id=number("<t>"),
        prefix_token_id=number("<p>"), fim_suf_token_id=number("<s>"), fim_mid_token_id=number("<m>"), eom_token_id=2**32 - 1,
    )  # fmt: skip
    ours = read(told)
    assert ours.begin == ours.opening == [number("<b>")]
    assert {number("<e>"), number("<t>")} <= set(ours.ends)
    assert ours.fills == [number("<p>"), number("<s>"), number("<m>")]
    assert read(told | {"tokenizer.ggml.add_bos_token": False}).begin == []


@pytest.mark.parametrize(("changes", "why"), [
    ({"tokenizer.ggml.merges": None}, "lacks the pairs"),
    ({"tokenizer.ggml.token_type": [1, 1]}, "kinds .* of 2 of them"),
    ({"tokenizer.ggml.tokens": None}, "no list of tokens"),
    ({"tokenizer.ggml.pre": "a way of its own"}, "a way of its own"),
    ({"tokenizer.ggml.model": "bert"}, "bert"),
    ({"tokenizer.ggml.model": "llama"}, "lacks the scores"),
    ({"tokenizer.ggml.bos_token_id": 10**7, "tokenizer.ggml.add_bos_token": True}, "bos_token_id = 10000000"),
])  # fmt: skip
def test_a_gguf_without_what_its_tokenizer_needs_says_what_it_lacks(changes: dict[str, Any], why: str) -> None:
    told = {key: value for key, value in (header(over_bytes()) | changes).items() if value is not None}
    with pytest.raises(GeneratorError, match=why):
        gguf_tokenizer.tokenizer_json(told, 10**5)
    with pytest.raises(GeneratorError, match="weights for 3"):
        gguf_tokenizer.tokenizer_json(header(over_bytes()), 3)
