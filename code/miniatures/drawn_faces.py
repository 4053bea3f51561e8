"""Drawn faces: small grey portraits of people who do not exist, from twelve numbers a person and twelve a photograph.

Source: ours. Ellipses and lines with soft edges, in the order in which one paints: hair, neck, head, eyes, nose, mouth.

identity    who it is, (N, 12), each number from -1 to 1, 0 the average face; columns as in IDENTITY
pose        how the head is held, (N, 5), 0 is straight ahead; columns as in POSE
light       where the light comes from, (N, 3), 0 is even light; columns as in LIGHT
expression  what the face does, (N, 4), 0 is at rest and 1 is plain to see; columns as in EXPRESSION
grimace     what it does for a photograph besides, (N, 3), from 0, not at all, to 1.5; columns as in GRIMACE
rounded     how far the lips are pursed, (N,), from -1, drawn wide as in "see", to 1, narrow as in "soon"; 0 is at rest
side        height and width of a picture, pixels
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import numbers, real, whole

IDENTITY = ("head width", "head height", "jaw", "skin", "hair", "hairline", "eye distance", "eye size", "brows",
            "nose", "mouth width", "mouth height")  # fmt: skip
POSE = ("across", "up", "turn", "tilt", "nearness")
LIGHT = ("from the side", "from above", "brightness")
EXPRESSION = ("smile", "open mouth", "raised brows", "wide eyes")
GRIMACE = ("tongue", "pout", "puffed cheeks")
SIDE = 24
SMALLEST_SIDE, LARGEST_SIDE, MOST_FACES = 8, 128, 20_000
EDGE = 0.035  # half width of a soft edge; the picture reaches from -1 to 1
THIN = 0.03  # a thinner ellipse keeps this steepness, or its soft edge would reach across the picture
BACKGROUND = 0.55
PURSING = 0.08  # by how much rounded lips take half the mouth's width back
SPREADS = {  # standard deviations of a casual photograph
    "pose": (0.05, 0.05, 0.35, 0.08, 0.04),
    "light": (0.25, 0.15, 0.2),
    "expression": (1 / 6, 0.15, 0.15, 0.15),
}


@dataclass(frozen=True)
class Shots:
    """What differs between photographs of one person: pose (N, 5), light (N, 3), expression (N, 4)."""

    pose: np.ndarray
    light: np.ndarray
    expression: np.ndarray


def identities(count: int, rng: np.random.Generator) -> np.ndarray:
    """People drawn at random, (count, 12), every number uniform from -1 to 1.

    >>> identities(3, np.random.default_rng(0)).shape
    (3, 12)
    """
    return rng.uniform(-1, 1, (whole("count", count, 1, MOST_FACES), len(IDENTITY)))


def shots(count: int, rng: np.random.Generator, spread: float = 1.0) -> Shots:
    """Poses, lights and expressions of `count` casual photographs, normal with `spread` times SPREADS, cut at 2.5 deviations."""
    count, spread = whole("count", count, 1, MOST_FACES), real("spread", spread, 0, 2)
    drawn = [spread * np.array(sd) * np.clip(rng.normal(size=(count, len(sd))), -2.5, 2.5) for sd in SPREADS.values()]
    return Shots(*drawn)


def draw_faces(
    identity, pose=None, light=None, expression=None, side: int = SIDE, grimace=None, rounded=None
) -> np.ndarray:
    """Portraits (N, side, side) in [0, 1] of the people `identity` (N, 12); what is not given is 0.

    With "wide eyes" at -1 the eyes are closed. A grimace or rounding of 0 leaves every bit of the picture as it is without.

    >>> draw_faces(np.zeros((2, 12))).shape
    (2, 24, 24)
    """
    who = numbers("identity", identity, (None, len(IDENTITY)), -1, 1)
    count, side = len(who), whole("side", side, SMALLEST_SIDE, LARGEST_SIDE)
    if count > MOST_FACES:
        raise ValueError(f"identity of {count} rows: at most {MOST_FACES} faces are drawn at once")
    held, lit, felt = (
        np.zeros((count, len(columns))) if given is None else numbers(name, given, (count, len(columns)), -9, 9)
        for name, given, columns in (("pose", pose, POSE), ("light", light, LIGHT), ("expression", expression, EXPRESSION))
    )  # fmt: skip
    made = (
        np.zeros((count, len(GRIMACE)))
        if grimace is None
        else numbers("grimace", grimace, (count, len(GRIMACE)), 0, 1.5)
    )
    pursed = np.zeros((count, 1)) if rounded is None else numbers("rounded", rounded, (count,), -1, 1)[:, None]
    x, y = _head_coordinates(held, side)
    turn = held[:, 2].reshape(-1, 1, 1)
    picture = _painted(x, y, turn, *(columns.T[..., None, None] for columns in (who, felt, made)), pursed[..., None])
    return np.clip(_lit(picture, x, y, *lit.T[..., None, None]), 0, 1)


def photographs(identity, rng: np.random.Generator, spread: float = 1.0, noise: float = 0.03, side: int = SIDE):
    """One casual photograph (N, side, side) in [0, 1] of each row of `identity`, with `noise` standard deviations of grain."""
    noise, side = real("noise", noise, 0, 1), whole("side", side, SMALLEST_SIDE, LARGEST_SIDE)
    taken = shots(len(numbers("identity", identity, (None, len(IDENTITY)), -1, 1)), rng, spread)
    pictures = draw_faces(identity, taken.pose, taken.light, taken.expression, side)
    return np.clip(pictures + noise * rng.normal(size=pictures.shape), 0, 1)


def _head_coordinates(pose, side):
    """Where each pixel lies in the coordinates of the head, x to the right and y up, two arrays (N, side, side)."""
    across, up, _, tilt, nearness = pose.T[..., None, None]
    centres = (2 * np.arange(side) + 1) / side - 1
    x, y = centres[None, None, :] - across, -centres[None, :, None] - up
    cos, sin, scale = np.cos(tilt), np.sin(tilt), np.exp(nearness)
    return (cos * x + sin * y) / scale, (-sin * x + cos * y) / scale


def _soft(distance):
    """1 inside, 0 outside, for a distance to the edge that is positive inside."""
    return 0.5 + 0.5 * np.tanh(distance / EDGE)


def _ellipse(x, y, wide, high):
    return _soft((1 - np.hypot(x / wide, y / high)) * np.maximum(np.minimum(wide, high), THIN))


def _over(picture, cover, tone):
    return picture + cover * (tone - picture)


def _painted(x, y, turn, who, felt, made, pursed):
    """The face in even light: each thing covers what was painted before it."""
    (
        head_width,
        head_height,
        jaw,
        skin,
        hair,
        hairline,
        eye_distance,
        eye_size,
        brows,
        nose,
        mouth_width,
        mouth_height,
    ) = who
    smile, opened, raised, wide_eyed = felt
    tongue, pout, puffed = made  # each of them at 0 changes no bit: it adds 0 or multiplies by 1
    tone, hair_tone = 0.68 + 0.16 * skin, 0.24 + 0.18 * hair
    dark = 0.35 * tone
    wide, high = 0.56 + 0.09 * head_width, 0.74 + 0.07 * head_height
    narrowed = wide * (1 - (0.16 + 0.1 * jaw) * np.clip(-y, 0, 1))
    picture = _over(BACKGROUND, _ellipse(x, y - 0.16, wide + 0.12, high - 0.02), hair_tone)
    picture = _over(picture, _soft(0.26 - np.abs(x)) * _soft(-0.5 - y), 0.85 * tone)
    below_hair = _soft(0.42 + 0.12 * hairline + 0.1 * x**2 - y)
    narrowed = narrowed + 0.2 * puffed * np.exp(-(((y + 0.32) / 0.26) ** 2))
    head = _ellipse(x, y, narrowed, high) * below_hair
    picture = _over(picture, head, tone)
    middle = x - 0.16 * turn  # features move with the turn of the head, its outline does not
    cheeks = np.exp(-(((np.abs(middle) - 0.42) / 0.15) ** 2) - ((y + 0.32) / 0.15) ** 2)
    picture = _over(picture, puffed * 0.7 * head * cheeks, 1.25 * tone)  # the light catches them
    aside = np.abs(middle) - 0.25 - 0.05 * eye_distance
    eye = 0.095 + 0.025 * eye_size
    lids = _ellipse(aside, y - 0.12, 1.25 * eye, np.maximum(0.75 * eye * (1 + wide_eyed), 0.02))
    picture = _over(picture, lids, 0.95)
    picture = _over(picture, lids * _ellipse(aside, y - 0.12, 0.5 * eye, 0.55 * eye), 0.08)
    brow = y - 0.28 - 0.02 * brows - 0.1 * raised + 0.12 * np.abs(aside)
    picture = _over(picture, _soft(0.032 + 0.014 * brows - np.abs(brow)) * _soft(0.15 - np.abs(aside)), hair_tone)
    nose_end = -0.12 - 0.06 * nose
    picture = _over(picture, 0.8 * _ellipse(middle - 0.03 * turn, y - nose_end, 0.1 + 0.03 * nose, 0.045), dark)
    mouth = y + 0.37 + 0.05 * mouth_height - 1.8 * smile * (middle**2 - 0.015)
    half = 0.22 + 0.06 * mouth_width - PURSING * pursed
    half = half * (1 - 0.45 * np.minimum(pout, 1)) * (1 - 0.3 * np.minimum(puffed, 1))
    parted = 0.04 + 0.14 * np.clip(opened, 0, 1.5) * np.clip(1 - (middle / half) ** 2, 0, 1)
    parted = parted + 0.11 * pout * np.clip(1 - (middle / half) ** 2, 0, 1)
    lips = _soft(parted - np.abs(mouth)) * _soft(half - np.abs(middle))
    picture = _over(picture, lips, dark)
    shown = np.minimum(tongue, 1)  # it comes out below the middle of the mouth
    picture = _over(picture, shown * _ellipse(middle, mouth + 0.1 * tongue, 0.15, 0.04 + 0.11 * tongue), dark)
    return _over(picture, shown * _ellipse(middle, mouth + 0.1 * tongue, 0.1, 0.02 + 0.09 * tongue), 0.9 * tone)


def _lit(picture, x, y, side_light, above, brightness):
    return picture * np.exp(0.5 * side_light * x + 0.5 * above * y + 0.5 * brightness)
