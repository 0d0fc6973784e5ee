# Every target sets up what it needs in .venv; nothing else has to be installed but Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= auto

.PHONY: demo test check bench clean

$(VENV)/.demo: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "polyqw needs Python 3.11 or newer; run make PYTHON=/path/to/python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.test: $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,check]'
	@touch $@

demo: $(VENV)/.demo  ## from the reference structures to a finished report
	$(BIN)/polyqw ingest --reference --db build/demo.db
	$(BIN)/polyqw fit --db build/demo.db
	$(BIN)/polyqw predict --db build/demo.db
	$(BIN)/polyqw report --db build/demo.db -o build/report

test: $(VENV)/.test  ## the whole suite
	$(BIN)/python -m pytest -n $(JOBS)

check: $(VENV)/.test  ## format, lint, types, then the whole suite (which builds the wheel and tries it)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n $(JOBS)

bench: $(VENV)/.test  ## measured ratios, written to benchmarks/RESULTS.md
	$(BIN)/python benchmarks/run.py

clean:
	rm -rf $(VENV) build dist
