# Every target sets up what it needs in .venv; nothing else has to be installed but Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 2)
FUZZ_SECONDS ?= 600
MUTATE_SECONDS ?= 3600
N ?= 200
SEED ?= 1

RUNTIME := dask,mixed,optimade,parquet,postgres,web
LIBRARY := tests/core tests/cles tests/theory tests/io tests/api tests/cli/test_mistakes.py tests/cli/test_wells_figure.py \
  tests/test_dependencies.py

.PHONY: demo test check docs site fuzz mutate bench dist lowest newest sbom constraints clean

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

$(VENV)/.docs: $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs,dask,mixed,optimade,parquet,postgres,web]'
	@touch $@

site: $(VENV)/.docs  ## a site of all pages with the reference of the Python names, in build/site; needs no network
	$(BIN)/python -m docs.site

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

$(VENV)/.release: $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[release]' build
	@touch $@

dist: $(VENV)/.release  ## sdist and wheel, checked, in dist/
	rm -rf dist
	$(BIN)/validate-pyproject pyproject.toml
	$(BIN)/python -m build --outdir dist
	$(BIN)/twine check --strict dist/*
	$(BIN)/check-wheel-contents dist/*.whl

lowest newest: dist  ## the wheel with the lowest or the newest versions that pyproject.toml allows, and the library's tests
	rm -rf $(VENV)/$@ build/$@
	$(BIN)/uv venv --quiet --python $(BIN)/python $(VENV)/$@
	$(BIN)/uv pip install --quiet --python $(VENV)/$@ --resolution $(if $(filter lowest,$@),lowest-direct,highest) \
	  "polyqw[$(RUNTIME)] @ file://$(CURDIR)/$$(ls dist/*.whl)"
	$(BIN)/uv pip install --quiet --python $(VENV)/$@ hypothesis playwright pytest pytest-timeout pytest-xdist
	mkdir -p build/$@ && tar xf dist/*.tar.gz --strip-components 1 --exclude '*/polyqw' -C build/$@
	cd build/$@ && PYTHONPATH= $(abspath $(VENV))/$@/bin/python -m pytest -q -n $(JOBS) $(LIBRARY)

sbom: dist  ## what stands behind an installed wheel with all extras: build/sbom.json (CycloneDX)
	rm -rf $(VENV)/sbom && mkdir -p build
	$(BIN)/uv venv --quiet --python $(BIN)/python $(VENV)/sbom
	$(BIN)/uv pip install --quiet --python $(VENV)/sbom -c constraints.txt \
	  "polyqw[$(RUNTIME)] @ file://$(CURDIR)/$$(ls dist/*.whl)"
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --output-reproducible \
	  --output-format JSON -o build/sbom.json $(VENV)/sbom

constraints: $(VENV)/.release  ## newest versions that go together, for all extras, on Python 3.11
	@echo "# Versions that polyqw is tested with, on Python 3.11; 'make' installs these, and 'make constraints' writes them anew." > build/constraints
	$(BIN)/uv pip compile --quiet --all-extras --python-version 3.11 --no-annotate --no-header pyproject.toml \
	  | grep -vE '^(pip|setuptools)==' >> build/constraints
	mv build/constraints constraints.txt

clean:
	rm -rf $(VENV) build dist
