# Thin wrappers; each sets the checkout up first (quick when nothing has changed).
#   make run     the editor on a sample photo; with no display, the same session without a window
#   make test    all tests
#   make lint    style, types, and who may import whom
#   make faults  damaged photos, hostile checkpoints and killed exports by the thousand:
#                docs/reliability.md (ONLY=photos: one section of it)
#   make bench   how long a user waits on this computer
#   make translations    the texts of the window for Qt Linguist, and compiled
#   make guide   the guide's pictures, from the real window on a virtual screen
#   make pages   the guide's pages that are made from the program: menus and keys, commands
#   make docs    the guide as a site, in build/guide
#   make coverage    how much of the code the tests run: build/coverage
#   make lock    versions of the development environment: requirements-dev.lock
#   make train DATA=../shared/datasets/portraits    the stages of the pack, resumable
.PHONY: run test lint faults bench train translations guide pages docs setup setup-dev coverage lock

PYTHON := .venv/bin/python
SAMPLE := build/sample
TEXTS := $(shell find s2flow_app/ui s2flow_app/app.py -name '*.py' | LC_ALL=C sort)
GERMAN := resources/translations/s2flow_de
CORES := $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 1)
# Tests share the cores, a module at a time: it loads its pack once. Each computes in one thread.
SHARED := $(if $(filter-out 1,$(CORES)),-n $(CORES) --maxprocesses 8 --dist loadscope \
	--no-loadscope-reorder)
STAGES := landmarks parser guide pack teacher generator likeness flow painter styles pack

run: setup
	@installer/run_sample.sh $(SAMPLE)

# The painting's tests come first, alone: after others in one process five of them see stale pixels,
# for a reason that is not found yet.
PAINTING := tests/qt/test_painting.py

test: setup
	$(PYTHON) -m pytest -q $(PAINTING)
	OMP_NUM_THREADS=1 $(PYTHON) -m pytest -q $(SHARED) --ignore $(PAINTING)

lint: setup-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/pyright
	.venv/bin/lint-imports

faults: setup
	PYTHONPATH=.:tests/helpers:tests/faults $(PYTHON) tests/faults/report.py docs/reliability.md \
		$(if $(ONLY),--only $(ONLY))

bench: setup
	$(PYTHON) -m s2flow_app bench

train: setup
	@test -n "$(DATA)" || { echo "make train DATA=folder of aligned portraits" >&2; exit 2; }
	set -e; for stage in $(STAGES); do $(PYTHON) -m s2flow_app train $$stage --data "$(DATA)"; done

translations: setup
	.venv/bin/pyside6-lupdate $(TEXTS) -ts $(GERMAN).ts -source-language en -target-language de \
		-locations none -no-obsolete
	.venv/bin/pyside6-lrelease $(GERMAN).ts -qm $(GERMAN).qm

guide: setup
	PYTHONPATH=tests/helpers xvfb-run -a $(PYTHON) docs/scripts/make_pictures.py $(PICTURES)
	$(if $(PICTURES),,$(PYTHON) docs/scripts/make_sheets.py)

pages: setup
	$(PYTHON) docs/scripts/make_pages.py

docs: pages
	$(PYTHON) -c 'import material' 2>/dev/null || \
		$(PYTHON) -m pip install --quiet --editable '.[docs]'
	$(PYTHON) -m mkdocs build --strict -q -f docs/mkdocs.yml

coverage: setup-dev
	$(PYTHON) -m pytest -q -m "not slow and not pack" tests/unit tests/qt --cov --cov-report=term \
		--cov-report=html:build/coverage

lock: setup-dev
	$(PYTHON) installer/lock.py

setup:
	@installer/setup_dev.sh test

setup-dev:
	@installer/setup_dev.sh dev

include installer/release.mk
include installer/linux/packages.mk
