"""A new photograph: whom of a gallery does a face belong to, or nobody of it?

Source: Apple, "Recognizing people in photos through private on-device machine learning" (2021), writes a new face as a sparse sum of faces
that are known. Solved by FISTA: A. Beck, M. Teboulle, SIAM J. Imaging Sci. 2 (2009), doi:10.1137/080716542.

y        a new face, d numbers of unit length
D        the gallery, m known faces of unit length
x        the code of y, m weights of which most are 0: the minimum of |y - D x|² / 2 + penalty |x|₁
share    of a code's positive weight, the part that lies on the faces of one person
least    smallest share at which a face is given to a person
"""

import numpy as np

from miniatures.checks import numbers, positive, real, whole, whole_numbers

PENALTY, STEPS, LEAST = 0.1, 400, 0.5
NOBODY = -1


def sparse_codes(faces, gallery, penalty: float = PENALTY, steps: int = STEPS) -> np.ndarray:
    """The codes x (n, m) of `faces` (n, d) in `gallery` (m, d), both scaled to unit length, after `steps` steps of FISTA.

    >>> sparse_codes([[3.0, 0]], [[1, 0], [0, 2]], 0.25).tolist()
    [[0.75, 0.0]]
    """
    known, new = _unit("gallery", gallery), _unit("faces", faces)
    if known.shape[1] != new.shape[1]:
        raise ValueError(f"gallery of {known.shape[1]} numbers a face must have {new.shape[1]} as faces has")
    penalty, steps = positive("penalty", penalty, 10), whole("steps", steps, 1, 10_000)
    gram, match = known @ known.T, new @ known.T
    rate, pace = 1 / np.linalg.eigvalsh(gram)[-1], 1.0
    code = ahead = np.zeros(match.shape)
    for _ in range(steps):
        moved = ahead - rate * (ahead @ gram - match)
        following = np.sign(moved) * np.maximum(np.abs(moved) - rate * penalty, 0)
        faster = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        ahead = following + (pace - 1) / faster * (following - code)
        code, pace = following, faster
    return code


def shares(codes, person) -> tuple[np.ndarray, np.ndarray]:
    """The persons (p,), ascending, and their shares (n, p) of the positive weight of `codes` (n, m); `person` (m,) says whose faces they are.

    A code without positive weight has shares of 0.
    """
    weight = np.maximum(numbers("codes", codes, (None, None)), 0)
    names, which = np.unique(whole_numbers("person", person, (weight.shape[1],)), return_inverse=True)
    found = weight @ (which[:, None] == np.arange(len(names))).astype(float)
    total = found.sum(axis=1, keepdims=True)
    return names, np.where(total > 0, found / np.where(total > 0, total, 1), 0)


def recognise(faces, gallery, person, penalty: float = PENALTY, least: float = LEAST) -> np.ndarray:
    """Whose face each of `faces` (n, d) is, (n,): a name of `person` (m,), or NOBODY, -1, where no share reaches `least`."""
    least = real("least", least, 0, 1)
    names, found = shares(sparse_codes(faces, gallery, penalty), person)
    best = found.argmax(axis=1)
    sure = (found.max(axis=1) >= least) & (found.max(axis=1) > 0)
    return np.where(sure, names[best], NOBODY)


def nearest_mean(faces, gallery, person, farthest: float = 2.0) -> np.ndarray:
    """The same by the closest mean face, (n,): NOBODY where its cosine distance exceeds `farthest`."""
    farthest = real("farthest", farthest, 0, 2)
    known, new = _unit("gallery", gallery), _unit("faces", faces)
    if known.shape[1] != new.shape[1]:
        raise ValueError(f"gallery of {known.shape[1]} numbers a face must have {new.shape[1]} as faces has")
    names, which = np.unique(whole_numbers("person", person, (len(known),)), return_inverse=True)
    means = np.array([known[which == one].mean(axis=0) for one in range(len(names))])
    cosine = new @ _unit("gallery", means).T
    return np.where(1 - cosine.max(axis=1) <= farthest, names[cosine.argmax(axis=1)], NOBODY)


def nearest_face(faces, gallery, person) -> np.ndarray:
    """The same by the single face that is closest, (n,); somebody always.

    >>> nearest_face([[3, 1], [1, 2]], [[1, 0], [0, 1]], [7, 4]).tolist()
    [7, 4]
    """
    known, new = _unit("gallery", gallery), _unit("faces", faces)
    if known.shape[1] != new.shape[1]:
        raise ValueError(f"gallery of {known.shape[1]} numbers a face must have {new.shape[1]} as faces has")
    return whole_numbers("person", person, (len(known),))[(new @ known.T).argmax(axis=1)]


def _unit(name, rows):
    found = numbers(name, rows, (None, None))
    size = np.abs(found).max(axis=1, keepdims=True)
    if not (size > 1e-9).all():
        raise ValueError(f"{name} holds a row of zeros: it has no direction")
    return (found / size) / np.sqrt(((found / size) ** 2).sum(axis=1, keepdims=True))
