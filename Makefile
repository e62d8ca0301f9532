# The book's commands. `make` on its own lists them.
# Only what GNU Make 3.81 knows is used, since macOS still ships that.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
JOBS ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)
PORT ?= 8000
RUNS ?= 5
ONLY ?=
PARTS ?=
# What Python compiles is kept, whatever the environment says: some sixty processes load the same.
unexport PYTHONDONTWRITEBYTECODE
# A module stays with one worker, the longest are begun first (tests/conftest.py).
PYTEST := $(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

NOTEBOOKS := $(sort $(wildcard chapters/*.ipynb))
PAGES := $(NOTEBOOKS) $(wildcard chapters/*.md)
PACKAGE := $(shell find partnership -name '*.py')
DATA := $(wildcard data/*)
FIGURES := $(wildcard figures/*)
CHECKS := $(addprefix partnership/,__main__.py citing.py data.py faults.py metadata.py references.py rules.py)
CITED := $(addprefix partnership/,__init__.py citing.py metadata.py) $(wildcard CITATION.cff pyproject.toml .zenodo.json codemeta.json)
CHECKED := $(NOTEBOOKS:chapters/%.ipynb=_build/checked/%.ok)
SITE := $(CITED) _config.yml _toc.yml figures/figures.csv tools/build_site.py $(shell find _static planner tools/sphinx -type f -not -name '*.pyc')
# Only what has been made: the site offers these, and is built anew after them. The notes beside them
# are named, since no rule makes a note: with the files, `make book` would make stale ones again.
EDITIONS := $(wildcard _build/pdf/*.pdf.sources _build/epub/*.epub.sources)
PRINT := $(wildcard tools/edition/*) tools/print-requirements.txt
# A site that is not there, though it was built once, is built again.
GONE := $(if $(wildcard _build/html/index.html),,FORCE)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help book pdf epub test test-slow test-all mutate audit figures references serve clean distclean bench requirements licences notebooks FORCE

help:  ## list these commands
	@echo "Co-producing Patient Safety: an executable book. Commands:"
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

book: $(VENV)/.ready  ## check data and notebooks, then build the site into _build/html
	@$(MAKE) -s --no-print-directory _build/data.ok
	@$(MAKE) -s --no-print-directory notebooks
	@$(MAKE) -s --no-print-directory _build/site.ok
	@echo "The book is ready: open _build/html/index.html, or run \`make serve\`."

pdf: $(VENV)/.ready $(VENV)/.ready-print  ## make the whole book as one PDF and offer it on the site
	@$(MAKE) -s --no-print-directory _build/data.ok
	@$(MAKE) -s --no-print-directory notebooks
	@$(MAKE) -s --no-print-directory _build/pdf/co-producing-patient-safety.pdf
	@$(MAKE) -s --no-print-directory _build/site.ok

epub: $(VENV)/.ready $(VENV)/.ready-print  ## make the whole book as one EPUB and offer it on the site
	@$(MAKE) -s --no-print-directory _build/data.ok
	@$(MAKE) -s --no-print-directory notebooks
	@$(MAKE) -s --no-print-directory _build/epub/co-producing-patient-safety.epub
	@$(MAKE) -s --no-print-directory _build/site.ok

test: $(VENV)/.ready $(VENV)/.ready-tests  ## run the tests: pytest, and nbval on every notebook
	@$(MAKE) -s --no-print-directory _build/data.ok
	@$(MAKE) -s --no-print-directory notebooks
	@echo "Running the tests …"
	@$(PYTEST) -m "not slow"

test-slow: $(addprefix $(VENV)/.ready-,tests print slow mutate)  ## run the thorough tests that make test leaves out (a quarter of an hour)
	@echo "Running the slow tests …"
	@$(PYTEST) -m slow

test-all: test  ## run all tests, quick and slow
	@$(MAKE) -s --no-print-directory test-slow

mutate: $(VENV)/.ready-mutate  ## try the tests by mutation, for about an hour; stop and go on at will (PARTS="data model" for some)
	@$(PY) tools/mutate.py --jobs $(JOBS) $(PARTS)

audit: book node_modules/.ready  ## Lighthouse and axe on every page (RUNS=1 for a quick look, ONLY="page ..." for some)
	@node tools/audit.mjs --runs $(RUNS) $(ONLY)

figures: $(VENV)/.ready  ## run the notebooks anew, in place, and rewrite figures/
	@$(MAKE) -s --no-print-directory _build/data.ok
	@$(PY) tools/make_figures.py

references: $(VENV)/.ready  ## rewrite data/references.* and what repeats CITATION.cff
	@$(PY) -m partnership references

serve: book  ## build the book and show it on http://localhost:8000 (PORT=… for another port)
	@echo "Showing the book on http://localhost:$(PORT) (stop with Ctrl-C)"
	@cd _build/html && "$(CURDIR)/$(PY)" -m http.server --bind 127.0.0.1 $(PORT)

clean:  ## remove what was built
	@rm -rf _build
	@echo "Removed _build. (\`make distclean\` also removes the virtual environment.)"

distclean: clean  ## remove what was built and the virtual environment
	@rm -rf $(VENV) $(VENV)-cff node_modules partnership.egg-info

bench: $(VENV)/.ready $(VENV)/.ready-tests  ## measure how fast the model runs on millions of issues
	@$(PY) -m tools.bench

requirements:  ## bring the pinned requirements up to date (then run make test)
	@$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	@$(foreach list,requirements tests/requirements tests/slow-requirements tests/cff-requirements tools/print-requirements tools/mutate-requirements,\
	$(VENV)-lock/bin/uv pip compile --quiet --upgrade --universal --fork-strategy fewest \
	--python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make requirements" $(list).in -o $(list).txt &&) true
	@rm -rf $(VENV)-lock
	@git diff --stat -- requirements.txt tests tools

licences: $(VENV)/.ready $(VENV)/.ready-print  ## list the licences of all packages in LICENSES.md (after make requirements)
	@$(PY) tools/licences.py

# --- the steps -----------------------------------------------------------------------------

$(VENV)/.ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "Python 3.11 or newer is needed, and '$(PYTHON)' is not one. Install it, or name it: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) tools/set_up.py $(VENV)

$(VENV)/.ready-tests: tests/requirements.txt $(VENV)/.ready
	@$(PYTHON) tools/set_up.py $(VENV) tests

$(VENV)/.ready-slow: tests/slow-requirements.txt tests/cff-requirements.txt $(VENV)/.ready-tests
	@$(PYTHON) tools/set_up.py $(VENV) slow

$(VENV)/.ready-mutate: tools/mutate-requirements.txt $(VENV)/.ready-tests
	@$(PYTHON) tools/set_up.py $(VENV) mutate

$(VENV)/.ready-print: tools/print-requirements.txt $(VENV)/.ready
	@$(PYTHON) tools/set_up.py $(VENV) print

node_modules/.ready: package.json package-lock.json
	@command -v npm >/dev/null || { \
	echo "Node.js with npm is needed for this check alone (on Debian or Ubuntu: apt install npm)." >&2; exit 1; }
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

_build/data.ok: $(DATA) $(CHECKS) $(CITED)
	@mkdir -p _build
	@$(PY) -m partnership check
	@$(PY) -m partnership references --check
	@touch $@

# Each notebook is checked again only when it, the package or the data has changed.
notebooks:
	@mkdir -p _build/checked
	@$(MAKE) -s --no-print-directory -k -j $(JOBS) $(CHECKED) 2>_build/checked/errors-$$$$; done=$$?; \
	grep -v '^make' _build/checked/errors-$$$$ >&2; rm -f _build/checked/errors-$$$$; exit $$done

_build/checked/%.ok: chapters/%.ipynb $(PACKAGE) $(DATA) $(FIGURES) requirements.txt tools/check_notebook.py tools/notebooks.py
	@$(PY) tools/check_notebook.py $<
	@touch $@

# Rewritten only when the addresses change, so that the site is then built anew.
_build/addresses: FORCE
	@mkdir -p _build
	@echo "$(BOOK_BASE_URL) $(BOOK_REPOSITORY_URL) $(BOOK_REPOSITORY_BRANCH) $(BOOK_JUPYTERHUB_URL)" | cmp -s - $@ || \
	echo "$(BOOK_BASE_URL) $(BOOK_REPOSITORY_URL) $(BOOK_REPOSITORY_BRANCH) $(BOOK_JUPYTERHUB_URL)" > $@

_build/pdf/%.pdf: $(PAGES) $(CHECKED) $(DATA) $(PRINT) _build/addresses
	@$(PY) -m tools.edition.pdf

_build/epub/%.epub: $(PAGES) $(CHECKED) $(DATA) $(PRINT) _build/addresses
	@$(PY) -m tools.edition.epub

_build/site.ok: $(PAGES) $(CHECKED) $(DATA) $(SITE) $(EDITIONS) _build/addresses $(GONE)
	@$(PY) tools/build_site.py
	@touch $@
