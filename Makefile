# Two commands: `make demo` shows the main job on the embedded sandbox, `make test` runs everything.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint types contracts fresh unit soak coverage mutants bench schemas pages captures requirements clean

demo: $(VENV)/sandbox.stamp
	@PATH="$(abspath $(BIN)):$$PATH" bash examples/demo.sh

test: lint types contracts fresh unit

lint: $(VENV)/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/test.stamp
	$(BIN)/mypy

contracts: $(VENV)/test.stamp
	$(BIN)/lint-imports

fresh: $(VENV)/test.stamp
	$(BIN)/python -m reconciler schema --check schemas
	$(BIN)/python -m tests.pages --check

# Three on two cores: many tests wait for another process or for a clock.
unit: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n 3 -q

soak: $(VENV)/test.stamp
	$(BIN)/python -m pytest -m soak -n 2 -q

# Lines and branches, subprocesses included; the three packages that decide and write have none untested.
coverage: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n 2 -q --cov --cov-report=
	$(BIN)/coverage report --skip-covered --fail-under=95
	$(BIN)/coverage report --skip-covered --show-missing --fail-under=100 \
	  --include='reconciler/model/*,reconciler/planner/*,reconciler/executor/*'

# Hours for all, and it goes on where it was stopped; make mutants ONLY="'reconciler.transport.*'" for a part.
# Fails when a mutant survives that tests/mutation/survivors does not name.
mutants: $(VENV)/mutants.stamp
	$(BIN)/mutmut run --max-children 2 $(ONLY)
	$(BIN)/python -m tests.mutation

bench: $(VENV)/bench.stamp
	$(BIN)/python -m benchmarks

schemas: $(VENV)/test.stamp
	$(BIN)/python -m reconciler schema --out schemas

# Draws the pictures of the README from real runs on the embedded sandbox; a test tells when they are behind.
captures: $(VENV)/test.stamp
	$(BIN)/python -m tests.docs.captures

# docs/errors, by running every example on the embedded sandbox, and docs/kinds.
pages: $(VENV)/test.stamp
	$(BIN)/python -m tests.pages

$(VENV)/%.stamp: requirements/%.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/$*.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

# Needs uv. The files hold names, versions and hashes, and no addresses.
requirements:
	for extra in ledgers sandbox test bench mutants; do \
	  uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-annotate --custom-compile-command "make requirements" --extra $$extra pyproject.toml \
	    -o requirements/$$extra.txt || exit 1; \
	done

clean:
	rm -rf $(VENV) .reconciler
