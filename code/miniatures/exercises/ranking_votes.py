"""Exercises on ranking votes, from reading a view to writing Wilson's bound."""

from math import ceil, cos, floor, radians, sin, sqrt

from miniatures import checks
from miniatures import ranking_votes as rv
from miniatures import ranking_votes_runs as runs
from miniatures import ranking_votes_travel as travel
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering

Z = rv.reach(0.95)
_here = travel.airports()
_sfo, _jfk = travel.index_of("SFO"), travel.index_of("JFK")
_ends = tuple(float(a[i]) for i in (_sfo, _jfk) for a in (_here.latitude, _here.longitude))
_way = rv.great_circle_km(*_ends)
_north, _east = _ends[2] - _ends[0], _ends[3] - _ends[1]
_degree = rv.EARTH_RADIUS_KM * radians(1)
_bundle = travel.plan("AGU 2019", ("SFO",)).kilometres
_net = runs.by_ranker("net", 2000)
_EARLY = {
    "net votes": "net",
    "Wilson's cautious end, q₋": "wilson",
    "Beta(5, 3) mean": "beta",
    "Wilson's hopeful end, q₊": "upper",
}
_early = {name: float(runs.at_end(rule, 1.0, "early").mean()) for name, rule in _EARLY.items()}
_by_early = tuple(sorted(_early, key=_early.get, reverse=True))


def _first_up(score, other):
    """The smallest number of upvotes without a downvote whose score is above `other`."""
    return next(n for n in range(1, 10_000) if score(n, n) > other)


def _mean(prior):
    return _first_up(lambda k, n: rv.shrunken_mean(k, n, prior), rv.shrunken_mean(80, 100, prior))


def lower_bound(upvotes, votes, z):
    """Wilson's lower end for one question.

    >>> round(lower_bound(9, 10, 1.96), 4)
    0.5958
    """
    return float(rv.wilson_bounds(checks.scalar("upvotes", upvotes), checks.scalar("votes", votes), z)[0])


_LOWER = """from math import sqrt

def lower_bound(upvotes, votes, z):
    if votes == 0:
        return 0.0
    share = upvotes / votes
    centre = share + z**2 / (2 * votes)
    half = z * sqrt(share * (1 - share) / votes + z**2 / (4 * votes**2))
    return (centre - half) / (1 + z**2 / votes)
"""
_slip = _LOWER.replace

EXERCISES = (
    MultipleChoice(
        id="ranking_votes-1",
        question="In the view of the five rankers, move from 500 to 30,000 votes. Which ranker's first question hardly becomes better?",
        options=("net votes", "ratio", "Wilson 95 %", "Beta(5, 3) mean"),
        answer="net votes",
        mistakes=(
            Mistake("ratio", "The ratio's first question is poor for long, but from 5000 votes on it climbs."),
            Mistake(
                "Wilson 95 %", "It starts in the middle and comes close to the best; look for a curve that lies flat."
            ),
            Mistake("Beta(5, 3) mean", "It is the highest of the five and rises all the way."),
        ),
        hint="Look for the flattest of the five curves.",
        solution=f"Net votes stay near {_net.mean():.2f}. They grow with the views of a question, and more votes on the board make the much-seen questions "
        "lead by more. That error is no noise, so no amount of votes removes it.",
    ),
    Number(
        id="ranking_votes-2",
        question="Nine of ten votes are up. What is the lower end of Wilson's 95 % interval? Give three decimals.",
        answer=rv.wilson_lower(9, 10),
        tolerance=0.0006,
        mistakes=(
            Mistake(0.9, "That is the ratio, the centre before any caution."),
            Mistake(
                0.9 - Z * sqrt(0.09 / 10),
                "That is k/n minus z standard errors at k/n itself. Wilson takes the standard error at q, the value under test.",
            ),
            Mistake(float(rv.wilson_bounds(9, 10, Z)[1]), "That is the upper end."),
            Mistake(
                rv.wilson_lower(9, 10, 0.9),
                "That is the 90 % interval: z = 1.645 leaves 5 % outside on each side. A two-sided 95 % interval has z = 1.96.",
            ),
            Mistake(rv.shrunken_mean(9, 10), "That is the posterior mean for a flat prior."),
        ),
        hint="`wilson_lower(9, 10)`, or the formula with $n = 10$, $\\hat q = 0.9$ and $z = 1.96$.",
        solution=f"The centre is $0.9 + 3.8415/20 = {0.9 + Z * Z / 20:.4f}$, the half width "
        f"$1.96\\sqrt{{0.009 + 3.8415/400}} = {Z * sqrt(0.009 + Z * Z / 400):.4f}$; their difference over $1.38415$ is ${rv.wilson_lower(9, 10):.4f}$.",
    ),
    Number(
        id="ranking_votes-3",
        question="All $n$ votes of a question are up. From which $n$ on does Wilson's 95 % lower end reach 0.8?",
        answer=_first_up(rv.wilson_lower, 0.8),
        tolerance=0.4,
        unit="votes",
        mistakes=(
            Mistake(
                floor(4 * Z * Z), f"With {floor(4 * Z * Z)} votes it is {rv.wilson_lower(15, 15):.4f}, just below."
            ),
            Mistake(ceil(4 * Z), "You left z unsquared: n ≥ 4z²."),
            Mistake(ceil(4 * rv.reach(0.9) ** 2), "That is for z = 1.645, the two-sided 90 % interval."),
            Mistake(4, "A ratio of 1 reaches 0.8 at once; the interval does not."),
        ),
        hint="For $k = n$ the lower end is $n/(n + z^2)$.",
        solution=f"$n/(n + z^2) \\ge 0.8$ means $n \\ge 4z^2 = {4 * Z * Z:.2f}$, so 16.",
    ),
    Number(
        id="ranking_votes-4",
        question="A question stands at 80 of 100 votes up. How many upvotes, and no downvote, does a new one need so that its posterior mean with the prior "
        "Beta(5, 3) is higher?",
        answer=_mean(rv.QUALITY),
        tolerance=0.4,
        unit="upvotes",
        mistakes=(
            Mistake(1, "One upvote is enough for the ratio. The prior adds five votes up and three down."),
            Mistake(_mean((1.0, 1.0)), "That is for the flat prior Beta(1, 1)."),
            Mistake(_first_up(rv.wilson_lower, rv.wilson_lower(80, 100)), "That is what Wilson's lower end asks for."),
            Mistake(61, "That is for net votes: more than 80 − 20."),
        ),
        hint="Solve $\\frac{5 + n}{8 + n} > \\frac{5 + 80}{8 + 100}$.",
        solution=f"$108\\,(5 + n) > 85\\,(8 + n)$ gives $23\\,n > 140$, so $n = {_mean(rv.QUALITY)}$. Wilson's lower end asks for "
        f"{_first_up(rv.wilson_lower, rv.wilson_lower(80, 100))}.",
    ),
    MultipleChoice(
        id="ranking_votes-5",
        question="A forum shows the ten best questions, in any order, and has 10,000 votes. By the view of the five rankers, and by its yardstick, "
        "which of these two is better: the ratio or Wilson 95 %?",
        options=("the ratio", "Wilson 95 %", "They are equal."),
        answer="the ratio",
        mistakes=(
            Mistake("Wilson 95 %", "It is better for the first place. Switch the view to the share of the true ten."),
            Mistake(
                "They are equal.",
                "Read the numbers below the view: the difference is many times the standard deviation.",
            ),
        ),
        hint="Which yardstick belongs to a list of ten?",
        solution=f"Of the true ten the ratio finds {runs.by_ranker('ratio', 10_000, 'precision').mean():.3f}, Wilson 95 % {runs.by_ranker('Wilson 95 %', 10_000, 'precision').mean():.3f}. "
        f"For the first place it is the other way round, {runs.by_ranker('ratio', 10_000).mean():.3f} and {runs.by_ranker('Wilson 95 %', 10_000).mean():.3f}.",
    ),
    Ordering(
        id="ranking_votes-6",
        question="In the view of the session, with attention $1/p$: order four lists (two of them sorted by the lower end $q_-$ and by the upper end $q_+$ of Wilson's interval) by how often the question asked at the end was posted in the first ten "
        "minutes, the most often first.",
        answer=_by_early,
        mistakes=(
            Mistake(tuple(reversed(_by_early)), "Those are the right neighbours; you began with the fairest list."),
            Mistake(
                ("net votes", "Wilson's hopeful end, q₊", "Beta(5, 3) mean", "Wilson's cautious end, q₋"),
                "The hopeful end is high where votes are few: it favours the new. The cautious end favours what has been seen.",
            ),
        ),
        hint="The description under the view gives the share for the list that is chosen.",
        solution=", ".join(f"{name}: {100 * _early[name]:.0f} %" for name in _by_early)
        + ". A quarter of all questions is posted in that time.",
    ),
    Number(
        id="ranking_votes-7",
        question="How far is it from San Francisco (SFO, 37.61900194, −122.3748433) to New York (JFK, 40.63975111, −73.77892556) along the sphere, "
        "with $R = 6371.0088$ km?",
        answer=_way,
        tolerance=0.6,
        unit="km",
        mistakes=(
            Mistake(_way / 1.609344, "Those are miles."),
            Mistake(
                _degree * sqrt(_north**2 + _east**2),
                "You measured in degrees on a flat map. A degree of longitude is shorter away from the equator.",
            ),
            Mistake(
                _degree * sqrt(_north**2 + (_east * cos(radians((_ends[0] + _ends[2]) / 2))) ** 2),
                "That is a straight line on a flat map with the longitudes shortened. The great circle bends north and is shorter.",
            ),
            Mistake(
                2 * rv.EARTH_RADIUS_KM * sin(_way / 2 / rv.EARTH_RADIUS_KM),
                "That is the chord, straight through the Earth.",
            ),
        ),
        hint="`great_circle_km` takes the two latitudes and longitudes in degrees.",
        solution=f"With $\\Delta\\varphi = {_north:.4f}°$ and $\\Delta\\lambda = {_east:.4f}°$ the right side of the haversine formula is "
        f"${sin(_way / 2 / rv.EARTH_RADIUS_KM) ** 2:.6f}$, so $d = 2R\\arcsin\\sqrt{{{sin(_way / 2 / rv.EARTH_RADIUS_KM) ** 2:.6f}}} = {_way:.1f}$ km.",
    ),
    Number(
        id="ranking_votes-8",
        question=f"The participants like those of AGU 2019 travel {_bundle:,.0f} km a head to San Francisco and back. A report gives {_bundle * 0.09:,.0f} kg of CO₂ a head "
        "and no factor. Which factor, in kg for each passenger-kilometre, must it have used?",
        answer=0.09,
        tolerance=0.0006,
        unit="kg/pkm",
        mistakes=(
            Mistake(0.18, "You took the way there alone; the kilometres count both ways."),
            Mistake(
                0.25,
                "That is the factor with which the view starts. The report used another, and so its number is another.",
            ),
            Mistake(1 / 0.09, "That is kilometres for each kilogram."),
        ),
        hint="Divide.",
        solution="The quotient is 0.09 kg/pkm, little more than a third of the 0.25 with which the view starts. A carbon figure without its factor cannot be compared with anything.",
    ),
    Code(
        id="ranking_votes-9",
        question="Write `lower_bound(upvotes, votes, z)`: the lower end of Wilson's interval for one question; 0 where there is no vote.",
        function="lower_bound",
        starter="from math import sqrt\n\ndef lower_bound(upvotes, votes, z):\n    share = upvotes / votes\n    return share\n",
        reference=lower_bound,
        cases=((9, 10, 1.96), (80, 100, 1.96)),
        hidden=((3, 3, 1.0), (0, 0, 1.96), (1, 7, 3.0), (0, 5, 2.0)),
        answer=_LOWER,
        mistakes=(
            Mistake(_slip("centre - half", "centre + half"), "That is the upper end."),
            Mistake(
                _slip(" / (1 + z**2 / votes)", ""),
                "Divide by 1 + z²/n at the end: the quadratic equation's leading coefficient.",
            ),
            Mistake(
                _slip(
                    "return (centre - half) / (1 + z**2 / votes)",
                    "return share - z * sqrt(share * (1 - share) / votes)",
                ),
                "That is the interval at k/n itself, named after Wald. For three of three votes up it has no width at all.",
            ),
            Mistake(
                _slip("centre = share + z**2 / (2 * votes)", "centre = share"),
                "The centre moves towards one half: add z²/(2n).",
            ),
            Mistake(
                _slip("return 0.0", "return 0.5"), "Without votes nothing is excluded: the interval reaches down to 0."
            ),
            Mistake(
                _slip("z**2 / (4 * votes**2)", "z**2 / (4 * votes)"),
                "Under the root it is z²/(4n²): check the units, one over votes squared.",
            ),
        ),
        hint="Solve $(\\hat q - q)^2 = z^2 q(1 - q)/n$ for $q$ and take the smaller root.",
        solution=f"```python\n{_LOWER}```",
    ),
)
