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
    "miniatures.claim_chain": "[m.passed_on(m.WAYS[way], n) for way in m.WAYS for n in (0, 1, 4)]",
    "miniatures.claim_records": "[m.budget(k, way) for way in m.WAYS for k in (4, 9, 17)]",
    "miniatures.claims": "m.record('demo.C1', measured='m', seeds='s', verdict='holds', reason='r')",
    "miniatures.comparisons": "m.paired([3.0, 5.0, 4.0], [1.0, 2.0, 3.5]), m.welch(19.10, 9.64, 5, 13.81, 3.37, 5)",
    "miniatures.compound_scaling": "[(n.parameters, n.multiply_adds, n.activations) for n in map(lambda v: m.efficientnet(*v), m.VARIANTS.values())], m.compound(np.linspace(-1, 7, 9)), m.third(1.2, 1.1)",
    "miniatures.compound_scaling_published": "m.rival_ratios(), m.phi_range(1.2, 1.4, 300), m.implied_phi(2.0, 3.1, 600)",
    "miniatures.compound_scaling_toy": "m.resampling(28, 9), m.allocation('digits', 2, 1, 1), m.results('digits', m.KINDS[0], 2), m.accuracy('digits', m.KINDS[0], 1, 4, 4, 0)",
    "miniatures.continuation": "m.continuation('log', 'upper', 2.5), m.continue_along_arc('reciprocal', 'lower')",
    "miniatures.controls": "m.Slider(0.2, 20, 3, steps=25, scale='log').values, m.Choice([1, 2], 2), m.Toggle(True)",
    "miniatures.placed": "[(k.values, [k.text(v) for v in k.values]) for k in (m.Marks({'a': 1, 'b': 0}, script=((3, 4, 1), (63, 0, 0))), m.Trace(2, ((0.5, 'a'),), step=0.01, script=((0, 0.1, 0.2), (1.3, 0.7, 1))))]",
    "miniatures.cube_clip": "m.whole_clip()[::9].mean(axis=(1, 2)), m.gains(m.whole_clip(), m.PLACES['bare table'])[::9], [m.error_at(m.PLACES[p], m.whole_clip()[30], m.whole_clip()[m.bare_in(p, range(m.COUNT))]) for p in m.BARE]",
    "miniatures.data": "{name: array.astype(float).sum() for name, array in m.load('digits.npz').items()}, [len(m.load(n)) for n in sorted(m.digests())]",
    "miniatures.digits": "m.split(4, 1), m.stream(2, 'weights').normal(size=9), m.labelled_views(1, 0, 'weak').sum(axis=(0, 1))",
    "miniatures.draw": "m.figure(m.line([0, 1], [2.0, 1 / 3]), m.heatmap([[1, 2], [3, 4]]), m.image(np.zeros((2, 3))), m.vertical(0.5))",
    "miniatures.epidemic_balls": "[(r.infected, r.caught, r.infector, r.position.sum()) for r in [m.simulate_balls(0.5, np.random.default_rng(3), balls=60, radius=0.02, steps=120, wall=m.Wall(0.3, 20, 0.01))]]",
    "miniatures.epidemic_counts": "m.growth_fit([3, 5, 0, 14, 20]), m.forecast([3, 5, 9, 14, 20], 4), m.trials([35, 164], 20), m.growth_row(31), m.reported([90, 200, 400], 0.1, 0.2, 1.5, np.random.default_rng(0)).shape",
    "miniatures.epidemic_curve": "[m.final_size(r) for r in (0.9, 1.001, 2.3, 50)], m.simulate_sir(0.4, 0.1, 990, 10, 60, 20.5, 0.1, 40), m.simulate_gillespie(0.3, 0.1, 40, 2, np.random.default_rng(7)), m.outbreak_sizes(1.7, 99, 1, 30, np.random.default_rng(7))",
    "miniatures.epidemic_reproduction": "[(m.serial_interval(8.4, 3.8, 30), m.reproduction(m.outbreak('SARS 2003'), m.serial_interval(8.4, 3.8, 30)), m.cohort_reproduction(m.outbreak('measles 1861')[:9], m.serial_interval(14.9, 3.9, 48)))]",
    "miniatures.epidemic_runs": "m.counted_r0('moderate distancing'), m.doubling_steps('extensive distancing'), m.frames('free-for-all', 101).sum(), m.runs('attempted quarantine').peak",
    "miniatures.epidemic_sir_fit": "m.profile('measles 1861').r0, m.orbit(2.5, 0.1)[0][::80], m.sir_fit([1, 2, 5, 9, 12, 9, 6, 3, 2, 1], 0.4).deviance",
    "miniatures.exact": "m.bits(1 / 3), m.divisible(1) / 3, m.finite(0.1 + 0.2, 'it')",
    "miniatures.exercises": "m.number('1/3'), m.number('0,25'), m.check('fixmatch-4', 'nothing')",
    "miniatures.exercises.compound_scaling": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.exercises.epidemic_curve": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.exercises.fixmatch": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.exercises.gaussian_window": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.exercises.geometric_series": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.exercises.ranking_votes": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.exercises.list_turnover": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.exercises.science_news": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.exercises.sea_ice": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.explore": "m.refusal('no window'), m.drawn(m.refusal('no window'))",
    "miniatures.figures.compound_scaling": "m.shape(1.37, 'compound'), m.promise(1.37), m.constraint(1.25, 1.15), m.stages('B7'), m.exact('B3', 2.2), m.budget(2, 'digits', 'plain')",
    "miniatures.figures.epidemic_curve": "m.town('attempted quarantine', 101, 333), m.curve(1.77, 0.11, True), m.intervention(33, 55, 70), m.country(138, 30), m.forecasts(20, 1.3), m.outbreak('influenza 1918', 1.1, 5), m.seen_on('measles 1861', 61.0)",
    "miniatures.figures.fixmatch": "m.kept(4, 3, 0.873), m.thresholds(0.61), m.published('SVHN')",
    "miniatures.figures.gaussian_window": "m.window(2.31, 0.0017), m.kernel_difference(2.2, 5), m.photograph(3.0, 4), m.rules('mass', 1.7, 0.02)",
    "miniatures.figures.geometric_series": "m.sums(-1.37), m.cancellation(2, 7, '2'), m.table(0.83), m.register(9, 5), m.paths('log', 'upper', 0.61)",
    "miniatures.figures.ranking_votes": "m.board('Wilson z = 1', 731, 2), m.caution(1.25, 500), m.prior(6, 2000), m.volume('precision', 2.4, 5000), m.duel(7, 2), m.loop('upper', 1.0, 35), m.journey('even', 'best three hubs', 'farthest', 35.0, 0.17)",
    "miniatures.figures.list_turnover": "m.years(0.37, 1000, 50), m.eligible(0.41, 0.33), m.later(0.62), m.counts(7, 12), m.funding(0.81)",
    "miniatures.figures.science_news": "m.flow(0.77, 0.13, 0.36), m.odds('caveats'), m.chain('vague', 2), m.winner(7, 0.9, 0.5), m.budget(11, 'careful', 9)",
    "miniatures.figures.sea_ice": "m.classes(0.31, 4, 0.22), m.september(2003, 'parabola'), m.skill(10, 'all cells'), m.model_grid('June', 255)",
    "miniatures.fixmatch": "[(r.accuracy, r.labelled_losses, r.unlabelled_losses, r.mask_rates, [w.std() for w in r.weights]) for r in [m.train('fixmatch', 4, 0.8, 0, 12)]], m.softmax([[2.0, 1.0, 0.0]]), m.unlabelled_loss([[2.0, 0, 0]], [[0.5, 0, 0]], 0.7)",
    "miniatures.fixmatch_runs": "m.clear_cut(), m.printed_label_counts(), m.stored(m.Setting()).accuracy, m.snapshots(4).logits[-1][:5]",
    "miniatures.gaussian_kernels": "m.discrete_kernel(2.2, 6), m.integrated_kernel(0.7, 3), m.kernel_variance([1, 2, 1]), m.cut_error(np.eye(7), 1.2, 2)",
    "miniatures.gaussian_window": "m.half_width(3, 1e-3), m.sigmas_for_half_width(10, 1e-3), m.radius_for_lost_mass(3, 1e-3), m.worst_pixel_error(2, 4), m.sampled_sum(0.3), m.safe_radius(3, 0.5 / 255)",
    "miniatures.geometric_series": "m.euler_partial_sum(-2.9, 30), [m.averaged_boundary(w, -0.7, 9) for w in ('Cesàro', 'Abel', 'Euler (E,1)', 'Borel')], m.summation_table(m.Fraction(-2, 3)), m.aitken([1, 3, 7])",
    "miniatures.glue": "m.glue('smoke', 2.5), m.PREFIX",
    "miniatures.judge": "m.judged('def f(x): return x / 3', 'f', [((1,), 1 / 3), ((2,), 0.0)], 1e-6)",
    "miniatures.layer_counts": "m.resnet50(), m.mbconv(6, 3, 16, 24, input_side=112, side=56)",
    "miniatures.list_counts": "m.proportion_test(10, 100, 15, 100), m.wilson(7, 50), m.difference_interval(9, 100, 4, 90), m.clear_counts(15, 100), m.jump_somewhere(15, 100, 5, 9)",
    "miniatures.list_turnover": "m.two_years(0.6, 300, 20, np.random.default_rng(3), 0.4), m.overlap_probabilities(12, 90), m.expected_turnover(0.83, 70000, 100, 0.3), m.correlation_for(0.7, 900, 50, 0.2), m.both_above(1.2, 2.1, 0.7), m.zipf_raises(0.63)[:5]",
    "miniatures.p_adic": "[m.p_adic_distance(n, -1, 2) for n in (1, 3, 7, 1023)], [m.twos_complement(n, 8) for n in (127, 128, 511)]",
    "miniatures.panels": "m.panels(*[{'data': [], 'layout': {'height': 300, 'showlegend': False, 'barmode': 'group', 'xaxis': {}, 'yaxis': {}}}] * 2, gap=0.13)",
    "miniatures.perceptron": "[(loss, [g[..., :5] for g in gradient]) for loss, gradient in [m.loss_and_gradient(m.initial_weights(np.random.default_rng(5)), np.linspace(0, 1, 128).reshape(2, 64), [3, 7], 2)]]",
    "miniatures.plain": "m.plain({'y': np.array([1.0, np.nan]), 'x': range(2)})",
    "miniatures.png": "m.png(np.arange(12).reshape(2, 2, 3).astype('uint8'))",
    "miniatures.ranking_votes": "m.wilson_lower([0, 1, 9, 80], [0, 1, 10, 100]), m.rank([1, 55, 9], [1, 100, 10], 'beta', prior=(5, 3)), m.probability_better(9, 10, 80, 100), m.great_circle_km(37.6, -122.4, 40.6, -73.8), m.simulate_ranking(300, 20, np.random.default_rng(4)), m.fitted_prior([3, 9, 2], [5, 10, 9])",
    "miniatures.ranking_votes_feedback": "[s.quality.mean() + s.upvotes.sum() + s.votes[-1].max() for s in [m.session(rule, 5, np.random.default_rng(2), 1.3) for rule in m.RULES]]",
    "miniatures.ranking_votes_runs": "m.by_ranker('ratio', 2000), m.at_end('upper', 1.0, 'beta'), m.wilson_ranker(1.7), m.ranker_table('precision'), m.session_table(2.0), m.quiet_run(500, 1)",
    "miniatures.ranking_votes_travel": "m.rebuilt(), m.best_hubs('even', 3), m.plan('AGU 2019', ('ORD', 'ICN'), 0.37, 'farthest', 0.2)",
    "miniatures.reader": "m.run('x = 2\\nx / 3', 'smoke', m.namespace())",
    "miniatures.science_news": "m.press_to_news(0.81, 0.18, 0.33), m.channel_capacity(0.86, 0.1), [m.expected_maximum(n) for n in (2, 20, 3000)], m.published_effect(0.7, 1.1), m.simulate_strongest(20, 1.0, 0.5, np.random.default_rng(3), 9), m.coverage_of_strongest(33)",
    "miniatures.science_news_published": "[(row, row.from_rates, row.from_rates_range) for topic in m.PRINTED for row in m.printed(topic)]",
    "miniatures.sea_ice": "m.input_channels(), m.ice_class([0.15, 0.16, 0.8]), m.class_probabilities(np.linspace(-1, 2, 7), 0.3), m.forecast_variance([[0.8, -0.1], [0, 0.9]], [[0.1, 0], [0, 0.2]], 6), m.fit_temperature([[3.0, 0.0], [1.0, 0.5], [0.2, 0.9]], [0, 1, 1]), m.expected_calibration_error([0.1, 0.7, 0.8], [0, 1, 0], 5)",
    "miniatures.sea_ice_extent": "m.fit_curve(*m.september(), 2), m.predicted(m.fit_curve(*m.september()), [2016.0, 2030.0]), m.rolling(30), m.last_term_p(m.fit_curve(*m.september(), 2))",
    "miniatures.sea_ice_grid": "m.logistic(m.chronological(), 3).nll, m.gain_interval(m.chronological(), 6, 100), m.three_class(m.chronological(), 1), m.stored_network(1)",
    "miniatures.sea_ice_ocean": "m.ocean(3).index[::97, 3], m.trend_forecasts(3)[700, 5], m.bayes_forecast(m.ocean(3).index[600:602], m.ocean(3).heat[600:602], [600, 601], 4)[:, :, 7], m.fit_regression(3, 5, 0.5)",
    "miniatures.sea_ice_runs": "m.stored('U-Net', 'temperature', 3, 3), m.network(20, 2)[4][:3], m.ensemble([[0.0, 1.0], [2.0, 0.0]]), m.measured_rule('linear trend', 1, 2)",
    "miniatures.sea_ice_unet": "[(r.losses, [w.std() for w in r.weights]) for r in [m.train(1, 3, steps=3, batch=2)]], m.multiplications()",
    "miniatures.states": "m.decode(m.encode([{'data': [{'y': [1.0, 2.0]}], 'layout': {}}, {'data': [{'y': [1.5, 2.0]}], 'layout': {}}], ['one', 'two'])), m.rounded([1 / 3])",
    "miniatures.surface": "m.in_page(), m.in_book()",
    "miniatures.parallel_coordinates": "m.crossings([3, 1, 2, 2], [1, 2, 3, 1]), m.kendall_tau(10, 10), m.kendall_tau_b(np.arange(1500) % 7, np.arange(1500) % 11), m.order_axes(np.random.default_rng(3).normal(size=(40, 6)), True), m.by_level([1, 1, 2], [1, 2, 4]), m.parallel_coordinates_figure([[1, 2], [3, 1]])",
    "miniatures.parallel_tables": "[t.values.sum(axis=0) for t in (m.sweep(), m.wine(), m.cars(), m.trainings())], m.heights(m.sweep())[7], m.importances()",
    "miniatures.training": "[(a := [np.ones((2, 3))]), m.Adam(a, 0.1).step([np.full((2, 3), 0.3)]), a], m.softmax_cross_entropy([[0.3, -1.0]], [1]), m.backward(w := m.initial_layers((2, 3, 2), np.random.default_rng(3)), m.forward(w, [[0.5, -2.0]], 0.2), [[1.0, 0.5]], 0.2)",
    "miniatures.winners_curse": "m.curse(np.random.default_rng(1).normal(size=(50, 4)), 9, 2), m.noisy([0.2, 0.9], [0.1, 0.05], 'beta', 3, np.random.default_rng(2)), m.noisy([0.2, 0.9], [0.1, 0.05], 'gaussian', 3, np.random.default_rng(2)), m.rivals(np.random.default_rng(4).normal(size=(50, 5))), m.variance_parts(np.arange(12.0).reshape(4, 3) ** 2), m.best_brush(np.arange(36).reshape(12, 3) % 4, np.arange(12) % 5, 2)",
    "miniatures.figures.parallel_coordinates": "m.brushed(1e-4, 0.01, 64, 0.02, 0.9), m.crossing_lines(0.31, 40, True), m.arranged('hp', 3, True), m.hump('rate', True), m.cursed(77, 2), m.ordered('trainings', m.ORDERS[2]), m.overplotted(50, True)",
    "miniatures.exercises.parallel_coordinates": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.correlated_channels": "m.overcount(0.4, 3), m.world(-1.1, -1.6, 0.45).true_posterior([[-1.2, -1.3]]), m.ellipse([0, 1], m.covariance(0.3), 2, 5)",
    "miniatures.exercises.prosthetic_control": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.figures.prosthetic_control": "m.thumb(0.31, 2.2), m.regions(-1.1, -1.7, 0.35), m.calibration(45.0, 'index dead', True), m.window_length(35), m.mirror(True, False, False, False, True, True), m.waiting(7), m.triggered()",
    "miniatures.grasshopper": "m.scores(m.wait(6)), m.scores(m.rate(10)), m.spike_triggered_average(m.recording().envelope, m.recording().spikes)",
    "miniatures.hand_results": "m.stored('ear', 'ridge'), m.spread([0.9, 0.94]), m.between(1.6, 3.6, 2005, 2050, 2020)",
    "miniatures.prosthetic_control": "[(k.filter([[3.0], [1.0]]), k.smooth([[3.0], [1.0]]), k.log_likelihood([[3.0], [1.0]]), k.steady_state_covariance()) for k in [m.KalmanFilter([[1, 0.05], [-0.1, 0.9]], [[0.1, 0], [0, 0.2]], [[1, 0.3]], [[0.5]], [0, 0], np.eye(2))]], m.GaussianNaiveBayes().fit([[0.0, 1], [2, 1], [9, 3], [14, 4]], [0, 0, 1, 1]).predict_proba([[5.0, 2]])",
    "miniatures.shoulder_watch": "m.windows().features.mean(axis=0), m.cross_validated(m.naive_bayes, m.windows().features, m.windows().exercise, m.folds('recording', np.random.default_rng(1)))[::50], m.other_arm_confusion(m.MIRROR, (6, 7))",
    "miniatures.simulated_hand": "m.postures_session(2, np.random.default_rng(1)).features, m.thumb_session(2, np.random.default_rng(2)).features, m.accuracy(*m.sessions(1, days=100)), [s.delay for s in m.switches(3, 35, 4)]",
    "miniatures.birds": "[f.mean(axis=1) for f in m.local_features(m.birds([0, 1, 2, 3], np.random.default_rng(4), 0.7, 0.5, 'white'))]",
    "miniatures.fine_grained": "m.bilinear_pool([[1, 2, -3], [0.5, -1, 4]]), m.estimate_test_prior([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1]], [0.5, 0.3, 0.2], 7), m.f_beta(3, 2, 1, 2), m.tempered([[0.8, 0.2]], 1.7)",
    "miniatures.fine_grained_cases": "m.corrected(m.shifted_digits(0.7, 3)), m.iris_accuracies('versicolor or virginica', 'petals', 0.1, (0, 1)), m.stored(), m.separation(0, 2, 'white', count=10)",
    "miniatures.figures.fine_grained": "m.recognised(0.3, 0.2, 'white', 'average').description, m.met('A and D: both move', 'balanced', 0.37).description, m.flowers('setosa or not', 'sepals', 0.13), m.priors(0.61, 13, 1.5)",
    "miniatures.exercises.fine_grained": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.logistic": "m.fit([[0.0, 1], [1, 0.5], [2, -1], [3, 0.2]], [0, 0, 1, 2], 3, 0.5)",
    "miniatures.neural_tangents": "m.kernels([[1.0, 2.0], [0.5, -1.0]], [[0.3, 0.4]], 3, 1.7, 0.2), m.standard_kernel([[1.0, 0.0]], [[0.6, 0.8]], 2), m.finite_width_ntk([1.0, 0.0], [0.6, 0.8], 50, 2, np.random.default_rng(1)), m.predict([[2.0, 0.5], [0.5, 1.0]], [[1.0, 0.2, 1.5]], [1.0, 2.0], 0.1), m.flow(np.eye(3), np.eye(3) + 0.2, [1.0, 2.0], 0.7)",
    "miniatures.neural_tangents_cases": "m.kernel_errors(2, 64), m.trained_errors('line', 128), m.posterior(3, 0.3, 'NNGP'), m.band(2.5), m.output_statistics(8, 50, np.random.default_rng(2)), m.rate()",
    "miniatures.wide_networks": "[m.outputs(n, [[0.3, 0.4], [1.0, -1.0]]) for n in m.descend(m.random_network(2, 9, 2, np.random.default_rng(3), bias_variance=0.1), [[1.0, 0.5]], [1.0], 0.05, 3)]",
    "miniatures.figures.neural_tangents": "m.training(3, 128).description, m.widths(37, 2), m.depths(3), m.regression('NTK', 3, 0.23).description, m.parametrised(100, 'standard')",
    "miniatures.exercises.neural_tangents": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.results": "m.under('prosthetic_control.json', 'hand', 'postures', 'days')[0], m.spread([0.9, 0.94], 100, 1)",
    "miniatures.segments": "m.temporal_iou((2, 7.5), (4, 10)), m.non_maximum_suppression([(0, 10), (1, 11), (4, 14)], [0.9, 0.8, 0.7], 0.5), m.average_precision([(0, 10), (20, 30)], [(0, 9), (1, 10), (21, 31)], [0.9, 0.8, 0.7], 0.5)",
    "miniatures.temporal_fusion": "m.fused(5, 60, 0.37), m.posteriors(5, 60, 0.2)['early'][:3]",
    "miniatures.temporal_localization": "m.average_recall(42, True, True), m.videos(2, np.random.default_rng(3)).segments, m.receptive_field(34, 0.3)",
    "miniatures.temporal_runs": "m.recall('aligned', 20, 'short', 0.7), [part[:9] for part in m.shown_anchors('fixed + context', 2)]",
    "miniatures.temporal_streams": "m.viterbi(np.sin(np.arange(60.0)).reshape(20, 3), 0.7), m.frame_features(m.stream(3, np.random.default_rng(2)))[::40], m.changes_cost(m.streams((1,), 4))",
    "miniatures.temporal_towers": "m.impulse_response(18, 0.5, True), m.tower(np.arange(60.0).reshape(1, 1, 60) ** 2, 12, True)[0, ::15]",
    "miniatures.figures.temporal_localization": "m.anchor(22, False, True).description, m.dilation(7, 9, True).description, m.surroundings(0.25, False).description, m.proposals('aligned', 0.5, 5).description, m.recall_curves(0.7, 5, False).description, m.fusion(0.37, 60, False).description, m.watch(3, 2.3, False).description",
    "miniatures.exercises.temporal_localization": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.network_reconstruction": "m.linear_autoencoder_error(m.digits()[0][:90], 5), m.normalized_mutual_information([0, 0, 0, 1, 2], [0, 0, 1, 1, 1]), [(r.accuracy_original, r.accuracies[::8], r.errors[::8], r.information_tuned) for r in [m.run(1)]]",
    "miniatures.network_reconstruction_runs": "m.drops('raw', 8), m.orders(32), m.courses().accuracy[0, :, ::9], m.pictures().frames.sum(), m.likeness([1, 2, 4], [2, 3, 9]), m.seed_table()[3], m.size_table()[1]",
    "miniatures.signal_order": "m.changes([[0.9, 0.7], [0.8, 0.95]]), m.total_order(m.lets_in_more([[0.9, 0.7], [0.8, 0.95]])), m.chance_of_an_order(4)",
    "miniatures.figures.network_reconstruction": "m.reconstructions(16, 'linear'), m.tuning('mlp128', 17), m.eyes('2x64', '3'), m.exchange(8, 'own'), m.strangers('mlp32'), m.sizes().description, m.information()",
    "miniatures.exercises.network_reconstruction": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.perceiver": "m.cross_attention([[0.3, -2.0]], [[1.0, 2.0], [0.5, -1.0]]), m.perceiver_multiply_adds(64, 4096, 1000, 26, 1280), m.Perceiver.random(3, 2, 4, np.random.default_rng(1))(np.arange(12.0).reshape(4, 3), [[1.0, 0.5]])",
    "miniatures.perceiver_digits": "m.positions(4, (1, 2)).sum(axis=0), m.tokens(np.arange(64.0).reshape(1, 8, 8) / 64)[0, 7], m.pixel_queries()[13]",
    "miniatures.perceiver_published": "m.byte_bert(), m.byte_perceiver(1), m.table()[3]",
    "miniatures.perceiver_runs": "m.measured(m.trained(), 3), m.frozen_accuracy(3, 7), m.frozen_accuracy(2, 1, m.KINDS[2]), m.stored('accuracy_0'), m.timings(True).ratio, m.reference_errors(), m.coverage()",
    "miniatures.perceiver_training": "[(t.cross_entropies, t.squared_errors, [a.std() for a in t.network.arrays]) for t in [m.train(3, 2, stop=4)]]",
    "miniatures.figures.perceiver": "m.answers(3, 'one pixel', 2, 7), m.hide(5, 'from the left', 7), m.reading(8, 4).description, m.costs(13, 700, True), m.times(False), m.bottleneck(5, 203, m.KINDS[1]), m.glue_scores('speed')",
    "miniatures.exercises.perceiver": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.mouths": "m.landmarks([[0.3, -0.5]]), m.landmark_error([[0.0, 0.0]], [[0.4, 0.8]]), m.draw_mouths([[0.2, 0.9], [1.0, -0.4]], side=24).sum(axis=2)",
    "miniatures.rater_study": "m.detectability(0.772, 0.658), m.judged_real(0.338, -0.576), m.forced_choice_accuracy(0.338), [m.two_proportion_p(0.658, 0.772, n) for n in (50, 500)], m.raters_needed(0.658, 0.772), m.raters_for_power(0.658, 0.772), m.design_effect(20, 0.1), m.study_power(0.658, 0.772, 121), m.share_right(0.7, 0.6), m.false_alarms(4, 5, 0.1, 0.7, np.random.default_rng(0), 50)",
    "miniatures.spoken_sentence": "m.frame_times()[::20], m.phone_at([0.5, 1.5]), m.word_at([0.5, 1.5]), m.mouth_of_phones()[::9], m.heard(1.1, 0.9, 0.5)[::9], m.sentence_guesses(3)[:, ::11]",
    "miniatures.talking_face": "m.run(3, True), m.run(3, False, 0.5, 1, 4, 0.2), m.run_live(3), m.own_speaker_error(3), m.mean_face_error(3), m.guesses(4)[1][:, ::50]",
    "miniatures.talking_face_runs": "m.stored('central', True), m.entry('accent', True, 0.5, 201), m.drop([0.84], [0.65])",
    "miniatures.drawn_faces": "m.photographs(m.identities(3, np.random.default_rng(2)), np.random.default_rng(3), 1.5).sum(axis=(1, 2)), m.draw_faces(np.full((1, 12), 0.3), expression=[[1, 1, 1, -1.0]])[0, 12]",
    "miniatures.structural_similarity": "m.dssim(np.linspace(0, 1, 288).reshape(2, 12, 12), np.linspace(1, 0.2, 288).reshape(2, 12, 12) ** 2)",
    "miniatures.face_extractor": "m.train_extractor(np.random.default_rng(1).uniform(size=(30, 16)), np.arange(30) % 3, np.random.default_rng(2), 5, 0.05).features(np.full((1, 4, 4), 0.3)), m.LinearExtractor(np.eye(2)).pull([[0.5, 0.2]], [[1.0, 1.0]])",
    "miniatures.pixel_cloaks": "m.cloak_linear([[2.0, 1.0, 0.3], [-0.4, 1.0, 0.0]], [0.2, 0.3, 0.1], [2.0, 1.0], 0.4), m.cloak([[2.0, 1.0], [-0.4, 1.0]], [[0.2, 0.3]], [2.0, 1.0], 0.07, 5), m.noise_cloak(np.full((2, 3), 0.4), 0.1, np.random.default_rng(1))",
    "miniatures.cloaking_world": "m.world(5).sybil.sum(axis=(1, 2)), m.farthest([[0.0, 1.0]], [[1.0, 1.0], [4.0, 0.3]]), m.cloaked_users(5, 0.03, 'noise').sum(axis=(1, 2))",
    "miniatures.cloaking": "[m.recognise(t, np.random.default_rng(1).normal(size=(12, 3)), np.arange(12) % 4, np.random.default_rng(2).normal(size=(9, 3))) for t in m.TRACKERS]",
    "miniatures.cloaking_runs": "m.stored('nearest', 0.06, 2), m.with_sybil('logistic', 4), m.at_dssim(0.007, 'centroid'), m.feature_map(1, 0.04, 'robust'), m.all_missed('nearest', 0.03), m.least_leak('logistic')",
    "miniatures.figures.cloaking": "m.masked(0.04, 'noise').description, m.two_pixels(0.77), m.moved(0.08, 'other', 2), m.trackers(0.03, 'robust').description, m.leaks(3, 0.04, 'same').description, m.one_person(17, 0.02).description, m.visibility('centroid').description",
    "miniatures.exercises.cloaking": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.photobooth": "m.literal_shots(np.sin(np.arange(60.0)), 4, 0.2), m.shots(np.sin(np.arange(60.0) / 5), 4, 9), m.two_sided_shots(np.sin(np.arange(60.0) ** 1.5), 3), m.catch([2, 3, 9], [(1, 4), (6, 7)], np.arange(10.0)), m.attend_faces([[0.9, 0.1], [0.2, 0.7], [0.1, 0.1]], [4, 4, 1], 5, 7), m.hysteresis(np.sin(np.arange(20.0)), [-0.4, 0.1, 0.6], 0.17), m.tipping_sharpness([0.2, 0.7], 1.4), m.truncated_variation(np.sin(np.arange(20.0)), 0.3)",
    "miniatures.photobooth_faces": "m.faces(3, np.random.default_rng(2)).pictures.sum(axis=(1, 2)), m.groups(1, np.random.default_rng(2), 'front').mean(axis=(2, 3)), m.portraits(np.linspace(-1, 1, 12), 0.7, 'away').mean(axis=(1, 2)), [w.sum(axis=0)[:3] for w, b in m.train(np.random.default_rng(1), 3, 40).layers]",
    "miniatures.photobooth_video": "m.frames(m.video(3, 2, 1), [0, 20, 150]).mean(axis=(1, 2)), m.video(4).quality[::20], m.held(5, 0.4).people.sum()",
    "miniatures.photobooth_runs": "m.tally('refractory', 12), m.tallied('two-sided', 12, 0.1), m.blinking('literal', 30, 5), m.travelled('quality', 0.175, -0.2), m.presence_switches(3), m.passing('front', 3.5, 0.8), m.travels('hysteresis', 'quality', 0.1), m.attended('front', 3), m.held_quality(203, 0.6)[:4], m.network()(np.sin(np.arange(1152.0)).reshape(2, 24, 24) / 3 + 0.5)[0][:, 2:]",
    "miniatures.figures.photobooth": "m.shutter(61, 'literal', 5).description, m.waiting(17, 0.5), m.blinks(10, 5), m.expressions(0.63, 'closed').description, m.attention(3.3, 'far behind').description, m.tipping(2.7, 1.3), m.bar(31, 0.9).description, m.calm(0.085, 'quality', -0.2)",
    "miniatures.exercises.photobooth": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.convolution": "m.columns(np.arange(32.0).reshape(1, 4, 4, 2), 3, 1, 1)[0, :2, 1], m.uncolumns(np.ones((1, 2, 2, 9)), (1, 4, 4, 1), 3, 2, 1)",
    "miniatures.sea_scenes": "[m.scenes(kind, 2, np.random.default_rng(4)).mean(axis=(1, 2)) for kind in m.CLASSES + m.EXTRA], [m.with_disc(np.zeros((1, 32, 32, 3)), kind, 3.5, np.random.default_rng(2)).sum(axis=(0, 1)) for kind in m.DISCS]",
    "miniatures.umap_layout": "m.umap_curve(0.3, 2.0), m.smooth_knn_scale([0.5, 1.0, 4.0, 9.0], 2.2), m.umap_layout(m.cosine_distances(np.abs(np.sin(np.arange(60.0).reshape(20, 3)))), np.random.default_rng(1), 6, epochs=2), m.trustworthiness(m.cosine_distances(np.abs(np.sin(np.arange(60.0).reshape(20, 3)))), np.cos(np.arange(40.0)).reshape(20, 2), 4)",
    "miniatures.atlas_network": "[a.mean() for a in m.activations(m.initial_weights(np.random.default_rng(3)), np.random.default_rng(4).random((2, 32, 32, 3)))], m.weight_gradients(m.initial_weights(np.random.default_rng(3)), np.random.default_rng(4).random((2, 32, 32, 3)), [1, 4])[0]",
    "miniatures.atlas_runs": "m.stored_network(203)[4][:2], m.stored_atlas('conv2').support[::400], m.measured('flips', 'red 3'), m.flip_table('plain', 4)",
    "miniatures.activation_atlas": "m.grid_means([[0, 0], [1, 1], [0.9, 1]], [[1.0], [2.0], [4.0]], 2), m.inversion_objective([1.0, 2.0], [3.0, -1.0], 3), m.patch_flips('baseball', 4, 11, 12), m.attribution(m.stored_network(201), m.scenes('sandbar', 1, np.random.default_rng(0)), 'conv2').sum(axis=(1, 2)), m.logit_changes('red', 3, 2, 5, 202)",
    "miniatures.feature_inversion": "m.whitening(np.sin(np.arange(40.0)).reshape(10, 4)[:, :3]), m.inversion_objective([1.0, 2.0], [3.0, -1.0], 2), m.objective_gradient(np.array([[1.0, 2.0]]), np.array([[0.5, -1.0]]), 3), m.blurring(5)",
    "miniatures.figures.activation_atlas": "m.patched('red', 3, 14).description, m.flips('plain', 4).description, m.layout('seed 203', 9, 2).description, m.the_atlas('conv2', 'made by inversion', 'sandbar').description, m.angle(1, True).description",
    "miniatures.exercises.activation_atlas": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.circuit_hidden": "m.hidden_indices(m.train_hidden('curved', np.random.default_rng(3), 2)), m.hand_likeness(m.train_hidden('untrained', np.random.default_rng(3)))",
    "miniatures.circuit_images": "m.gabors(), m.first_layer(m.random_curves(3, np.random.default_rng(3))[0]), m.two_gratings(0.3, 0.1, 30.0), m.arc(33.0, 5.5)",
    "miniatures.circuit_network": "m.orientation(m.filters()), m.closest_pairs('mirror', 3), m.tuning()[::5], m.predicted_vector().real, m.colour_axis(m.filters()[..., 12]), m.block_sums(m.first_channels(m.gratings()[:1, :30, :30])).sum()",
    "miniatures.circuit_runs": "m.learned(202).sum(axis=(2, 3)), m.vectors('planar', 0.9, 201), m.hidden('curved'), m.predicted(3).imag, m.tuning_curves(0)[3]",
    "miniatures.circuits": "m.curve_tuning(m.handwritten_circuit(), [10.0, 77.0]), m.rotation_agreement(m.handwritten_circuit(turn=5), -1), m.train_curves(np.random.default_rng(3), 60, 5).sum(axis=(2, 3)), m.tangent_chance(), m.high_low(np.outer(np.arange(16.0), np.arange(16.0) % 3))",
    "miniatures.superposition": "m.superposition_loss(0.3, False), m.dedicated_loss_with_bias(0.3), m.train_superposition(4, 2, 0.7, np.random.default_rng(3), 0.9, 20)",
    "miniatures.figures.circuits": "m.probe(77.0, 'by hand'), m.rotation(3), m.edit(13.0, 0.7, 9.0), m.high_low(0.33, 0.12), m.superposed(0.95, 2), m.losses(), m.hidden(), m.pairs().description, m.which_is_trained(5, 7)",
    "miniatures.exercises.circuits": "[(e.id, e.answer) for e in m.EXERCISES]",
    "miniatures.fashion_gan": "m.optimal_discriminator([0.3, 2.0], 1.7, 0.6), m.jensen_shannon(1.3, 2.1), m.game_value(0.4), [(r.samples, r.losses, r.scores) for r in [m.train_gan(np.arange(48.0).reshape(6, 4, 2) % 7, 4, np.random.default_rng(3), m.Recipe(width=16, generator_steps=2), [0, 1, 2, 0, 1, 2], count=3)]]",
    "miniatures.fashion_duel": "m.play(1.3, 3, 0.2, 0.4, 'minimax', 0.7, 30), m.value_gradient(0.5, -1.2, 0.3, 0.4)",
    "miniatures.fashion_gan_runs": "m.stored('GAN', 'recall'), m.judge().distance(m.held_out()[0][::20]), m.drawn(np.ones((2, 32))), m.selected(192, 'the strangest'), m.conflation()",
    "miniatures.fashion_jackets": "m.jackets(3, np.random.default_rng(2)), m.attributes(m.opened(m.jackets(9, np.random.default_rng(1))))",
    "miniatures.fashion_metrics": "m.precision_recall([[0.0], [1.0], [3.0], [4.5]], [[0.5], [2.0], [9.0], [9.5]], 2), m.frechet_distance([[0.0, 1], [2, 2], [1, 5]], [[1.0, 1], [3, 2], [4, 0]]), m.told_apart([[0.0], [2.0]], [[1.0], [1.5]]), m.evenness_loss([0.2, 0.8])",
    "miniatures.fashion_models": "[(f.log_density([[0.2, 0.1]]), f.sample(4, np.random.default_rng(1))) for f in [m.fit_mixture(np.random.default_rng(0).normal(size=(40, 2)), 3, np.random.default_rng(2))]], m.principal([[1.0, 2], [2, 5], [3, 4]], 2).axes, m.fit_classifier(np.eye(6), [0, 1, 2, 0, 1, 2], np.random.default_rng(0), 4, 3)",
    "miniatures.garments": "m.held_out()[0].sum(), m.split()[0][:9], m.garments()[0][5]",
    "miniatures.figures.fashion_gan": "m.game(1.3, 0.7), m.duel(3, 0.4, True), m.collapse(3, 200).description, m.models('mixture of 10', 'principal components'), m.interpolation('second', 0.31), m.selection(300, 48, 'the strangest')",
    "miniatures.exercises.fashion_gan": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.frozen_scenes": "m.frame(m.scene(3, 1), 0.7)[::7, ::9], m.truth(m.scene(3, 1)).depth[::7, ::9], m.truth(m.scene(5)).labels.sum(axis=0)",
    "miniatures.moving_depth": "m.parallax_depth([4.0, 5.0], 0.3, 0.1), m.apparent_person_depth(4, 0.3, 0.15, 3), m.si_rmse([1.0, 2.0], [1.0, 1.5]), m.match_blocks(m.frame(m.scene(3), 0), m.frame(m.scene(3), 1), 20)[::7, 25::9], m.filled_along_rows([[1.0, 0.0, 3.0]], [[True, False, True]])",
    "miniatures.depth_fill": "m.harmonic_filled(np.arange(80.0).reshape(8, 10) ** 1.5 + 1, np.outer(np.arange(8) % 4 > 0, np.arange(10) % 5 > 1)), m.grown(np.eye(5) > 0, 1), m.mean_filled(np.eye(3) + 1, np.eye(3) > 0)",
    "miniatures.person_depth": "m.learned(False), [m.estimates(m.scene(4, 1)).error(method) for method in m.METHODS], m.case_errors('child', 3)",
    "miniatures.defocus": "m.defocus(np.arange(240.0).reshape(12, 20) % 7 / 7, 2 + np.arange(240.0).reshape(12, 20) / 60, 3.1, 0.3), m.disc(4.3)",
    "miniatures.moving_depth_runs": "m.stored('methods', 'smooth fill', 'error'), m.motorcycle_match().disparity[::20, ::20], m.motorcycle_match().wrong(), m.average_street()[::20, 0]",
    "miniatures.moving_depth_walk": "m.depths_in(5), m.stored_depths()[::9], m.refocused(m.TRUE, 4.0, 0.2)[::12, ::16], m.blurs(m.MAPS[0], 4.0, 0.2)",
    "miniatures.face_mesh": "m.moving_average_effect(7, 2), m.best_window(1.5, 0.2), m.best_window(1, 1e-6), m.exponential_lag(0.3, 2), m.one_euro_lag(1.5, 30, 1.0, 0.2), m.one_euro(np.sin(np.arange(40.0).reshape(20, 2)), 30, 1.0, 0.2), m.adaptive_window(np.sin(np.arange(30.0)), 8, 0.3), m.centred_average(np.arange(9.0) ** 2, 5), m.errors(np.sin(np.arange(120.0)), *m.stop_and_go(120, 1.5, 20, 10)), m.simulated_error(4, 1, 0.2, 50, np.random.default_rng(1))",
    "miniatures.face_model": "[d.grey.sum(axis=0) for d in [m.draw(m.placed(m.turned(m.deformed(0.6, 0.5, 1.1), 27, -9), 31.3, 30.7, 20), 64)]], m.interocular_error(1.01 * m.canonical().vertices, m.canonical().vertices, 3), m.procrustes(m.astronaut()[1] * [1, -1, 1], m.canonical().vertices).aligned[::40], m.edges().sum(axis=0), m.parts()[::50], m.trails()[3], m.outlines()['brow'], m.facing(m.placed(m.turned(m.deformed(1), 40), 64, 64, 40)).sum()",
    "miniatures.mesh_regression": "[m.crop(m.frame(m.random_scenes(1, r)[0], r, 'cluttered'), (60, 62, 31), 8) for r in [np.random.default_rng(3)]], m.fit(np.sin(np.arange(60.0)).reshape(5, 12), np.eye(5), 0.3)(np.ones((1, 12))), m.jittered([[64.0, 60, 30]], 0.1, np.random.default_rng(4)), m.output_values(468, 64), m.multiply_adds(256)",
    "miniatures.face_trials": "m.trial('adaptive window').rest, m.trial('1€ filter', 8.0).motion, m.euro_trials(0.5)[3].whole, m.rows()[2]",
    "miniatures.face_film": "m.film(1.2)[0][45], m.film_frame(45, 3).sum(axis=0), m.film_boxes(3)[45], m.smoothed(np.cos(np.arange(60.0).reshape(20, 3)), '1€ filter')[-1], m.quality(*(np.sin(k + np.arange(160 * 468 * 3.0)).reshape(160, 468, 3) + m.film()[0][:, 5:8][:, None] for k in (0, 1)), m.film()[1])",
    "miniatures.face_mesh_runs": "m.stored('error', 'crop 16'), m.found_in_crop(np.sin(np.arange(128.0 * 128)).reshape(128, 128), (60, 60, 30), 8)[::60], m.found_in_frame(np.eye(128))[::60], m.film_mesh(77, 8)[::60], m.film_errors('1€ filter')[1][::20], m.film_rows()[2]",
    "miniatures.clip_and_drop": "m.fit_homography([[0, 0], [9, 1], [8, 7], [1, 9], [4, 4]], [[3, 1], [8, 2], [9, 9], [2, 7], [5, 5]]), m.ransac_homography(np.arange(40.0).reshape(20, 2) ** 2 % 97, np.arange(40.0).reshape(20, 2) ** 2 % 97 + 3, 1.5, 40, np.random.default_rng(3)), m.iterations_needed(0.37, 4, 0.99), m.success_probability(0.4, 4, 99)",
    "miniatures.figures.background_matting": "m.film(7, 'closed form', 'white').description, m.knobs(0.37, 0.02, 0.13), m.trimap('own', 6).description, m.strokes().description, m.zoom('hard', 'one, from the core', 'chequers').description, m.presumed(9, list(m.single.CASES)[0]).description, m.presumptions(), m.two_backgrounds(), m.real(17, 'median', False).description, m.resting(11, '75th percentile').description",
    "miniatures.exercises.background_matting": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.figures.face_mesh": "m.turned(-7, 15, 1).description, m.detector(0.06, 3).description, m.ladder(8, 'lips', 1).description, m.heatmaps(), m.smoothing(7, 0.35), m.euro(0.31, 2), m.player(33, '1€ filter').description, m.portrait().description",
    "miniatures.exercises.face_mesh": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.figures.layer_decomposition": "m.erase(9, 'the mask alone').description, m.least(0.37, 0.55), m.insertion(11, 'solid core').description, m.ownership(13, 'motion', 0.8).description, m.retiming(17, 'red stands still').description, m.resting(4, True).description, m.cube(21, \"the layer's alpha\").description, m.plate(37, 'masked median').description",
    "miniatures.exercises.layer_decomposition": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.figures.moving_depth": "m.walk(7, list(m.MAPS)[1]).description, m.speed(0.35).description, m.baseline(0.2).description, m.fills('smooth fill', 2).description, m.lessons(), m.cases('child', 0.25).description, m.pull(6, 0.35, list(m.MAPS)[0]).description, m.photographs(3).description",
    "miniatures.exercises.moving_depth": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.figures.talking_face": "m.speech(31, list(m.SOURCES)[1]).description, m.toy_lips(9, 3, list(m.SPREADS)[0]).description, m.heard(7, True).description, m.setting(7, 2), m.teachers(0.5, 4), m.accent(3), m.lengths(), m.viewer(0.7, -0.3), m.raters(77), m.clusters(0.1)",
    "miniatures.exercises.talking_face": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.figures.clip_and_drop": "m.corners(75, 31, 250, 90, 244, 150, 88, 171), m.corners(190, 120, 260, 25, 260, 175, 60, 175), m.outliers(0.35, 41, 1.7), m.success(0.45, 4, 0.97), m.held(23, 0.15).description, m.sweep('distance'), m.fringes('multiplied twice', 'grey').description, m.mattes(0.24, 'as photographed').description, m.journey(15, 300).description",
    "miniatures.exercises.clip_and_drop": "[(e.id, e.answer, [x.answer for x in e.mistakes]) for e in m.EXERCISES]",
    "miniatures.clip_corners": "m.homography_of([[60, 25], [260, 100], [260, 140], [60, 175]]), m.mapped_segments(m.homography_of([[190, 120], [260, 25], [260, 175], [60, 175]]), [[0, 0], [9, 0]], [[0, 149], [199, 80]], (0, 0), (320, 200)), m.thickness([[0, 0], [9, 1], [8, 7], [1, 9]]), m.area([[1, 0, 0], [0, 1, 0], [1e-3, 0, 1]], [99, 9])",
    "miniatures.clip_film": "m.frame(5, 3)[::30, ::40], m.frame(17, 3, as_seen=False)[::30, ::40], m.journey(9)",
    "miniatures.clip_matches": "[m.compared(m.simulated_matches(40, 0.35, 0.5, p, np.random.default_rng(4)), 2.0, 90, np.random.default_rng(5)) for p in [m.random_pose(np.random.default_rng(3))]], m.screen_to_view(m.Pose(20, -10, 7, 1.3))",
    "miniatures.clip_matte": "m.cactus()[::9, ::9], m.tabletop(3)[::20, ::20], m.matte(m.photograph(m.cactus(), m.tabletop(3)), m.tabletop(3))[::9, ::9], m.resampled(m.cactus(), [[0.7, 0.1, 2], [0, 0.8, 1], [1e-4, 0, 1]], (50, 40), 'straight').sum(axis=(0, 1))",
    "miniatures.clip_runs": "m.corner_errors('RANSAC', 0.6), m.success(0.5, 72), m.tolerated(0.7, 3.0), m.normalising(60, 'second monitor'), m.seen('mesh', 'rms'), m.track(204, 300)",
    "miniatures.clip_screen": "[m.matches_of(m.phone_view(m.desktop(4), p, 0.02, np.random.default_rng(1), 0.2), m.desktop(4), p) for p in [m.Pose(12, 5, 9, 1.1)]]",
    "miniatures.layer_decomposition": "m.minimal_alpha([0.3, 0.6, 0.8, 1.0], 0.6), [m.recompose(b, m.raised(b, x[0], np.full((5, 4, 6), 0.9))[None]) for b, x in [m.decompose(0.5 + 0.4 * np.sin(np.arange(120.0)).reshape(5, 4, 6), np.arange(120).reshape(5, 4, 6) % 7 == 0)]], m.layer_colour(0.3, 0.6, 0.8)",
    "miniatures.layer_ownership": "m.centroids(np.arange(240).reshape(2, 5, 4, 6) % 7 == 0), m.motion_scores(0.5 + 0.4 * np.sin(np.arange(120.0)).reshape(5, 4, 6), np.arange(240).reshape(2, 5, 4, 6) % 7 == 0).sum(axis=(2, 3)), m.mask_distances(np.arange(240).reshape(2, 5, 4, 6) % 11 == 0).sum(axis=3)",
    "miniatures.layer_scenes": "[(c.frames.mean(axis=(1, 2)), c.masks.sum(axis=(2, 3)), c.alpha.mean()) for c in (m.one_subject(np.random.default_rng(3)), m.two_subjects(np.random.default_rng(4), (1.6, 0.3)), m.resting_subject(np.random.default_rng(5), 0.37))], m.lettering(9).sum(axis=0)",
    "miniatures.layer_decomposition_cases": "m.single(3), m.crossing(3), m.insertion(3, 'solid core'), m.resting(3, 0.43, True), m.inserted(3, 'mask only')[::10].mean(axis=(1, 2))",
    "miniatures.layer_decomposition_runs": "m.stored('single', 'dust'), m.stored('crossing', 'shadows', 'nearest mask', 1.2), m.stored('resting', 'ghost', 'masked median', 0.8)",
    "miniatures.layer_films": "[(e.covered, e.empty, e.error, e.frame.mean()) for e in (m.erased(3, 14, w) for w in m.ERASED)], m.letter_errors(3, 'solid core')[::7], [(o.right, o.shadows) for o in (m.owned(3, 12), m.owned(3, 12, 0.8, 'nearest mask'))], [m.edit_errors(3, e)[::9] for e in m.EDITS], m.rested(3, 0.6, True)[1].mean(), m.cube(8, m.SHOWS[0]).mean()",
    "miniatures.layer_clip": "m.gains(m.frames(False))[::9], [m.plate_error('where the cube ends', m.plate(kind)) for kind in m.PLATES], m.removal_error('mask'), m.cube_layers()[1].mean(axis=(2, 3))[0, ::20], m.flagged(6.0, False)",
    "miniatures.background_matting": "m.composite(0.9, 1.0, 0.25), m.alpha_known_background([[0.5, 0.3]], 0.8, 0.2), m.alpha_two_backgrounds(0.5, 0.75, 0.0, 1.0), m.matting_laplacian(0.5 + 0.4 * np.sin(np.arange(90.0)).reshape(5, 6, 3)).toarray()[::7], m.alpha_closed_form(0.5 + 0.4 * np.sin(np.arange(90.0)).reshape(5, 6, 3), np.tile([0, 0, 0.5, 0.5, 1, 1], (5, 1)))",
    "miniatures.matting_scores": "[vars(m.scores(a, a[::-1])) for a in [np.arange(120.0).reshape(3, 5, 8) % 7 / 6]], m.trimap_of(np.tile([0, 0, 0.5, 1, 1], (3, 1)), 1), m.trimap_from_mask(np.arange(30).reshape(5, 6) > 9, 1)",
    "miniatures.matting_clips": "[(c.frames.mean(axis=(1, 2)), c.alpha.mean(axis=(1, 2)), c.background.std()) for c in (m.rendered_clip(np.random.default_rng(3), shake=1.3, rest=0.3), m.rendered_clip(np.random.default_rng(4), 'swaying', distance=0.37))], m.backdrop('dusk', (3, 2))",
    "miniatures.matting_pipeline": "[(c.background, c.mask.sum(), c.foreground, c.alpha.mean()) for c in [m.cut_out(np.where((np.arange(40) // 10 == np.arange(4)[:, None])[:, None, :, None], 0.2, 0.8 + np.zeros((4, 12, 40, 3))), 0.15, 2)]]",
    "miniatures.matting_cases": "[vars(m.scored(method, m.clip_of(3))) for method in ('hard', 'soft', 'best binary')], m.closed_form_of('own', m.clip_of(3), 3)[20:40:5], m.before_two_backgrounds(3, 0.17)[20:40:5]",
    "miniatures.matting_frames": "[(c.error, c.flicker[1:]) for c in (m.course(3, 'sways', 'hard'), m.course(3, 'crosses', 'soft'))], m.stroked(m.clip_of(3))[20:40:5], m.before_new(m.clip_of(3), m.soft_frame(m.clip_of(3)), 0.5 + np.zeros((64, 64, 3)), True)[1], m.alpha_under_spill((0.3, 0.2, 0.1), (0.1, 0.7, 0.2), 0.3)",
    "miniatures.background_matting_runs": "m.stored('crossing', 'soft', 'mse'), m.curve('shake', 'hard', 'false alarms'), m.closed_form_frame('own', 3).sum()",
    "miniatures.matting_camera": "m.gains(m.frames(False))[::9], [m.plate_error('where the cube ends', m.plate(kind)) for kind in m.PLATES], m.flagged('always tube', m.masks(m.plate(), 10.0))",
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
