"""The bits of each word follow what is typed."""

from studio.generators.capabilities import TokenBits
from studio.ui.writing.bits import Bits


def test_bits_follow_the_page() -> None:
    bits = Bits()
    bits.put([TokenBits(0, 3, 1.0), TokenBits(3, 7, 2.0), TokenBits(7, 9, 3.0)])
    bits.edit(4, 1, 3)
    assert list(bits.within(0, 99)) == [(0, 3, 1.0), (9, 11, 3.0)]
    assert bits.missing_from(0, 11) == 3
    bits.put([TokenBits(0, 6, 5.0)], offset=3)
    assert list(bits.within(2, 10)) == [(2, 3, 1.0), (3, 9, 5.0), (9, 10, 3.0)]
    assert bits.missing_from(0, 11) == 11
