# make demo      the site on http://127.0.0.1:8000 with a catalogue to try (PORT=, DATASET=folder)
# make test      the whole suite
# make services  PostgreSQL and Redis on this Debian machine, for the tests that need them
# make screenshots  every page at 390 and 1280 px, light and dark, into var/screenshots
# make lint      ruff, mypy, djlint, migrations, deployment checks

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
DATASET ?=
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo setup test lint services screenshots clean

demo: $(VENV)/.ready
	@DEBUG=1 $(BIN)/python manage.py demo --port $(PORT) $(if $(DATASET),--dataset "$(DATASET)")

setup: $(VENV)/.ready

test: $(VENV)/.ready-dev
	@$(BIN)/python scripts/test.py $(ARGS)

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	HTTPS=1 TRUSTED_PROXIES=1 DEBUG=0 ALLOWED_HOSTS=shop.example $(BIN)/python manage.py check --deploy --fail-level WARNING

screenshots: $(VENV)/.ready-dev
	@$(BIN)/python scripts/screenshots.py

services:
	scripts/services.sh

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.txt requirements-web.txt scripts/install_torch.py | $(VENV)/bin/python
	@echo "Installing packages; the first time takes some minutes."
	$(BIN)/python scripts/install_torch.py requirements.txt
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt lab/requirements.txt $(VENV)/.ready
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV)
