# Needs Python >= 3.11 with pip and Node >= 18 with npm; everything else is built here.
PYTHON ?= python3
UV := PYTHONPATH=.tools $(PYTHON) -m uv
PO := $(wildcard web/translations/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
VENDOR := web/static/vendor/socket.io.esm.min.js

.PHONY: setup run test lint lock clean docs screenshots tables

setup: .stamps/project $(VENDOR) $(MO)

run: setup
	@.venv/bin/lobby serve

test: setup lint
	@.venv/bin/pytest

lint: setup
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

.stamps/uv:
	@mkdir -p .stamps
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action ignore --target .tools uv
	@touch $@

.stamps/venv: .stamps/uv requirements-dev.txt
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
	@$(UV) pip install --quiet --python .venv --require-hashes -r requirements-dev.txt
	@touch $@

.stamps/project: .stamps/venv pyproject.toml
	@$(UV) pip install --quiet --python .venv --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	@npm ci --silent --no-audit --no-fund
	@touch $@

$(VENDOR): node_modules/.package-lock.json
	@mkdir -p $(@D)
	@cp node_modules/socket.io-client/dist/socket.io.esm.min.js $@

%.mo: %.po .stamps/venv
	@.venv/bin/pybabel --quiet compile --input-file $< --output-file $@

tables: setup
	@.venv/bin/python benchmarks/policies.py --write

docs: setup
	@.venv/bin/python tools/docs.py

screenshots: setup
	@.venv/bin/python tools/screenshots.py

# The locks name versions and hashes, never where a package came from.
lock: .stamps/uv
	@$(UV) pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url \
	  --no-header pyproject.toml -o requirements.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url \
	  --no-header --extra dev pyproject.toml -o requirements-dev.txt
	@npm install --package-lock-only --silent --no-audit --no-fund

clean:
	@rm -rf .venv .tools .stamps node_modules web/static/vendor $(MO)
