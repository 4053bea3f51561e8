"""One name for one thing: what public functions of all miniatures call their arguments."""

import ast
from pathlib import Path

import pytest

CODE = Path(__file__).parents[1] / "code" / "miniatures"
CALLED = {  # the book's name -> names that mean the same elsewhere
    "seed": {"random_state", "rng_seed"},
    "rng": {"gen", "prng", "random"},
    "count": {"num", "n_samples", "number_of", "amount"},
    "rate": {"lr", "learning_rate"},
    "steps": {"n_steps", "num_steps", "n_iter", "max_iter"},
    "epochs": {"n_epochs", "num_epochs"},
    "threshold": {"thr", "thresh", "cutoff"},
    "tolerance": {"tol", "atol"},
    "epsilon": {"eps"},
    "sigma": {"std", "stddev", "sigma_"},
    "truth": {"gt", "y_true", "target_labels"},
    "predicted": {"pred", "preds", "y_pred"},
    "image": {"img", "im", "pic"},
    "images": {"imgs", "pics"},
    "network": {"net", "nn"},
    "features": {"feats"},
    "labels": {"lab", "y_labels"},
    "points": {"pts"},
    "index": {"idx", "ind"},
}
MEANT = {other: name for name, others in CALLED.items() for other in others}


def arguments(tree):
    """(function, argument) of each function that is not private."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            given = node.args
            yield from ((node, one) for one in (*given.posonlyargs, *given.args, *given.kwonlyargs))


def otherwise(source: str) -> list[str]:
    """What is called otherwise than the book calls it, and seeds and generators that are taken for each other."""
    wrong = []
    for function, one in arguments(ast.parse(source)):
        kind = ast.unparse(one.annotation) if one.annotation else ""
        place = f"line {function.lineno}: {function.name}({one.arg})"
        if one.arg in MEANT:
            wrong.append(f"{place}: call it {MEANT[one.arg]}")
        if (one.arg == "rng" and "int" in kind) or (one.arg == "seed" and "Generator" in kind):
            wrong.append(f"{place}: seed is a whole number, rng a numpy Generator")
    return wrong


@pytest.mark.parametrize("file", sorted(CODE.rglob("*.py")), ids=lambda file: file.relative_to(CODE).as_posix())
def test_arguments_are_called_as_the_book_calls_them(file):
    assert otherwise(file.read_text("utf8")) == []


def test_other_names_are_found():
    source = "def fit(x, lr, seed: np.random.Generator):\n    pass\n\ndef _own(lr):\n    pass\n"
    assert otherwise(source) == [
        "line 1: fit(lr): call it rate",
        "line 1: fit(seed): seed is a whole number, rng a numpy Generator",
    ]
