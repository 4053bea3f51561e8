"""Cloaks of single photographs: the closed form of the linear case, signed gradient steps for networks, noise as a control.

Sources: the linear case is the trust-region problem of J. J. Moré and D. C. Sorensen, "Computing a trust region step", SIAM
Journal on Scientific and Statistical Computing 4 (1983); the signed steps follow A. Madry et al.,
"Towards deep learning models resistant to adversarial attacks" (2018), arXiv:1706.06083.

δ  cloak: what is added to a photograph x, (n,)
λ  multiplier of the budget: 0 where it does not bind
"""

import numpy as np

from miniatures.checks import SMALLEST, numbers, real, whole
from miniatures.face_extractor import Extractor, LinearExtractor


def cloak_linear(extractor, image, target, budget: float) -> np.ndarray:
    """The δ (n,) of length at most `budget` that brings M (image + δ) closest to `target`; the shortest such δ.

    `extractor` M (k, n), `image` (n,), `target` (k,). If the budget binds, δ = Mᵀ (M Mᵀ + λ)⁻¹ (target - M image) with
    the λ > 0 that makes it as long as the budget.

    >>> cloak_linear([[1.0, 0.0], [0.0, 2.0]], [0.0, 0.0], [3.0, 0.0], 1.0).tolist()
    [1.0, 0.0]
    """
    matrix = numbers("extractor", extractor, (None, None), -1e9, 1e9)
    image = numbers("image", image, (matrix.shape[1],), -1e9, 1e9)
    gap = numbers("target", target, (len(matrix),), -1e9, 1e9) - matrix @ image
    budget = real("budget", budget, 0, 1e9)
    left, sizes, right = np.linalg.svd(matrix, full_matrices=False)
    if 0 < sizes[0] < SMALLEST:
        raise ValueError(
            f"extractor stretches nothing by more than {sizes[0]:.3g}: 0, or {SMALLEST:g} or more is accepted"
        )
    kept = sizes > 1e-12 * sizes.max(initial=0.0)
    sizes, right, along = sizes[kept], right[kept], (left.T @ gap)[kept]
    step = along / sizes
    if np.linalg.norm(step) > budget:
        if budget < SMALLEST:
            return np.zeros_like(image)
        step = sizes * along / (sizes**2 + _multiplier(sizes, along, budget))
    delta = step @ right
    while np.linalg.norm(delta) > budget:  # by rounding
        delta *= (1 - 1e-15) * min(1.0, budget / np.linalg.norm(delta))
    return delta


def _multiplier(sizes, along, budget):
    """The λ > 0 at which the length of sizes * along / (sizes² + λ) is `budget`, by bisection: the length falls with λ."""
    high = float(np.linalg.norm(sizes * along)) / budget
    low = max(0.0, high - float(sizes.max()) ** 2)
    for _ in range(200):
        middle = (low + high) / 2
        if np.linalg.norm(sizes * along / (sizes**2 + middle)) > budget:
            low = middle
        else:
            high = middle
    return high


def cloak(extractor, images, target_features, budget: float, steps: int) -> np.ndarray:
    """`images` changed by at most `budget` a pixel, within [0, 1], so that their features come close to the target.

    `extractor` is an Extractor or a matrix (k, n); `images` (N, n) or (N, H, W), or one (n,), from 0 to 1; `target_features`
    (k,) or (N, k). Of `steps` steps along the sign of the gradient the closest is kept, so no image ends farther away.

    >>> cloak([[1.0, -1.0]], [0.5, 0.5], [9.0], 0.25, 8).tolist()
    [0.75, 0.25]
    """
    model, images = _model(extractor), numbers("images", images, low=0, high=1)
    rows = _as_rows(images)
    target = _targets(target_features, model.features(_checked(model, rows)))
    budget, steps = real("budget", budget, 0, 1), whole("steps", steps, 1, 10_000)
    low, high = _limits(rows, budget)
    now, (closest, gradient) = rows, model.pull(rows, target)
    best = rows.copy()
    for _ in range(steps):
        now = np.clip(now - 2.5 * budget / steps * np.sign(gradient), low, high)
        distance, gradient = model.pull(now, target)
        closer = distance < closest
        best[closer], closest = now[closer], np.minimum(distance, closest)
    return best.reshape(images.shape)


def noise_cloak(images, budget: float, rng: np.random.Generator) -> np.ndarray:
    """The control: every pixel of `images` moved by +budget or -budget at random, cut to [0, 1].

    >>> noise_cloak([[0.5, 0.5]], 0.0, np.random.default_rng(0)).tolist()
    [[0.5, 0.5]]
    """
    images, budget = numbers("images", images, low=0, high=1), real("budget", budget, 0, 1)
    low, high = _limits(images, budget)
    return np.where(rng.integers(0, 2, images.shape) > 0, high, low)


def _limits(images, budget):
    """The smallest and the largest value that each pixel may take, exactly within `budget` even after rounding."""
    low, high = np.maximum(images - budget, 0), np.minimum(images + budget, 1)
    for _ in range(2):
        low = np.where(images - low > budget, np.nextafter(low, images), low)
        high = np.where(high - images > budget, np.nextafter(high, images), high)
    return low, high


def _model(extractor):
    if isinstance(extractor, (Extractor, LinearExtractor)):
        return extractor
    return LinearExtractor(numbers("extractor", extractor, (None, None), -1e9, 1e9))


def _as_rows(images):
    if images.ndim not in (1, 2, 3) or images.size == 0:
        raise ValueError(f"images of shape {images.shape} must be (n,), (N, n) or (N, H, W), with no empty axis")
    return images[None] if images.ndim == 1 else images.reshape(len(images), -1)


def _checked(model, rows):
    if rows.shape[1] != model.pixels:
        raise ValueError(f"images of {rows.shape[1]} pixels do not fit the extractor, which takes {model.pixels}")
    return rows


def _targets(target, features):
    target = numbers("target_features", target, low=-1e9, high=1e9)
    if target.shape not in (features.shape, features.shape[1:]):
        raise ValueError(f"target_features of shape {target.shape} must be {features.shape[1:]} or {features.shape}")
    return target
