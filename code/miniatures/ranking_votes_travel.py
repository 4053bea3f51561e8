"""How far does a meeting make its people travel? Venues, hubs and seats in front of a screen, in passenger-kilometres.

The companion of `ranking_votes`, whose great-circle distance it uses. Participants live at 50 airports.

Source: the question and the shares of the regions are those of M. Klöwer (2019), who counted the presenters of the
American Geophysical Union's Fall Meeting of that year; that all people of a region are spread evenly over its airports is ours.

d  great-circle distance, km
f  emission factor, kg of CO2-equivalent for each passenger and kilometre
"""

from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np

from miniatures import checks, data
from miniatures.ranking_votes import great_circle_km

REGIONS = ("North America", "East Asia", "Europe", "elsewhere")
COMMUNITIES = {"AGU 2019": (63, 17, 14, 6), "even": None}  # percent of the participants by region; None: by airport
ONLINE = ("farthest", "anyone")


@dataclass(frozen=True)
class Airports:
    """The airports, arrays (50,): `code`, `city`, `region` as an index into REGIONS, degrees."""

    code: np.ndarray
    city: np.ndarray
    region: np.ndarray
    latitude: np.ndarray
    longitude: np.ndarray


@cache
def airports() -> Airports:
    """The airports of data/ranking_votes_airports.csv."""
    table = data.load("ranking_votes_airports.csv")
    region = np.array([REGIONS.index(name) for name in table["region"]])
    return Airports(table["code"], table["city"], region, table["latitude"], table["longitude"])


def index_of(code: str) -> int:
    """The place of an airport in the arrays, by its IATA code.

    >>> str(airports().city[index_of("SFO")])
    'San Francisco'
    """
    return list(airports().code).index(checks.one_of("code", code, tuple(map(str, airports().code))))


@cache
def distances() -> np.ndarray:
    """Great-circle distances between all airports, km, (50, 50)."""
    here = airports()
    return great_circle_km(here.latitude[:, None], here.longitude[:, None], here.latitude, here.longitude)


def shares(community: str) -> np.ndarray:
    """The share of the participants who live at each airport, (50,), sum 1: "AGU 2019" or "even"."""
    percent = COMMUNITIES[checks.one_of("community", community, COMMUNITIES)]
    region = airports().region
    if percent is None:
        return np.full(len(region), 1 / len(region))
    return (np.array(percent) / 100 / np.bincount(region))[region]


def nearest(hubs) -> tuple[np.ndarray, np.ndarray]:
    """For each airport the nearest of `hubs`, given as codes, and the way there: (index, km), both (50,)."""
    if not isinstance(hubs, (tuple, list)) or not hubs:
        raise ValueError(f"hubs={hubs!r} must be a tuple of airports' codes")
    codes = tuple(map(str, airports().code))
    places = np.array([codes.index(checks.one_of("hubs", code, codes)) for code in hubs])
    ways = distances()[:, places]
    return places[ways.argmin(axis=1)], ways.min(axis=1)


@checks.cached()
def best_hubs(community: str, count: int) -> tuple[str, ...]:
    """The 1, 2 or 3 airports that minimise the participants' total way to the nearest of them, by trying them all.

    With one hub it is the weighted median of the airports: the venue that asks for the fewest kilometres.
    """
    weight, ways = shares(community), distances()
    choices = np.array(list(combinations(range(len(weight)), checks.whole("count", count, 1, 3))))
    nearest_way = ways[choices[:, 0]].copy()  # (choices, 50)
    for other in choices.T[1:]:
        np.minimum(nearest_way, ways[other], out=nearest_way)
    return tuple(str(airports().code[i]) for i in choices[(nearest_way @ weight).argmin()])


@dataclass(frozen=True)
class Plan:
    """A meeting: each airport's `hub` (index) and `way` there (km), the share of all participants who `travel` from
    it; `kilometres` there and back and `kilograms`, both for each participant, those at home included."""

    hub: np.ndarray
    way: np.ndarray
    travel: np.ndarray
    kilometres: float
    kilograms: float


def stay_home(weight, way, online: float, who: str) -> np.ndarray:
    """The shares who travel, (N,), when the share `online` of all stays at home: those with the longest way, or anyone.

    >>> stay_home(np.array([0.5, 0.5]), np.array([10.0, 900.0]), 0.3, "farthest").round(9).tolist()
    [0.5, 0.2]
    """
    online = checks.real("online", online, 0, 1)
    weight = checks.numbers("weight", weight, (None,), 0, 1)
    way = checks.numbers("way", way, weight.shape, 0, 1e6)
    if checks.one_of("who", who, ONLINE) == "anyone":
        return weight * (1 - online)
    order = np.argsort(-way, kind="stable")
    farther = np.cumsum(weight[order]) - weight[order]  # who lives farther away than these
    travel = np.empty_like(weight)
    travel[order] = weight[order] - np.clip(online - farther, 0, weight[order])
    return travel


def plan(community: str, hubs, online: float = 0.0, who: str = "farthest", factor: float = 0.25) -> Plan:
    """The meeting at `hubs` (codes), each participant at the nearest, with the share `online` at home.

    `factor` is 0 to 10 kg of CO2-equivalent for each passenger and kilometre; screens are taken to cost nothing.
    """
    factor = checks.real("factor", factor, 0, 10)
    hub, way = nearest(hubs)
    travel = stay_home(shares(community), way, online, who)
    kilometres = float(2 * (travel * way).sum())
    return Plan(hub, way, travel, kilometres, kilometres * factor)


def graded_factor(way) -> np.ndarray:
    """Klöwer's factor for a way of so many km, kg of CO2-equivalent for each passenger and kilometre, an array.

    On the ground below 400 km, then by plane; the effects of flying high make the long flights the heaviest.

    >>> graded_factor([100, 1000, 4000, 9000]).tolist()
    [0.06, 0.2, 0.25, 0.3]
    """
    return np.array([0.06, 0.2, 0.25, 0.3])[
        np.searchsorted([400, 1500, 8000], checks.numbers("way", way, low=0, high=1e6))
    ]


def graded_kilograms(made: Plan) -> float:
    """The kilograms for each participant if each way has the factor of its length."""
    return float(2 * (made.travel * made.way * graded_factor(made.way)).sum())


PUBLISHED = {"thousand km a head": 244e3 / 24_008, "t CO₂e a head": 69_300 / 24_008, "Chicago, %": 87.7, "three hubs, %": 28.8,
             "17 % online, %": 61.0, "36 % online, %": 26.0}  # fmt: skip


def rebuilt() -> dict[str, float]:
    """What PUBLISHED gives of AGU 2019, from our 50 airports: thousands of kilometres and tonnes, then percent of the emissions in
    San Francisco when the meeting moves to Chicago, to Chicago, Seoul and Paris, or the farthest stay at home."""
    whole = plan("AGU 2019", ("SFO",))
    others = (
        plan("AGU 2019", ("ORD",)),
        plan("AGU 2019", ("ORD", "ICN", "CDG")),
        plan("AGU 2019", ("SFO",), 0.17),
        plan("AGU 2019", ("SFO",), 0.36),
    )
    weight = graded_kilograms(whole)
    values = (whole.kilometres / 1000, weight / 1000, *(100 * graded_kilograms(one) / weight for one in others))
    return dict(zip(PUBLISHED, values, strict=True))


@cache
def coast() -> tuple[np.ndarray, np.ndarray]:
    """Coarse outlines of the land for a map: longitude and latitude, degrees, nan between two outlines."""
    table = data.load("ranking_votes_coast.csv")
    return table["longitude"], table["latitude"]
