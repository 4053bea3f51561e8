# make audit: asks PyPI's and npm's lists of known faults about every pinned package; _build/audit/report.md has the answers.
# Ends with 1 where a fault is known, and where a list does not answer: silence is no news.
set -u
place=_build/audit
mkdir -p "$place"
report=$place/report.md
failed=0
[ -x "$place/venv/bin/pip-audit" ] || { "${PYTHON:-python3}" -m venv "$place/venv" && "$place/venv/bin/pip" install --quiet --disable-pip-version-check pip-audit==2.10.1; } || exit 1
sed -n 's/^  "\([^"]*\)": {"file".*"version": "\([^"]*\)".*/\1==\2/p' book/pyodide/pins.json > "$place/pins.txt"
[ -s "$place/pins.txt" ] || { echo "book/pyodide/pins.json names no packages as it did: see book/audit.sh"; exit 1; }

ask() { # ask TITLE COMMAND…
    printf '## %s\n\n```\n' "$1" >> "$report"
    shift
    "$@" >> "$report" 2>&1 || failed=1
    printf '```\n\n' >> "$report"
}

: > "$report"
ask "What builds and tests the book: requirements.txt" "$place/venv/bin/pip-audit" --strict --progress-spinner off --disable-pip --require-hashes --requirement requirements.txt
ask "The browser's Python: book/pyodide/pins.json" "$place/venv/bin/pip-audit" --strict --progress-spinner off --disable-pip --no-deps --requirement "$place/pins.txt"
ask "The page's scripts: book/runtime/package-lock.json" npm --prefix book/runtime audit --package-lock-only
cat "$report"
exit $failed
