"""Where a chapter runs as a notebook: the links of the menu below its title.

JupyterLite and the notebook itself are parts of the site; Binder and a JupyterHub need the
address of the published sources, and are left out where there is none.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from miniatures_book import portable, repository
from miniatures_book.chapters import Chapter

BINDER = "https://mybinder.org/v2"


@dataclass(frozen=True)
class Source:
    """Published sources: the repository's https address, its branch, and whether its branch of notebooks is published."""

    address: str
    branch: str
    notebooks: bool = False


@cache
def source(root: Path) -> Source | None:
    """The published sources of this build; None where there are none."""
    found = repository.address(root)
    return Source(found, repository.branch(root), portable.published(root)) if found else None


def binder(source: Source, stem: str) -> str:
    """The address that starts the repository on mybinder.org and opens a chapter's notebook, which its postBuild has made."""
    host, path = urlsplit(source.address).netloc, urlsplit(source.address).path.strip("/")
    place = {"github.com": f"gh/{quote(path)}", "gitlab.com": f"gl/{quote(path, safe='')}"}
    which = place.get(host, f"git/{quote(source.address, safe='')}")
    return f"{BINDER}/{which}/{quote(source.branch)}?{_query(urlpath=f'lab/tree/{portable.BRANCH}/{stem}.ipynb')}"


def hub(source: Source, chapter: Chapter) -> str:
    """What a hub's address lacks to pull the sources with nbgitpuller and to open the chapter.

    The notebook, where the branch of notebooks is published; else the MyST source, which jupytext opens."""
    file = f"{chapter.stem}.ipynb" if source.notebooks else f"{chapter.docname}.md"
    branch = portable.BRANCH if source.notebooks else source.branch
    opened = f"lab/tree/{repository.name(source.address)}/{file}"
    return f"hub/user-redirect/git-pull?{_query(repo=source.address, branch=branch, urlpath=opened)}"


def _query(**parameters: str) -> str:
    return urlencode(parameters, quote_via=quote, safe="")
