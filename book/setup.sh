#!/bin/sh
# Make .venv from requirements.txt, every hash checked. Uses uv: the one on PATH, else the pinned one; pip where neither works.
set -eu
python=$1
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || {
  echo "Python 3.11, 3.12 or 3.13 is needed; \"$python\" is not one of them. Try: make book PYTHON=python3.12" >&2
  exit 1
}
command -v node >/dev/null && command -v npm >/dev/null || {
  echo "Node 20 or later with npm is needed to bundle the page's scripts." >&2
  exit 1
}
[ -x .venv/bin/python ] || "$python" -m venv .venv
uv=$(command -v uv || true)
if [ -z "$uv" ]; then
  sed -n '/^uv==/,/^[^ ]/{/^uv==/p;/^ /p}' requirements.txt > .venv/uv.txt
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt && uv=.venv/bin/uv
fi
export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1  # a company's own certificates count too
echo "setup     installing the pinned packages into .venv"
"${uv:-false}" pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r requirements.txt ||
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . --editable book
