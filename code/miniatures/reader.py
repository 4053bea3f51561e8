"""The reader's own code: compiled, run, and told plainly where it fails.

Used for the cells of a page and for the functions that exercises ask for.
"""

import ast
import builtins
import linecache
import re
import sys
import tokenize
import traceback
from io import StringIO
from pathlib import Path

# What a page can load, by the name it is imported under; a test holds it against pyproject.toml.
PACKAGES = ("numpy", "scipy", "sklearn", "matplotlib", "pandas", "sympy", "PIL")
MOST_FRAMES = 12  # of a traceback
HOME = Path(__file__).parents[1]  # where the helper package lies


def _no_input(*_):
    """What `input` is in a page.

    >>> _no_input("your name? ")
    Traceback (most recent call last):
    RuntimeError: a page has no input(): write the value into the code instead
    """
    raise RuntimeError("a page has no input(): write the value into the code instead")


def namespace(**names) -> dict:
    """A fresh namespace for the reader's code: Python's own builtins, without input, and `names`."""
    return {"__name__": "__main__", "__builtins__": vars(builtins) | {"input": _no_input} | names}


def run(code: str, file: str, space: dict):
    """Run `code`, named `file` in tracebacks, in `space`; the value of its last expression, or None.

    A semicolon at the end leaves it unshown, as in a notebook. Raises what the code raises, SyntaxError where it is no Python.
    """
    for name, value in (("code", code), ("file", file)):
        if not isinstance(value, str):
            raise ValueError(f"{name}={value!r} must be a text")
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    tree = compile(code, file, "exec", ast.PyCF_ONLY_AST)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, file, "exec"), space)
    if last is None:
        return None
    value = eval(compile(ast.Expression(last.value), file, "eval"), space)
    return None if _silent(code) else value


def _silent(code):
    """Whether the last token of `code` that is no comment is a semicolon."""
    marks = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.DEDENT)
    tokens = [token for token in tokenize.generate_tokens(StringIO(code).readline) if token.type not in marks]
    return tokens[-1].string == ";"


def told(error: BaseException, file: str) -> dict:
    """What a page says of an error: {name, message, line, traceback}; `line` is the line of `file`, or None.

    >>> told(ZeroDivisionError("division by zero"), "cell 3")["message"]
    'division by zero'
    """
    name = type(error).__name__
    message = _message(error, file)
    return {"name": name, "message": message, "line": line_of(error, file), "traceback": _trace(error, file, message)}


def line_of(error: BaseException, file: str) -> int | None:
    """The innermost line of `file` that the error passed through.

    >>> line_of(ValueError("never raised"), "cell 3") is None
    True
    """
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return lines[-1] if lines else None


def _message(error, file):
    """The error's own words, and what the reader can do where Python's words do not say it."""
    words = str(error)
    if isinstance(error, SyntaxError):
        return _syntax(error, file)
    if isinstance(error, ModuleNotFoundError):
        return _missing(error)
    if isinstance(error, KeyboardInterrupt):
        return "stopped"
    if isinstance(error, MemoryError):
        return f"{words or 'not enough memory'}. A page has room for about two gigabytes: make the arrays smaller. What was computed before is still there"
    if isinstance(error, RecursionError):
        return f"{words}: a function calls itself again and again, so give it a case in which it stops"
    if isinstance(error, SystemExit):
        return "a page has nothing to exit from: leave the call out, or press Stop"
    return words


def _syntax(error, file):
    line = (error.text or "").strip()
    if error.filename == file and line[:1] in ("%", "!", "?"):
        kind = "a command for the system" if line[0] == "!" else "a command of Jupyter's"
        return f"“{line}” is {kind}, not Python: a page runs Python alone"
    return error.msg or "invalid syntax"


def _missing(error):
    top = (error.name or "").partition(".")[0]
    if top in PACKAGES and top not in sys.modules:
        return f"{top} is not loaded: write “import {top}” in the cell itself, so that the page sees that it is needed"
    if top in PACKAGES or top == "miniatures" or top in sys.stdlib_module_names:
        return str(error)
    return f"there is no package “{top}” in this page: the book carries {', '.join(PACKAGES)}, its own miniatures and Python's library"


def _trace(error, file, message):
    """The traceback as text: the reader's code before the libraries', repeated calls left out, no paths of the machine."""
    if isinstance(error, SyntaxError) and error.filename == file:
        lines = traceback.format_exception_only(type(error), error)[:-1]
        return _named("".join(lines)) + f"{type(error).__name__}: {message}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    start = next((place for place, frame in enumerate(frames) if frame.filename == file), len(frames))
    if start < len(frames):
        frames = frames[start:]
    if len(frames) > MOST_FRAMES:
        half = MOST_FRAMES // 2
        shown = [*_formatted(frames[:half]), f"… {len(frames) - MOST_FRAMES} more calls\n", *_formatted(frames[-half:])]
    else:
        shown = _formatted(frames)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    after = f"\nbecause of {type(cause).__name__}: {cause}" if cause is not None and str(cause) not in message else ""
    return f"{''.join(shown)}{type(error).__name__}: {message}{after}"


def _formatted(frames):
    return [_named(one) for one in traceback.StackSummary.from_list(frames).format()]


def _named(text):
    """`File "cell 3", line 4, in <module>` as `cell 3, line 4`; files of packages from the package's name on."""

    def place(found):
        name = found[1].replace("\\", "/")
        name = re.sub(r"^.*/(?:site-packages|python3\.\d+)/", "", name.removeprefix(f"{HOME.as_posix()}/"))
        inside = "" if found[3] in (None, "<module>") else f", in {found[3]}"
        return f"{name}, line {found[2]}{inside}"

    return re.sub(r'^ *File "([^"]*)", line (\d+)(?:, in (.*))?$', place, text, flags=re.M)
