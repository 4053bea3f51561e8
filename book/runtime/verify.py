"""Run by restore.mjs in a restored Python: what was recorded computes, what was not can be imported."""

import decimal
import sys

import numpy as np

assert np.allclose(np.linalg.inv([[2.0, 1.0], [1.0, 3.0]]) @ [[2.0, 1.0], [1.0, 3.0]], np.eye(2))
assert np.allclose(np.fft.ifft(np.fft.fft([1.0, 2.0, 4.0])).real, [1, 2, 4])
assert decimal.Decimal("0.1") * 3 == decimal.Decimal("0.3")
if "scipy" in sys.modules:
    import scipy.interpolate
    import scipy.linalg
    from scipy.integrate import solve_ivp
    from scipy.special import erfc

    orbit = solve_ivp(lambda t, y: [y[1], -y[0]], (0, np.pi), [1.0, 0.0], rtol=1e-8)
    assert np.allclose(orbit.y[:, -1], [-1, 0], atol=1e-5)
    assert np.allclose(scipy.linalg.eigvalsh([[2.0, 1.0], [1.0, 2.0]]), [1, 3])
    assert abs(erfc(0.5) - 0.4795001221869535) < 1e-14
    assert abs(scipy.interpolate.CubicSpline([0, 1, 2], [0, 1, 4])(1.5) - 2.25) < 1e-12
if "sklearn" in sys.modules:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    assert list(fitted.predict([[0.2], [2.8]])) == [0, 1]
"restored"
