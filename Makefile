# `make setup` builds .venv from the pins in constraints.txt; every other target runs inside it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN := .venv/bin
STAMP := .venv/.installed
DEMO := demo-run
PYTEST_ARGS ?= -n auto --dist loadgroup

# The first interpreter that runs, is new enough and can make a virtual environment (Debian packs venv separately).
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

# The stamp holds the folder it was made in, so a moved or broken .venv counts as not installed.
ifneq ($(shell $(BIN)/python -c 'import pip' 2>/dev/null && cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: $(STAMP) ## Make .venv, or do nothing when it is up to date

$(STAMP): pyproject.toml constraints.txt
	@if ! $(BIN)/python -c 'import pip' 2>/dev/null || ! grep -qF "$(CURDIR)/.venv" $(BIN)/activate; then \
		if [ -z "$(PYTHON)" ]; then \
			echo "R2S needs Python 3.11 or newer with venv (on Debian: apt-get install python3-venv);" \
				"name one with: make setup PYTHON=/path/to/python3" >&2; \
			exit 1; \
		fi; \
		if [ -d .venv ]; then echo "The .venv here does not work (moved, or its Python is gone): making it anew."; fi; \
		echo "Making .venv with $(PYTHON)"; \
		$(PYTHON) -m venv --clear .venv; \
	fi
	@echo "Installing R2S and its tools from constraints.txt (half a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade -c constraints.txt pip
	@$(BIN)/python -m pip install --quiet --build-constraint constraints.txt -c constraints.txt --editable . --group dev
	@printf '%s' "$(CURDIR)" > $(STAMP)

.PHONY: demo
demo: setup ## Run the sample documents with the built-in model and show one dialogue
	$(BIN)/r2s run configs/samples -o $(DEMO)
	$(BIN)/r2s show $(DEMO) --doc en-artifact.txt --dialogue

.PHONY: test
test: check ## The same as check

.PHONY: check
check: lint types layers pytest ## Everything that must pass: format, lint, types, layers, tests

.PHONY: lint
lint: setup ## Check the format and the lint rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

.PHONY: types
types: setup ## Check the types
	$(BIN)/pyright

.PHONY: layers
layers: setup ## Check that packages import only from the layers below them
	$(BIN)/lint-imports --no-cache

.PHONY: pytest
pytest: setup ## Run the tests; PYTEST_ARGS="tests/graphs -x" picks some
	$(BIN)/python -m pytest $(PYTEST_ARGS)

# Minutes of runs under random faults, and what came of them.
SOAK_MINUTES ?= 60
SOAK_SEED ?= 0

.PHONY: soak
soak: setup ## Runs under random faults for SOAK_MINUTES (60); as root also full and read-only disks
	$(BIN)/python -m benchmarks.soak --minutes $(SOAK_MINUTES) --seed $(SOAK_SEED) -o build/soak.md

.PHONY: properties
properties: setup ## Thousands of new examples for each property (the tests take a few, always the same)
	R2S_PROPERTIES=long $(BIN)/python -m pytest tests/properties

# Fuzzers: an environment of their own, as atheris has no wheels for every Python.
FUZZ_SECONDS ?= 600
FUZZ_TARGETS ?= all
FUZZ_STAMP := .venv-fuzz/.installed

.PHONY: fuzz
fuzz: $(FUZZ_STAMP) ## Fuzz every parser of untrusted input for FUZZ_SECONDS (600) each; findings in build/fuzz
	.venv-fuzz/bin/python -m tests.fuzz $(FUZZ_TARGETS) --seconds $(FUZZ_SECONDS) --out build/fuzz

$(FUZZ_STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "R2S needs Python 3.11 or newer with venv" >&2; exit 1; }
	@test -x .venv-fuzz/bin/python || $(PYTHON) -m venv --clear .venv-fuzz
	@.venv-fuzz/bin/python -m pip install --quiet --disable-pip-version-check --upgrade -c constraints.txt pip
	@.venv-fuzz/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --editable . --group dev
	@.venv-fuzz/bin/python -m pip install --quiet --disable-pip-version-check "atheris>=3"
	@touch $(FUZZ_STAMP)

.PHONY: slow
slow: setup ## Run the tests that take long: workers and nodes that are killed, and every command watched for what it contacts
	$(BIN)/python -m pytest -m slow

# Real models: an environment of its own, as vLLM brings some gigabytes of packages and pins of its own.
LIVE_STAMP := .venv-live/.installed
# Tests of trainings and of likelihoods need torch, which is here and not in .venv.
TRAINING := tests/training tests/cli/test_train.py tests/cli/test_loop.py tests/samples/test_trl.py
LIVE_ARGS ?= tests/live $(TRAINING) tests/evaluation/likelihood tests/evaluation/statistics

ifneq ($(shell cat $(LIVE_STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(LIVE_STAMP)
endif

# One thread each: models this small lose more by waiting for each other's threads than they win by them.
.PHONY: live
live: setup-live ## Run real models (vLLM's server, vLLM and transformers in this process), and train tiny ones
	OMP_NUM_THREADS=1 .venv-live/bin/python -m pytest -o filterwarnings=default $(LIVE_ARGS)

.PHONY: training
training: setup-live ## The part of `live` that trains: TRL, and a whole loop of tiny models
	OMP_NUM_THREADS=1 .venv-live/bin/python -m pytest -o filterwarnings=default $(TRAINING)

.PHONY: setup-live
setup-live: $(LIVE_STAMP) ## Make .venv-live, or do nothing when it is up to date

# vLLM's build for the CPU names packages for pictures and sound that do not fit its torch and break transformers.
$(LIVE_STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "R2S needs Python 3.11 or newer with venv" >&2; exit 1; }
	@echo "Making .venv-live with vLLM and TRL (3 GB, some minutes the first time)"
	@test -x .venv-live/bin/python || $(PYTHON) -m venv --clear .venv-live
	@.venv-live/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@.venv-live/bin/python -m pip install --quiet --disable-pip-version-check --editable . --group live
	@.venv-live/bin/python -m pip uninstall --quiet --yes torchvision torchaudio torchcodec
	@printf '%s' "$(CURDIR)" > $(LIVE_STAMP)

.PHONY: notebooks
notebooks: setup ## Run the notebooks and write the .ipynb files with their outputs
	$(BIN)/python docs/notebooks.py

# The site: an environment of its own, as its maker needs nothing of R2S.
DOCS_STAMP := .venv-docs/.installed

.PHONY: docs
docs: $(DOCS_STAMP) ## Build the documentation site in build/site; a broken link fails, and so does a page that loads from another host
	.venv-docs/bin/zensical build --strict --clean
	@! grep -rnE '<(script|img|link|iframe)[^>]*(src|href)="?(https?:)?//' build/site --include='*.html'

$(DOCS_STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "R2S needs Python 3.11 or newer with venv" >&2; exit 1; }
	@test -x .venv-docs/bin/python || $(PYTHON) -m venv --clear .venv-docs
	@.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check --group docs
	@touch $(DOCS_STAMP)

.PHONY: format
format: setup ## Format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# pip-audit counts a pin that it could not look up as no finding; .ci/audit.py does not.
.PHONY: audit
audit: ## Look the pins up among known vulnerabilities; exit code 3 of .ci/audit.py: they could not be looked up
	@test -x .venv-audit/bin/pip-audit || { $(PYTHON) -m venv --clear .venv-audit \
		&& .venv-audit/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.10'; }
	@mkdir -p build && rm -f build/audit.json
	-@.venv-audit/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip --progress-spinner off \
		--format json --output build/audit.json >/dev/null 2>build/audit.log
	@.venv-audit/bin/python .ci/audit.py build/audit.json

.PHONY: constraints
constraints: ## Resolve the newest pins with python3.11, the oldest Python they must serve
	python3.11 -m venv --clear build/constraints
	build/constraints/bin/python -m pip install --quiet --upgrade pip
	build/constraints/bin/python -m pip install --quiet --upgrade . --group dev
	{ echo "# Every pin that R2S and its dev group need, for Python 3.11 to 3.13. Made by \`make constraints\`; do not edit."; \
		build/constraints/bin/python -m pip freeze --all \
		| grep '==' | tr 'A-Z_' 'a-z-' | grep -vE '^(r2s-dialogues|setuptools|uv)==' | LC_ALL=C sort; } > build/constraints.txt
	mv build/constraints.txt constraints.txt
	rm -rf build/constraints

.PHONY: clean
clean: ## Remove every environment and every cache; runs such as demo-run stay
	rm -rf .venv .venv-live .venv-fuzz .venv-audit .venv-docs .cache build dist .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
