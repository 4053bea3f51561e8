"""The page on large courses: its hub's values are the chart's, its numbers are the values', its commands and code run."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from miniatures import progress
from miniatures_book import weights
from miniatures_book.__main__ import main as book

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "chapters" / "teaching" / "scale.md").read_text("utf8")
VALUES = yaml.safe_load((ROOT / "deploy" / "jupyterhub" / "values.yaml").read_text("utf8"))


def closed(**fields):
    """An object with these fields and no other."""
    return {"type": "object", "additionalProperties": False, "properties": fields}


# What our values may name, written down from the chart's own values.yaml and KubeSpawner's traits (zero-to-jupyterhub-k8s at
# c2d0f35, chart 4, JupyterHub 5.2.1); a name that the chart does not know would be passed over without a word.
WHOLE, SWITCH, TEXT = {"type": "integer", "minimum": 0}, {"type": "boolean"}, {"type": "string", "minLength": 1}
AMOUNT = {
    "type": ["number", "string"],
    "exclusiveMinimum": 0,
    "pattern": r"^[0-9]+(\.[0-9]+)?[KMGT]$",
}  # of memory or cores
QUANTITY = {"type": "string", "pattern": r"^[0-9]+(m|Mi|Gi)?$"}  # as Kubernetes writes one
RESOURCES = closed(requests=closed(cpu=QUANTITY, memory=QUANTITY), limits=closed(cpu=QUANTITY, memory=QUANTITY))
SHARE = closed(guarantee=AMOUNT, limit=AMOUNT)
OVERRIDE = closed(cpu_guarantee=AMOUNT, cpu_limit=AMOUNT, mem_guarantee=AMOUNT, mem_limit=AMOUNT, image=TEXT)
PROFILE = closed(display_name=TEXT, description=TEXT, slug=TEXT, default=SWITCH, kubespawner_override=OVERRIDE)
COMMAND = closed(exec=closed(command={"type": "array", "items": TEXT}))
CHART = closed(
    hub=closed(concurrentSpawnLimit=WHOLE, activeServerLimit=WHOLE, config={"type": "object"}, resources=RESOURCES,
               db=closed(type={"enum": ["sqlite-pvc", "sqlite-memory", "mysql", "postgres", "other"]}, pvc=closed(storage=QUANTITY))),
    proxy=closed(https=closed(enabled=SWITCH, hosts={"type": "array"}), chp=closed(resources=RESOURCES)),
    singleuser=closed(image=closed(name=TEXT, tag=TEXT, pullPolicy={"enum": ["IfNotPresent", "Always", "Never"]}), cpu=SHARE, memory=SHARE,
                      extraEnv={"type": "object", "additionalProperties": {"type": "string"}}, storage=closed(capacity=QUANTITY), startTimeout=WHOLE,
                      lifecycleHooks=closed(postStart=COMMAND, preStop=COMMAND), profileList={"type": "array", "items": PROFILE}),
    scheduling=closed(podPriority=closed(enabled=SWITCH), userPlaceholder=closed(enabled=SWITCH, replicas=WHOLE), userScheduler=closed(enabled=SWITCH)),
    prePuller=closed(hook=closed(enabled=SWITCH), continuous=closed(enabled=SWITCH)),
    cull=closed(enabled=SWITCH, timeout=WHOLE, every=WHOLE, maxAge=WHOLE, users=SWITCH),
)  # fmt: skip


def wrong(values):
    return sorted(found.json_path for found in Draft202012Validator(CHART).iter_errors(values))


def test_the_values_are_the_charts():
    assert wrong(VALUES) == []


@pytest.mark.parametrize(("place", "value", "complaint"), [
    (("singleuser", "memory", "guarantee"), "512", "$.singleuser.memory.guarantee"),
    (("singleuser", "profiles"), [], "$.singleuser"),
    (("singleuser", "extraEnv", "OMP_NUM_THREADS"), 1, "$.singleuser.extraEnv.OMP_NUM_THREADS"),
    (("cull", "timeout"), "1h", "$.cull.timeout"),
    (("scheduling", "userPlaceholders"), {}, "$.scheduling"),
])  # fmt: skip
def test_a_slip_in_the_values_is_found(place, value, complaint):
    changed = yaml.safe_load(yaml.safe_dump(VALUES))
    inner = changed
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    assert wrong(changed) == [complaint]


def test_nobody_gets_in_before_mine_yaml_and_the_first_profile_is_the_default():
    assert VALUES["hub"]["config"]["JupyterHub"]["authenticator_class"] == "null"
    assert VALUES["singleuser"]["image"]["name"].partition("/")[0].endswith(".invalid")
    first = VALUES["singleuser"]["profileList"][0]
    assert first["default"]
    assert first["kubespawner_override"] == {
        "cpu_guarantee": VALUES["singleuser"]["cpu"]["guarantee"], "cpu_limit": VALUES["singleuser"]["cpu"]["limit"],
        "mem_guarantee": VALUES["singleuser"]["memory"]["guarantee"], "mem_limit": VALUES["singleuser"]["memory"]["limit"],
    }  # fmt: skip
    script = VALUES["singleuser"]["lifecycleHooks"]["postStart"]["exec"]["command"]
    assert script[:2] == ["sh", "-c"]
    assert "gitpuller" in shlex.split(script[2], comments=False)


def test_the_pages_numbers_are_the_values():
    single, cull = VALUES["singleuser"], VALUES["cull"]
    servers = VALUES["hub"]["activeServerLimit"]
    sure = int(single["memory"]["guarantee"].removesuffix("M"))
    for words in (
        f"sure of {sure} MB and of a tenth of a core",
        f"may take {single['memory']['limit'][:-1]} GB and two cores",
        f"{servers} at once are sure of {servers * sure / 1000:.0f} GB",
        f"the limit of {servers} servers",
        f"{VALUES['scheduling']['userPlaceholder']['replicas']} placeholders",
        f"has {single['profileList'][1]['kubespawner_override']['mem_limit'][:-1]} GB",
    ):
        assert words in PAGE, words
    assert (single["cpu"], cull["timeout"], cull["maxAge"]) == ({"guarantee": 0.1, "limit": 2}, 3600, 8 * 3600)
    chart = re.findall(r"--version (\S+)", PAGE + (ROOT / "deploy/jupyterhub/values.yaml").read_text("utf8"))
    assert len(chart) == 2
    assert len(set(chart)) == 1


def test_the_pages_commands_are_there(capsys, monkeypatch):
    """Each option of the two commands that the page shows is one that the program knows."""
    shown = re.findall(r"^\.venv/bin/python -m miniatures\.progress (.*)$", PAGE, re.M)
    assert len(shown) == 1
    monkeypatch.chdir("/")
    with pytest.raises(SystemExit, match="0"):
        progress._main(["--help"])
    told = capsys.readouterr().out
    assert all(option in told for option in re.findall(r"--\w+", shown[0]))
    monkeypatch.setattr("sys.argv", ["miniatures_book", "assignments", "--help"])
    with pytest.raises(SystemExit, match="0"):
        book()
    assert "--to" in capsys.readouterr().out
    recipe = re.search(r"^assignments: .*\n\t(.*)$", (ROOT / "Makefile").read_text("utf8"), re.M)[1]
    assert "$(STEM)" in recipe
    assert '--to "$(TO)"' in recipe


# --- what the site weighs


@pytest.fixture
def site(tmp_path):
    """A site of one chapter: its page names a style sheet, a picture twice and a script that is not there."""
    out = tmp_path / "_build" / "html"
    files = {
        "chapters/numbers/a.html": '<link rel="stylesheet" href="../../_static/a.css?v=1"><link rel="icon" href="../../_static/no.png">'
        '<img class="x" src="../../_views/a.svg"><img src="../../_views/a.svg"><script src="gone.js"></script><img src="data:,x">',
        "_static/a.css": "p {}", "_static/no.png": "icon", "_views/a.svg": "<svg/>", "_views/a.bin": "12345",
        "_python/manifest.json": '{"core": {"x": {"br": 100}}, "standard": {"br": 20}, "wheel": {"br": 3}, "tiers": {'
        '"small": {"snapshot": {"memory": {"br": 1000}}}, "big": {"snapshot": {"memory": {"size": 9000}}}, "none": {}}}',
        "chapters/teaching/scale.html": '<p>A</p><div class="m-weights" data-students="500"><!-- m-weights --></div><p>B</p>',
    }  # fmt: skip
    for name, text in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text, "utf8")
    (tmp_path / "chapters/numbers").mkdir(parents=True)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: chapters/numbers/a\n", "utf8")
    matter = "---\ntitle: A\npart: numbers\nstem: a\nminutes: 5\n---\n\n# A\n"
    (tmp_path / "chapters/numbers/a.md").write_text(matter, "utf8")
    return tmp_path, out


def test_a_page_weighs_what_its_first_load_fetches(site):
    root, out = site
    page = out / "chapters/numbers/a.html"
    assert {file.name for file in weights.named(page)} == {"a.html", "a.css", "a.svg"}
    once = sum(weights.sent(file) for file in weights.named(page))
    rows = dict(weights.weigh(root, out))
    assert list(rows.values()) == [once, once + 5, 1123, 9123, rows["the whole book kept offline, with its Python and its notebooks"]]  # fmt: skip
    assert [words for words in rows if "Python in a page" in words] == [
        "Python in a page, once: its small files", "Python in a page, once: its big files",
    ]  # fmt: skip


def test_the_table_is_filled_in_and_written_anew(site):
    root, out = site
    page = out / "chapters/teaching/scale.html"
    weights.fill(root, out)
    first = page.read_text("utf8")
    assert first.startswith("<p>A</p><div")
    assert first.endswith("</div><p>B</p>")
    assert "<td>1\u00a0kB</td><td>562\u00a0kB</td>" in first  # 1123 bytes, 500 times
    weights.fill(root, out)
    assert page.read_text("utf8").count("<table") == 1
    (out / "_views/b.bin").write_bytes(bytes(10**7))
    weights.fill(root, out)
    assert "<td>10.0\u00a0MB</td><td>5.0\u00a0GB</td>" in page.read_text("utf8")
