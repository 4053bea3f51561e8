# make book · make pdf · make epub · make test · make watch · make new · make check · make diff · make bench · make mutants · make lock · make newest · make audit
PYTHON ?= python3
SERVE ?= 1
PORT ?= 8000
KEY ?= 0
BASE ?= main
UNTIL ?= test
PY := .venv/bin/python
MINIATURES := $(PY) -m miniatures_book
KEYED := $(if $(filter-out 0,$(KEY)),--key)
# one thread for each process: small matrices on busy cores take twenty times longer with more
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1

.PHONY: book zip pdf epub notebooks assignments test deep unit built watch new check diff bench mutants lock newest setup runtime lint audit hooks clean

book: setup runtime ## build the book, check it, serve it; KEY=1 builds it for teachers, with the answer key, in _build/key
	@$(MINIATURES) build --clean $(KEYED)
ifneq ($(SERVE),0)
	@$(MINIATURES) serve --port $(PORT) $(KEYED)
endif

zip: setup runtime ## the whole built book as one archive that any static server serves
	$(if $(KEYED),$(error make zip packs the public book: the answer key (KEY=1) is not for publishing))
	@$(MINIATURES) build --clean
	@$(MINIATURES) zip

notebooks: setup ## the chapters as notebooks with all they need, committed to the branch `notebooks` for a JupyterHub to pull
	@$(MINIATURES) notebooks

pdf: setup runtime ## the whole book as _build/miniatures.pdf; make pdf STEM="gaussian_window circuits" for some chapters
	@$(MINIATURES) build
	@$(MINIATURES) pdf $(STEM)

epub: setup runtime ## the same as _build/miniatures.epub, held to EPUBCheck where there is Java
	@$(MINIATURES) build
	@$(MINIATURES) epub $(STEM)

test: setup runtime lint unit built deep ## everything CI runs

lint: setup ## what the hooks check, on every file: code, spelling, the contract, notebooks, sizes
	@if git rev-parse --git-dir >/dev/null 2>&1; then .venv/bin/pre-commit run --all-files; \
	else .venv/bin/ruff check -q . && .venv/bin/ruff format -q --check .; fi

hooks: setup ## git runs make lint's checks on what you commit
	@.venv/bin/pre-commit install

unit:
	@$(PY) -m pytest -q -n 2 --ignore tests/build --ignore tests/browser
	@cd book/runtime && npm test --silent

built:
	@$(MINIATURES) build --clean
	@$(PY) -m pytest -q -n 2 --dist loadgroup --kept tests/browser

deep: setup runtime ## whole builds in copies: determinism, failures, edits, weight
	@$(PY) -m pytest -q -n 2 tests/build

watch: setup runtime ## rebuild and reload on every change
	@$(MINIATURES) watch --port $(PORT) $(KEYED)

new: setup ## make new STEM=my_story PART=numbers
	@$(MINIATURES) new "$(STEM)" "$(PART)"

check: setup runtime ## make check STEM=fixmatch: contract, tests, execution and browser tests of one chapter
	@$(MINIATURES) check "$(STEM)"

assignments: setup ## the exercises as nbgrader assignments: make assignments [STEM=fixmatch] [TO=course]
	@$(MINIATURES) assignments $(STEM) $(if $(TO),--to "$(TO)")

diff: setup runtime ## make diff BASE=main: the pages that look different since this branch left BASE, before and after, in _build/diff
	@$(MINIATURES) diff "$(BASE)"

bench: setup ## Python in the built page against stock thebe-lite and a bare Pyodide, as ratios with their budgets
	@$(PY) -m bench $(if $(ROUNDS),--rounds $(ROUNDS))

mutants: setup ## do the tests notice when a module is changed? mutmut on five modules, or MODULES="a b"; SAMPLE=100 of each, WORKERS=1
	@$(PY) -m bench.mutants $(MODULES) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(WORKERS),--workers $(WORKERS))

setup: .venv/.ready

.venv/.ready: requirements.txt pyproject.toml book/pyproject.toml
	@sh book/setup.sh "$(PYTHON)"
	@touch $@

runtime: book/runtime/dist/page.js

book/runtime/dist/page.js: $(wildcard book/runtime/src/*) $(wildcard book/runtime/*.mjs) book/runtime/package-lock.json code/miniatures/palette.json
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "Node 20 or later with npm is needed to bundle the page's scripts."; exit 1; }
	@cd book/runtime && npm ci --silent && npm run build --silent

LOCK = .venv/bin/uv pip compile $(UPGRADE) --universal --generate-hashes --python-version 3.11 --quiet --custom-compile-command "make lock"
lock: setup ## compile requirements.txt and, with the same pins, .binder/requirements.txt from pyproject.toml
	@$(LOCK) pyproject.toml --all-extras --output-file requirements.txt
	@$(LOCK) pyproject.toml .binder/requirements.in --extra jupyter --extra book --output-file .binder/requirements.txt

newest: setup ## build and test with the newest versions, the lock left as it is; make newest UNTIL=lock says only what would rise
	@$(MINIATURES) newest "$(UNTIL)"

audit: ## known faults of every pinned package, by PyPI's and npm's lists; it needs their network, and fails where they do not answer
	@PYTHON="$(PYTHON)" sh book/audit.sh

clean:
	rm -rf _build book/runtime/dist
