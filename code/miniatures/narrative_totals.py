"""How many localized narratives are there? The totals in circulation, each with what it counts and where it was read.

They count different things: images or narratives (the download page says that an image may have more than one), the
training split or all splits, Open Images alone or with COCO, an early version of the paper or the published one. That
this is the whole difference between 504k and 507k is the book's inference; no source says so.
"""

from dataclasses import dataclass

BLOG = "https://research.google/blog/open-images-v6-now-featuring-localized-narratives"
SITE = "https://google.github.io/localized-narratives"


@dataclass(frozen=True)
class Total:
    """`count` of `unit` ("images" or "narratives"), of the collection `of`, as `source` of `date` has it, at `url`."""

    count: int
    unit: str
    of: str
    source: str
    date: str
    url: str


INDEX = "https://www.acemap.info/paper/12416461"
COPY = "https://www.graviti.com/open-datasets/dataset-detail/Open_Images"
TOTALS = (
    Total(380_000, "images", "Open Images", "early abstract, in an index of papers", "2019", INDEX),
    Total(500_000, "images", "Open Images and COCO together", "the same abstract", "2019", INDEX),
    Total(500_000, "images", "Open Images V6", "Google's announcement of V6", "2020-02-26", BLOG),
    Total(
        504_000,
        "images",
        "Open Images",
        "abstract of the paper's second and third versions",
        "before the published one",
        "https://arxiv.org/abs/1912.03098v3",
    ),
    Total(
        507_444,
        "narratives",
        "Open Images, training split",
        "download page",
        "undated",
        SITE,
    ),
    Total(507_000, "narratives", "Open Images V6", "description of V6, as a catalogue copies it", "undated", COPY),
    Total(
        671_000,
        "images",
        "Open Images, all splits",
        "abstract of the published paper",
        "2020",
        "https://arxiv.org/abs/1912.03098",
    ),
    Total(
        675_155, "narratives", "Open Images, all splits", "sum of the three files on the download page", "undated", SITE
    ),
)
SPLITS = {"training": 507_444, "validation": 41_691, "test": 126_020}  # narratives of Open Images, download page
ALL_COLLECTIONS = {
    "third version": 628_000,
    "published paper": 849_000,
}  # images, with COCO, later also Flickr30k and ADE20K
COCO_IMAGES = 123_000
COCO_NARRATIVES = {
    "training": 134_272,
    "validation": 8_573,
}  # download page: some COCO images were described five times
V5 = {  # what Open Images had before, from Google's announcement of V6
    "images": 9_000_000,
    "image labels": 36_000_000,
    "boxes": 15_800_000,
    "masks": 2_800_000,
    "relationships": 391_000,
}


def rows() -> list[dict]:
    """One row a total, for a table.

    >>> [row["count"] for row in rows()][2:5]
    ['500,000', '504,000', '507,444']
    """
    return [{"count": f"{t.count:,}", "unit": t.unit, "of": t.of, "source": t.source, "date": t.date} for t in TOTALS]
