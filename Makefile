# Two commands matter to a newcomer: `make demo` shows the hub at work, `make test` proves it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test check walls live bench serve lock messages reference fixes pyz clean

demo: $(VENV)/hub.done            ## the hub with two sandbox shops, in the browser
	$(BIN)/varco demo

serve: $(VENV)/hub.done           ## the hub itself
	$(BIN)/varco serve

test: check                       ## everything that needs Python's packages only
	$(BIN)/pytest

check: $(VENV)/dev.done           ## style, types, import direction
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

walls: $(VENV)/dev.done           ## against real server software; installs its Debian packages where it may
	tests/walls/packages
	$(BIN)/pytest tests/walls

live: $(VENV)/dev.done            ## against a real shop, named by VARCO_TEST_SHOP_...: its orders are changed
	$(BIN)/pytest tests/live

bench: $(VENV)/dev.done           ## figures of docs/performance.md
	$(BIN)/python -m bench

lock: $(VENV)/dev.done            ## all lock files anew (needs uv)
	PATH="$(CURDIR)/$(BIN):$$PATH" requirements/lock.sh

messages: $(VENV)/dev.done        ## collect and compile the translations
	$(BIN)/python -m tools.messages

reference: $(VENV)/dev.done       ## the page of all commands anew
	$(BIN)/python -m tools.reference

fixes: $(VENV)/dev.done           ## the pages of docs/fixes anew
	$(BIN)/python -m tools.fixes

pyz: $(VENV)/dev.done             ## dist/varco-server.pyz, the one file for a shop's server
	$(BIN)/python -m tools.pyz

$(VENV)/hub.done: requirements/hub.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements/hub.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/dev.done: requirements/dev.lock $(VENV)/hub.done
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.lock
	touch $@

clean:
	rm -rf $(VENV)
