"""The reference of the miniatures: what it holds, which page holds it, what the chapters show and call."""

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from miniatures_book import chapters, reference

ROOT = Path(__file__).parents[1]
MODULES = reference.module_names(ROOT)


@pytest.mark.parametrize("module", MODULES)
def test_each_public_object_has_a_docstring(module):
    bare = [one.name for one in reference.every(reference.entries(ROOT, module)) if not one.doc.strip()]
    assert not bare, f"without a docstring: {', '.join(bare)}"


def test_no_name_stands_twice():
    names = [one.name for module in MODULES for one in reference.every(reference.entries(ROOT, module))]
    assert sorted(set(names)) == sorted(names)


def test_each_module_is_on_one_page_that_the_book_has():
    groups = reference.groups(ROOT)
    held = [name for page in groups.values() for group in page for name in group.modules]
    assert sorted(held) == MODULES
    assert set(groups) <= set(chapters.contents(ROOT))
    for chapter in chapters.chapters(ROOT):
        (own,) = (group for group in groups[f"chapters/reference/{chapter.part}"] if group.docname == chapter.docname)
        assert f"miniatures.{chapter.stem}" == own.modules[0]
    shared = {group.title: group.modules for group in groups[reference.SHARED]}
    assert "miniatures.explore" in shared["Under every page"]
    assert "miniatures.training" in shared["Used by several chapters"]


def entry(source, within=False):
    return reference._entry(ast.parse(source).body[0], "miniatures.some", within)


@pytest.mark.parametrize(
    ("source", "arguments"),
    [
        ("def f(x: float, *, y=1e-3) -> float: ...", "(x: float, *, y=0.001) -> float"),
        ("@dataclass(frozen=True)\nclass F:\n    a: int\n    b: str = 'x'", "(a: int, b: str = 'x')"),
        ("def f() -> 'F': ...", "() -> F"),
        ("class F(NamedTuple):\n    a: int", "(a: int)"),
        ("class F:\n    def __init__(self, a): ...", "(a)"),
        ("class F(ValueError): ...", "()"),
    ],
)
def test_a_signature_is_the_sources(source, arguments):
    assert entry(source).arguments == arguments


def test_methods_properties_and_private_names():
    found = entry(
        'class F:\n    def m(self, a): "M."\n    @property\n    def p(self) -> int: "P."\n    @staticmethod\n    def s(a): ...\n    def _h(self): ...'
    )
    assert [(one.name, one.kind, one.arguments) for one in found.members] == [
        ("miniatures.some.F.m", "method", "(a)"),
        ("miniatures.some.F.p", "property", " -> int"),
        ("miniatures.some.F.s", "method", "(a)"),
    ]
    assert not reference._public(ast.parse("def _f(): ...").body[0])


def test_calls_follow_the_imports_of_earlier_cells():
    cells = [
        "from miniatures.fixmatch import step as go\nfrom miniatures import claims, data\ngo(1)",
        "%timeit pass\nclaims.record(go, np.sin(2))",
        "def claimed(): return data.load('x')",
    ]
    assert reference.calls(cells) == [
        ["miniatures.fixmatch.step"],
        ["miniatures.claims.record", "miniatures.fixmatch.step", "miniatures.claims"],
        ["miniatures.data.load", "miniatures.data"],
    ]


def test_a_docstring_is_text_legend_and_example():
    doc = "Half of `x*y`, in <pixels>.\nStill *the* same.\n\nx    a length,\n     in metres\ny  a name\n\n>>> half(2)\n1.0\n\nThe end."
    made = reference.blocks(doc)
    assert [type(one) for one in made] == [
        nodes.paragraph,
        nodes.definition_list,
        reference.plain_block,
        nodes.paragraph,
    ]
    assert made[0].astext() == "Half of x*y, in <pixels>. Still *the* same."
    assert [one.astext() for one in made[0].findall(nodes.literal)] == ["x*y"]
    assert [one.astext() for one in made[1]] == ["x\n\na length, in metres", "y\n\na name"]
    assert made[2].astext() == ">>> half(2)\n1.0"


@pytest.mark.parametrize("module", MODULES)
def test_no_word_of_a_docstring_is_lost(module):
    for one in reference.every(reference.entries(ROOT, module)):
        shown = "".join(block.astext() for block in reference.blocks(one.doc))
        assert "".join(shown.split()).replace("`", "") == "".join(one.doc.split()).replace("`", ""), one.name


def test_pages_are_written_again_when_what_is_said_of_them_changes(monkeypatch):
    page = "chapters/reference/numbers"
    env = SimpleNamespace(
        found_docs={page, "a"},
        metadata={"a": {"m-teaches": []}, page: {}},
        m_reference={page: []},
        m_reference_names={"f": page},
    )
    taught = {"f": [("a", "shows", "build-it", "Build it")]}
    monkeypatch.setattr(reference, "teaching", lambda env: taught)
    assert reference.retell(None, env) == []
    assert reference.retell(None, env) == []
    taught = {"f": [("a", "shows", "build-it", "Build it well")]}
    assert reference.retell(None, env) == [page]
    env.m_reference_names = {"f": "elsewhere"}
    assert reference.retell(None, env) == ["a", page]
