# Thin wrappers; each sets the checkout up first (quick when nothing has changed).
#   make run     the editor on a sample photo; without a display the same session, to files
#   make test    all tests
#   make lint    style, types, and who may import whom
#   make train DATA=../shared/datasets/portraits    all training stages, resumable
#   make bench   the timings this project promises
.PHONY: run test lint train bench setup setup-dev

PYTHON := .venv/bin/python
SAMPLE := build/sample

run: setup
	@installer/run_sample.sh $(SAMPLE)

test: setup
	$(PYTHON) -m pytest -q

lint: setup-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/pyright
	.venv/bin/lint-imports

train: setup
	@test -n "$(DATA)" || { echo "make train DATA=folder of aligned portraits" >&2; exit 2; }
	$(PYTHON) -m s2flow_app train all --data "$(DATA)"

bench: setup
	$(PYTHON) -m s2flow_app bench

setup:
	@installer/setup_dev.sh test

setup-dev:
	@installer/setup_dev.sh dev
