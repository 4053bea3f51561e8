"""Pages as notebooks: each piece of MyST becomes Markdown that JupyterLab shows, the same text each time."""

import re
from pathlib import Path

import nbformat
import pytest
from miniatures_book import chapters, lite, notebooks

ROOT = Path(__file__).parents[1]
MATTER = "---\njupytext:\n  text_representation: {extension: .md, format_name: myst}\nkernelspec: {display_name: Python 3, name: python3}\n"


class Anything(dict):
    """A number for every name that a page quotes."""

    def __missing__(self, name):
        return 0.5

    def __contains__(self, name):
        return True


def converted(tmp_path, body, numbers=None, stem="gaussian_window"):
    page = tmp_path / "chapters" / "numbers" / f"{stem}.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    for name in ("references.bib", "claims.yml"):
        (tmp_path / "chapters" / name).write_bytes((ROOT / "chapters" / name).read_bytes())
    if not (tmp_path / "code").exists():
        (tmp_path / "code").symlink_to(ROOT / "code")
    (tmp_path / "_toc.yml").write_text(f"root: chapters/numbers/{stem}\n", "utf8")
    page.write_text(f"{MATTER}stem: {stem}\nobjectives: [count, multiply]\n---\n\n{body}\n", "utf8")
    (chapter,) = chapters.chapters(tmp_path)
    made = notebooks.Converter(tmp_path, chapter, numbers or {}).notebook()
    nbformat.validate(made)
    return made.cells[1:]


def words(cells):
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@pytest.mark.parametrize(("body", "expected"), [
    ("It is {glue:text}`half:.2f` px, {glue:text}`name`.", "It is 3.14 px, seen."),
    ("As {cite:t}`palacio2013window` says.", "As Palacio (2013) says."),
    ("So it is {cite:p}`palacio2013window`.", "So it is (Palacio, 2013)."),
    ("$$ x = 1 $$ (eq-one)\n\nBy {eq}`eq-one`.", "$$ x = 1 \\tag{1} $$\n\nBy (1)."),
    ("$$\na &= b\n$$ (eq-a)\n\n$$ c $$ (eq-c)\n\nSee {eq}`eq-c`.", "$$ a &= b \\tag{1} $$\n\n$$ c \\tag{2} $$\n\nSee (2)."),
    ("$$ a $$\n\nthen\n\n$$ b $$ (eq-b)", "$$ a $$\n\nthen\n\n$$ b \\tag{1} $$"),
    ("A {term}`window`, {term}`windows <window>`.", "A window, windows."),
    ("(there)=\n## Here", "## Here"),
    ("One.\n\n% slide\nTwo.\n\n% slide\n```{note}\nThree.\n```", "One.\n\nTwo.\n\n> **Note**\n> \n> Three."),
    ("[progress](../progress.md) and [this](gaussian_window.md#there)", "progress and [this](gaussian_window.ipynb)"),
    ("```{note}\nMind {term}`that`.\n```", "> **Note**\n> \n> Mind that."),
    ("````{div} wide\n```{note}\nInner\n```\n````", "> **Note**\n> \n> Inner"),
    ("```python\nx = '{term}`as it stands`'\n```", "```python\nx = '{term}`as it stands`'\n```"),
    ("```{objectives}\n```", "After this chapter you can\n\n- count\n- multiply"),
])  # fmt: skip
def test_a_piece_of_myst_as_markdown(tmp_path, body, expected):
    assert words(converted(tmp_path, body, {"half": 3.14159, "name": "seen"})) == expected


def test_claims_notation_and_source_are_filled_in(tmp_path):
    said = words(converted(tmp_path, "```{claims}\n```"))
    assert said.startswith("- **C1** ")
    assert "Palacio (2013)" in said
    assert words(converted(tmp_path, "```{notation}\n```")).startswith("| symbol | meaning |\n|---|---|\n| `")
    source = words(
        converted(tmp_path, "```{literalinclude} ../../code/miniatures/gaussian_window.py\n:pyobject: density\n```")
    )
    assert source.startswith("```python\ndef density(")
    assert source.endswith("\n```")


def test_an_exercise_has_its_question_its_check_and_folded_help(tmp_path):
    cells = converted(tmp_path, "```{exercise} gaussian_window-2\n```\n\n```{exercise} gaussian_window-1\n```")
    assert [cell.source for cell in cells if cell.cell_type == "code"] == ["from miniatures.exercises import check"]
    said = words(cells)
    assert "**Exercise 2.** How many pixels" in said
    assert '`check("gaussian_window-2", answer)`' in said
    assert said.count("<details><summary>Hint</summary>") == said.count("<details><summary>Solution</summary>") == 2


def test_code_cells_come_as_they_are_and_a_hidden_one_is_folded(tmp_path):
    shown, hidden = converted(
        tmp_path, "```{code-cell} ipython3\nx = 1\n```\n\n```{code-cell} ipython3\n:tags: [hide-input]\ny = 2\n```"
    )
    assert (shown.source, shown.outputs, hidden.source) == ("x = 1", [], "y = 2")
    assert hidden.metadata.jupyter.source_hidden
    assert "jupyter" not in shown.metadata


@pytest.mark.parametrize(("body", "complaint"), [
    ("{unheard}`of`", r"gaussian_window\.md: the role \{unheard\} has no Markdown"),
    ("```{unheard}\n```", r"gaussian_window\.md: \{unheard\} has no Markdown"),
    ("{glue:text}`nothing:.2f`", r"gaussian_window\.md quotes 'nothing', which no cell glues"),
])  # fmt: skip
def test_what_has_no_markdown_is_named(tmp_path, body, complaint):
    with pytest.raises(ValueError, match=complaint):
        converted(tmp_path, body)


@pytest.mark.parametrize("chapter", chapters.chapters(ROOT), ids=lambda chapter: chapter.stem)
def test_no_chapter_leaves_myst_in_its_notebook(chapter):
    first, second = (notebooks.Converter(ROOT, chapter, Anything()).notebook() for _ in range(2))
    assert nbformat.writes(first) == nbformat.writes(second)
    prose = re.sub(r"```.*?```", "", words(first.cells), flags=re.S)
    assert not re.findall(r"\{[a-z:]+\}`|^:{3}|^%|\(eq-|\{\?\}|\\tag\{\?\}", prose, re.M)
    assert [cell.id for cell in first.cells] == [f"cell-{number}" for number in range(len(first.cells))]


def test_a_package_is_packed_the_same_way_each_time_without_its_tests(tmp_path):
    from importlib import metadata

    one, two = (
        lite.wheel(metadata.distribution("traitlets"), folder)
        for folder in (tmp_path, Path(tmp_path, "again"))
        if folder.mkdir(exist_ok=True) or True
    )
    assert one.read_bytes() == two.read_bytes()
    names = lite.zipfile.ZipFile(one).namelist()
    assert "traitlets/__init__.py" in names
    assert not [name for name in names if "/tests/" in name or name.endswith((".pyc", "INSTALLER"))]


def test_what_the_kernel_needs_is_complete_and_pure():
    needed = lite.closure(lite.PYTHON)
    assert {
        "ipython",
        "ipywidgets",
        "traitlets",
        "comm",
        "jedi",
        "parso",
        "decorator",
        "pygments",
        "prompt-toolkit",
    } <= set(needed)
    assert not {"numpy", "pexpect", "colorama"} & set(needed)


def test_compiled_code_is_refused(tmp_path):
    from importlib import metadata

    with pytest.raises(lite.ExtensionError, match="holds compiled code"):
        lite.wheel(metadata.distribution("markupsafe"), tmp_path)
