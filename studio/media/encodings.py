"""Which writing bytes are in, where they are not UTF-8: what older programs wrote, West and East, guessed by charset-normalizer."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Mapping

from charset_normalizer import from_bytes

SAMPLE = 64 * 1024  # bytes that a guess looks at
KINDS: dict[str, str] = {
    "gb18030": "GB 18030 (Chinese)", "big5hkscs": "Big5 (Chinese)", "cp932": "Shift JIS (Japanese)", "euc_jp": "EUC-JP (Japanese)",
    "cp949": "Korean (CP 949)", "cp1251": "Cyrillic (Windows 1251)", "koi8_r": "Cyrillic (KOI8-R)", "cp1250": "Windows 1250",
    "cp1252": "Windows 1252", "cp1253": "Greek (Windows 1253)", "cp1254": "Turkish (Windows 1254)", "cp1255": "Hebrew (Windows 1255)",
    "cp1256": "Arabic (Windows 1256)",
}  # fmt: skip
_OTHER_LETTERS = ("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256")  # Cyrillic, Greek, Hebrew, Arabic: nearly every byte is above 127
WESTERN = "cp1252"
SEEN_SO_OFTEN = 0.3  # of the letters: common ones of a language, by which its writing is told from another that fits too
FEW_CAPITALS = 0.7
DENSE = 0.35  # of the bytes lie above 127 where letters are not Latin


def guessed(data: bytes) -> str:
    """The writing that bytes are in, a name of Python's; `utf-8` where they are that."""
    sample = data[:SAMPLE]
    if _letters(data, "utf-8") is not None:
        return "utf-8"
    solid = sample.translate(None, b" \t\r\n0123456789")
    if sum(byte > 127 for byte in solid) < DENSE * len(solid):
        return _likelier(data, sample, _LATIN)
    fits = {kind: _commonness(sample, kind) for kind in _EASTERN}
    best = max(fits, key=lambda kind: fits[kind])
    if fits[best] >= SEEN_SO_OFTEN:
        return best
    found = from_bytes(sample, cp_isolation=list(_OTHER_LETTERS), enable_fallback=False).best()
    if found is not None and found.encoding in ("cp1251", "koi8_r") and _small(sample, found.encoding) < FEW_CAPITALS:
        found = None
    if found is None and fits["gb18030"] >= 0 and _first_level(sample) > 0.8:
        return "gb18030"  # rarer characters, as poems and names have them
    return found.encoding if found is not None and _letters(data, found.encoding) is not None else _likelier(data, sample, _LATIN)


def _likelier(data: bytes, sample: bytes, kinds: Mapping[str, frozenset[str]]) -> str:
    """Of writings of single bytes the one in whose language most of the letters are common, the first where two are alike."""
    letters = {
        kind: [each for each in sample.decode(kind, "replace") if each > "\x7f"] for kind in kinds if _letters(data, kind) is not None
    }
    return max(letters, key=lambda kind: sum(each in kinds[kind] for each in letters[kind]), default=WESTERN)


def _small(sample: bytes, kind: str) -> float:
    """Which share of the letters beyond ASCII are small ones: where it is low, the writing is another."""
    letters = [letter for letter in sample.decode(kind, "replace") if letter > "\x7f"]
    return sum(letter.islower() for letter in letters) / max(1, len(letters))


def _first_level(sample: bytes) -> float:
    """Which share of the pairs of bytes are among GB 2312's 3,755 common characters and its marks."""
    pairs = re.findall(rb"[\x81-\xfe][\x40-\xfe]", sample)
    return sum(pair[0] in range(0xB0, 0xD8) or pair[0] in range(0xA1, 0xA4) for pair in pairs) / max(1, len(pairs))


def called(encoding: str) -> str:
    """What a person calls it."""
    return KINDS.get(encoding, encoding.upper())


def readable(name: str) -> str:
    """A file's name as letters, whatever it was written in; what a system that knows no writing kept as bytes is guessed too."""
    if name.isascii():
        return name
    raw = os.fsencode(name) if any("\ud800" <= letter <= "\udfff" for letter in name) else b""
    if not raw:
        return name
    return raw.decode(guessed(raw), "replace")


def _letters(data: bytes, kind: str) -> str | None:
    """What bytes say in a writing, the last letter left out where it is cut; None where they are not in it."""
    try:
        return codecs.getincrementaldecoder(kind)("strict").decode(data, False)
    except (UnicodeDecodeError, LookupError):
        return None


_HAN = (
    "的一是不了在人有我他这個个们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着着下自之年过過发發后後作里裡用道行所然"
    "家种種事成方多经經么去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心她本前开開但因只从從想实實日月文字書书"
)
_COMMON = {
    "gb18030": frozenset(_HAN + "，。、“”！？；："), "big5hkscs": frozenset(_HAN + "，。、「」！？；："),
    "cp932": frozenset(chr(n) for n in range(0x3041, 0x30FF)) | frozenset("。、「」ー・"),
    "euc_jp": frozenset(chr(n) for n in range(0x3041, 0x30FF)) | frozenset("。、「」ー・"),
    "cp949": frozenset("이다는에의을를가고하도로지기은한나서사리어자대니시그인아정일있해여수부보"),
}  # fmt: skip
_EASTERN = tuple(_COMMON)
_QUOTES = "„“”‚‘’«»–—…€§°·"
_LATIN = {
    "cp1252": frozenset("äöüßéèàçêôûîëïñóòáíìúùåøæœÄÖÜÉÈÀÇÅØÆÁÍÓÚÑãõâ¿¡" + _QUOTES),
    "cp1250": frozenset("ěščřžýáíéůúťďňąćęłńóśźżőűöüäßĚŠČŘŽĄĆĘŁŃŚŹŻăâîșț" + _QUOTES),
    "cp1254": frozenset("çğıöşüÇĞİÖŞÜâîû" + _QUOTES),
}


def _commonness(sample: bytes, kind: str) -> float:
    """Which share of the letters beyond ASCII are common ones of that writing's language; -1 where the bytes are not in it."""
    found = _letters(sample, kind)
    if found is None:
        return -1.0
    letters = [letter for letter in found if letter > "\x7f"]
    return sum(letter in _COMMON[kind] for letter in letters) / max(1, len(letters))
