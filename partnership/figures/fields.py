"""Chapter 3: how the fields see the user's part."""

from __future__ import annotations

import pandas as pd

from partnership.figures.style import (
    INK,
    MUTED,
    RULE,
    TRADITION,
    TRADITION_TEXT,
    BookFigure,
    canvas,
)
from partnership.figures.values import VIEW_COLUMN

FIELD_LABEL = {
    "public-administration": "Public administration",
    "service-management": "Service management",
    "health-services": "Health services and medicine",
    "nursing": "Nursing",
    "safety-science": "Safety science",
    "social-science": "Social science",
    "policy": "Agencies and governments",
    "design": "Design and technology",
}
"""What a field is called in a figure; the home fields of the two traditions come first."""

HEADING = {
    "pam": "the part is\nadded (pam)",
    "sm": "inherent\n(sm)",
    "both": "both\nviews",
    "neither": "no view of a\nuser’s part",
}
"""A view over its column, named so that it cannot be taken for a field of the same name."""

GAP = 26
"""Empty space between two columns, in works: room for the number behind the longest bar."""

HEADING_ROOM = {"pam": 120, "sm": 80, "both": 52, "neither": 66}
"""Least width of a column, in works: room for its heading."""


def fields_by_tradition(ranges: pd.DataFrame) -> BookFigure:
    """Draw, for each field, how many works take each view of the user's part.

    Parameters
    ----------
    ranges : pandas.DataFrame
        `field`, `tradition`, `agreed`, `low` and `high` (works), as
        :func:`partnership.literature.ranges_by_field` gives them.

    Returns
    -------
    BookFigure
        A row for each field, a column of bars for each tradition, all on one scale.
    """
    counts = ranges.set_index(["field", "tradition"])
    starts = _column_starts(ranges)
    right = starts["neither"] + HEADING_ROOM["neither"]
    figure, axes = canvas(5.8)

    for row, field in enumerate(FIELD_LABEL):
        y = -row
        axes.text(0, y + 0.3, FIELD_LABEL[field], fontsize=9.5, va="center", color=INK)
        if row:
            axes.plot([0, right], [y + 0.55, y + 0.55], color=RULE, linewidth=0.6)
        for tradition, start in starts.items():
            agreed, low, high = counts.loc[(field, tradition), ["agreed", "low", "high"]]
            axes.barh(y - 0.08, agreed, left=start, height=0.3, color=TRADITION[tradition])
            if low < high:
                axes.plot([start + low, start + high], [y - 0.3] * 2, color=INK, linewidth=1.2)
            axes.text(
                start + agreed + 2,
                y - 0.08,
                f"{agreed}",
                fontsize=9.5,
                va="center",
                color=TRADITION_TEXT[tradition] if agreed else MUTED,
            )
    for tradition, start in starts.items():
        # Line by line, so that headings with and without descenders share their baselines.
        for line, words in enumerate(HEADING[tradition].split("\n")):
            axes.text(
                start,
                0.98 - 0.24 * line,
                words,
                fontsize=9.5,
                fontweight="bold",
                va="baseline",
                color=TRADITION_TEXT[tradition],
            )
    axes.set_xlim(0, right)
    axes.set_ylim(-len(FIELD_LABEL) + 0.5, 1.25)
    axes.set_axis_off()

    caption = (
        "Works by the field they come from (rows) and the view they take of the user’s part "
        f"(columns). Bars give the agreed coding of {ranges['agreed'].sum()} works, the thin line "
        "under a bar the range over the agreed, the first and the second coding. "
        "A purposive sample, coded by machine readers from titles and abstracts: "
        "it shows which pairs occur, not how common they are."
    )
    described = "; ".join(_described(counts, field) for field in FIELD_LABEL)
    return BookFigure(
        name="fields-by-tradition",
        chapter="03-how-co-production-is-theorised",
        caption=caption,
        alt=(
            "Bars by field and by view of the user’s part, with the agreed count and in brackets "
            f"the range over three codings. {described}."
        ),
        data=("codings.csv", "literature.csv"),
        values=_values(ranges),
        columns={
            "field": "field of codebook.csv",
            "field_label": "what the field is called",
            **VIEW_COLUMN,
            "agreed": "works, by the agreed coding",
            "low": "fewest works over the agreed, the first and the second coding",
            "high": "most works over the agreed, the first and the second coding",
        },
        plot=figure,
    )


def _column_starts(ranges: pd.DataFrame) -> dict[str, float]:
    """Return where each tradition's column begins: behind the widest bar before it."""
    starts, start = {}, 0.0
    for tradition in HEADING:
        starts[tradition] = start
        widest = ranges.loc[ranges["tradition"].eq(tradition), "high"].max()
        start += max(widest + GAP, HEADING_ROOM[tradition])
    return starts


def _described(counts: pd.DataFrame, field: str) -> str:
    """Return one field's counts in words."""
    said = {"pam": "added", "sm": "inherent", "both": "both views", "neither": "no view"}
    parts = []
    for tradition, words in said.items():
        agreed, low, high = counts.loc[(field, tradition), ["agreed", "low", "high"]]
        span = f" ({low} to {high})" if low < high else ""
        parts.append(f"{words} {agreed}{span}")
    return f"{FIELD_LABEL[field]}: {', '.join(parts)}"


def _values(ranges: pd.DataFrame) -> pd.DataFrame:
    """Return what is drawn: a row a field and view, in the figure's order."""
    pairs = [(field, view) for field in FIELD_LABEL for view in TRADITION]
    table = ranges.set_index(["field", "tradition"]).loc[pairs, ["agreed", "low", "high"]]
    table = table.rename_axis(["field", "view"]).reset_index()
    table.insert(1, "field_label", table["field"].map(FIELD_LABEL))
    return table
