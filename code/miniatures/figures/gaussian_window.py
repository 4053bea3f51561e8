"""Views of the Gaussian window: what a rule keeps, what it drops, and where no window exists.

Blue is the Gaussian and the article's rule, orange what is dropped, red what goes wrong; green and
purple are the other rules.
"""

from functools import cache
from math import ceil, log10

import numpy as np

from miniatures import data, draw
from miniatures import gaussian_window as gw
from miniatures.checks import count, positive, share
from miniatures.explore import View
from miniatures.gaussian_kernels import cut_error, discrete_kernel, integrated_kernel, kernel_variance, largest_changes
from miniatures.wording import plural

WIDEST = 20  # pixels of σ whose blur a view cuts at every radius
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
RULES = {  # rule -> (name, colour)
    "density": ("density above ε", "blue"),
    "height": ("height above τ of the peak", "green"),
    "mass": ("lost mass δ", "purple"),
    "3 sigma": ("3σ", "grey"),
}


def window(sigma: float, epsilon: float) -> View:
    """The density on a logarithmic scale with its window, and the half width for every sigma."""
    positive("sigma", sigma), positive("epsilon", epsilon)
    half, reason = _half_width(sigma, epsilon)
    x = np.linspace(-65, 65, 131)
    bell = draw.line(x, _above(gw.density(x, sigma), 1e-9), colour="blue" if half else "red")
    marks = [bell, draw.horizontal(epsilon, "orange", words="ε")]
    if half is not None:
        marks = [
            draw.box(-half, 1e-8, half, 10, "wash-blue"),
            *marks,
            draw.vertical(-half, "blue"),
            draw.vertical(half, "blue"),
        ]
    title = "no window" if half is None else f"w = {gw.window_of(half)} pixels"
    across, up = draw.axis("distance x, px", range=(-65, 65)), _log_axis("density, 1/px", 1e-8, 10, 2)
    return View(
        draw.panels(draw.figure(*marks, title=title, x=across, y=up), _half_widths(sigma, epsilon, half), height=380),
        _window_words(sigma, epsilon, half, reason),
    )


def _half_widths(sigma, epsilon, half):
    reach = min(20.0, gw.largest_sigma(epsilon) * (1 - 1e-4))
    sigmas = np.unique(np.concatenate([np.geomspace(0.2, reach, 40), reach * (1 - np.geomspace(1e-4, 0.3, 20))]))
    sigmas = sigmas[(sigmas >= 0.2) & (sigmas <= reach)]
    marks = [
        draw.line(sigmas, [gw.half_width(s, epsilon) for s in sigmas], name="half width x"),
        draw.line([0.2, 20], [0.6, 60], name="3σ", colour="grey", dash="dot", width=1.5),
    ]
    last = gw.largest_sigma(epsilon)
    if last < 20:
        side = "left" if last < 7 else "right"
        words = " no window" if last < 7 else "no window beyond "
        marks += [draw.vertical(last, "red"), draw.text(log10(last), log10(0.2), words, "red", side, size=12)]
    if half is None:
        marks.append(draw.points([sigma], [0.13], colour="red", symbol="x", size=11))
    else:
        marks.append(draw.points([sigma], [half], colour="orange", size=11))
    return draw.figure(
        *marks,
        title="for every σ, at this ε",
        x=_sigma_axis(),
        y=_log_axis("half width x, px", 0.1, 150),
    )


def _window_words(sigma, epsilon, half, reason):
    setting = f"At σ = {sigma:.4g} px and ε = {epsilon:.3g} per px"
    if half is None:
        return f"{setting} there is {reason}. At this ε the widest window belongs to σ = {gw.widest_sigma(epsilon):.3g} px, and none exists from σ = {gw.largest_sigma(epsilon):.3g} px on."
    turn = "grows" if sigma < gw.widest_sigma(epsilon) else "shrinks"
    return (
        f"{setting} the density falls to ε at {half:.2f} px on each side: the window has {plural(gw.window_of(half), 'pixel')} "
        f"and leaves out {_percent(gw.lost_mass(sigma, half))} of the Gaussian. Here a larger σ {turn} the window; at this ε the widest belongs to σ = {gw.widest_sigma(epsilon):.3g} px."
    )


def rules(rule: str, sigma: float, threshold: float) -> View:
    """The Gaussian in units of sigma with the tails that a rule cuts, and the four rules' radii for every sigma."""
    share("threshold", threshold)
    radius = _radius(rule, sigma, threshold)
    cut = 0.0 if radius is None else radius / sigma
    u = np.linspace(-5.5, 5.5, 111)
    bell = gw.density(u, 1) / gw.density(0, 1)
    kept = np.linspace(-cut, cut, 61)
    marks = [draw.line(u, bell, colour="orange", name="dropped", fill="tozeroy")]
    if radius is not None:
        marks += [
            draw.line(kept, gw.density(kept, 1) / gw.density(0, 1), name="kept", fill="tozeroy"),
            draw.vertical(-cut, "blue"),
            draw.vertical(cut, "blue"),
        ]
    lost = gw.lost_mass(sigma, 0.0 if radius is None else radius)
    left = draw.figure(
        *marks,
        title=f"lost mass {_percent(lost)}",
        x=draw.axis("x/σ", range=(-5.5, 5.5)),
        y=draw.axis("height, share of the peak", range=(0, 1.1)),
    )
    return View(
        draw.panels(left, _radii(rule, sigma, threshold, cut), height=400), _rule_words(rule, sigma, threshold, radius)
    )


def _radii(rule, sigma, threshold, cut):
    marks, sigmas = [], np.geomspace(0.2, 20, 41)
    for key, (name, colour) in RULES.items():
        radii = [_radius(key, s, threshold) for s in sigmas]
        marks.append(
            draw.line(
                sigmas,
                [0 if r is None else r / s for r, s in zip(radii, sigmas, strict=True)],
                name=name,
                colour=colour,
                width=4 if key == rule else 2,
            )
        )
    marks.append(draw.points([sigma], [cut], colour="orange", size=11))
    return draw.figure(
        *marks,
        title="radius in units of σ",
        x=_sigma_axis(),
        y=draw.axis("r/σ", range=(-0.2, 6)),
    )


def _rule_words(rule, sigma, threshold, radius):
    sizes = [_radius(key, sigma, threshold) for key in RULES]
    listed = ", ".join(
        f"{'none' if r is None else gw.window_of(r)} ({name})"
        for r, (name, _) in zip(sizes, RULES.values(), strict=True)
    )
    every = f"At σ = {sigma:.4g} px and a threshold of {threshold:.3g} the four rules ask for windows of these sizes in pixels: {listed}."
    if radius is None:
        return f"{every} The chosen rule finds no window: the peak {gw.density(0, sigma):.3g} is not above ε = {threshold:.3g}."
    size = gw.window_of(radius)
    return (
        f"{every} The chosen rule cuts at {radius:.2f} px, {radius / sigma:.2f}σ, and leaves out {_percent(gw.lost_mass(sigma, radius))}; "
        f"in two dimensions a square window costs w² = {size**2} products for each pixel, two passes along the axes 2w = {2 * size}."
    )


def sign(sigma: float, printed: bool) -> View:
    """The article's formula with the correct or the printed sign, on a linear and on a logarithmic scale.

    >>> sign(3, True).description[-28:]
    'point, 0.133, at the centre.'
    """
    x, epsilon = np.linspace(-10, 10, 201), 1e-3
    half = gw.half_width(sigma, epsilon)
    formula, name, colour = (
        (gw.printed_formula, "printed: exp(+x²/2σ²)", "red")
        if printed
        else (gw.density, "correct: exp(−x²/2σ²)", "blue")
    )
    value = formula(half, sigma)
    values = formula(np.clip(x, -30 * sigma, 30 * sigma), sigma)  # 30σ out the printed one is still a float
    values = np.clip(values, 1e-12, 1e12)  # what lies beyond is off both scales
    curve = [draw.line(x, values, name=name, colour=colour), draw.vertical(-half), draw.vertical(half)]
    if printed:
        curve.insert(0, draw.line(x, gw.density(x, sigma), name="correct sign", dash="dot", width=1.5))
    across = draw.axis("distance x, px", range=(-10, 10))
    linear = draw.figure(*curve, title="linear scale", x=across, y=draw.axis("value, 1/px", range=(0, 1)))
    level = draw.horizontal(epsilon, "orange", words="ε")
    dot = draw.points([-half, half], [value, value], colour="orange")
    logarithmic = draw.figure(
        *curve, level, dot, title="logarithmic scale", x=across, y=_log_axis("value, 1/px", 1e-6, 1e6, 2)
    )
    verdict = (
        "which is ε itself"
        if not printed
        else f"{value / epsilon:.3g} times ε, and the curve has its lowest point, {gw.density(0, sigma):.3g}, at the centre"
    )
    words = f"With the {'printed' if printed else 'correct'} sign and σ = {sigma:.3g} px the formula gives {value:.3g} per px at the half width {half:.2f} px for ε = 0.001, {verdict}."
    return View(draw.panels(linear, logarithmic, height=340), words)


def inverse(radius: int, epsilon: float) -> View:
    """The half width for every sigma, with both sigmas that a window of `radius` pixels on each side could stand for.

    >>> inverse(10, 1e-3).description[:71]
    'At ε = 0.001 per px a window of 21 pixels, x = 10 px, belongs to σ = 3.'
    """
    count("radius", radius, least=1)
    found, widest, largest = (
        gw.sigmas_for_half_width(radius, epsilon),
        gw.widest_sigma(epsilon),
        gw.largest_sigma(epsilon),
    )
    sigmas = np.concatenate([np.geomspace(0.05, largest * 0.9, 60), largest * (1 - np.geomspace(0.09, 1e-9, 40))])
    marks = [
        draw.line(sigmas, [gw.half_width(s, epsilon) for s in sigmas], name="half width x"), draw.horizontal(radius, "orange", words=f"x = {radius} px"),
        draw.points([widest], [widest], name="widest window, x = σ", colour="grey", symbol="diamond"),
    ]  # fmt: skip
    if found:
        marks.append(draw.points(found, [radius] * len(found), name="σ of this window", colour="orange", size=11))
        for one, arrow in zip(found, ((0, -36), (-25, 35)), strict=False):
            marks.append(
                draw.text(
                    log10(one),
                    log10(radius),
                    f"σ = {one:.4g} px",
                    anchor="right" if arrow[0] else "center",
                    arrow=arrow,
                )
            )
    figure = draw.figure(
        *marks,
        x=_log_axis("σ, px", 0.05, 1e4),
        y=_log_axis("half width x, px", 0.2, 5e3),
        height=400,
    )
    return View(figure, _inverse_words(radius, epsilon, found, widest))


def _inverse_words(radius, epsilon, found, widest):
    size = gw.window_of(radius)
    opencv = f"OpenCV's formula would give it σ = {gw.opencv_sigma(size):.3g} px."
    if not found:
        return f"At ε = {epsilon:.3g} per px no σ has a window of {plural(size, 'pixel')}: x = {radius} px lies above the widest half width, {widest:.3g} px. {opencv}"
    return (
        f"At ε = {epsilon:.3g} per px a window of {plural(size, 'pixel')}, x = {radius} px, belongs to σ = {found[0]:.4g} px, and to the broad σ = {found[-1]:.4g} px, "
        f"of which it keeps only {_percent(1 - gw.lost_mass(found[-1], radius))}. {opencv}"
    )


def kernel_difference(sigma: float, radius: int) -> View:
    """What cutting and dividing by the sum adds to the weights inside and takes from those outside."""
    reach = 20
    n, delta = np.arange(-reach, reach + 1), gw.worst_case_error(sigma, radius)
    p = gw.sampled_kernel(sigma, reach) / gw.sampled_sum(sigma)
    q = np.where(np.abs(n) <= radius, p, 0) / (1 - delta)
    gained, lost = np.where(np.abs(n) <= radius, q - p, None), np.where(np.abs(n) > radius, q - p, None)
    high = 1.15 * np.abs((q - p).astype(float)).max() or 1.0  # nothing is lost where all lies on one pixel
    figure = draw.figure(
        draw.bars(n, gained, name="inside: gained", colour="blue", width=0.8), draw.bars(n, lost, name="outside: lost", colour="orange", width=0.8),
        x=draw.axis("pixel n", range=(-reach - 0.5, reach + 0.5)), y=draw.axis("q(n) − p(n)", range=(-high, high)), bars="overlay",
    )  # fmt: skip
    words = (
        f"At σ = {sigma:.3g} px and radius {radius} px the weights of the {plural(2 * radius + 1, 'pixel')} inside gain {delta:.4g} together and those outside lose {delta:.4g}: "
        f"no pixel of a blurred row of values from 0 to 1 can change by more, {255 * delta:.3g} of 255 grey levels."
    )
    return View(figure, words)


def small_kernels(sigma: float) -> View:
    """Three ways to put a narrow Gaussian on whole pixels, and the variance that each really has.

    >>> small_kernels(0.3).description[:54]
    'At σ = 0.3 px the sampled weights add up to 1.34; divi'
    """
    made = {
        "sampled": ("blue", gw.sampled_kernel),
        "integrated": ("green", integrated_kernel),
        "discrete (Bessel)": ("purple", discrete_kernel),
    }
    n, sigmas = np.arange(-3, 4), np.geomspace(0.2, 1, 33)
    weights = [draw.bars(n, kernel(sigma, 3), name=name, colour=colour) for name, (colour, kernel) in made.items()]
    ratio = {
        name: [kernel_variance(kernel(s, 12)) / s**2 for s in (*sigmas, sigma)] for name, (_, kernel) in made.items()
    }
    curves = [
        draw.line(sigmas, np.minimum(ratio[name][:-1], 9), name=name, colour=colour)
        for name, (colour, _) in made.items()
    ]
    dots = draw.points([sigma] * 3, [values[-1] for values in ratio.values()], colour="orange")
    left = draw.figure(
        *weights, title="weights", x=draw.axis("pixel n", range=(-3.6, 3.6)), y=draw.axis("weight", range=(0, 2.05))
    )
    right = draw.figure(
        *curves,
        dots,
        title="variance / σ²",
        x=draw.axis("σ, px", range=(0.2, 1)),
        y=draw.axis("variance / σ²", range=(0, 3.2)),
    )
    shares = ", ".join(f"{values[-1]:.3g} ({name})" for name, values in ratio.items())
    words = f"At σ = {sigma:.3g} px the sampled weights add up to {gw.sampled_sum(sigma):.4g}; divided by its sum, each kernel has this variance in units of σ²: {shares}."
    return View(draw.panels(left, right, height=380), words)


@cache
def _photograph():
    return data.load("camera_crop.npz")["image"] / 255


def _blocks(pixels, side):
    height, width = (length // side for length in pixels.shape)
    return pixels.reshape(height, side, width, side).mean((1, 3))


def photograph(sigma: float, radius: int) -> View:
    """A photograph, and what its blur changes by when the kernel is cut at `radius`, in grey levels of 255."""
    error, bound = 255 * cut_error(_photograph(), sigma, radius), 255 * gw.worst_pixel_error(sigma, radius)
    middles = np.arange(1.5, 144, 3)
    across, up = draw.axis(hidden=True, range=(0, 144)), draw.axis(hidden=True, range=(0, 144))
    shown = np.round(_blocks(error, 3)[::-1], 1)  # the first row of a heat map lies lowest
    left = draw.figure(
        draw.image(_blocks(_photograph(), 2), width=144, height=144), title="the photograph", x=across, y=up, equal=True
    )
    right = draw.figure(
        draw.heatmap(
            shown, x=middles, y=middles, scale="diverging", low=-10, high=10, bar="change of the blur, grey levels"
        ),
        title=f"w = {2 * radius + 1}, σ = {sigma:g} px",
        x=across,
        y=up,
        equal=True,
    )
    words = (
        f"Blurred with σ = {sigma:g} px, the photograph changes by at most {np.abs(error).max():.3g} of 255 grey levels, and by {np.abs(error).mean():.2g} on average, "
        f"when the kernel is cut at radius {radius} px, to {plural(2 * radius + 1, 'pixel')}; the bound for any image is {bound:.3g}."
    )
    return View(draw.panels(left, right, height=360), words)


def image_bound(sigma: float) -> View:
    """The largest change that cutting makes in the photograph and in noise, beside the bound, for every radius.

    >>> image_bound(0.5).description[:48]
    "At σ = 0.5 px the photograph's largest change is"
    """
    positive("sigma", sigma, WIDEST)
    radii = np.arange(ceil(4 * sigma) + 1)
    bound = np.array([255 * gw.worst_pixel_error(sigma, r) for r in radii])
    found = 255 * largest_changes(_photograph(), sigma, radii)
    noise = np.array(
        [255 * largest_changes(np.random.default_rng(seed).random((48, 48)), sigma, radii) for seed in range(5)]
    )
    figure = draw.figure(
        draw.line(radii, bound, name="bound for any image", colour="red"), draw.points(radii, found, name="photograph", colour="blue"),
        draw.points(np.tile(radii, 5), noise.ravel(), name="noise, seeds 0 to 4", colour="grey", symbol="diamond", size=6),
        draw.horizontal(0.5, "orange", words="half a grey level"),
        x=draw.axis("radius r, px"), y=_log_axis("largest change, grey levels of 255", 1e-3, 400),
    )  # fmt: skip
    share, noisy = (found / bound).max(), (noise / bound).max(1)
    enough = gw.safe_radius(sigma, 0.5 / 255), int(radii[found < 0.5].min())
    words = (
        f"At σ = {sigma:g} px the photograph's largest change is up to {share:.2f} of the bound, uniform noise's up to {noisy.min():.2f} to {noisy.max():.2f} (5 seeds); "
        f"half a grey level is safe for any image from radius {enough[0]} px on, and was enough for this photograph from {enough[1]} px on."
    )
    return View(figure, words)


def two_d_loss(k: float) -> View:
    """What a square and a disc leave out of a round Gaussian when they reach k sigma, beside one dimension.

    >>> two_d_loss(3).description[:50]
    'At 3σ an interval leaves out 0.27 % of a Gaussian '
    """
    positive("k", k)
    u, ks, angle = np.linspace(-5, 5, 41), np.linspace(0.5, 5, 46), np.linspace(0, 2 * np.pi, 73)
    bell = np.outer(gw.density(u, 1), gw.density(u, 1)) * 2 * np.pi
    corners = np.array([-1, 1, 1, -1, -1]) * k, np.array([-1, -1, 1, 1, -1]) * k
    plane = draw.figure(
        draw.heatmap(bell, x=u, y=u, low=0, high=1), draw.line(*corners, name="square", colour="orange"), draw.line(k * np.cos(angle), k * np.sin(angle), name="disc", colour="red"),
        title=f"{k:g}σ in two dimensions", x=draw.axis("x/σ", range=(-5, 5)), y=draw.axis("y/σ", range=(-5, 5)), equal=True,
    )  # fmt: skip
    square, disc = zip(*(gw.lost_in_two_dimensions(1, one) for one in ks), strict=True)
    losses = {
        "interval (1-D)": ("blue", [gw.lost_mass(1, one) for one in ks]),
        "square": ("orange", square),
        "disc": ("red", disc),
    }
    curves = [draw.line(ks, values, name=name, colour=colour) for name, (colour, values) in losses.items()]
    right = draw.figure(
        *curves,
        draw.vertical(k),
        title="lost mass",
        x=draw.axis("k", range=(0.5, 5)),
        y=_log_axis("lost mass", 1e-7, 1),
    )
    one, (two, round_) = gw.lost_mass(1, k), gw.lost_in_two_dimensions(1, k)
    words = f"At {k:g}σ an interval leaves out {_percent(one)} of a Gaussian in one dimension; of a round one in two dimensions a square leaves out {_percent(two)} and a disc {_percent(round_)}."
    return View(draw.panels(plane, right, height=380), words)


def _log_axis(title, low, high, every=1):
    """A logarithmic axis from `low` to `high` with a tick at each `every`th power of ten."""
    powers = range(ceil(log10(low)), int(log10(high)) + 1, every)
    words = [f"{10.0**n:g}" if -3 <= n <= 4 else "10" + str(n).translate(RAISED) for n in powers]
    return draw.axis(title, range=(low, high), log=True, ticks=[10.0**n for n in powers], labels=words)


def _sigma_axis():
    ticks = [0.2, 0.5, 1, 2, 5, 10, 20]
    return draw.axis("σ, px", range=(0.2, 20), log=True, ticks=ticks, labels=[f"{tick:g}" for tick in ticks])


def _half_width(sigma, epsilon):
    try:
        return gw.half_width(sigma, epsilon), ""
    except ValueError as reason:
        return None, str(reason)


def _radius(rule, sigma, threshold):
    if rule == "density" and sigma >= gw.largest_sigma(threshold):
        return None
    return gw.cut_radius(rule, sigma, threshold)


def _above(values, floor):
    return [v if v > floor else None for v in values]


def _percent(share):
    return f"{100 * share:.3g} %"
