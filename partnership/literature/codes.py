"""The codes of the codebook in the order in which the book shows them, and who is counted."""

from __future__ import annotations

import pandas as pd

CODINGS = ("first", "second", "agreed")
TRADITIONS = ("pam", "sm", "both", "neither")
ROLES = ("absent", "source", "checker", "adviser", "designer", "subject")
"""From the least active part to the most active."""
SAFETY = ("patients-in-safety", "patient-safety")
"""Codes of `corpus` whose stated matter is safety: the patient's part in it, or not."""


def coded_works(literature: pd.DataFrame) -> pd.DataFrame:
    """Return the works that every analysis counts.

    Parameters
    ----------
    literature : pandas.DataFrame
        The table `literature`, with the column `sample`.

    Returns
    -------
    pandas.DataFrame
        Its rows with `sample` equal to `coded`: neither works of which only a bibliographic
        record was seen nor works that the book cites for method or context.
    """
    return literature[literature["sample"] == "coded"]
