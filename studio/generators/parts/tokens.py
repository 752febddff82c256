"""A vocabulary learnt from texts: byte-level byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909), by `tokenizers`.

Every byte is a piece, so that nothing is unknown in any language; what occurs together often becomes longer pieces.
"""

from __future__ import annotations

from collections.abc import Iterable

BEGINNING = "<|endoftext|>"  # what stands between texts, as GPT-2 calls it
BYTES = 256
MOST, FEWEST = 2048, 320
CHARACTERS_A_PIECE = 60  # of the texts: a piece that is seen less often is learnt by heart
SEEN_AT_LEAST = 2


def size_for(characters: int) -> int:
    """How many pieces suit texts of so many characters in all."""
    return min(MOST, max(FEWEST, BYTES + 1 + characters // CHARACTERS_A_PIECE))


def learnt(texts: Iterable[str], size: int) -> str:
    """The tokenizer.json of a vocabulary of at most `size` pieces; the same texts give the same one. Piece 0 is BEGINNING."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size, min_frequency=SEEN_AT_LEAST, special_tokens=[BEGINNING],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
    )  # fmt: skip
    made.train_from_iterator(texts, trainer)
    return str(made.to_str())
