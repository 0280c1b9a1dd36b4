# The whole interface. `make` alone lists it; ARGS="…" hands more arguments to the program or to pytest.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
SHELL := /bin/sh

# Any Python from 3.11; say `make PYTHON=python3.13 setup` to choose.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.set-up

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Compiling everything anew takes a process more than a second, and the tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo serve test test-fast cases cases-mutate evidence-mutate check bench bench-ask bench-evidence bench-national restore-drill attacks lock clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

setup: $(STAMP) ## make .venv from the hash-pinned lock (at once when it is up to date)

$(STAMP): requirements.lock requirements.in requirements-dev.in pyproject.toml .ci/setup
	@PYTHON='$(PYTHON)' bash .ci/timed '  make setup' bash .ci/setup

demo: setup ## thirty months on an embedded PostgreSQL, over HTTP, and the questions of a dispute
	@$(BIN)/liggare demo $(ARGS)

serve: setup ## keep the demo's ledger running, with its OpenAPI pages
	@$(BIN)/liggare serve $(ARGS)

test: setup ## all tests, on PostgreSQL 18 and 15, or on LIGGARE_DATABASE_URL
	@PYTHON=$(BIN)/python bash .ci/test $(ARGS)

test-fast: setup ## the tests that need no database
	@$(BIN)/python -m pytest -m 'not postgres' $(ARGS)

cases: setup ## the cases a lawyer can read, and which policy terms they read
	@$(BIN)/python -m tests.cases.run $(ARGS)

cases-mutate: setup ## change each single policy value: some case must notice
	@$(BIN)/python -m tests.cases.mutate $(ARGS)

evidence-mutate: setup ## flip 2 000 bytes of a package of an award and of a case, and as many under manifests made anew
	@LIGGARE_EVIDENCE_FLIPS=2000 $(BIN)/python -m pytest tests/replay/test_evidence.py tests/replay/test_evidence_case.py -k flip $(ARGS)

check: setup ## lint, format, types, import rules and documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --cache-dir build/import-linter
	@$(BIN)/python -m pytest -m docs $(ARGS) || [ $$? -eq 5 ]

bench: setup ## measure, write build/bench.json, print the table
	@mkdir -p build
	@$(BIN)/liggare bench $(ARGS)

bench-ask: setup ## ms for each question of a dispute, on the ledger of `make demo`
	@$(BIN)/python -m benchmarks.questions

bench-evidence: setup ## sealing, proofs at ten million events, packages (EVENTS= for fewer); keeps the ledger
	@mkdir -p build
	@$(BIN)/python -m benchmarks.evidence $(if $(EVENTS),--events $(EVENTS)) $(ARGS)

bench-national: setup ## the witness at ten million events (EVENTS= for fewer); keeps what is done
	@mkdir -p build
	@$(BIN)/python -m benchmarks.national $(if $(EVENTS),--events $(EVENTS)) $(ARGS)

restore-drill: setup ## back up, restore, verify and continue
	@$(BIN)/liggare restore-drill $(ARGS)

attacks: setup ## attack a ledger with every right there is, and say what a verifier finds and where
	@$(BIN)/python -m tests.attacks.run $(ARGS)

lock: ## choose newest versions again and pin them with hashes
	@PYTHON='$(PYTHON)' bash .ci/lock

clean: ## remove what was made (.venv and build; var, the state, stays)
	rm -rf .venv build *.egg-info
