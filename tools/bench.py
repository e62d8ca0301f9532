"""Measure `partnership.model.assess`: rows a second, memory, and how time grows with the rows.

Prints; asserts nothing. It is compared with a loop of `pymcdm.methods.SPOTIS` over the forms, timed
in the same run, on fewer rows, and counted by the row. The loop gives the fits alone. Most of its
time goes into checking its input, so it is timed with its checks and without.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

from partnership import data, model

SIZES = (250_000, 1_000_000, 4_000_000)
SAMPLE = 20_000
"""Rows that the loop over SPOTIS is timed on."""


def many_issues(rows: int, halves: bool = True, seed: int = 1) -> pd.DataFrame:
    """Return made-up issues, one row each, as `model.assess` takes them.

    Parameters
    ----------
    rows : int
        How many.
    halves : bool
        Whether scores are half points, as medians over raters are, or any number from 0 to 4.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    DataFrame
        `issue`, the five scales (one score in ten missing), `offered` and `enacted`.
    """
    draw = np.random.default_rng(seed)
    shape = (rows, len(model.SCALES))
    scores = draw.integers(0, 9, shape) / 2 if halves else draw.random(shape) * model.TOP
    scores[draw.random(shape) < 0.1] = np.nan
    forms = model.in_phase()["form"].tolist()
    cells = [
        ";".join(draw.choice(forms, count, False)) for count in [1, 1, 2, 3] for _ in range(40)
    ]
    cells = np.array([*cells, *[model.UNHEARD, None] * 20], dtype=object)
    frame = pd.DataFrame(scores, columns=list(model.SCALES))
    frame.insert(0, "issue", pd.array([f"issue-{row}" for row in range(rows)], dtype="str"))
    for layer in model.LAYERS:
        frame[layer] = pd.array(cells[draw.integers(0, len(cells), rows)], dtype="str")
    return frame


def seconds(run: Callable[[], object], times: int = 3) -> float:
    """Return the shortest time of some runs: what the work takes when nothing disturbs it."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def megabytes(run: Callable[[], object]) -> float:
    """Return the most memory that a run holds at a time."""
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def spotis_loop(frame: pd.DataFrame, forms: pd.DataFrame, checked: bool) -> np.ndarray:
    """Return the fits of all forms to all rows, with one call of SPOTIS a form."""
    from pymcdm.methods import SPOTIS  # of the tests' packages, which the book does without

    bounds = np.array([[0.0, model.TOP]] * len(model.SCALES))
    weights, types = np.full(len(model.SCALES), 0.2), np.ones(len(model.SCALES))
    rows = frame[list(model.SCALES)].fillna(0).to_numpy()  # SPOTIS takes no missing score
    prototypes = forms[list(model.SCALES)].to_numpy(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that rows are "dominated", which does not matter here
        apart = [SPOTIS(bounds, esp=esp)(rows, weights, types, checked) for esp in prototypes]
    return 1 - np.column_stack(apart)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", type=int, default=SIZES, help="sizes to measure")
    sizes = sorted(parser.parse_args().rows)
    forms = data.load("partnership_forms")
    print(f"{'rows':>10}  {'scores':<12}{'seconds':>8}{'rows/s':>12}{'peak MB':>9}")
    taken = {}
    for halves, scores in ((True, "half points"), (False, "any number")):
        for rows in sizes:
            frame = many_issues(rows, halves)
            taken[halves, rows] = spent = seconds(lambda f=frame: model.assess(f, forms))
            peak = megabytes(lambda f=frame: model.assess(f, forms))
            print(f"{rows:>10,}  {scores:<12}{spent:>8.2f}{rows / spent:>12,.0f}{peak:>9,.0f}")
        if len(sizes) > 1:
            times = [taken[halves, rows] for rows in sizes]
            growth = np.polyfit(np.log(sizes), np.log(times), 1)[0]
            print(f"{'':>10}  time grows as rows to the power of {growth:.2f}")
    frame, rows = many_issues(SAMPLE), sizes[-1]
    whole = taken[True, rows] / rows
    print(f"A row takes {whole * 1e6:.2f} µs in assess ({rows:,} rows, half points).")
    for checked, how in ((True, "as it comes"), (False, "its checks of the input off")):
        loop = seconds(lambda how=checked: spotis_loop(frame, forms, how), times=1) / SAMPLE
        print(
            f"A row takes {loop * 1e6:,.1f} µs in a loop of pymcdm's SPOTIS over {len(forms)} "
            f"forms, {how} ({SAMPLE:,} rows): {loop / whole:,.1f} times that, for the fits alone."
        )
    unit = 2**20 if sys.platform == "darwin" else 2**10
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(f"Most memory of the process, with the frames and Python itself: {most:,.0f} MB.")


if __name__ == "__main__":
    main()
