"""Cutting out: how much of each pixel is the subject, when what lies behind it is known, known twice, or not known.

Source: two backgrounds after A. R. Smith and J. F. Blinn, "Blue Screen Matting", SIGGRAPH 1996, theorem 4; the matting Laplacian
after A. Levin, D. Lischinski and Y. Weiss, "A Closed-Form Solution to Natural Image Matting", IEEE TPAMI 30(2), 2008, pp. 228-242,
doi:10.1109/TPAMI.2007.1177; "over" after T. Porter and T. Duff, "Compositing Digital Images", SIGGRAPH 1984.

C        a pixel of the image, grey or three colours
F, B     the colour of the subject and of the background there
alpha    the share of the pixel that the subject covers, from 0 to 1: C = alpha F + (1 - alpha) B
L        the matting Laplacian: alpha' L alpha is what an alpha costs that is not, in each window, a linear function of the colours
epsilon  how strongly the slope of that function is held down, in units of squared brightness
radius   of a window, pixels: it has 2 radius + 1 rows and columns
"""

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.linalg import spsolve

from miniatures.checks import MOST_SAMPLES, numbers, real, whole

BRIGHTEST = 1e6  # pictures lie from 0 to 1 here, but nothing below depends on it
NEAREST = 1e-9  # colours nearer than this count as one: no alpha tells them apart


def composite(foreground, background, alpha) -> np.ndarray:
    """`foreground` laid over `background`: alpha F + (1 - alpha) B.

    Colours are arrays of three or more axes whose last has length 3, or (3,) where `alpha` has two axes or more; `alpha`, from 0 to 1,
    lacks that axis. Anything that broadcasts fits: one colour for a whole picture, one background for all frames.

    >>> composite(0.9, 1.0, 0.25).item()
    0.975
    """
    foreground, background = _picture("foreground", foreground), _picture("background", background)
    alpha = numbers("alpha", alpha, low=0, high=1)
    shape = _common(("foreground", foreground), ("background", background))
    if _has_colours(shape) or (shape == (3,) and alpha.ndim >= 2):
        alpha = alpha[..., None]
    _common(("alpha", alpha), ("foreground and background", np.broadcast_to(0.0, shape)))
    return alpha * foreground + (1 - alpha) * background


def alpha_known_background(image, foreground, background) -> np.ndarray:
    """The alpha from 0 to 1 whose mix of `foreground` and `background` comes nearest to `image`, by least squares over the colours.

    Colours are arrays of three or more axes whose last has length 3: the result lacks that axis. `foreground` and `background` may
    broadcast to `image`, as (3,) for one colour everywhere. ValueError where the two are the same, for there every alpha is right.

    >>> alpha_known_background(0.5, 0.8, 0.2).round(12).item()
    0.5
    """
    image = _picture("image", image)
    foreground, background = (
        _fitted(name, values, image.shape) for name, values in (("foreground", foreground), ("background", background))
    )
    share, size = _projected(image - background, foreground - background)
    _refuse_equal("foreground", "background", size)
    return np.clip(share / size, 0, 1)


def alpha_two_backgrounds(image_1, image_2, background_1, background_2) -> np.ndarray:
    """The alpha of a subject pictured before two known backgrounds, whatever its colours; from 0 to 1, by least squares.

    What shines through is (1 - alpha) of the backgrounds' difference. Shapes as in `alpha_known_background`; ValueError where the
    two backgrounds are the same.

    >>> alpha_two_backgrounds(0.5, 0.75, 0.0, 1.0).item()
    0.75
    """
    image = _picture("image_1", image_1)
    other, first, second = (
        _fitted(name, values, image.shape)
        for name, values in (("image_2", image_2), ("background_1", background_1), ("background_2", background_2))
    )
    share, size = _projected(image - other, first - second)
    _refuse_equal("background_1", "background_2", size)
    return np.clip(1 - share / size, 0, 1)


def matting_laplacian(image, epsilon: float = 1e-5, radius: int = 1) -> csr_array:
    """The matting Laplacian of an image (H, W) or (H, W, 3): sparse, (H W, H W), pixels in the order of `image.reshape`.

    Symmetric, no eigenvalue below 0, and each row sums to 0. For every window w with mean m and covariance S of its n pixels it adds,
    for each two of them, [i = j] - (1 + (C_i - m)' (S + epsilon / n)^-1 (C_j - m)) / n. `epsilon` lies above 1e-12.

    >>> matting_laplacian(np.eye(4)).shape
    (16, 16)
    """
    image, epsilon, radius = _laplacian_arguments(image, epsilon, radius)
    pixels, members = _windows(image, radius)
    count = pixels.shape[1]
    away = pixels - pixels.mean(axis=1, keepdims=True)  # (N, n, channels)
    spread = away.transpose(0, 2, 1) @ away / count + epsilon / count * np.eye(away.shape[2])
    likeness = (1 + away @ np.linalg.solve(spread, away.transpose(0, 2, 1))) / count  # (N, n, n)
    rows, columns = np.repeat(members, count, axis=1), np.tile(members, (1, count))
    size = image.shape[0] * image.shape[1]
    costs = coo_array(((np.eye(count) - likeness).ravel(), (rows.ravel(), columns.ravel())), shape=(size, size)).tocsr()
    return csr_array((costs + costs.T) / 2)  # symmetric to the last bit


def alpha_closed_form(image, trimap, epsilon: float = 1e-5, radius: int = 1) -> np.ndarray:
    """The alpha (H, W) that costs least under the matting Laplacian and is 0 and 1 where `trimap` (H, W) says so.

    Everything else in the trimap, 0.5 by custom, is unknown. The exact solution may leave the span from 0 to 1 and is cut to it.
    ValueError where nothing is known.

    >>> alpha_closed_form(np.tile([0.2, 0.2, 0.5, 0.8, 0.8], (3, 1)), np.tile([0, 0, 0.5, 1, 1], (3, 1)))[1].round(3).tolist()
    [0.0, 0.0, 0.5, 1.0, 1.0]
    """
    laplacian = matting_laplacian(image, epsilon, radius)
    shape = np.shape(image)[:2]
    trimap = numbers("trimap", trimap, shape, 0, 1).ravel()
    known = (trimap == 0) | (trimap == 1)
    if not known.any():
        raise ValueError("trimap: no pixel is known (0 or 1), so every constant alpha is right")
    alpha, unknown = trimap.copy(), np.flatnonzero(~known)
    if unknown.size:
        rows = laplacian[unknown]
        pull = -(rows[:, np.flatnonzero(known)] @ trimap[known])
        alpha[unknown] = spsolve(rows[:, unknown].tocsc(), pull)
    return np.clip(alpha, 0, 1).reshape(shape)


def _laplacian_arguments(image, epsilon, radius):
    image = _picture("image", image)
    if image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] != 3):
        raise ValueError(f"image of shape {image.shape} must be (H, W) or (H, W, 3)")
    radius = whole("radius", radius, 1, 5)
    if min(image.shape[:2]) <= 2 * radius:
        raise ValueError(f"image of shape {image.shape} holds no window of radius={radius}: it must be larger")
    if image.shape[0] * image.shape[1] * (2 * radius + 1) ** 4 > MOST_SAMPLES:
        raise ValueError(f"image of shape {image.shape} is too large for radius={radius}: take a smaller picture")
    return image.reshape(*image.shape[:2], -1), real("epsilon", epsilon, 1e-12, 1e6), radius


def _windows(image, radius):
    """Colours (N, n, channels) and pixel numbers (N, n) of every window that lies in the picture."""
    height, width, channels = image.shape
    side = np.arange(2 * radius + 1)
    corners = (np.arange(height - 2 * radius)[:, None] * width + np.arange(width - 2 * radius)).reshape(-1, 1)
    members = corners + (side[:, None] * width + side).reshape(1, -1)
    return image.reshape(-1, channels)[members], members


def _picture(name, values):
    array = numbers(name, values, low=-BRIGHTEST, high=BRIGHTEST)
    if not array.size:
        raise ValueError(f"{name} of shape {array.shape} is empty")
    return array


def _fitted(name, values, shape):
    array = _picture(name, values)
    if _common((name, array), ("image", np.broadcast_to(0.0, shape))) != shape:
        raise ValueError(f"{name} of shape {array.shape} does not fit an image of shape {shape}")
    return np.broadcast_to(array, shape)


def _common(*named):
    try:
        return np.broadcast_shapes(*(array.shape for _, array in named))
    except ValueError:
        shapes = " and ".join(f"{name} of shape {array.shape}" for name, array in named)
        raise ValueError(f"{shapes} do not fit together") from None


def _has_colours(shape):
    return len(shape) >= 3 and shape[-1] == 3


def _projected(vectors, direction):
    """The products (vectors . direction) and (direction . direction), over the colours where there are some."""
    if not _has_colours(vectors.shape):
        return vectors * direction, direction * direction
    return (vectors * direction).sum(axis=-1), (direction * direction).sum(axis=-1)


def _refuse_equal(first, second, size):
    if size.min() < NEAREST**2:
        place = tuple(int(i) for i in np.unravel_index(size.argmin(), size.shape))
        at = f" at {place}" if place else ""
        raise ValueError(f"{first} equals {second}{at}: there every alpha is right")
