# make book · make test · make watch · make new · make check · make bench · make lock
PYTHON ?= python3
SERVE ?= 1
PORT ?= 8000
KEY ?= 0
PY := .venv/bin/python
MINIATURES := $(PY) -m miniatures_book
KEYED := $(if $(filter-out 0,$(KEY)),--key)
# one thread for each process: small matrices on busy cores take twenty times longer with more
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1

.PHONY: book zip test deep unit built watch new check bench lock setup runtime lint clean

book: setup runtime ## build the book, check it, serve it; KEY=1 builds it for teachers, with the answer key, in _build/key
	@$(MINIATURES) build --clean $(KEYED)
ifneq ($(SERVE),0)
	@$(MINIATURES) serve --port $(PORT) $(KEYED)
endif

zip: setup runtime ## the whole built book as one archive that any static server serves
	$(if $(KEYED),$(error make zip packs the public book: the answer key (KEY=1) is not for publishing))
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
	@$(MINIATURES) watch --port $(PORT) $(KEYED)

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
