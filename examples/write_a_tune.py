"""Let MusicVAE invent four bars of tune and write them as MIDI and as MusicXML for an engraving program.

python examples/write_a_tune.py tune
"""

import sys
from pathlib import Path

import studio
from studio.media import medium_of


def main(stem: Path) -> None:
    (score,) = studio.generate("musicvae-2bar", count=1, seed=5)
    for ending in (".mid", ".musicxml"):
        medium_of(score).save(score, stem.with_suffix(ending))
    midi = score.to_pretty_midi()
    print(f"{sum(len(each.notes) for each in midi.instruments)} notes, {midi.get_end_time():.1f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "tune"))
