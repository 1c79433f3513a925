# Everything a person or a machine does here. `make run` is the only command a newcomer needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
# Where an intranet has mirrors of the registries, pip's and npm's own settings say so; nothing here names one.

.PHONY: help run test test-spark check bench bundle setup setup-dev front-end clean

help:  ## show this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup  ## a served, filled demo city on http://127.0.0.1:8000 (PORT=…)
	@$(BIN)/yinfeng migrate --verbosity 0
	@$(BIN)/yinfeng setup
	@$(BIN)/yinfeng demo --if-empty
	@PORT=$(PORT) $(BIN)/yinfeng serve

test: setup-dev  ## the whole suite, on SQLite and on a throw-away PostgreSQL
	@$(BIN)/python -m tests.suite $(ARGS)

test-spark:  ## the reader on Spark (in a virtual environment of its own; needs Java 17)
	@test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	@.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check pytest hypothesis ahocorasick-rs opencc-pyo3 pypinyin "pyspark==4.0.5" "pandas>=2.2" "pyarrow>=17"
	@PYTHONPATH=src .venv-spark/bin/python -m pytest -q -c /dev/null --rootdir . -p no:cacheprovider src/yinfeng/reading/tests/spark_parity.py

check: setup-dev  ## linters, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy src/yinfeng

bench: setup-dev  ## the tables of speed (100,000 projects; PROJECTS=… for another size)
	@$(BIN)/python -m bench.run $(ARGS)
	@$(BIN)/python -m bench.cycle
	@$(BIN)/python -m bench.figures
	@$(BIN)/python -m bench.reading_speed

bundle: setup-dev  ## one archive in dist/ that installs without any network (x86-64 and aarch64)
	@$(BIN)/python -m bundling.make $(ARGS)

# Python's packages and the browser's are fetched side by side.
setup:
	@$(MAKE) --no-print-directory -j2 $(VENV)/.base front-end

setup-dev:
	@$(MAKE) --no-print-directory -j2 $(VENV)/.dev front-end

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本（Python 3.11 or newer is needed）"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.base: requirements/base.txt pyproject.toml | $(BIN)/python
	@echo "安装依赖 (installing packages) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "安装开发依赖 (installing packages for development) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@ $(VENV)/.base

front-end: node_modules/.done

node_modules/.done: package-lock.json
	@command -v npm >/dev/null || { echo "需要 Node.js 20 与 npm（Node.js 20 with npm is needed）"; exit 1; }
	@npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

clean:  ## remove what set-up made (never the data in var/)
	rm -rf $(VENV) node_modules build dist src/*.egg-info .pytest_cache .mypy_cache .ruff_cache
