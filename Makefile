# Retouch: `make lab` opens the course, `make test` proves everything.
SHELL := bash
BIN := .venv/bin
CACHES := .hypothesis .mypy_cache .pytest_cache .ruff_cache test-artifacts build dist

.PHONY: help lab test env course lock clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s%s\n", $$1, $$2 }' Makefile

lab: env  ## open the course in JupyterLab
	@$(BIN)/retouch lab

test: env  ## check the code, the course and every exercise
	.ci/system-packages
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/retouch verify
	$(BIN)/pytest -n 2 --verbosity=0 --durations=10

env: .venv/.complete  ## set up the environment in .venv

.venv/.complete: pyproject.toml constraints.txt
	@.ci/create-env .venv
	@touch $@

course: env  ## build course/ from solutions/
	$(BIN)/retouch build

lock:  ## pin the versions again in constraints.txt (UPGRADE=1: the newest)
	.ci/lock

clean:  ## remove the environment and every cache, but no progress
	rm -rf .venv $(CACHES)
	find autograder lib solutions tests -name __pycache__ -prune -exec rm -rf {} +
