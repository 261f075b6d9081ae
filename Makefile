# spinekg. `make demo` and `make test` need a Python from 3.11 on and nothing else; `make` alone lists the rest.

VENV   ?= .venv
DEMO   ?= demo-data
BIN    := $(VENV)/bin
# The first Python that is new enough; PYTHON=... names another one.
ifndef PYTHON
PYTHON := $(shell for python in python3 python3.11 python3.12 python3.13 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
endif
PIP     := $(BIN)/python -m pip --disable-pip-version-check --quiet
SPINEKG := $(BIN)/spinekg
TESTS   ?= -n 2 --dist loadfile
COMPILE := build/lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --newline lf \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check score golden wheel lock docs clean

help: ## list the targets
	@echo "spinekg: from PubMed records on interventional spine pain to evidence summaries"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.run ## install, take in the bundled sample, print an evidence summary
	@echo "== Taking the bundled sample into $(DEMO)"
	@$(SPINEKG) ingest --dir $(DEMO) ingest/sample/illustrative.xml
	@echo
	@echo "== The evidence on vertebroplasty against sham, from the sample"
	@echo "== THESE ARE NOT REAL STUDIES: the records of the sample are illustrative, patients and numbers are invented."
	@echo
	@$(SPINEKG) summarise vertebroplasty --comparator sham --dir $(DEMO)
	@echo
	@echo "== What to try next"
	@echo "  $(SPINEKG) summarise TFESI --dir $(DEMO)               another technique, by any of its names"
	@echo "  $(SPINEKG) show 99000001 --dir $(DEMO)                 an abstract with its claims marked"
	@echo "  $(SPINEKG) query --list                                the questions that can be asked"
	@echo "  $(SPINEKG) query contradictions --dir $(DEMO)          where studies disagree"
	@echo "  SPINEKG_EMAIL=you@your.org $(SPINEKG) fetch --search vertebral-augmentation --since 2025-01-01"
	@echo "                                                        real records from PubMed, into ./spinekg-data"
	@echo "  README.md tells the rest."

test: $(VENV)/.dev ## install what the tests need, run them all
	@$(BIN)/python -m pytest $(TESTS)

check: $(VENV)/.dev ## ruff, mypy --strict, import contracts
	@failed=; for tool in "ruff check --output-format concise ." "ruff format --check --quiet ." "mypy --strict" "lint-imports --no-cache"; do \
		echo "== $$tool"; $(BIN)/$$tool || failed="$$failed [$$tool]"; done; \
	test -z "$$failed" || { echo "failed:$$failed" >&2; exit 1; }

score: $(VENV)/.run ## measure the extractor on annotated abstracts (WRITE=1 writes the figures that are shipped)
	@$(BIN)/python benchmarks/score.py $(if $(WRITE),--write)

golden: $(VENV)/.dev ## write the golden files of the tests again; read the difference before committing
	@for script in tests/golden_*.py; do $(BIN)/python $$script || exit 1; done
	@git --no-pager diff --stat -- tests/golden

wheel: $(VENV)/.dev ## build the source archive and, from it, the wheel into dist/
	@rm -rf dist
	@$(BIN)/python -m build --outdir dist .

lock: ## write the lock files again (UPGRADE=1 takes newer versions); needs Python 3.11
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
		|| { echo "make lock: Python 3.11 is needed, the oldest supported one: make lock PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip --disable-pip-version-check --quiet install pip-tools
	@CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) --output-file requirements.lock pyproject.toml
	@CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) --extra dev --constraint requirements.lock \
		--output-file requirements-dev.lock pyproject.toml

docs: $(VENV)/.dev ## write the generated pages and the picture of README again
	@$(BIN)/python docs/generate.py

clean: ## remove the environment and everything else that make made
	rm -rf $(VENV) $(DEMO) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find kg ingest tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. A stamp is older than its lock file when something has to be installed again.
$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "spinekg needs Python 3.11 or newer; found: $$(python3 --version 2>&1 || true)." \
		"Name another one with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "spinekg needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)" >&2; exit 1; }
	@echo "== Making the environment $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "$(PYTHON) cannot make an environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/.python
	@echo "== Installing spinekg and what it needs (requirements.lock)"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "== Installing what tests and checks need (requirements-dev.lock)"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
