# Portaria. `make help` says what there is.
PYTHON ?= python3
RUN = .venv/bin/python
T ?= tests
WORKERS ?= 2
SECONDS ?= 180

.DEFAULT_GOAL := help
.PHONY: help run test check format bench soak faults ready

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Everything from nothing, served on http://localhost:3000; SPLIT=1: each service apart
	@exec $(PYTHON) dev/run.py

ready:
	@$(PYTHON) dev/environment.py requirements-dev.txt

test: ready ## The whole suite, or T=path of it
	@$(RUN) -m pytest $(T) -n $(WORKERS) --dist loadscope --no-loadscope-reorder

check: ready ## Style, types, floors, and generated documents up to date
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@.venv/bin/lint-imports --no-cache --no-logo
	@$(RUN) -m dev.settings_table --check
	@$(RUN) -m dev.permissions_table --check
	@$(RUN) -m tests.support.coverage_table --check
	@$(RUN) -m tests.support.asvs_table --check
	@$(RUN) -m pytest tests/test_house.py

format: ready ## Format the code; write the generated documents again
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .
	@$(RUN) -m dev.settings_table
	@$(RUN) -m dev.permissions_table
	@$(RUN) -m tests.support.coverage_table
	@$(RUN) -m tests.support.asvs_table

bench: ready ## Speed of each operation beside the machine's floor (O="--seconds 10")
	@$(RUN) -m bench $(O)

soak: ready ## The tests that have a larger size, at that size
	@SOAK=1 $(RUN) -m pytest $(T)

faults: ready ## Kill workers and the database under money for SECONDS (180), turn keys under load; judge
	@SECONDS=$(SECONDS) $(RUN) -m tests.faults
	@$(RUN) -m tests.faults.rotations
