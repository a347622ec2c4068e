# Retouch: `make lab` opens the course, `make test` proves everything.
SHELL := bash
BIN := .venv/bin
CACHES := .hypothesis .mypy_cache .pytest_cache .ruff_cache test-artifacts build dist \
	.coverage* docs/_build docs/generated
# Whoever is done takes a test from the one with more left: the longest are minutes long.
PYTEST := pytest -n 2 --dist worksteal --verbosity=0

.PHONY: help lab test quick coverage env course docs lock clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s%s\n", $$1, $$2 }' Makefile

lab: env  ## open the course in JupyterLab
	@$(BIN)/retouch lab

test: env  ## check the code, the course and every exercise
	.ci/system-packages
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	.ci/javascript/check
	$(BIN)/sphinx-build -qW docs docs/_build
	$(BIN)/retouch verify
	$(BIN)/$(PYTEST) --durations=10

quick: env  ## check what is fast, as you work
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	@# The types are checked beside the tests, which leave a core now and then.
	@$(BIN)/mypy & types=$$!; \
	$(BIN)/$(PYTEST) -m "not slow and not browser"; tests=$$?; \
	wait $$types && exit $$tests

coverage: env  ## run all tests, and list the lines that none of them reaches
	rm -f .coverage .coverage.*
	$(BIN)/coverage run -m $(PYTEST); tests=$$?; \
	$(BIN)/coverage combine -q; $(BIN)/coverage report; exit $$tests

env: .venv/.complete  ## set up the environment in .venv

.venv/.complete: pyproject.toml constraints.txt
	@.ci/create-env .venv
	@touch $@

course: env  ## build course/ from solutions/
	$(BIN)/retouch build

docs: env  ## build the reference from the docstrings, in docs/_build
	$(BIN)/sphinx-build -qW docs docs/_build

lock:  ## pin the versions again in constraints.txt (UPGRADE=1: the newest)
	.ci/lock

clean:  ## remove the environment and every cache, but no progress
	rm -rf .venv $(CACHES)
	find autograder lib solutions tests -name __pycache__ -prune -exec rm -rf {} +
