# Everything a user or maintainer runs. Arguments go through ARGS, for example
#   make run ARGS="scenario=delegation_level_3 seed=7"

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt

# Stamp files: an install is repeated only when what it depends on has changed.
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help run scorecard pages full-scorecard gallery fit rivals benchmark docs directions install install-dev lint types tests test format clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

run: $(INSTALLED) ## Run the simulation (ARGS="key=value ..." changes the configuration)
	$(BIN)/python -m experiments.run $(ARGS)

scorecard: $(INSTALLED) ## Compare the model with the evidence patterns
	$(BIN)/python -m experiments.scorecard $(ARGS)

pages: $(INSTALLED) ## Compute anew what is out of date in the pages (ARGS=--check only says what, and why)
	$(BIN)/python -m experiments.pages $(ARGS)

full-scorecard: $(INSTALLED) ## Compare it with each mechanism switched off in turn (long; it can be stopped and goes on)
	$(BIN)/python -m experiments.full_scorecard $(ARGS)

gallery: $(INSTALLED) ## Draw every figure (ARGS=--docs: also the pictures and numbers of docs/gallery.md)
	$(BIN)/python -m experiments.gallery $(ARGS)

fit: $(INSTALLED) ## Fit the few fitted parameters
	$(BIN)/python -m experiments.fit $(ARGS)

rivals: $(INSTALLED) ## Set three explanations of leaders' fall against each other (ARGS="ensemble.replicates=80 ...")
	$(BIN)/python -m experiments.rivals $(ARGS)

benchmark: $(INSTALLED) ## Measure speed and memory (2 to 3 minutes) and put the numbers into docs/benchmarks.md
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m experiments.pages.documents

docs: $(INSTALLED) ## Refill the numbers and tables of the pages from code and data
	$(BIN)/python -m experiments.pages.documents

directions: $(INSTALLED) ## Check directions of effect and extremes on the six sites, for docs/directions.md
	$(BIN)/python -m experiments.directions $(ARGS)

install: $(INSTALLED) ## Install the simulation into .venv

install-dev: $(INSTALLED_DEV) ## Install it with the development tools

test: lint types tests ## Run every check: ruff, mypy, pytest

lint: $(INSTALLED_DEV) ## Check style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(INSTALLED_DEV) ## Check types
	$(BIN)/mypy

tests: $(INSTALLED_DEV) ## Run the tests (ARGS="tests/evidence -k name" chooses)
	$(BIN)/pytest $(ARGS)

format: $(INSTALLED_DEV) ## Rewrite the code in the house format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## Remove the environment and all caches (results stay)
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || \
	    { echo "ccgsim needs Python 3.11, 3.12 or 3.13 and '$(PYTHON)' is not one of them: try make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || \
	    { rm -rf $(VENV); echo "'$(PYTHON)' could not make a virtual environment: on Debian and Ubuntu, install python3-venv" >&2; exit 1; }

# The interpreter is an order-only prerequisite: its age says nothing about what is installed.
$(INSTALLED): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP_INSTALL) -e .
	@touch $@

$(INSTALLED_DEV): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP_INSTALL) -e '.[dev]'
	@touch $(INSTALLED) $@
