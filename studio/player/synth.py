"""FluidSynth with a General MIDI soundfont, loaded once, on whatever thread asks for it first; never the window's."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from studio.player.errors import PlayerError

SAMPLE_RATE = 44_100
GAIN = 0.45  # leaves room for many voices at once; FluidSynth's own 0.2 is faint
CHANNELS = 256
DRUM_BANK = 128
FOLDERS = ("/usr/share/sounds/sf2", "/usr/share/sounds/sf3", "/usr/share/soundfonts", "/opt/homebrew/share/soundfonts")
PREFERRED = ("FluidR3Mono_GM.sf3", "FluidR3_GM.sf2", "default-GM.sf3", "default-GM.sf2", "MuseScore_General.sf3")
INSTALL = "On Debian and Ubuntu: apt install libfluidsynth3 fluidr3mono-gm-soundfont."


def soundfont() -> Path:
    """The soundfont to use: the one named by ATELIER_SOUNDFONT, else the best that is installed. Raises PlayerError."""
    named = os.environ.get("ATELIER_SOUNDFONT")
    if named:
        if not Path(named).is_file():
            raise PlayerError(f"ATELIER_SOUNDFONT names {named}, which is no file.")
        return Path(named)
    for name in PREFERRED:
        for folder in FOLDERS:
            if (Path(folder) / name).is_file():
                return Path(folder) / name
    for folder in FOLDERS:
        for found in sorted(Path(folder).glob("*.sf[23]")) if Path(folder).is_dir() else ():
            return found
    raise PlayerError(f"There is no General MIDI soundfont on this machine, so scores cannot be heard. {INSTALL}")


def library() -> Any:
    """The binding to FluidSynth; raises PlayerError where the library is not installed."""
    try:
        import fluidsynth
    except (ImportError, OSError) as error:
        raise PlayerError(f"FluidSynth is not installed, so scores cannot be heard. {INSTALL}") from error
    return fluidsynth


def drivers() -> tuple[str, ...]:
    """FluidSynth's drivers that can be there; none on a Linux machine without a sound card and without a sound server."""
    if sys.platform == "darwin":
        return ("coreaudio",)
    if sys.platform == "win32":
        return ("wasapi", "dsound")
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere"))
    found = ["pulseaudio"] if (runtime / "pulse" / "native").exists() else []
    found += ["pipewire"] if (runtime / "pipewire-0").exists() else []
    found += ["alsa"] if any(Path("/dev/snd").glob("pcm*p")) else []
    return tuple(found)


class Synth:
    """One synthesiser. Calls may come from any thread: FluidSynth guards itself."""

    def __init__(self, rate: int = SAMPLE_RATE) -> None:
        """Load library and soundfont, which takes seconds. Raises PlayerError with what to install."""
        self._library = library()
        _be_quiet(self._library)
        path = soundfont()
        self.rate, self.font = rate, path.name
        self._synth = self._library.Synth(gain=GAIN, samplerate=float(rate), channels=CHANNELS)
        self._font = self._synth.sfload(str(path))
        if self._font == -1:
            self._synth.delete()
            raise PlayerError(f"The soundfont {path} is damaged and cannot be loaded. Install it again.")
        self._driver = False
        self._write = self._library.cfunc(
            "fluid_synth_write_float", ctypes.c_int, ("synth", ctypes.c_void_p, 1), ("len", ctypes.c_int, 1),
            ("left", ctypes.c_void_p, 1), ("left_from", ctypes.c_int, 1), ("left_step", ctypes.c_int, 1),
            ("right", ctypes.c_void_p, 1), ("right_from", ctypes.c_int, 1), ("right_step", ctypes.c_int, 1),
        )  # fmt: skip
        self._pressure = self._library.cfunc(
            "fluid_synth_channel_pressure", ctypes.c_int, ("synth", ctypes.c_void_p, 1), ("chan", ctypes.c_int, 1), ("val", ctypes.c_int, 1)
        )
        self._key_pressure = self._library.cfunc(
            "fluid_synth_key_pressure", ctypes.c_int, ("synth", ctypes.c_void_p, 1), ("chan", ctypes.c_int, 1), ("key", ctypes.c_int, 1),
            ("val", ctypes.c_int, 1),
        )  # fmt: skip

    def connect(self) -> bool:
        """Play through the sound card from now on; False where there is none."""
        if not self._driver:
            for name in drivers():
                self._synth.setting("audio.driver", name)
                # Not pyfluidsynth's `start`, which opens a MIDI driver too; keyboards come through `ports`.
                self._synth.audio_driver = self._library.new_fluid_audio_driver(self._synth.settings, self._synth.synth)
                if self._synth.audio_driver:
                    self._driver = True
                    break
        return self._driver

    def program(self, channel: int, program: int, drums: bool) -> None:
        """The instrument of a channel; one that the soundfont lacks becomes the piano or the standard drums."""
        bank = DRUM_BANK if drums else 0
        if self._synth.program_select(channel, self._font, bank, program) == -1:
            self._synth.program_select(channel, self._font, bank, 0)

    def note_on(self, channel: int, pitch: int, velocity: int) -> None:
        self._synth.noteon(channel, pitch, velocity)

    def note_off(self, channel: int, pitch: int) -> None:
        self._synth.noteoff(channel, pitch)

    def control(self, channel: int, number: int, value: int) -> None:
        self._synth.cc(channel, number, value)

    def bend(self, channel: int, value: int) -> None:
        self._synth.pitch_bend(channel, value)

    def pressure(self, channel: int, value: int) -> None:
        self._pressure(self._synth.synth, channel, value)

    def key_pressure(self, channel: int, pitch: int, value: int) -> None:
        self._key_pressure(self._synth.synth, channel, pitch, value)

    def silence(self) -> None:
        """Everything stops at once, and controls go back to what they were at first."""
        self._synth.system_reset()

    def write(self, frames: int) -> np.ndarray:
        """The next (frames, 2) float32 samples. Only for a synthesiser that was not connected."""
        samples = np.zeros((frames, 2), np.float32)
        place = samples.ctypes.data
        self._write(self._synth.synth, frames, place, 0, 2, place, 1, 2)
        return samples

    def close(self) -> None:
        self._synth.delete()


def _be_quiet(binding: Any) -> None:
    """FluidSynth tells the terminal of every sound card that it does not find; we say it once, in the window."""
    set_log = binding.cfunc(
        "fluid_set_log_function",
        ctypes.c_void_p,
        ("level", ctypes.c_int, 1),
        ("function", ctypes.c_void_p, 1),
        ("data", ctypes.c_void_p, 1),
    )
    if set_log is not None:
        for level in range(5):
            set_log(level, None, None)
