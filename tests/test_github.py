"""What GitHub reads: forms and settings by their public schemas, workflows by what they may do, the list that becomes a comment."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from miniatures_book import changes
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
FORMS = sorted(file for file in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if file.name != "config.yml")
WORKFLOWS = {file.name: yaml.safe_load(file.read_text("utf8")) for file in sorted((GITHUB / "workflows").glob("*.yml"))}
SCHEMAS = {
    "vendor.github-issue-forms": FORMS,
    "vendor.github-issue-config": [GITHUB / "ISSUE_TEMPLATE" / "config.yml"],
    "vendor.github-workflows": sorted((GITHUB / "workflows").glob("*.yml")),
    "custom.github-workflows-require-timeout": sorted((GITHUB / "workflows").glob("*.yml")),
    "vendor.dependabot": [GITHUB / "dependabot.yml"],
}
ON = True  # YAML 1.1 reads the key `on` as true


def jobs():
    return [(file, name, job) for file, flow in WORKFLOWS.items() for name, job in flow["jobs"].items()]


def steps():
    return [(file, step) for file, _, job in jobs() for step in job["steps"]]


def held(schema, *files):
    """What the schema says of the files."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_files_are_what_their_public_schema_says(schema):
    done = held(schema, *SCHEMAS[schema])
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_schema_refuses_a_form_without_a_body(tmp_path):
    (tmp_path / "form.yml").write_text("name: A form\ndescription: Without fields.\n")
    assert held("vendor.github-issue-forms", tmp_path / "form.yml").returncode == 1


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_a_form_asks_for_something_and_calls_each_field_once(form):
    body = yaml.safe_load(form.read_text("utf8"))["body"]
    names = [field["id"] for field in body]
    assert len(names) == len(set(names))
    assert any(field.get("validations", {}).get("required") for field in body)


def test_workflows_and_templates_name_what_exists():
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf8"), re.M))
    said = "\n".join(step["run"] for _, step in steps() if "run" in step)
    template = (GITHUB / "PULL_REQUEST_TEMPLATE.md").read_text("utf8")
    commands = re.findall(r"\bmake (\w+)", said + "".join(re.findall(r"`[^`]*`", template)))
    assert {"diff", "newest"} <= set(commands) <= targets
    for name in re.findall(r"(?<!\S)[\w./-]+/[\w-]+(?:\.py|\b)(?= |$)", said, re.M):
        if name.startswith((".ci/", "book/", "tests/")):
            assert (ROOT / name).is_file(), name
    assert ".ci/run" in said
    for _, text in re.findall(r"hashFiles\((['\"])(.*?)\1\)", "\n".join(map(str, WORKFLOWS.values()))):
        assert (ROOT / text).is_file(), text


def test_links_of_the_template_lead_to_headings():
    for name, anchor in re.findall(
        r"\]\(\.\./blob/main/([^)#]+)#?([^)]*)\)", (GITHUB / "PULL_REQUEST_TEMPLATE.md").read_text("utf8")
    ):
        headings = re.findall(r"^#+ (.*)$", (ROOT / name).read_text("utf8"), re.M)
        assert not anchor or anchor in {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}


@pytest.mark.parametrize(
    ("file", "step"), [pytest.param(*one, id=f"{one[0]}-{at}") for at, one in enumerate(steps()) if "run" in one[1]]
)
def test_scripts_of_steps_are_shell_and_hold_no_expression(file, step):
    """An expression would be pasted into the script: a branch may be called `$(…)`."""
    assert "${{" not in step["run"]
    assert subprocess.run(["bash", "-n"], input=step["run"], text=True, check=False).returncode == 0


def test_actions_are_githubs_own_and_pinned_by_commit():
    used = [
        (file, line)
        for file in WORKFLOWS
        for line in re.findall(r"uses: (.*)", (GITHUB / "workflows" / file).read_text("utf8"))
    ]
    assert used
    for file, line in used:
        assert re.fullmatch(r"actions/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), f"{file}: {line}"
    commits = {}
    for _, line in used:
        owner, name = re.match(r"(actions/[\w-]+)[\w/-]*@(.*)", line).groups()
        assert commits.setdefault(owner, name) == name, f"{owner} stands at two commits"


def test_permissions_are_the_least():
    may = {
        "pages": "write",
        "id-token": "write",
        "issues": "write",
        "pull-requests": "write",
        "contents": "read",
        "actions": "read",
    }
    for file, name, job in jobs():
        granted = job.get("permissions", WORKFLOWS[file]["permissions"])
        assert isinstance(granted, dict), f"{file}: {name}"
        assert granted.items() <= may.items()
        writes = "write" in granted.values()
        runs_sources = any("make " in step.get("run", "") or ".ci/run" in step.get("run", "") for step in job["steps"])
        assert not (writes and runs_sources), f"{file}: {name} runs the book's code with a token that writes"


def test_a_token_that_writes_never_meets_a_strangers_code():
    for file, flow in WORKFLOWS.items():
        events = flow[ON] if isinstance(flow[ON], dict) else {flow[ON]: None}
        assert "pull_request_target" not in events
        if "workflow_run" in events:
            assert set(flow[ON]["workflow_run"]["workflows"]) <= {one["name"] for one in WORKFLOWS.values()}
        for job in flow["jobs"].values():
            for step in job["steps"]:
                if step.get("uses", "").startswith("actions/checkout@"):
                    assert "ref" not in step["with"], f"{file} checks out another commit than the event's"
                    assert step["with"]["persist-credentials"] is False


def test_only_main_is_published():
    publish = WORKFLOWS["book.yml"]["jobs"]["publish"]
    assert (publish["needs"], publish["if"]) == ("test", "github.ref == 'refs/heads/main'")


def test_dependabot_leaves_what_the_browsers_python_fixes():
    updates = yaml.safe_load((GITHUB / "dependabot.yml").read_text("utf8"))["updates"]
    assert {one["package-ecosystem"] for one in updates} == {"pip", "npm", "github-actions"}
    assert all((ROOT / one["directory"].strip("/")).is_dir() and one["groups"] for one in updates)
    pinned = {
        Requirement(one).name
        for one in tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]["dependencies"]
        if "==" in one
    }
    assert {one["dependency-name"] for one in updates[0]["ignore"]} == pinned


# -- the list of changed pages, which a stranger's build has written ---------------------------------

FOUND = {"state": "compared", "base": "0123456789" * 4, "menu": False, "unchanged": 3,
         "changed": ["chapters/a.html"], "alike": [], "added": [], "removed": []}  # fmt: skip


def test_a_comment_lists_pages_and_links_to_pictures():
    text = changes.markdown(FOUND, "https://example.org/run/1#artifacts")
    assert text.startswith(changes.MARK)
    assert "Since 012345678901: 1 page looks different; 3 pages unchanged." in text
    assert "- `chapters/a.html`" in text
    assert "(https://example.org/run/1#artifacts)" in text
    assert "Pictures" not in changes.markdown(FOUND | {"changed": []}, "https://example.org")


@pytest.mark.parametrize(
    "name", ["`@everyone`", "a](https://evil.example)", "<img src=x>", "a\nb", "**b** #1 \\`", "é\ud800", "| x |"]
)
def test_no_name_means_anything_in_a_comment(name):
    text = changes.markdown(FOUND | {"changed": [name]})
    line = next(line for line in text.splitlines() if line.startswith("- "))
    assert re.fullmatch(r"- `[\w.~/%-]+`", line, re.ASCII)


def test_a_comment_has_a_bounded_length():
    many = FOUND | {kind: ["x" * 10_000] * 10_000 for kind in changes.KINDS}
    assert len(changes.markdown(many)) < 65_536  # GitHub's limit
    assert "and 9940 more" in changes.markdown(many)


@pytest.mark.parametrize("state", ["base", "head"])
def test_a_book_that_does_not_build_is_said(state):
    text = changes.markdown(FOUND | {"state": state, "changed": []}, "https://example.org")
    assert "does not build" in text
    assert "Pictures" not in text


@pytest.mark.parametrize("wrong", [
    [], {"state": "fine"}, {"base": "main"}, {"base": "`" * 40}, {"menu": "yes"}, {"unchanged": -1}, {"unchanged": True},
    {"changed": "abc"}, {"added": [1]}, {"removed": None},
])  # fmt: skip
def test_what_is_no_list_is_refused(tmp_path, wrong):
    file = tmp_path / "diff.json"
    file.write_text(json.dumps(FOUND | wrong if wrong else wrong))
    done = subprocess.run([sys.executable, "-I", changes.__file__, file], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "is no list of changed pages" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_comments_script_needs_nothing_but_python(tmp_path):
    file = tmp_path / "diff.json"
    file.write_text(json.dumps(FOUND))
    done = subprocess.run(
        [sys.executable, "-I", "-S", changes.__file__, file], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(changes.MARK)


# -- the scripts that write, with a `gh` that only says what it was asked -----------------------------

GH = """#!/bin/sh
echo "$*" >> "$RUNNER_TEMP/asked"
case "$*" in
  *"/pulls "*) cat "$GIVEN/pulls.json" ;;
  "run download"*) for last; do :; done; mkdir -p "$last"; cp "$GIVEN"/artifact/* "$last" ;;
  *"--paginate"*) cat "$GIVEN/comments.json" ;;
  "issue list"*) cat "$GIVEN/issues.json" ;;
esac
"""
BOT = "github-actions[bot]"


@pytest.fixture
def runner(tmp_path):
    """runner(file, job, **given): the steps' scripts, run as GitHub does; what `gh` was asked, in order."""
    assert shutil.which("jq"), "GitHub's runners have jq, and the scripts that they run need it: install it"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/gh").write_text(GH)
    (tmp_path / "bin/gh").chmod(0o755)

    def run(file, job, artifact, outputs=None, **given):
        (tmp_path / "artifact").mkdir()
        for name, text in artifact.items():
            (tmp_path / "artifact" / name).write_text(text)
        for name, value in given.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(value))
        (tmp_path / "book").symlink_to(ROOT / "book")
        environment = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "RUNNER_TEMP": str(tmp_path), "GIVEN": str(tmp_path), "GH_REPO": "o/r", "GITHUB_SERVER_URL": "https://github.com",
                       "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "9", "GITHUB_OUTPUT": str(tmp_path / "output"), "RUN": "9", "SHA": "abc", "FROM": "o:$(touch x)"} | (outputs or {})  # fmt: skip
        for step in WORKFLOWS[file]["jobs"][job]["steps"]:
            if "run" in step:
                subprocess.run(
                    ["bash", "-eo", "pipefail", "-c", step["run"]], cwd=tmp_path, env=environment, check=True
                )
        return (tmp_path / "asked").read_text().splitlines()

    return run


@pytest.mark.parametrize(("comments", "asked"), [
    ([], "pr comment 7"),
    ([{"id": 5, "user": {"login": "someone"}, "body": changes.MARK}], "pr comment 7"),
    ([{"id": 5, "user": {"login": BOT}, "body": "Other words."}, {"id": 6, "user": {"login": BOT}, "body": f"{changes.MARK}\nOld."}],
     "api --method PATCH repos/o/r/issues/comments/6"),
])  # fmt: skip
def test_a_pull_request_has_one_comment(runner, tmp_path, comments, asked):
    pulls = [{"number": 3, "head": {"sha": "old"}}, {"number": 7, "head": {"sha": "abc"}}]
    said = runner(
        "comment.yml", "comment", {"diff.json": json.dumps(FOUND)}, {"NUMBER": "7"}, pulls=pulls, comments=comments
    )
    assert "number=7" in (tmp_path / "output").read_text()
    assert said[0] == "api --method GET repos/o/r/pulls -f state=open -f head=o:$(touch x)"
    assert said[-1].startswith(asked)
    assert "- `chapters/a.html`" in (tmp_path / "comment.md").read_text()
    assert not (tmp_path / "x").exists()


REPORTS = WORKFLOWS["newest.yml"]["jobs"]["report"]["strategy"]["matrix"]["include"]


def test_each_weekly_report_is_of_a_job_and_has_a_title_of_its_own():
    told = WORKFLOWS["newest.yml"]["jobs"]
    assert [one["job"] for one in REPORTS] == told["report"]["needs"] == ["newest", "audit"]
    assert len({one["title"] for one in REPORTS}) == len(REPORTS)
    for one in REPORTS:
        kept = [step["with"]["name"] for step in told[one["job"]]["steps"] if "upload-artifact" in step.get("uses", "")]
        assert kept == [one["artifact"]]


@pytest.mark.parametrize("about", REPORTS, ids=lambda one: one["job"])
@pytest.mark.parametrize(("outcome", "bots", "asked"), [
    ("failure", None, "issue create --title {}"), ("failure", True, "issue edit 4"), ("failure", False, "issue create"),
    ("success", True, "issue close 4"), ("success", None, "issue list"),
])  # fmt: skip
def test_each_weekly_report_has_one_issue(runner, tmp_path, about, outcome, bots, asked):
    issues = [{"number": 4, "title": about["title"], "author": {"is_bot": bots}}] if bots is not None else []
    given = {"OUTCOME": outcome, "TITLE": about["title"], "ARTIFACT": about["artifact"]}
    said = runner("newest.yml", "report", {"report.md": "| a | table |"}, given, issues=issues)
    assert said[-1].startswith(asked.format(about["title"]))
    report = (tmp_path / "report.md").read_text()
    assert f"**{outcome}**" in report.splitlines()[0]
    assert "| a | table |" in report
