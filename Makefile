# Thin wrappers; each sets the checkout up first (quick when nothing has changed).
#   make run     parse the face of a sample photo into a label map (the editor is not built yet)
#   make test    all tests
#   make lint    style, types, and who may import whom
#   make train DATA=../shared/datasets/portraits    the stages of the pack, resumable
.PHONY: run test lint train setup setup-dev

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
	$(PYTHON) -m s2flow_app.training landmarks --data "$(DATA)" --minutes 7
	$(PYTHON) -m s2flow_app.training parser --data "$(DATA)" --minutes 24
	$(PYTHON) -m s2flow_app.training pack --data "$(DATA)"

setup:
	@installer/setup_dev.sh test

setup-dev:
	@installer/setup_dev.sh dev
