"""Whose shadow is it? The owner of each pixel, by what moves along with a subject or by the nearest mask.

Source: ours, after the idea that a neural network learns in E. Lu, F. Cole, T. Dekel, A. Zisserman, W. T. Freeman and
M. Rubinstein, "Omnimatte: Associating Objects and Their Effects in Video", CVPR 2021, arXiv:2105.06993: what belongs to a
subject keeps its place beside it. The distance transform is separable as in P. F. Felzenszwalb and D. P. Huttenlocher,
"Distance Transforms of Sampled Functions", Theory of Computing 8 (2012), without their speed.

alpha    how much of each pixel is not background, (T, H, W), from 0 to 1
masks    where each of K subjects is, roughly, (K, T, H, W)
centres  row and column of each mask's centre of mass, (K, T, 2), pixels
template  mean alpha at each distance from a subject, (K, 2 H - 1, 2 W - 1)
"""

import numpy as np

from miniatures.checks import MOST_SAMPLES, as_array, numbers, one_of

RULES = ("motion", "nearest mask")
TIE = 1e-9  # scores closer than this are equal: two Pythons may round them differently


def subject_masks(masks, shape: tuple | None = None) -> np.ndarray:
    """`masks` as booleans (K, T, H, W); one subject's may come as (T, H, W). Every subject must be seen in some frame.

    `shape` (T, H, W) is that of the clip, where one is given.

    >>> subject_masks(np.ones((5, 8, 9))).shape
    (1, 5, 8, 9)
    """
    array = as_array("masks", masks)
    if array.dtype == bool:
        array = array.astype(float)
    if array.ndim == 3:
        array = array[None]
    array = numbers("masks", array, (None, *(shape or (None,) * 3)), 0, 1)
    if array.size > MOST_SAMPLES:
        raise ValueError(f"masks of shape {array.shape} hold more than {MOST_SAMPLES:,} values: take a smaller clip")
    if not np.isin(array, (0, 1)).all():
        raise ValueError(f"masks holds {array[(array > 0) & (array < 1)][0]}: every value must be 0 or 1")
    empty = ~array.any(axis=(1, 2, 3))
    if empty.any():
        raise ValueError(f"masks[{int(empty.argmax())}] marks no pixel in any frame: every subject needs a mask")
    return array.astype(bool)


def centroids(masks) -> np.ndarray:
    """The centres of mass of `masks`, (K, T, 2), row and column in pixels; between masks, where there is none, on a line.

    >>> centroids([[[[1, 0, 0]], [[0, 0, 0]], [[0, 0, 1]]]])[0].tolist()
    [[0.0, 0.0], [0.0, 1.0], [0.0, 2.0]]
    """
    masks = subject_masks(masks)
    counts = masks.sum(axis=(2, 3)).astype(float)  # (K, T)
    rows = (masks.sum(axis=3) * np.arange(float(masks.shape[2]))).sum(axis=2)
    columns = (masks.sum(axis=2) * np.arange(float(masks.shape[3]))).sum(axis=2)
    sums = np.stack([rows, columns], axis=2)
    times, centres = np.arange(masks.shape[1]), np.empty(sums.shape)
    for k, seen in enumerate(counts > 0):
        for axis in (0, 1):
            centres[k, :, axis] = np.interp(times, times[seen], sums[k, seen, axis] / counts[k, seen])
    return centres


def effect_templates(alpha, masks) -> np.ndarray:
    """The mean of `alpha` (T, H, W) over the frames, each shifted so that the subject's centre stays put: (K, 2 H - 1, 2 W - 1).

    The centre comes to [H - 1, W - 1]. What lies outside the picture counts as 0, so a place seen once has little say.

    >>> effect_templates([[[0.0, 0.5]], [[0.5, 0.0]]], [[[0, 1]], [[1, 0]]])[0].tolist()
    [[0.0, 0.5, 0.0]]
    """
    alpha, masks = _clip(alpha, masks)
    return _templates(alpha, _whole_centres(masks))


def motion_scores(alpha, masks) -> np.ndarray:
    """How much alpha each subject carries along at each pixel, (K, T, H, W): its template, put back to where it is.

    >>> motion_scores([[[0.0, 0.5]], [[0.5, 0.0]]], [[[0, 1]], [[1, 0]]]).tolist()
    [[[[0.0, 0.5]], [[0.5, 0.0]]]]
    """
    alpha, masks = _clip(alpha, masks)
    centres, (_, height, width) = _whole_centres(masks), alpha.shape
    scores = np.empty(masks.shape)
    for k, template in enumerate(_templates(alpha, centres)):
        for t, (row, column) in enumerate(centres[k]):
            scores[k, t] = template[height - 1 - row :, width - 1 - column :][:height, :width]
    return scores


def mask_distances(masks) -> np.ndarray:
    """Euclidean distance of each pixel to each subject's mask in the same frame, (K, T, H, W), pixels.

    Where a subject has no mask in a frame, to the centre interpolated from the others.

    >>> mask_distances([[[1, 0, 0, 0], [0, 0, 0, 1]]])[0, 0].round(2).tolist()
    [[0.0, 1.0, 1.41, 1.0], [1.0, 1.41, 1.0, 0.0]]
    """
    masks = subject_masks(masks).copy()
    for (k, t), (row, column) in zip(np.ndindex(masks.shape[:2]), _whole_centres(masks).reshape(-1, 2), strict=True):
        if not masks[k, t].any():
            masks[k, t, row, column] = True
    far = float(sum(masks.shape[2:]) ** 2)
    height, width = masks.shape[2:]
    cost = np.where(masks, 0.0, far).reshape(-1, height, width)
    return np.sqrt([_nearest(_nearest(one).T).T for one in cost]).reshape(masks.shape)


def _nearest(cost):
    """The least of cost + squared distance along the first axis, (H, W) -> (H, W)."""
    steps = np.arange(float(len(cost)))
    return (cost[None] + ((steps[:, None] - steps) ** 2)[:, :, None]).min(axis=1)  # (H, H, W) -> (H, W)


def owners(alpha, masks, rule: str = "motion") -> np.ndarray:
    """The subject (T, H, W), from 0 to K - 1, that each pixel's alpha is given to.

    By "motion", the one that carries the most alpha along at that place; where two do so alike, and by "nearest mask"
    everywhere, the one whose mask is nearest.

    >>> owners([[[1.0, 0.5, 0.5, 1.0]]], [[[[1, 0, 0, 0]]], [[[0, 0, 0, 1]]]], "nearest mask").tolist()
    [[[0, 0, 1, 1]]]
    """
    alpha, masks = _clip(alpha, masks)
    distances = mask_distances(masks)
    if one_of("rule", rule, RULES) == "nearest mask" or len(masks) == 1:
        return distances.argmin(axis=0)
    scores = motion_scores(alpha, masks)
    return np.where(scores >= scores.max(axis=0) - TIE, distances, np.inf).argmin(axis=0)


def _clip(alpha, masks):
    alpha = numbers("alpha", alpha, (None,) * 3, 0, 1)
    return alpha, subject_masks(masks, alpha.shape)


def _whole_centres(masks):
    return np.floor(centroids(masks) + 0.5).astype(int)


def _templates(alpha, centres):
    frames, height, width = alpha.shape
    sums = np.zeros((len(centres), 2 * height - 1, 2 * width - 1))
    for total, path in zip(sums, centres, strict=True):
        for picture, (row, column) in zip(alpha, path, strict=True):
            total[height - 1 - row :, width - 1 - column :][:height, :width] += picture
    return sums / frames
