# What there is to do: `make help`.

PYTHON ?= python3
VENV_PYTHON := .venv/bin/python

.PHONY: run test lint format types tests faults bench env-run env-dev browser clean help

run: env-run ## Run the dashboard with all it needs, until Ctrl-C
	@$(VENV_PYTHON) manage.py up

test: env-dev browser lint types tests ## Everything that must hold: lint, types, tests

lint: env-dev ## Check style: ruff and djlint
	@echo "== Lint"
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV_PYTHON) -m djlint --lint --quiet templates

types: env-dev ## Check types: mypy
	@echo "== Types"
	@$(VENV_PYTHON) -m mypy .

tests: env-dev browser ## Run the tests
	@echo "== Tests"
	@$(VENV_PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder

faults: env-dev ## Break jobs on purpose, the whole matrix, at most an hour; FAULTS="options", FAULTS=--help
	@$(VENV_PYTHON) -m tests.faults $(FAULTS)

bench: env-run ## Measure the jobs against bare loops; BENCH="options", BENCH=--help
	@$(VENV_PYTHON) -m benchmarks $(BENCH)

format: env-dev ## Put the code in ruff's format
	@$(VENV_PYTHON) -m ruff check --fix .
	@$(VENV_PYTHON) -m ruff format .

env-run:
	@$(PYTHON) scripts/ensure_env.py run

env-dev:
	@$(PYTHON) scripts/ensure_env.py dev

browser: env-dev
	@echo "== Browser"
	@$(VENV_PYTHON) scripts/ensure_browser.py

clean: ## Remove the environment and caches; the data folder stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results

help: ## This list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18
