# Two commands do everything: `make demo` shows the product, `make test` proves it.
PYTHON ?= python3
BIN := .venv/bin
OUT ?= intelligence/models/recognizer
.DEFAULT_GOAL := help

.PHONY: help setup demo playground test check run lock format train-recognizer train-classifier clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk -F ':.*?## ' '{printf "  make %-18s %s\n", $$1, $$2}'

setup: .venv/ready ## Create .venv with the pinned, hashed dependencies (the others do this for you)

.venv/ready: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tradecraft needs Python 3.11 or newer: run make PYTHON=python3.12 demo, for example.")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Run the main job on fictional conversations, with local doubles of Slack and Twilio
	$(BIN)/tradecraft demo

playground: setup ## Open a page with a pretended WhatsApp and Slack side by side
	$(BIN)/tradecraft playground

test: setup ## Run all tests
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup

check: setup ## Format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

run: setup ## Start the service: webhooks, Slack, jobs
	$(BIN)/tradecraft serve

format: setup ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## Resolve the dependencies again (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o requirements.lock
	uv pip compile pyproject.toml --extra dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o requirements-dev.lock

.venv-train/ready: intelligence/training/requirements.txt
	$(PYTHON) -m venv .venv-train
	.venv-train/bin/python -m pip install --quiet --disable-pip-version-check -r intelligence/training/requirements.txt
	@touch $@

train-recognizer: .venv-train/ready ## Train the named-entity model again (DATA=folder of the public data sets; development only)
	@test -d "$(DATA)" || { echo "Say where the public data sets lie: make train-recognizer DATA=folder"; exit 2; }
	.venv-train/bin/python -m intelligence.training.recognizer --data "$(DATA)" --out $(OUT) $(ARGUMENTS)

train-classifier: .venv-train/ready ## Train the turn classifier again from the bundled labelled turns (development only)
	.venv-train/bin/python -m intelligence.training.classifier --out intelligence/models/turns

clean: ## Remove what setup created
	rm -rf .venv .venv-train build dist *.egg-info
