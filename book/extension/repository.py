"""Where the book's sources are published: one setting, from which every link to them is made.

`MINIATURES_REPOSITORY` in the environment, else git's remote `origin` where that is an address on
a public host. Without either there is no address, and a link that needs one is left out.
`MINIATURES_BRANCH` names the branch, else the one that `origin` checks out.
"""

import ipaddress
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import quote, urlsplit

SCP = re.compile(r"(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>[^/].*)")  # git@host:owner/name.git
# What stands between a repository's address and a path of it: host's name -> a file's page, its bytes, its editor.
FORMS = {
    "github": {"page": "blob/{}/", "raw": "raw/{}/", "edit": "edit/{}/", "issue": "issues/new"},
    "gitlab": {"page": "-/blob/{}/", "raw": "-/raw/{}/", "edit": "-/edit/{}/", "issue": "-/issues/new"},
    "codeberg": {"page": "src/branch/{}/", "raw": "raw/branch/{}/", "edit": "_edit/{}/", "issue": "issues/new"},
}


def address(root: Path) -> str | None:
    """The repository's https address without an ending, "https://github.com/owner/name"; None where there is none.

    Raises ValueError where the environment names one that no reader could open."""
    named = os.environ.get("MINIATURES_REPOSITORY", "").strip()
    found = public(named or _git(root, "config", "--get", "remote.origin.url"))
    if named and not found:
        raise ValueError(f"MINIATURES_REPOSITORY={named!r} is no public address: write https://HOST/OWNER/NAME")
    return found


def public(remote: str) -> str | None:
    """A git remote as the https address of its page, without user, password, port of ssh or ".git".

    None for a path, for a host that only a local network knows, and for another protocol.

    >>> public("git@github.com:owner/name.git")
    'https://github.com/owner/name'
    """
    remote = remote.strip()
    if "://" not in remote and (found := SCP.fullmatch(remote)):
        remote = f"ssh://{found['host']}/{found['path']}"
    try:
        parts = urlsplit(remote)
        host, port = parts.hostname or "", parts.port if parts.scheme == "https" else None
    except ValueError:
        return None
    path = parts.path.strip("/").removesuffix(".git")
    if parts.scheme not in ("https", "ssh") or parts.query or parts.fragment or not _known(host):
        return None
    if not re.fullmatch(r"[\w.~+-]+(/[\w.~+-]+)+", path, re.ASCII):
        return None
    return f"https://{host}{f':{port}' if port else ''}/{path}"


def _known(host: str) -> bool:
    """Whether a name may be one that everybody's name server knows."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        labels = host.split(".")
        private = labels[-1] in ("local", "localhost", "localdomain", "internal", "lan", "home", "test", "invalid")
        return len(labels) > 1 and not private and all(re.fullmatch(r"[a-z0-9-]+", label) for label in labels)


def branch(root: Path) -> str:
    """The branch that links lead to, "main" where nothing says another."""
    named = os.environ.get("MINIATURES_BRANCH", "").strip()
    head = _git(root, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    return named or head.removeprefix("origin/") or "main"


def has_branch(root: Path, name: str) -> bool:
    """Whether git has seen this branch in `origin`."""
    return bool(_git(root, "rev-parse", "--verify", "--quiet", f"refs/remotes/origin/{name}"))


def kind(address: str) -> str | None:
    """The host's program, a key of FORMS, known by the name: github.com, gitlab.example.org; None for another."""
    labels = (urlsplit(address).hostname or "").split(".")
    return next((name for name in FORMS if name in labels[:2]), None)


def link(root: Path, form: str, path: str = "") -> str | None:
    """The address of a file's "page", "raw" bytes or "edit" form, or of a new "issue"; None where none is known."""
    found = address(root)
    program = found and kind(found)
    return f"{found}/{FORMS[program][form].format(quote(branch(root)))}{quote(path)}" if program else None


def raw(root: Path, path: str) -> str | None:
    """The address of a file's bytes; None where there is none."""
    return link(root, "raw", path)


def name(address: str) -> str:
    """The last part of the address: the folder that a clone makes."""
    return address.rpartition("/")[2]


def _git(root: Path, *words: str) -> str:
    """What git says, "" where it fails or is not there."""
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
