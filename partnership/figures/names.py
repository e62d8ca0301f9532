"""Short names of issues and forms, for figures in which the full label has no room."""

from __future__ import annotations

from textwrap import shorten

LONGEST = 26
"""Characters in a short name."""

ISSUE_NAME = {
    "sterile-instruments": "sterile instruments",
    "line-infection": "infected central lines",
    "patient-identification": "wrong patient or site",
    "surgical-complications": "harm during operation",
    "pressure-ulcers": "pressure injuries",
    "inpatient-falls": "falls in hospital",
    "inpatient-medication": "medicines on the ward",
    "chemotherapy-administration": "chemotherapy, day ward",
    "medication-transitions": "medicines, hospital–home",
    "care-transitions": "discharge and moves",
    "bedside-handover": "handover at the bedside",
    "deterioration": "unseen deterioration",
    "diagnostic-error": "diagnostic error",
    "record-errors": "errors in records",
    "sepsis-recognition": "sepsis outside hospital",
    "maternity-voice": "concerns in maternity care",
    "paediatric-inpatient": "children in hospital",
    "intensive-care-family": "intensive care, families",
    "dementia-hospital": "dementia in hospital",
    "psychiatric-suicide": "suicide, psychiatric ward",
    "psychiatric-coercion": "coercion, psychiatric ward",
    "language-barriers": "language barriers",
    "disrespect": "disrespect and abuse",
    "home-dialysis": "haemodialysis at home",
    "insulin-hospital": "insulin in hospital",
    "anticoagulants": "anticoagulants, daily life",
    "home-care": "care at home",
    "nursing-home": "nursing homes",
    "primary-care": "general practice",
    "harm-aftermath": "aftermath of harm",
}
"""What the dataset's issues are called in a figure (their labels: `safety_issues.csv`)."""


def issue_name(issue: str, label: str | None = None) -> str:
    """Return what an issue is called in a figure.

    Parameters
    ----------
    issue : str
        Its name in the data.
    label : str, optional
        Its label, which is cut to length if the issue is not one of the dataset.

    Returns
    -------
    str
        At most 26 characters.
    """
    text = label if isinstance(label, str) else issue
    return ISSUE_NAME.get(issue) or shorten(text, LONGEST, placeholder=" …") or issue[:LONGEST]


def form_name(label: str) -> str:
    """Return what a form is called in a figure: its label without “patient” or “partner”.

    >>> form_name("Checking patient"), form_name("Watching and insisting partner")
    ('checking', 'watching and insisting')
    """
    return label.removesuffix(" patient").removesuffix(" partner").lower()
