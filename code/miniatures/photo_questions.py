"""A budget of questions: what to ask the user of a photo library, and what the answers change.

Source: the article and Apple (2021) say that the user is asked; how the question is chosen is ours. Asking about what lies closest to
the threshold is uncertainty sampling: D. D. Lewis, W. A. Gale, SIGIR (1994), arXiv:cmp-lg/9407020.

budget    questions that are asked at most
height    mean distance at which two groups merge, or would
closest   ask about the merge whose height is closest to the threshold, made or not made
next      ask about the closest merge that was not made
largest   ask where most pairs may be won: members times members, times 1 less the height
random    ask about any merge that was not made
"""

from dataclasses import dataclass

import numpy as np

from miniatures.average_linkage import cut, merged, renumbered
from miniatures.checks import numbers, one_of, real, several, whole, whole_numbers
from miniatures.photo_clustering import (
    ALPHA,
    BETA,
    FIRST,
    SECOND,
    Observations,
    first_pass,
    second_pass,
)

STRATEGIES = ("closest", "next", "largest", "random")
MOST_QUESTIONS = 200


@dataclass(frozen=True)
class Question:
    """Are the observations `one` and `other` the same person? `sides`: the parts (n,), (m,) that the answer is about, as blocks."""

    one: int
    other: int
    height: float
    made: bool  # the clustering has put them together
    sides: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Dialogue:
    """`pairs` (q, 2), the observations shown; `same` (q,), the answers; `heights` (q,), `made` (q,); `clusters` (q + 1, N), before and after each."""

    pairs: np.ndarray
    same: np.ndarray
    heights: np.ndarray
    made: np.ndarray
    clusters: np.ndarray


class Session:
    """A library between two questions: blocks of first-pass groups that are known to be one person, and which blocks are not.

    `answer` changes it in place. A question never splits a group of the first pass.
    """

    def __init__(self, observations: Observations, first: float = FIRST, second: float = SECOND, alpha: float = ALPHA,
                 beta: float = BETA, summary: str = "centroid", same_photo_rule: bool = True,
                 parting: bool = False):  # fmt: skip
        first, self.second = real("first", first, 0, 2), real("second", second, 0, 2)
        self.block = first_pass(observations, first, alpha, beta, same_photo_rule, parting)  # (N,) -> its block
        self.shown = _clearest(observations.face, self.block)
        self.apart = second_pass(observations, self.block, summary, same_photo_rule)
        self.size = np.ones(len(self.apart))  # first-pass groups in each block
        self._grow()

    def _grow(self):
        self.tree = merged(self.apart, self.size)
        self.of_block = cut(self.tree, self.second)
        self.members = np.bincount(self.block, minlength=len(self.apart)).astype(float)

    @property
    def clusters(self) -> np.ndarray:
        """The people (N,) by what is known now."""
        return renumbered(self.of_block[self.block])

    def questions(self) -> list[Question]:
        """What may be asked: each merge that was made, and each next merge of two whole clusters."""
        inside = [np.array([leaf]) for leaf in range(self.tree.leaves)]
        height = [-1.0] * self.tree.leaves  # a leaf is a whole cluster at any threshold
        found = []
        for (one, other), merged_at in zip(self.tree.pairs.tolist(), self.tree.heights.tolist(), strict=True):
            if merged_at < self.second or max(height[one], height[other]) < self.second:
                found.append(self._question(inside[one], inside[other], merged_at))
            inside.append(np.concatenate([inside[one], inside[other]]))
            height.append(merged_at)
        return found

    def _question(self, one, other, height):
        rows = [self.shown[side[self.members[side].argmax()]] for side in (one, other)]
        return Question(int(rows[0]), int(rows[1]), height, height < self.second, (one, other))

    def choose(self, strategy: str = "closest", rng: np.random.Generator | None = None) -> Question | None:
        """The question that `strategy` asks now, None where nothing is left; "random" needs `rng`."""
        one_of("strategy", strategy, STRATEGIES)
        if strategy == "random" and rng is None:
            raise ValueError("rng=None: the strategy 'random' needs a numpy random generator")
        open_ones = [one for one in self.questions() if strategy == "closest" or not one.made]
        if not open_ones:
            return None
        if strategy == "random":
            return open_ones[int(rng.integers(len(open_ones)))]
        if strategy == "largest":
            return open_ones[int(np.argmax([self._gain(one) for one in open_ones]))]
        return open_ones[int(np.argmin([abs(one.height - self.second) for one in open_ones]))]

    def _gain(self, question):
        return np.prod([self.members[side].sum() for side in question.sides]) * max(1 - question.height, 1e-9)

    def about(self, one: int, other: int) -> Question:
        """The question of two observations that a reader points at: about the merge that joined them, or else about their two clusters."""
        count = len(self.block)
        one, other = whole("one", one, 0, count - 1), whole("other", other, 0, count - 1)
        blocks = self.block[[one, other]]
        if blocks[0] == blocks[1]:
            raise ValueError(f"one={one} and other={other} are in one group already: a question cannot split it")
        if self.of_block[blocks[0]] != self.of_block[blocks[1]]:
            sides = tuple(np.flatnonzero(self.of_block == self.of_block[block]) for block in blocks)
            weights = np.outer(self.size[sides[0]], self.size[sides[1]])
            height = (weights * self.apart[np.ix_(*sides)]).sum() / weights.sum()
            return Question(one, other, float(height), False, sides)
        for asked in self.questions():
            sides = asked.sides if blocks[0] in asked.sides[0] else asked.sides[::-1]
            if blocks[0] in sides[0] and blocks[1] in sides[1]:
                return Question(one, other, asked.height, True, sides)
        raise AssertionError("two blocks of one cluster were merged somewhere")

    def answer(self, question: Question, same: bool) -> None:
        """The same person: both sides become one block. Not the same: they never merge again. The library is clustered anew."""
        one, other = question.sides
        if not isinstance(same, (bool, np.bool_)):
            raise ValueError(f"same={same!r} must be True or False")
        if not same:
            self.apart[np.ix_(one, other)] = self.apart[np.ix_(other, one)] = np.inf
        else:
            self._unify(np.sort(np.concatenate([one, other])))
        self._grow()

    def _unify(self, blocks):
        weight = self.size[blocks] / self.size[blocks].sum()
        row = weight @ self.apart[blocks]  # an infinite distance of one is a distance of all
        keep, size = blocks[0], self.size[blocks].sum()
        self.shown[keep] = self.shown[blocks[self.members[blocks].argmax()]]
        self.apart[keep], self.apart[:, keep], self.size[keep] = row, row, size
        self.apart[keep, keep] = 0
        left = np.setdiff1d(np.arange(len(self.apart)), blocks[1:])
        number = np.zeros(len(self.apart), int)
        number[left] = np.arange(len(left))
        number[blocks] = number[keep]
        self.block = number[self.block]
        self.apart, self.size, self.shown = self.apart[np.ix_(left, left)], self.size[left], self.shown[left]


def _clearest(face, groups):
    """Of each group the observation whose face is most like the group's mean: what the user is shown."""
    unit = face / np.sqrt((face**2).sum(axis=1, keepdims=True))
    mean = np.zeros((int(groups.max()) + 1, face.shape[1]))
    np.add.at(mean, groups, unit)
    alike = (unit * mean[groups]).sum(axis=1)
    order = np.lexsort((np.arange(len(groups)), -alike, groups))
    return order[np.unique(groups[order], return_index=True)[1]]


def ask(observations: Observations, person, budget: int, strategy: str = "closest", rng: np.random.Generator | None = None,
        **settings) -> Dialogue:  # fmt: skip
    """Ask up to `budget` questions of a user who knows who everybody is, `person` (N,); `settings` are those of a Session.

    Ends early where nothing is left to ask. The user looks at the two faces shown, and at nothing else.
    """
    truth = whole_numbers("person", person, (len(observations),))
    budget, strategy = whole("budget", budget, 0, MOST_QUESTIONS), one_of("strategy", strategy, STRATEGIES)
    return _asked(
        Session(observations, **settings), budget, strategy, rng, lambda one, _: truth[one.one] == truth[one.other]
    )


def answered(observations: Observations, answers, strategy: str = "closest", **settings) -> Dialogue:
    """The same with a reader's answers (q,), each True for "the same person": who may err. What is asked next depends on them.

    >>> seen = Observations([[1, 0], [0.8, 0.6], [0, 1]], [[1, 0]] * 3, photo=[0, 1, 2], moment=[0, 1, 2])
    >>> answered(seen, [False]).clusters.tolist()
    [[0, 0, 1], [0, 0, 1]]
    """
    one_of("strategy", strategy, STRATEGIES)
    given = list(several("answers", answers))
    for one in given:
        if not isinstance(one, (bool, np.bool_)):
            raise ValueError(f"answers holds {one!r}: each must be True or False")
    whole("answers' number", len(given), 0, MOST_QUESTIONS)
    return _asked(Session(observations, **settings), len(given), strategy, None, lambda _, number: given[number])


def _asked(session, budget, strategy, rng, reply):
    """Asks up to `budget` questions; `reply(question, number)` says whether the two are the same."""
    asked, same, clusters = [], [], [session.clusters]
    while len(asked) < budget and (question := session.choose(strategy, rng)) is not None:
        same.append(bool(reply(question, len(asked))))
        asked.append(question)
        session.answer(question, same[-1])
        clusters.append(session.clusters)
    return _dialogue(asked, same, clusters)


def _dialogue(asked, same, clusters):
    return Dialogue(
        np.array([(one.one, one.other) for one in asked], int).reshape(-1, 2),
        np.array(same, bool),
        np.array([one.height for one in asked], float),
        np.array([one.made for one in asked], bool),
        np.array(clusters),
    )


def correct(observations: Observations, person, budget: int, twins=(0, 1), **settings) -> Dialogue:
    """What a user does who looks for the twins: points at two faces in one cluster, one of each, and says "not the same".

    The cluster is the one with most wrong pairs, the faces come from the largest groups of either twin in it. Ends early where no
    cluster holds both, or where a group of the first pass does: pointing cannot split that.
    """
    truth = whole_numbers("person", person, (len(observations),))
    budget = whole("budget", budget, 0, MOST_QUESTIONS)
    twins = whole_numbers("twins", twins, (2,)).tolist()
    session = Session(observations, **settings)
    asked, clusters = [], [session.clusters]
    while len(asked) < budget and (rows := _mixed_pair(session, truth, twins)) is not None:
        asked.append(session.about(*rows))
        session.answer(asked[-1], False)
        clusters.append(session.clusters)
    return _dialogue(asked, [False] * len(asked), clusters)


def _mixed_pair(session, truth, twins):
    """An observation of either twin in the cluster with most wrong pairs, from groups that differ; None where there are none."""
    count = len(session.of_block)
    table = np.array(
        [np.bincount(session.block[truth == twin], minlength=count) for twin in twins], float
    )  # (2, blocks)
    if table.min(axis=0).any():
        return None
    in_cluster = np.array([np.bincount(session.of_block, row, session.of_block.max() + 1) for row in table])
    worst = int(in_cluster.prod(axis=0).argmax())
    if not in_cluster[:, worst].all():
        return None
    blocks = np.where(session.of_block == worst, table, 0).argmax(axis=1)
    return [int(np.flatnonzero((session.block == block) & (truth == twin))[0])
            for block, twin in zip(blocks, twins, strict=True)]  # fmt: skip


def together(clusters, person, twins=(0, 1)) -> np.ndarray:
    """How many pairs of one twin and the other lie in a common cluster, for each row of `clusters` (q, N): (q,) floats.

    >>> together([[0, 0, 1], [0, 1, 1]], [0, 1, 1]).tolist()
    [1.0, 0.0]
    """
    truth = whole_numbers("person", person, (None,))
    rows = numbers("clusters", clusters, (None, len(truth))).astype(int)
    one, other = (rows[:, truth == twin] for twin in whole_numbers("twins", twins, (2,)).tolist())
    return (one[:, :, None] == other[:, None, :]).sum(axis=(1, 2)).astype(float)


def questions_to_separate(dialogue: Dialogue, person, twins=(0, 1)) -> int | None:
    """After how many questions no cluster holds both twins any more, then and to the end; None where one still does.

    >>> seen = Observations([[1, 0], [0.8, 0.6], [0, 1]], [[1, 0]] * 3, photo=[0, 1, 2], moment=[0, 1, 2])
    >>> questions_to_separate(answered(seen, [False]), [0, 1, 2]) is None
    True
    """
    person = whole_numbers("person", person, (dialogue.clusters.shape[1],))
    mixed = np.flatnonzero(together(dialogue.clusters, person, twins) > 0)
    after = int(mixed[-1]) + 1 if len(mixed) else 0
    return after if after < len(dialogue.clusters) else None
