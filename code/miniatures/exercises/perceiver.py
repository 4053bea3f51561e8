"""Exercises on Perceiver IO, from counting products to writing attention."""

from miniatures import perceiver as pc
from miniatures import perceiver_published as published
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering

_self, _read = (pc.attention_multiply_adds(asking, 1024, 32) for asking in (1024, 32))
_bert, _ours = published.line("BERT of matching FLOPs"), published.line("Perceiver IO")
_BEYOND = 2 * 32  # inputs: 2 N^2 d = 4 N d^2
_STAGES = {
    "reading 4096 inputs into 32 latents": pc.attention_multiply_adds(32, 4096, 32),
    "one layer of self-attention among 32 latents": pc.attention_multiply_adds(32, 32, 32),
    "answering 1024 queries from 32 latents": pc.attention_multiply_adds(1024, 32, 32),
    "one layer of self-attention among 4096 inputs": pc.attention_multiply_adds(4096, 4096, 32),
}
_ordered = tuple(sorted(_STAGES, key=_STAGES.get))

_ATTENTION = """import numpy as np

def attention(queries, inputs):
    queries, inputs = np.array(queries, float), np.array(inputs, float)
    scores = queries @ inputs.T / np.sqrt(queries.shape[1])
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return weights @ inputs
"""
_slip = _ATTENTION.replace
_SMALL = ([[1.0, 0.0]], [[1.0, 2.0], [3.0, -1.0]])
_TWO = ([[0.5, -1.0, 2.0], [0.0, 3.0, 1.0]], [[1.0, 0.0, 2.0], [-1.0, 1.0, 0.5], [0.3, 0.2, -2.0]])
_ONE = ([[2.0], [-1.0], [0.0]], [[0.4], [1.5]])
_LARGE = ([[900.0, -900.0]], [[1.0, -1.0], [-1.0, 1.0]])

EXERCISES = (
    Number(
        id="perceiver-1",
        question="1024 inputs of width 32 are read by 32 latents. How many times as many scores does self-attention among the inputs compute?",
        answer=_self / _read,
        tolerance=0.01,
        mistakes=(
            Mistake(
                1024 * 1024,
                "That is the number of scores of self-attention. Divide it by the number of scores that the latents need.",
            ),
            Mistake(
                1024,
                "You divided 1024 x 1024 by 1024, or by 32 x 32. The 32 latents give each input a score: 32 x 1024.",
            ),
            Mistake(_read / _self, "That is the other way round: the share that is left."),
        ),
        hint="Each query has one score for each input.",
        solution=f"Self-attention has $N^2 = {1024**2}$ scores, the reading has $M N = {32 * 1024}$. The ratio is $N/M = {_self // _read}$, whatever the width.",
    ),
    MultipleChoice(
        id="perceiver-2",
        question="You put the same output query to the network twice, in places 3 and 40 of a list of 64 queries. What are the two answers?",
        options=(
            "Equal.",
            "Different, for they stand in different places.",
            "Equal only if all other queries are equal too.",
            "Equal on average over the images.",
        ),
        answer="Equal.",
        mistakes=(
            Mistake(
                "Different, for they stand in different places.",
                "A query does not know its place in the list. What is asked stands in the query itself.",
            ),
            Mistake(
                "Equal only if all other queries are equal too.",
                "Queries ask the latents, not each other: no query sees another one.",
            ),
            Mistake(
                "Equal on average over the images.",
                "They are equal for each image: the same query and the same latents go into the same formula.",
            ),
        ),
        hint="What goes into the answer to one query?",
        solution="An answer is made from its own query and the latents, and from nothing else. So equal queries get equal answers, and a query that is left out changes no other answer. "
        "That is why a training may ask for a few pixels at a time.",
    ),
    Number(
        id="perceiver-3",
        question="At matched cost, by how many points of the mean GLUE score is Perceiver IO ahead of BERT on bytes?",
        answer=_ours.glue - _bert.glue,
        tolerance=0.04,
        unit="points",
        mistakes=(
            Mistake(
                published.line("Perceiver IO++").glue - _bert.glue,
                "That is Perceiver IO++, which costs almost twice as much.",
            ),
            Mistake(
                _ours.glue - published.line("BERT Base, retrained").glue,
                "That is BERT on tokens. The comparison at matched cost is on bytes.",
            ),
            Mistake(
                published.line("Perceiver IO Base").glue - _bert.glue, "81.2 is the Perceiver IO that reads tokens."
            ),
        ),
        hint="The table has two rows for bytes of about equal cost: 130 and 113 billion FLOPs.",
        solution=f"${_ours.glue} - {_bert.glue} = {_ours.glue - _bert.glue:.1f}$. The models have {_ours.parameters} and {_bert.parameters} million parameters; the cost is matched, the size is not.",
    ),
    Number(
        id="perceiver-4",
        question="Around self-attention among $N$ inputs of width $d = 32$ stand four projections of $d \\times d$ numbers. From how many inputs on do scores and means cost more than these?",
        answer=_BEYOND,
        tolerance=0.5,
        unit="inputs",
        mistakes=(
            Mistake(
                32,
                "Count both products of attention: N²d for the scores and N²d for the means, against 4 N d² for the projections.",
            ),
            Mistake(128, "You left out the weighted means. They cost as much as the scores."),
            Mistake(16, "There are four projections: of queries, keys, values and answers."),
        ),
        hint="Solve $2 N^2 d = 4 N d^2$.",
        solution="$2N^2 d = 4 N d^2$ gives $N = 2d = 64$. Below that, a claim about the square of the number of inputs is a claim about the smaller part of the cost.",
    ),
    MultipleChoice(
        id="perceiver-5",
        question="The 16 tokens of a digit are put in another order, each with its position features. What happens to the latents?",
        options=(
            "Nothing.",
            "They are put in the same order.",
            "They change, and the class is no longer recognised.",
            "They change a little, because softmax does.",
        ),
        answer="Nothing.",
        mistakes=(
            Mistake(
                "They are put in the same order.",
                "There are eight latents and sixteen tokens. Each latent takes a weighted mean over all tokens, and a mean has no order.",
            ),
            Mistake(
                "They change, and the class is no longer recognised.",
                "That happens when the patches move and the positions stay. Here each patch keeps its position with it.",
            ),
            Mistake(
                "They change a little, because softmax does.",
                "Softmax permutes its weights with the tokens; the weighted sum stays the same, up to rounding.",
            ),
        ),
        hint="A sum does not depend on the order of its terms.",
        solution="Attention reads a set. Where a patch lies is known only from the features that it carries; that is why they must be part of the input.",
    ),
    Ordering(
        id="perceiver-6",
        question="Order these by their multiply-adds without projections, the cheapest first. The width is 32 throughout.",
        answer=_ordered,
        mistakes=(
            Mistake(tuple(reversed(_ordered)), "Those are the right neighbours, but with the dearest first."),
            Mistake(
                (_ordered[0], _ordered[2], _ordered[1], _ordered[3]),
                "Reading costs 32 times the inputs, answering 32 times the queries: here there are more inputs than queries.",
            ),
        ),
        hint="Multiply the two numbers of vectors that meet.",
        solution="The vectors that meet are "
        + ", ".join(f"{_STAGES[name] // 64:,} pairs ({name})" for name in _ordered)
        + ". Each pair costs $2d$ products.",
    ),
    Number(
        id="perceiver-7",
        question="A matrix of weights is applied to each of the vectors of a layer. In the byte-level BERT these are 2048, in Perceiver IO 256. "
        "For equal cost of all such matrices, how many times as many weights may Perceiver IO hold?",
        answer=_bert.vectors / _ours.vectors,
        tolerance=0.01,
        mistakes=(
            Mistake(
                (_bert.vectors / _ours.vectors) ** 2,
                "The square belongs to the scores. A matrix of weights meets each vector once.",
            ),
            Mistake(
                _ours.parameters / _bert.parameters,
                "That is the ratio of the printed sizes. Compute what the counts of vectors alone allow.",
            ),
            Mistake(_ours.vectors / _bert.vectors, "The other way round: fewer vectors leave room for more weights."),
        ),
        hint="Cost is weights times vectors.",
        solution="$2048/256 = 8$. The printed sizes differ by a factor of 10; a part of the rest is what BERT spends on its scores. "
        "Equal cost with fewer vectors means more parameters: this is where the size of Perceiver IO comes from.",
    ),
    Code(
        id="perceiver-8",
        question="Write `attention(queries, inputs)`: for queries $(M, d)$ and inputs $(N, d)$ the array $(M, d)$ of weighted means, with weights $\\operatorname{softmax}(Q X^\\top / \\sqrt d)$.",
        function="attention",
        starter="import numpy as np\n\ndef attention(queries, inputs):\n    queries, inputs = np.array(queries, float), np.array(inputs, float)\n    return queries\n",
        reference=pc.cross_attention,
        cases=(_SMALL, _TWO),
        hidden=(_ONE, _LARGE),
        answer=_ATTENTION,
        mistakes=(
            Mistake(
                _slip(" / np.sqrt(queries.shape[1])", ""),
                "The scores must be divided by √d, or they grow with the width and softmax turns into a choice.",
            ),
            Mistake(_slip("np.sqrt(queries.shape[1])", "queries.shape[1]"), "Divide by the root of d, not by d."),
            Mistake(
                _slip("powers / powers.sum(axis=1, keepdims=True)", "powers / powers.sum(axis=0, keepdims=True)"),
                "You normalised over the queries. The weights of one query, over all inputs, must add up to one.",
            ),
            Mistake(
                _slip("powers / powers.sum(axis=1, keepdims=True)", "powers"),
                "The weights must add up to one: divide by the sum of each row.",
            ),
            Mistake(
                _slip("return weights @ inputs", "return weights"),
                "Those are the weights. The answer is the weighted mean of the inputs.",
            ),
            Mistake(
                _slip(" - scores.max(axis=1, keepdims=True)", ""),
                "For scores of many hundreds the exponential overflows. Subtract the largest score of each row first; the weights stay the same.",
            ),
        ),
        hint="Scores, softmax over each row, weighted sum: three lines. Subtract the largest score of a row before the exponential.",
        solution=f"```python\n{_ATTENTION}```",
    ),
)
