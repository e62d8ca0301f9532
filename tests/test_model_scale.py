"""The model takes millions of issues in little time and memory, and runs on a cluster."""

import time
import tracemalloc

import pandas as pd
import pytest

from partnership import data, model
from tools.bench import many_issues

pytestmark = pytest.mark.slow


def test_two_hundred_thousand_issues_take_little_time_and_memory():
    frame, forms = many_issues(200_000), data.load("partnership_forms")
    start = time.perf_counter()
    model.assess(frame, forms)
    assert time.perf_counter() - start < 5  # measured: about 0.2 s
    tracemalloc.start()
    model.assess(frame, forms)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 * 2**20  # what a million issues may take is 1 GB


def test_memory_does_not_grow_with_the_file(tmp_path):
    peaks = []
    for rows in (6_000, 24_000):
        many_issues(rows).to_csv(tmp_path / "in.csv", index=False)
        tracemalloc.start()
        model.assess_csv(tmp_path / "in.csv", tmp_path / "out.csv", 3_000, progress=False)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_cluster_runs_assess_unchanged():
    # Installed for the slow tests alone.
    import dask.dataframe as dd
    from dask.distributed import Client, LocalCluster

    frame = many_issues(2000)
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster),
    ):
        issues = dd.from_pandas(frame, npartitions=4)
        result = issues.map_partitions(model.assess, meta=model.assess(issues._meta)).compute()
    pd.testing.assert_frame_equal(result, model.assess(frame), check_dtype=False)
