"""Programme loudness after ITU-R BS.1770-4 (2015), and sound brought to one."""

from __future__ import annotations

import numpy as np

BLOCK_SECONDS, STEP_SECONDS = 0.4, 0.1
ABSOLUTE_GATE, RELATIVE_GATE = -70.0, -10.0
OFFSET = -0.691
CEILING = 10 ** (-1 / 20)  # a peak of 1 dB below full scale


def loudness(samples: np.ndarray, rate: int) -> float:
    """LUFS of (n, channels) samples; -inf for silence."""
    weighted = _weighted(samples.astype(np.float64), rate)
    size, step = int(BLOCK_SECONDS * rate), int(STEP_SECONDS * rate)
    if len(weighted) < size:
        weighted = np.pad(weighted, ((0, size - len(weighted)), (0, 0)))
    sums = np.concatenate([[0.0], np.cumsum((weighted**2).sum(axis=1))])
    starts = np.arange(0, len(weighted) - size + 1, step)
    power = (sums[starts + size] - sums[starts]) / size
    with np.errstate(divide="ignore"):
        blocks = OFFSET + 10 * np.log10(power)
        loud = power[blocks > ABSOLUTE_GATE]
        if not len(loud):
            return float("-inf")
        gate = OFFSET + 10 * np.log10(loud.mean()) + RELATIVE_GATE
        return float(OFFSET + 10 * np.log10(loud[OFFSET + 10 * np.log10(loud) > gate].mean()))


def normalised(samples: np.ndarray, rate: int, wanted: float) -> np.ndarray:
    """At `wanted` LUFS, or as near as peaks 1 dB below full scale allow; silence stays silence."""
    found = loudness(samples, rate)
    if not np.isfinite(found):
        return samples
    gain = min(10 ** ((wanted - found) / 20), CEILING / max(float(np.abs(samples).max()), 1e-9))
    return (samples * np.float32(gain)).astype(np.float32)


def _weighted(samples: np.ndarray, rate: int) -> np.ndarray:
    """The K-weighting: a shelf for the head, a high pass for the ear; coefficients by the bilinear transform at `rate`."""
    from scipy.signal import lfilter  # heavy, and only needed where something is rendered

    for numerator, denominator in (_shelf(rate), _high_pass(rate)):
        samples = lfilter(numerator, denominator, samples, axis=0)
    return samples


def _shelf(rate: int) -> tuple[np.ndarray, np.ndarray]:
    gain, quality, centre = 3.999843853973347, 0.7071752369554196, 1681.974450955533
    k = np.tan(np.pi * centre / rate)
    high = 10 ** (gain / 20)
    band = high**0.4996667741545416
    a = np.array([1 + k / quality + k * k, 2 * (k * k - 1), 1 - k / quality + k * k])
    b = np.array([high + band * k / quality + k * k, 2 * (k * k - high), high - band * k / quality + k * k])
    return b / a[0], a / a[0]


def _high_pass(rate: int) -> tuple[np.ndarray, np.ndarray]:
    quality, centre = 0.5003270373238773, 38.13547087602444
    k = np.tan(np.pi * centre / rate)
    a = np.array([1 + k / quality + k * k, 2 * (k * k - 1), 1 - k / quality + k * k])
    return np.array([1.0, -2.0, 1.0]), a / a[0]
