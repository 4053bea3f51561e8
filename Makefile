# make book · make test · make watch · make new · make check · make bench · make lock
PYTHON ?= python3
SERVE ?= 1
PORT ?= 8000
PY := .venv/bin/python
MINIATURES := $(PY) -m miniatures_book
# one thread for each process: small matrices on busy cores take twenty times longer with more
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1

.PHONY: book zip test deep unit built watch new check bench lock setup runtime lint hooks clean

book: setup runtime ## build the book, check it, serve it
	@$(MINIATURES) build --clean
ifneq ($(SERVE),0)
	@$(MINIATURES) serve --port $(PORT)
endif

zip: setup runtime ## the whole built book as one archive that any static server serves
	@$(MINIATURES) build --clean
	@$(MINIATURES) zip

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
	@$(PY) -m pytest -q -n 2 --dist loadgroup tests/browser

deep: setup runtime ## whole builds in copies: determinism, failures, edits, weight
	@$(PY) -m pytest -q -n 2 tests/build

watch: setup runtime ## rebuild and reload on every change
	@$(MINIATURES) watch --port $(PORT)

new: setup ## make new STEM=my_story PART=numbers
	@$(MINIATURES) new "$(STEM)" "$(PART)"

check: setup runtime ## make check STEM=fixmatch: contract, tests, execution and browser tests of one chapter
	@$(MINIATURES) check "$(STEM)"

bench: setup ## Python in the built page against stock thebe-lite and a bare Pyodide, as ratios with their budgets
	@$(PY) -m bench $(if $(ROUNDS),--rounds $(ROUNDS))

setup: .venv/.ready

.venv/.ready: requirements.txt pyproject.toml book/pyproject.toml
	@sh book/setup.sh "$(PYTHON)"
	@touch $@

runtime: book/runtime/dist/page.js

book/runtime/dist/page.js: $(wildcard book/runtime/src/*) $(wildcard book/runtime/*.mjs) book/runtime/package-lock.json code/miniatures/palette.json
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "Node 20 or later with npm is needed to bundle the page's scripts."; exit 1; }
	@cd book/runtime && npm ci --silent && npm run build --silent

lock: setup ## compile requirements.txt from pyproject.toml
	@.venv/bin/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --python-version 3.11 --quiet --custom-compile-command "make lock" --output-file requirements.txt

clean:
	rm -rf _build book/runtime/dist
