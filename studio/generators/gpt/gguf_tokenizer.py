"""The tokenizer of a GGUF file, written as a tokenizer.json, which the `tokenizers` library reads. Imports no torch.

Two kinds: pairs joined over bytes (GPT-2's), where a file names how text is split first, and SentencePiece's (Kudo & Richardson 2018,
arXiv:1808.06226), where every piece has a score and the best pair is joined first. The patterns are those of the models' own tokenizers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from studio.generators.errors import GeneratorError

CONTROL, UNKNOWN, USER_DEFINED, BYTE = 3, 2, 4, 6  # kinds of token
SPACE = "▁"
MERGES_LIMIT = 4 * 2**20

_CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
LLAMA3 = rf"{_CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN2 = LLAMA3.replace("{1,3}", "")
_CASED = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+%(after)s|"
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*%(after)s|%(digits)s|"
    r" ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_TEKKEN = _CASED % {"after": "", "digits": r"\p{N}"}
_GPT4O = _CASED % {"after": "(?i:'s|'t|'re|'ve|'m|'ll|'d)?", "digits": r"\p{N}{1,3}"}
_DIGITS = "digits"  # each stands alone, the rest is split as GPT-2 does
_SPLITTING: Mapping[str, str] = {
    "default": "", "gpt-2": "", "gpt2": "", "mpt": "", "olmo": "", "jais": "", "phi-2": "", "trillion": "", "granite-docling": "",
    "smollm": _DIGITS, "starcoder": _DIGITS, "refact": _DIGITS, "command-r": _DIGITS, "codeshell": _DIGITS, "exaone": _DIGITS,
    "minerva-7b": _DIGITS,
    "llama3": LLAMA3, "llama-v3": LLAMA3, "llama-bpe": LLAMA3, "falcon3": LLAMA3, "dbrx": LLAMA3, "smaug-bpe": LLAMA3,
    "pixtral": _TEKKEN, "tekken": _TEKKEN, "gpt-4o": _GPT4O, "llama4": _GPT4O,
    "qwen2": QWEN2, "deepseek-r1-qwen": QWEN2, "megrez": QWEN2, "stablelm2": QWEN2,
}  # fmt: skip
"""How each kind that `tokenizer.ggml.pre` names splits before it joins; others split in ways that are not read here."""
_WHOLE = (LLAMA3, _TEKKEN)  # where a word that is a token stays one, whatever its pairs
_COMPOSED = ("qwen2", "deepseek-r1-qwen", "megrez")  # where letters and their accents are put together first


def tokenizer_json(metadata: Mapping[str, Any], vocabulary: int) -> str:
    """The tokenizer of a GGUF file as tokenizer.json has it, for a model of so many tokens; raises GeneratorError for other kinds."""
    kind = metadata.get("tokenizer.ggml.model")
    tokens = metadata.get("tokenizer.ggml.tokens")
    kinds = metadata.get("tokenizer.ggml.token_type", [1] * len(tokens) if isinstance(tokens, list) else None)
    if not isinstance(tokens, list) or not tokens or not all(isinstance(each, str) for each in tokens):
        raise GeneratorError("This file has no list of tokens (tokenizer.ggml.tokens): it holds weights, but no words for them.")
    if not isinstance(kinds, list) or len(kinds) != len(tokens):
        raise GeneratorError(
            f"This file has {len(tokens)} tokens, and the kinds (tokenizer.ggml.token_type) of "
            f"{len(kinds) if isinstance(kinds, list) else 'none'} of them. It is damaged: fetch it again."
        )
    if len(tokens) > vocabulary:
        raise GeneratorError(f"This file has {len(tokens)} tokens, and weights for {vocabulary} of them.")
    if kind == "gpt2":
        made = _over_bytes(metadata, tokens)
    elif kind == "llama":
        made = _over_letters(metadata, tokens, kinds)
    else:
        raise GeneratorError(f"The tokenizer of this file ({str(kind)[:40]}) is of a kind that Atelier does not read.")
    begin = _number(metadata, "bos_token_id", len(tokens))
    adds = bool(metadata.get("tokenizer.ggml.add_bos_token", kind == "llama")) and begin is not None
    whole = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": _added(tokens, kinds), **made,
        "post_processor": _beginning(tokens[begin], begin) if adds and begin is not None else None,
    }  # fmt: skip
    return json.dumps(whole)


def ends_of(metadata: Mapping[str, Any]) -> list[int]:
    """The tokens that the header calls ends: of a text, of a turn, of a message."""
    count = len(metadata["tokenizer.ggml.tokens"])
    found = [_number(metadata, f"{each}_token_id", count) for each in ("eos", "eot", "eom")]
    return sorted({each for each in found if each is not None})


def fills_of(metadata: Mapping[str, Any]) -> list[int]:
    """The tokens that the header says stand before a beginning, before an end, and before the middle that is to be written."""
    count = len(metadata["tokenizer.ggml.tokens"])
    ways = (("fim_pre", "prefix"), ("fim_suf", "suffix"), ("fim_mid", "middle"))
    found = [next((n for each in way if (n := _number(metadata, f"{each}_token_id", count)) is not None), None) for way in ways]
    return [each for each in found if each is not None] if None not in found else []


def _number(metadata: Mapping[str, Any], name: str, count: int) -> int | None:
    found = metadata.get(f"tokenizer.ggml.{name}")
    if found is None or (isinstance(found, int) and found in (-1, 2**32 - 1)):
        return None
    if not isinstance(found, int) or not 0 <= found < count:
        raise GeneratorError(f"The header of this file says {name} = {str(found)[:20]}, and it has {count} tokens.")
    return found


def _over_bytes(metadata: Mapping[str, Any], tokens: Sequence[str]) -> dict[str, Any]:
    named = metadata.get("tokenizer.ggml.pre", "default")
    if named not in _SPLITTING:
        raise GeneratorError(f"The tokenizer of this file splits words in a way ({str(named)[:40]}) that Atelier does not know.")
    merges = metadata.get("tokenizer.ggml.merges")
    if not isinstance(merges, list) or not all(isinstance(each, str) for each in merges):
        raise GeneratorError("This file lacks the pairs (tokenizer.ggml.merges) that its tokenizer joins. Fetch a newer one of the model.")
    splitting = _SPLITTING[named]
    bytes_ = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": splitting in ("", _DIGITS)}
    before: list[dict[str, Any]] = []
    if splitting == _DIGITS:
        before = [{"type": "Digits", "individual_digits": True}]
    elif splitting:
        before = [{"type": "Split", "pattern": {"Regex": splitting}, "behavior": "Isolated", "invert": False}]
    model = _pairs({token: number for number, token in enumerate(tokens)}, merges) | {"ignore_merges": splitting in _WHOLE}
    return {
        "normalizer": {"type": "NFC"} if named in _COMPOSED else None, "decoder": bytes_ | {"use_regex": True}, "model": model,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [*before, bytes_]},
    }  # fmt: skip


def _over_letters(metadata: Mapping[str, Any], tokens: Sequence[str], kinds: Sequence[int]) -> dict[str, Any]:
    scores = metadata.get("tokenizer.ggml.scores")
    if not isinstance(scores, list) or len(scores) != len(tokens):
        raise GeneratorError("This file lacks the scores (tokenizer.ggml.scores) of its tokens, by which its tokenizer joins letters.")
    joined = {token: score for token, score, kind in zip(tokens, scores, kinds, strict=True) if kind not in (CONTROL, UNKNOWN, BYTE)}
    places = {token: number for number, token in enumerate(tokens)}
    unknown = next((token for token, kind in zip(tokens, kinds, strict=True) if kind == UNKNOWN), None)
    model = _pairs(places, _merges(joined, places)) | {"byte_fallback": BYTE in kinds, "unk_token": unknown, "fuse_unk": True}
    spaced = bool(metadata.get("tokenizer.ggml.add_space_prefix", True))
    normal: list[dict[str, Any]] = [{"type": "Replace", "pattern": {"String": " "}, "content": SPACE}]
    back: list[dict[str, Any]] = [
        {"type": "Replace", "pattern": {"String": SPACE}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
    ]  # fmt: skip
    if spaced:
        normal.insert(0, {"type": "Prepend", "prepend": SPACE})
        back.append({"type": "Strip", "content": " ", "start": 1, "stop": 0})
    return {
        "normalizer": {"type": "Sequence", "normalizers": normal}, "pre_tokenizer": None, "model": model,
        "decoder": {"type": "Sequence", "decoders": back},
    }  # fmt: skip


def _merges(scores: Mapping[str, float], places: Mapping[str, int]) -> list[list[str]]:
    """The pairs that make a piece, those of the best piece first: in that order SentencePiece joins them."""
    found: list[tuple[float, int, int, str, str]] = []
    for piece, score in scores.items():
        for cut in range(1, len(piece)):
            left, right = piece[:cut], piece[cut:]
            if left in scores and right in scores:
                found.append((-score, places[left], places[right], left, right))
        if len(found) > MERGES_LIMIT:
            raise GeneratorError("The tokenizer of this file has more pairs than any that Atelier reads.")
    return [[left, right] for _, _, _, left, right in sorted(found)]


def _pairs(vocabulary: Mapping[str, int], merges: Sequence[Any]) -> dict[str, Any]:
    return {
        "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
        "fuse_unk": False, "byte_fallback": False, "ignore_merges": False, "vocab": vocabulary, "merges": merges,
    }  # fmt: skip


def _added(tokens: Sequence[str], kinds: Sequence[int]) -> list[dict[str, Any]]:
    """Those that are found in a text before it is split: control tokens, and those that somebody has added as plain text."""
    return [
        {
            "id": number, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
            "special": kind != USER_DEFINED,
        }
        for number, (token, kind) in enumerate(zip(tokens, kinds, strict=True)) if kind in (CONTROL, UNKNOWN, USER_DEFINED) and token
    ]  # fmt: skip


def _beginning(token: str, number: int) -> dict[str, Any]:
    special = {"SpecialToken": {"id": token, "type_id": 0}}
    return {
        "type": "TemplateProcessing", "single": [special, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [special, {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {token: {"id": token, "ids": [number], "tokens": [token]}},
    }  # fmt: skip
