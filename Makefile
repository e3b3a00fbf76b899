# `make demo` shows ddsync at work on an embedded Datadog; `make test` is what CI runs.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

# The demo is of the emulator, and tests make their own: whatever a shell exports for other tools is none of theirs.
unexport $(filter DD_%,$(.VARIABLES))

.PHONY: demo test lint types unit docs soak bench format clean

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ddsync needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	$(BIN)/python -m compileall -q dd_sync
	touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(BIN)/python -m compileall -q dd_sync
	touch $@ $(VENV)/.installed

demo: $(VENV)/.installed
	@$(BIN)/ddsync local reset --target local >/dev/null
	@echo '$$ ddsync plan --target local'
	@$(BIN)/ddsync plan --target local
	@echo; echo '$$ ddsync apply --target local --yes'
	@$(BIN)/ddsync apply --target local --yes 2>/dev/null
	@echo; echo '$$ ddsync plan --target local'
	@$(BIN)/ddsync plan --target local
	@echo
	@echo 'That was an embedded Datadog. Where to look next:'
	@echo '  ddsync.yaml, services/       the inventory: clusters, databases, services, teams'
	@echo '  monitors/ slos/ dashboards/  the definitions'
	@echo "  $(BIN)/ddsync explain 'service/error-rate/payments'   one alert, everything about it"
	@echo '  README.md, docs/             how to use it for your own'

test: lint types unit

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

unit: $(VENV)/.installed-dev
	$(BIN)/pytest -n auto

# The site, in site/: the reference is made from the code, and a page or link that is not there ends the build.
docs: $(VENV)/.installed-dev
	$(BIN)/python -m reference
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo 'written: site/index.html'

soak: $(VENV)/.installed-dev
	DDSYNC_SOAK=1 $(BIN)/pytest -n auto tests/soak tests/trust

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .ddsync dist site .mypy_cache .ruff_cache .pytest_cache
