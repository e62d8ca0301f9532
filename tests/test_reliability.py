"""What must hold of Krippendorff's alpha, which the book computes itself."""

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from partnership.reliability import alpha, coincidences

BINARY = ("0100000010", "1110010000")
NOMINAL = ("aabbdcccedda", "babbbccceddd")
FOUR = ("123321412***", "1233224125*3", "*3332342251*", "12332441251*")
"""The three worked examples of Krippendorff's “Computing Krippendorff's Alpha-Reliability”."""


def counted(coders: tuple[str, ...]) -> np.ndarray:
    """Return how often each value was given to each unit; a star stands for none."""
    values = sorted(set("".join(coders)) - {"*"})
    return np.array([[unit.count(value) for value in values] for unit in zip(*coders, strict=True)])


@pytest.mark.parametrize(
    ("coders", "scale", "printed"),
    [
        (BINARY, "nominal", 0.095),
        (NOMINAL, "nominal", 0.692),
        (FOUR, "nominal", 0.743),
        (FOUR, "ordinal", 0.815),
        (FOUR, "interval", 0.849),
    ],
)
def test_worked_examples_in_print_come_out(coders, scale, printed):
    if scale == "interval":
        scale = np.subtract.outer(range(5), range(5)) ** 2
    assert round(alpha(coincidences(counted(coders)), scale), 3) == printed


def test_a_unit_with_one_value_has_nothing_to_be_compared_with():
    assert coincidences([[1, 0], [0, 0]]).tolist() == [[0, 0], [0, 0]]
    with_it, without = counted(FOUR), counted(tuple(coder[:11] for coder in FOUR))
    assert with_it.sum() == without.sum() + 1
    assert np.array_equal(coincidences(with_it), coincidences(without))


def test_each_value_of_a_unit_meets_the_others_with_a_weight_of_one_in_all():
    # Of a, a, b: each a meets the other a and the b by halves, b meets both.
    assert coincidences([[2, 1]]).tolist() == [[1, 1], [1, 0]]


def test_for_two_coders_the_cross_table_and_its_transpose_are_the_coincidences():
    one, other = np.array([0, 0, 1, 2, 2]), np.array([0, 1, 1, 2, 0])
    marks = np.eye(3, dtype=int)
    crossed = marks[one].T @ marks[other]
    assert np.array_equal(coincidences(marks[one] + marks[other]), crossed + crossed.T)


@pytest.mark.parametrize("scale", ["nominal", "ordinal"])
def test_without_two_values_that_can_be_paired_nothing_is_said(scale):
    for counts in ([[2, 0], [3, 0]], [[2, 0], [0, 1]], [[1, 0], [0, 1]]):
        assert np.isnan(alpha(coincidences(counts), scale))


def test_a_value_that_nobody_gave_changes_nothing():
    counts = counted(FOUR)
    wider = np.insert(counts, 2, 0, axis=1)
    for scale in ("nominal", "ordinal"):
        plain = alpha(coincidences(counts), scale)
        assert alpha(coincidences(wider), scale) == pytest.approx(plain)


def test_an_unknown_scale_is_named():
    with pytest.raises(ValueError, match="found 'ratio'"):
        alpha([[0, 1], [1, 0]], "ratio")


@given(
    st.integers(2, 5).flatmap(
        lambda values: st.lists(
            st.lists(st.integers(0, 4), min_size=values, max_size=values), min_size=1, max_size=12
        )
    ),
    st.sampled_from(["nominal", "ordinal"]),
)
def test_alpha_is_what_another_implementation_gives(units, scale):
    counts = np.array(units)
    met = coincidences(counts)
    assume((met.sum(axis=1) > 0).sum() > 1)
    other = krippendorff.alpha(value_counts=counts, level_of_measurement=scale)
    assert alpha(met, scale) == pytest.approx(other, abs=1e-12)
