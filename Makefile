# Each target does its own set-up, so that “make demo” is the only command on a fresh machine.
# The first run installs everything; later runs start at once.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := .cache/bench

# The first Python that is new enough; choose another with “make PYTHON=/path/to/python3 …”.
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
endif

# Each Debian package that is needed, with Python code that fails if it is missing. Pango and HarfBuzz lay out the PDF.
HAS_python3-venv := import ensurepip, venv
HAS_libpango-1.0-0 := import ctypes; ctypes.CDLL("libpango-1.0.so.0")
HAS_libpangoft2-1.0-0 := import ctypes; ctypes.CDLL("libpangoft2-1.0.so.0")
HAS_libharfbuzz-subset0 := import ctypes; ctypes.CDLL("libharfbuzz-subset.so.0")
PACKAGES := python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0

.PHONY: help setup system demo test servers torture lint messages bench bench-tools
.DEFAULT_GOAL := help

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(READY)  ## install everything into .venv (the other targets do it if necessary)

demo: $(READY)  ## show sign-up, approval, sending and leaving step by step (ARGS=--keep keeps it running)
	@$(BIN)/mailer demo $(ARGS)

test: $(READY)  ## run the tests that need no servers (ARGS goes to pytest; -n0 uses one process)
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not servers" $(ARGS)

servers: $(READY)  ## run the tests with Dovecot, Postfix, OpenDKIM and PostgreSQL
	@$(BIN)/python -m pytest -n auto --dist loadgroup -m servers $(ARGS)

torture: $(READY)  ## kill mailer send at 2,000 random moments and count mails; then run the long tests in full
	@$(BIN)/python -m tests.torture $(ARGS)
	@$(BIN)/python -m pytest -n auto --dist worksteal -q -m torture --hypothesis-profile=torture

lint: $(READY)  ## check style, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

messages: $(READY)  ## extract the texts for people into templates/locale, and update every catalogue
	@$(BIN)/pybabel -q extract -F pyproject.toml -k phrase -k counted:1,2 --omit-header --add-location=file --sort-by-file -w 120 \
		-o templates/locale/mailer.pot .
	@$(BIN)/pybabel -q update -D mailer -i templates/locale/mailer.pot -d templates/locale -N --ignore-obsolete \
		--ignore-pot-creation-date -w 120

bench: export PATH := $(PATH):/usr/sbin
bench: $(PEERS)/.ready bench-tools  ## compare its speed with other mailers, in 12 minutes (ARGS=--quick: in one)
	@$(BIN)/python benchmarks/run.py $(ARGS)

$(PEERS)/.ready: benchmarks/package.json benchmarks/requirements.txt | $(READY) bench-tools
	@echo "Installing the other mailers into $(PEERS) …"
	@mkdir -p $(PEERS) && cp benchmarks/package.json $(PEERS)
	@npm install --silent --no-audit --no-fund --prefix $(PEERS)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --upgrade --target $(PEERS)/python \
		--requirement benchmarks/requirements.txt
	@touch $@

bench-tools:
	@missing=""; for tool in smtp-sink smtp-source node npm openssl; do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	test -z "$$missing" || { echo "make bench needs$$missing; on Debian: apt-get install postfix nodejs npm openssl" >&2; exit 1; }

$(READY): pyproject.toml constraints.txt
	@$(MAKE) --no-print-directory system
	@test -x $(BIN)/python || { echo "Making a virtual environment in $(VENV) …"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing mailer and what it needs (a minute or two, once) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	@touch $(READY)

system:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; on Debian 12: apt-get install python3" >&2; exit 1; }
	@missing=""; \
	$(foreach package,$(PACKAGES),$(PYTHON) -c '$(HAS_$(package))' 2>/dev/null || missing="$$missing $(package)";) \
	test -n "$$missing" || exit 0; \
	install="apt-get install -y --no-install-recommends$$missing"; \
	if ! command -v apt-get >/dev/null; then \
		echo "Install the equivalents of Debian's$$missing, then run make again." >&2; exit 1; \
	elif [ "$$(id -u)" = 0 ]; then as_root="env DEBIAN_FRONTEND=noninteractive"; \
	elif sudo -n true 2>/dev/null; then as_root="sudo -n env DEBIAN_FRONTEND=noninteractive"; \
	else echo "Run this, then make again:  sudo $$install" >&2; exit 1; fi; \
	echo "Installing system packages:$$missing …"; \
	output=$$($$as_root apt-get update 2>&1; $$as_root $$install 2>&1) || \
		{ echo "$$output" | tail -20 >&2; echo "That failed. Run this, then make again:  sudo $$install" >&2; exit 1; }
