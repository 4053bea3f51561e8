# make book · make test · make watch · make new · make check · make diff · make bench · make lock · make newest
PYTHON ?= python3
SERVE ?= 1
PORT ?= 8000
BASE ?= main
UNTIL ?= test
PY := .venv/bin/python
MINIATURES := $(PY) -m miniatures_book
# one thread for each process: small matrices on busy cores take twenty times longer with more
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1

.PHONY: book zip test deep unit built watch new check diff bench lock newest setup runtime lint clean

book: setup runtime ## build the book, check it, serve it
	@$(MINIATURES) build --clean
ifneq ($(SERVE),0)
	@$(MINIATURES) serve --port $(PORT)
endif

zip: setup runtime ## the whole built book as one archive that any static server serves
	@$(MINIATURES) build --clean
	@$(MINIATURES) zip

test: setup runtime lint unit built deep ## everything CI runs

lint:
	@.venv/bin/ruff check -q . && .venv/bin/ruff format -q --check .

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

diff: setup runtime ## make diff BASE=main: the pages that look different since this branch left BASE, before and after, in _build/diff
	@$(MINIATURES) diff "$(BASE)"

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
	@.venv/bin/uv pip compile pyproject.toml $(UPGRADE) --all-extras --universal --generate-hashes --python-version 3.11 --quiet --custom-compile-command "make lock" --output-file requirements.txt

newest: setup ## build and test with the newest versions, the lock left as it is; make newest UNTIL=lock says only what would rise
	@$(MINIATURES) newest "$(UNTIL)"

clean:
	rm -rf _build book/runtime/dist
