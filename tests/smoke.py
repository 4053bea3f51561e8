"""One smoke case for each module that the chapters reach: what the build's Python and the browser's must agree on.

`program(module)` is the code of a page's cell that prints the case's numbers as JSON; `differences`
compares two answers. test_smoke.py runs the cases here, tests/browser/test_agreement.py in a page.
"""

import math

RELATIVE = 1e-6
SMALLEST = 1e-12  # what is below it, in both, is rounding

# module -> an expression of numbers, texts, arrays, dicts and data classes; `m` is the module, `np` numpy
CASES = {
    "miniatures.augment": "m.strong_view(np.arange(128.0).reshape(2, 8, 8) / 127, np.random.default_rng(3)), m.affine(np.ones(1), np.ones(1), np.ones(1))",
    "miniatures.categories": "m.numbered({'data': [{'type': 'bar', 'x': ['b', 'a'], 'y': [1, 2]}], 'layout': {}})",
    "miniatures.checks": "m.numbers('x', [[1, 2.5]], (None, 2), 0, 9), m.classes_of('c', [0, 2], 2, 3), m.share('s', 0.25), m.count('n', 3.0), m.series('y', [1, 2])",
    "miniatures.claims": "m.record('demo.C1', measured='m', seeds='s', verdict='holds', reason='r')",
    "miniatures.comparisons": "m.paired([3.0, 5.0, 4.0], [1.0, 2.0, 3.5]), m.welch(19.10, 9.64, 5, 13.81, 3.37, 5)",
    "miniatures.compound_scaling": "[(n.parameters, n.multiply_adds, n.activations) for n in map(lambda v: m.efficientnet(*v), m.VARIANTS.values())], m.compound(np.linspace(-1, 7, 9)), m.third(1.2, 1.1)",
    "miniatures.compound_scaling_published": "m.rival_ratios(), m.phi_range(1.2, 1.4, 300), m.implied_phi(2.0, 3.1, 600)",
    "miniatures.compound_scaling_toy": "m.resampling(28, 9), m.allocation('digits', 2, 1, 1), m.results('digits', m.KINDS[0], 2), m.accuracy('digits', m.KINDS[0], 1, 4, 4, 0)",
    "miniatures.continuation": "m.continuation('log', 'upper', 2.5), m.continue_along_arc('reciprocal', 'lower')",
    "miniatures.controls": "m.Slider(0.2, 20, 3, steps=25, scale='log').values, m.Choice([1, 2], 2), m.Toggle(True)",
    "miniatures.data": "{name: array.astype(float).sum() for name, array in m.load('digits.npz').items()}, [len(m.load(n)) for n in sorted(m.digests())]",
    "miniatures.digits": "m.split(4, 1), m.stream(2, 'weights').normal(size=9), m.labelled_views(1, 0, 'weak').sum(axis=(0, 1))",
    "miniatures.draw": "m.figure(m.line([0, 1], [2.0, 1 / 3]), m.heatmap([[1, 2], [3, 4]]), m.image(np.zeros((2, 3))), m.vertical(0.5))",
    "miniatures.exact": "m.bits(1 / 3), m.divisible(1) / 3, m.finite(0.1 + 0.2, 'it')",
    "miniatures.exercises": "m.number('1/3'), m.number('0,25'), m.check('fixmatch-4', 'nothing')",
    "miniatures.exercises.compound_scaling": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.exercises.fixmatch": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.exercises.gaussian_window": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.exercises.geometric_series": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.exercises.sea_ice": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.explore": "m.refusal('no window'), m.drawn(m.refusal('no window'))",
    "miniatures.figures.compound_scaling": "m.shape(1.37, 'compound'), m.promise(1.37), m.constraint(1.25, 1.15), m.stages('B7'), m.exact('B3', 2.2), m.budget(2, 'digits', 'plain')",
    "miniatures.figures.fixmatch": "m.kept(4, 3, 0.873), m.thresholds(0.61), m.published('SVHN')",
    "miniatures.figures.gaussian_window": "m.window(2.31, 0.0017), m.kernel_difference(2.2, 5), m.photograph(3.0, 4), m.rules('mass', 1.7, 0.02)",
    "miniatures.figures.geometric_series": "m.sums(-1.37), m.cancellation(2, 7, '2'), m.table(0.83), m.register(9, 5), m.paths('log', 'upper', 0.61)",
    "miniatures.figures.sea_ice": "m.classes(0.31, 4, 0.22), m.september(2003, 'parabola'), m.skill(10, 'all cells'), m.model_grid('June', 255)",
    "miniatures.fixmatch": "[(r.accuracy, r.labelled_losses, r.unlabelled_losses, r.mask_rates, [w.std() for w in r.weights]) for r in [m.train('fixmatch', 4, 0.8, 0, 12)]], m.softmax([[2.0, 1.0, 0.0]]), m.unlabelled_loss([[2.0, 0, 0]], [[0.5, 0, 0]], 0.7)",
    "miniatures.fixmatch_runs": "m.clear_cut(), m.printed_label_counts(), m.stored(m.Setting()).accuracy, m.snapshots(4).logits[-1][:5]",
    "miniatures.gaussian_kernels": "m.discrete_kernel(2.2, 6), m.integrated_kernel(0.7, 3), m.kernel_variance([1, 2, 1]), m.cut_error(np.eye(7), 1.2, 2)",
    "miniatures.gaussian_window": "m.half_width(3, 1e-3), m.sigmas_for_half_width(10, 1e-3), m.radius_for_lost_mass(3, 1e-3), m.worst_pixel_error(2, 4), m.sampled_sum(0.3), m.safe_radius(3, 0.5 / 255)",
    "miniatures.geometric_series": "m.euler_partial_sum(-2.9, 30), [m.averaged_boundary(w, -0.7, 9) for w in ('Cesàro', 'Abel', 'Euler (E,1)', 'Borel')], m.summation_table(m.Fraction(-2, 3)), m.aitken([1, 3, 7])",
    "miniatures.glue": "m.glue('smoke', 2.5), m.PREFIX",
    "miniatures.judge": "m.judged('def f(x): return x / 3', 'f', [((1,), 1 / 3), ((2,), 0.0)], 1e-6)",
    "miniatures.layer_counts": "m.resnet50(), m.mbconv(6, 3, 16, 24, input_side=112, side=56)",
    "miniatures.p_adic": "[m.p_adic_distance(n, -1, 2) for n in (1, 3, 7, 1023)], [m.twos_complement(n, 8) for n in (127, 128, 511)]",
    "miniatures.panels": "m.panels(*[{'data': [], 'layout': {'height': 300, 'showlegend': False, 'barmode': 'group', 'xaxis': {}, 'yaxis': {}}}] * 2, gap=0.13)",
    "miniatures.perceptron": "[(loss, [g[..., :5] for g in gradient]) for loss, gradient in [m.loss_and_gradient(m.initial_weights(np.random.default_rng(5)), np.linspace(0, 1, 128).reshape(2, 64), [3, 7], 2)]]",
    "miniatures.plain": "m.plain({'y': np.array([1.0, np.nan]), 'x': range(2)})",
    "miniatures.png": "m.png(np.arange(12).reshape(2, 2, 3).astype('uint8'))",
    "miniatures.reader": "m.run('x = 2\\nx / 3', 'smoke', m.namespace())",
    "miniatures.sea_ice": "m.input_channels(), m.ice_class([0.15, 0.16, 0.8]), m.class_probabilities(np.linspace(-1, 2, 7), 0.3), m.forecast_variance([[0.8, -0.1], [0, 0.9]], [[0.1, 0], [0, 0.2]], 6), m.fit_temperature([[3.0, 0.0], [1.0, 0.5], [0.2, 0.9]], [0, 1, 1]), m.expected_calibration_error([0.1, 0.7, 0.8], [0, 1, 0], 5)",
    "miniatures.sea_ice_extent": "m.fit_curve(*m.september(), 2), m.predicted(m.fit_curve(*m.september()), [2016.0, 2030.0]), m.rolling(30), m.last_term_p(m.fit_curve(*m.september(), 2))",
    "miniatures.sea_ice_grid": "m.logistic(m.chronological(), 3).nll, m.gain_interval(m.chronological(), 6, 100), m.three_class(m.chronological(), 1), m.stored_network(1)",
    "miniatures.sea_ice_ocean": "m.ocean(3).index[::97, 3], m.trend_forecasts(3)[700, 5], m.bayes_forecast(m.ocean(3).index[600:602], m.ocean(3).heat[600:602], [600, 601], 4)[:, :, 7], m.fit_regression(3, 5, 0.5)",
    "miniatures.sea_ice_runs": "m.stored('U-Net', 'temperature', 3, 3), m.network(20, 2)[4][:3], m.ensemble([[0.0, 1.0], [2.0, 0.0]]), m.measured_rule('linear trend', 1, 2)",
    "miniatures.sea_ice_unet": "[(r.losses, [w.std() for w in r.weights]) for r in [m.train(1, 3, steps=3, batch=2)]], m.multiplications()",
    "miniatures.states": "m.decode(m.encode([{'data': [{'y': [1.0, 2.0]}], 'layout': {}}, {'data': [{'y': [1.5, 2.0]}], 'layout': {}}], ['one', 'two'])), m.rounded([1 / 3])",
    "miniatures.surface": "m.in_page(), m.in_book()",
    # make new writes above this line
}

CELL = """import json
import numpy as np
import {module} as m
from dataclasses import is_dataclass
from fractions import Fraction

def flat(value):
    if is_dataclass(value) and not isinstance(value, type):
        value = {{name: getattr(value, name) for name in value.__dataclass_fields__}}
    if isinstance(value, dict):
        value = [part for key in sorted(value, key=str) for part in (str(key), value[key])]
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [part for one in value for part in flat(one)]
    if isinstance(value, complex):
        return [value.real, value.imag]
    return [float(value) if isinstance(value, (int, float, Fraction)) else str(value)]

print(json.dumps(flat([{case}])))
"""


def program(module: str) -> str:
    """The code of a cell that prints the module's case as a JSON list of numbers and texts."""
    return CELL.format(module=module, case=CASES[module])


def differences(one: list, other: list) -> list[str]:
    """Where two answers differ by more than RELATIVE; empty where they agree."""
    if len(one) != len(other):
        return [f"{len(one)} values and {len(other)}"]
    return [
        f"value {place}: {a!r} and {b!r}"
        for place, (a, b) in enumerate(zip(one, other, strict=True))
        if not (_close(a, b) if isinstance(a, float) and isinstance(b, float) else a == b)
    ]


def _close(a, b):
    return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=SMALLEST) or (math.isnan(a) and math.isnan(b))
