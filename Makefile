# `make` alone lists what there is.
PYTHON ?= python3
BIN := .venv/bin
QUIET := --quiet --disable-pip-version-check

.PHONY: help install install-dev run test bench reliability demo lock clean

help:  ## List these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# Each mark is newer than the lock it was installed from, so a second run installs nothing.
.venv/.installed: requirements.lock pyproject.toml
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install $(QUIET) --require-hashes -r requirements.lock
	$(BIN)/python -m pip install $(QUIET) --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q models service training
	touch $@

.venv/.installed-dev: requirements-dev.lock .venv/.installed
	$(BIN)/python -m pip install $(QUIET) --require-hashes -r requirements-dev.lock
	touch $@

install: .venv/.installed  ## Make .venv and install the service from the lock

install-dev: .venv/.installed-dev  ## The same with the tools for tests

run: install  ## Start the service on 127.0.0.1:8080 and print a request to paste
	$(BIN)/winnow serve

test: install-dev  ## Run the whole test suite
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

bench: install-dev  ## Measure scoring and serving against their yardsticks, as ratios within one run
	$(BIN)/python -m benchmarks.scoring
	$(BIN)/python -m benchmarks.serving

demo: install  ## Start Winnow and an example blog side by side
	$(BIN)/python integrations/example-blog/demo.py

reliability: install-dev  ## Kill, freeze, flood and stall it at full length (about an hour)
	WINNOW_TEST_RELIABILITY=long $(BIN)/python -m pytest -m reliability -s --timeout 7200

lock:  ## Resolve the locks anew (needs uv)
	uv pip compile --quiet $(UPGRADE) --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 --extra build pyproject.toml --output-file requirements.lock
	uv pip compile --quiet $(UPGRADE) --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 --extra build --extra dev --constraint requirements.lock pyproject.toml \
		--output-file requirements-dev.lock

clean:  ## Remove what was installed and built; data/ stays
	rm -rf .venv build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
