# Two commands are enough: `make demo` shows the whole morning, `make test` passes the tests.
# Both set up what they need in .venv; nothing outside this folder is touched.

PYTHON ?= python3
BIN := .venv/bin
FLOORS := newsletter/errors.py,newsletter/papers.py,newsletter/taxonomy.py,newsletter/batches.py,newsletter/judgement.py,newsletter/evidence.py,newsletter/gaps.py,newsletter/timeline.py,newsletter/subscribers.py,newsletter/schedule.py,newsletter/calendar.py,newsletter/ledger.py,newsletter/spending.py,newsletter/keywords/*,newsletter/fidelity/*,newsletter/tokens.py,newsletter/digests.py,newsletter/similarity.py,newsletter/suggestions.py,newsletter/prompts/*,newsletter/replies.py,newsletter/ports.py,newsletter/rendering/*

# The floors' own tests: what covers them by the way, from above, is no test of them.
OWN := $(patsubst %,tests/test_%.py,errors papers batches calendar judgement evidence gaps timeline subscribers schedule ledger spending keyword* similarity fidelity_* tokens digests prompts replies rendering_* messages)

# One more than the two cores: some tests wait. Whoever has nothing left takes tests from another.
PARALLEL := -n 3 --dist worksteal

.PHONY: setup demo test test-providers lint format lock wheel

setup: .venv/.dev ## everything for development

demo: .venv/.runtime ## the whole morning on sample papers, then pages and an inbox
	$(BIN)/newsletter demo

test: .venv/.dev ## the tests, and the coverage of the pure floors by their own
	$(BIN)/pytest $(PARALLEL)
	$(BIN)/coverage erase
	$(BIN)/coverage run --include='$(FLOORS)' -m pytest -q $(PARALLEL) -k "not hostile" $(OWN)
	$(BIN)/coverage combine -q
	$(BIN)/coverage report --include='$(FLOORS)' --fail-under=95

# LiteLLM pins another version of the SDK, hence the environment of its own.
test-providers: .venv/.dev .venv-providers/.installed ## the model's client against a LiteLLM proxy
	NEWSLETTER_TEST_LITELLM='$(CURDIR)/.venv-providers/bin/litellm' $(BIN)/pytest -n 0 tests/providers

lint: .venv/.dev ## style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/.dev ## write both lock files anew
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' --extra build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' tests/providers/requirements.in -o tests/providers/requirements.lock

wheel: .venv/.dev
	$(BIN)/python -m hatchling build -t wheel

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Chenkan needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv

.venv/.runtime: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/.dev: .venv/bin/python requirements-dev.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@ .venv/.runtime

.venv-providers/.installed: .venv/.dev tests/providers/requirements.lock
	$(BIN)/uv venv -q --clear --python $(BIN)/python .venv-providers
	$(BIN)/uv pip install -q --python .venv-providers/bin/python --require-hashes -r tests/providers/requirements.lock
	touch $@
