# Every target sets up what it needs in .venv; nothing else has to be installed but Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 2)
FUZZ_SECONDS ?= 600
MUTATE_SECONDS ?= 3600
N ?= 200
SEED ?= 1

.PHONY: demo test check docs fuzz mutate bench clean

$(VENV)/.demo: pyproject.toml constraints.txt
	@echo "setting up in $(VENV) (a minute or two the first time)"
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "polyqw needs Python 3.11 or newer; run make PYTHON=/path/to/python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.test: $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,check]'
	@touch $@

demo: $(VENV)/.demo  ## from the reference structures to a finished report
	@mkdir -p build
	@echo "1/4 ingesting the reference structures into build/demo.db"
	@$(BIN)/polyqw ingest --reference --db build/demo.db
	@echo "2/4 fitting the printed tables (build/fit.json)"
	@$(BIN)/polyqw fit --db build/demo.db --json > build/fit.json
	@echo "3/4 predicting (build/predictions.csv)"
	@$(BIN)/polyqw predict --db build/demo.db --csv > build/predictions.csv
	@echo "4/4 writing the report"
	@$(BIN)/polyqw report --db build/demo.db -o build/report

test: $(VENV)/.test  ## the whole suite
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

check: $(VENV)/.test  ## format, lint, types, unused code, then the whole suite (which builds the wheel and tries it)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m tests.unused
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

docs: $(VENV)/.test  ## the pages of docs/ that the program writes about itself
	$(BIN)/python -m docs.manual --sessions

fuzz: $(VENV)/.test  ## damaged files, hostile OPTIMADE answers and questions to serve, ten minutes; what fails is kept in build/fuzz
	$(BIN)/python -m tests.fuzzing --seconds $(FUZZ_SECONDS)

mutate: $(VENV)/.test  ## change the code in small ways and see that a test notices: N=200 SEED=1, or CHANGED=main
	$(BIN)/python -m tests.mutating --count $(N) --seed $(SEED) --seconds $(MUTATE_SECONDS) $(if $(CHANGED),--changed $(CHANGED))

$(VENV)/.peers:  ## robocrystallographer, in an environment of its own: it needs an older scipy and pymatgen
	$(PYTHON) -m venv $(VENV)/peers
	$(VENV)/peers/bin/python -m pip install --quiet --disable-pip-version-check robocrys 'bibtexparser<2' 'pymatgen<2025.11' 'scipy<1.17'
	@touch $@

bench: $(VENV)/.test $(VENV)/.peers  ## measured ratios, written to benchmarks/RESULTS.md
	POLYQW_PEERS=$(VENV)/peers/bin/python $(BIN)/python -m benchmarks.run

clean:
	rm -rf $(VENV) build dist
