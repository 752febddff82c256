"""Sound: loudness as the standard reckons it, files that carry their recipe, and scores rendered where FluidSynth is there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media import MediaError, Sound
from studio.media.score import NOTE, Score, Track
from studio.media.sound import decode, encode_flac, encode_wav
from studio.player import PlayerError, synth
from studio.player.loudness import loudness, normalised
from studio.player.render import rendered, stems


def there() -> bool:
    try:
        synth.library()
        synth.soundfont()
    except PlayerError:
        return False
    return True


needs_fluidsynth = pytest.mark.skipif(not there(), reason="FluidSynth or its soundfont is not installed")


@pytest.fixture(scope="module", autouse=True)
def held():  # type: ignore[no-untyped-def]
    """A synthesiser that stays open: FluidSynth shares its soundfont with those that the tests make."""
    made = synth.Synth() if there() else None
    yield made
    if made is not None:
        made.close()


def tone(decibels: float, rate: int = 48_000, seconds: float = 3) -> np.ndarray:
    wave = np.sin(2 * np.pi * 997 * np.arange(int(rate * seconds)) / rate) * 10 ** (decibels / 20)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_the_reference_tone_has_the_loudness_that_the_standard_gives_it(rate: int) -> None:
    assert loudness(tone(-23, rate), rate) == pytest.approx(-23.0, abs=0.1)


def test_sound_is_brought_to_a_loudness_without_clipping() -> None:
    assert loudness(normalised(tone(-40), 48_000, -16), 48_000) == pytest.approx(-16, abs=0.1)
    assert np.abs(normalised(tone(-3), 48_000, 0)).max() <= 0.9
    silence = np.zeros((48_000, 2), np.float32)
    assert normalised(silence, 48_000, -16) is silence


@pytest.mark.parametrize("encode", [encode_wav, encode_flac])
@given(note=st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=50).map(lambda text: text.strip()), size=st.integers(1, 3000))
def test_a_file_gives_back_samples_and_note(encode, note: str, size: int) -> None:  # type: ignore[no-untyped-def]
    sound = Sound(np.random.default_rng(size).uniform(-0.9, 0.9, (size, 2)), 44_100)
    again, told = decode(encode(sound, note))
    assert np.abs(again.samples - sound.samples).max() < 1e-6
    assert (again.rate, told) == (sound.rate, note)


def test_a_long_recipe_fits_both() -> None:
    sound, note = Sound(np.zeros((10, 1)), 8000), "é" * 30_000
    assert decode(encode_wav(sound, note))[1] == note
    assert decode(encode_flac(sound, note))[1] == note


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_a_sound_or_a_sentence(data: bytes) -> None:
    for head in (b"", b"RIFF\x20\0\0\0WAVEfmt ", b"fLaC"):
        with pytest.raises(MediaError, match=r"x\.wav"):
            decode(head + data, "x.wav")


def melody() -> Score:
    notes = np.array([(0, 240, 60, 90), (240, 240, 64, 90)], NOTE)
    return Score((Track("Piano", notes=notes), Track("Drums", 0, True, np.array([(0, 60, 38, 100)], NOTE)), Track("Empty")))


@needs_fluidsynth
def test_a_score_is_rendered_at_an_even_loudness_and_always_the_same() -> None:
    shares = []
    sound = rendered(melody(), progress=lambda share: not shares.append(share))
    assert sound.seconds == pytest.approx(0.5 + 2.5, abs=0.01)
    assert loudness(sound.samples, sound.rate) == pytest.approx(-16, abs=3)
    assert np.abs(sound.samples).max() < 0.9
    assert rendered(melody()) == sound
    assert shares


@needs_fluidsynth
def test_each_track_that_is_heard_has_its_stem() -> None:
    found = stems(melody(), (True, True, True))
    assert [number for number, _ in found] == [0, 1]
    assert np.abs(found[1][1].samples).max() > 0.01
    assert stems(melody(), (False, True, True))[0][1] == found[1][1]


@needs_fluidsynth
def test_rendering_can_be_stopped_and_silence_is_refused() -> None:
    with pytest.raises(PlayerError, match="stopped"):
        rendered(melody(), progress=lambda share: False)
    for score, audible in ((Score(), ()), (melody(), (False, False, False))):
        with pytest.raises(PlayerError, match="no note to render"):
            rendered(score, audible)


def test_a_missing_soundfont_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(synth, "FOLDERS", (str(tmp_path),))
    with pytest.raises(PlayerError, match="apt install"):
        synth.soundfont()
    (tmp_path / "mine.sf2").write_bytes(b"")
    assert synth.soundfont().name == "mine.sf2"
    monkeypatch.setenv("ATELIER_SOUNDFONT", str(tmp_path / "gone.sf2"))
    with pytest.raises(PlayerError, match="no file"):
        synth.soundfont()


@needs_fluidsynth
def test_a_broken_soundfont_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "broken.sf2").write_bytes(b"RIFF no font")
    monkeypatch.setenv("ATELIER_SOUNDFONT", str(tmp_path / "broken.sf2"))
    with pytest.raises(PlayerError, match=r"broken\.sf2 is damaged"):
        synth.Synth()
