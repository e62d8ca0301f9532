"""The plane of role and interaction, as a table of small bars."""

from __future__ import annotations

import pandas as pd
from matplotlib.patches import Rectangle

from partnership.figures.style import (
    INK,
    MUTED,
    RULE,
    TRADITION,
    TRADITION_TEXT,
    BookFigure,
    canvas,
)
from partnership.literature.plane import INTERACTIONS, ROLES

ROLE_LABEL = {
    "absent": "no part",
    "source": "source of\ninformation",
    "checker": "checker of\nstaff’s tasks",
    "adviser": "adviser",
    "designer": "designer",
    "subject": "subject with\nown strategies",
}
INTERACTION_LABEL = {"low": "low", "medium": "medium", "high": "high"}
LABELS = 1.12
"""Width of the column of role names, where a cell is 1 wide."""
BAR = 0.74
"""Length of the longest bar, where a cell is 1 wide."""
LANE = 0.165
"""From bar to bar in a cell, in the unit in which the figure is 1 inch high."""
ROW = 0.7
"""Height of a row of cells with two bars; a third bar adds a lane."""
EMPTY_ROW = 0.42
NOUGHT = {"pam": "0", "sm": "0 service view"}
"""What stands in place of a bar; spelt out where the missing view is the point of the figure."""


NAMED = {
    "pam": "works in the view of public administration and management",
    "sm": "works in the view of service management",
    "neither": "works in which no view can be made out",
}
"""What is counted in the lanes of a cell."""


def safety_plane(cells: pd.DataFrame, spread: pd.DataFrame) -> BookFigure:
    """Draw works on patients' part in safety by role and interaction, split by tradition.

    Parameters
    ----------
    cells : DataFrame
        What :func:`partnership.literature.plane.plane_cells` returns.
    spread : DataFrame
        What :func:`partnership.literature.plane.plane_ranges` returns.

    Returns
    -------
    BookFigure
        A row a role, a column a degree of interaction; a bar a tradition, all of one scale.
    """
    figure, axes = canvas(5.6)
    ranges = spread.set_index(["role", "interaction"])
    fullest = int(cells["works"].max())
    longest = cells[["pam", "sm", "neither"]].to_numpy().max()
    bottom = 0.0
    for role in ROLES:
        members = cells[cells["role"] == role]
        height = ROW + LANE * bool(members["neither"].any())
        if not members["works"].any():
            height = EMPTY_ROW
        for cell in members.itertuples():
            left = float(INTERACTIONS.index(cell.interaction))
            within = ranges.loc[(cell.role, cell.interaction)]
            if cell.works:
                _draw_cell(axes, left, bottom + height, cell, within, BAR / longest)
            else:
                _draw_empty_cell(axes, left, bottom, height, within)
        axes.text(
            -0.08, bottom + height / 2, ROLE_LABEL[role], ha="right", va="center", linespacing=1.1
        )
        bottom += height
        axes.plot([-LABELS, 3.0], [bottom, bottom], color=RULE, linewidth=0.8)

    for column, interaction in enumerate(INTERACTIONS):
        axes.text(
            column + 0.03,
            bottom + 0.06,
            INTERACTION_LABEL[interaction],
            va="bottom",
            fontweight="bold",
        )
    axes.text(-0.08, bottom + 0.06, "interaction", ha="right", va="bottom", fontweight="bold")
    names = {
        "pam": (0.86, "works in the view of public administration"),
        "sm": (0.64, "works in the view of service management"),
        "neither": (0.42, "works in which no view can be made out"),
    }
    for tradition, (above, name) in names.items():
        _draw_bar(axes, -LABELS, bottom + above, 0.13, tradition)
        axes.text(
            0.2 - LABELS,
            bottom + above + 0.055,
            name,
            color=TRADITION_TEXT[tradition],
            va="center",
        )
    axes.set(xlim=(-LABELS, 3.0), ylim=(-0.02, bottom + 1.05))
    axes.set_axis_off()

    placed = int(cells["works"].sum())
    subject = cells[cells["role"] == "subject"]
    checker = cells[cells["role"] == "checker"]
    elsewhere = int(cells.loc[~cells["role"].isin(["source", "subject"]), "sm"].sum())
    empty = int((cells["works"] == 0).sum())
    return BookFigure(
        name="safety-plane",
        chapter="06-a-more-nuanced-patient",
        caption=(
            "Works on the patient’s part in safety by the patient’s role and by how far the "
            "activity studied is interaction: in bold the number of works by the agreed coding, in "
            "brackets its range over all codings, below it the works in each view, in the order of "
            "the key. Axes and colours are not independent of each other, since the codebook "
            "defines the views partly by roles and by interaction."
        ),
        alt=(
            f"A grid of six roles by three degrees of interaction holding {placed} works. "
            f"The fullest cell has {fullest} works: checkers in care of medium interaction. "
            f"Checkers number {int(checker['works'].sum())}, {int(checker['pam'].sum())} of them "
            f"in the view of public administration and management. Subjects number "
            f"{int(subject['works'].sum())}, {int(subject['sm'].sum())} of them in the view of "
            f"service management, and at high interaction all "
            f"{int(subject.loc[subject['interaction'] == 'high', 'sm'].sum())}. Outside the "
            f"roles of source and subject the service view has {elsewhere} works. {empty} cells, "
            "those of no part at all, are empty."
        ),
        data=("codings.csv", "literature.csv"),
        values=cells.merge(spread, on=["role", "interaction"], validate="1:1")[
            ["role", "interaction", "works", "fewest", "most", *NAMED]
        ],
        columns={
            "role": "part of the patient, of codebook.csv",
            "interaction": "how far the activity studied is interaction",
            "works": "works in the cell, by the agreed coding",
            "fewest": "fewest works over all codings",
            "most": "most works over all codings",
            **NAMED,
        },
        plot=figure,
    )


def _draw_cell(axes, left, top, cell, spread, scale) -> None:
    """Draw a cell's number of works and, below it, a bar for each view; nought is written out."""
    few, most = spread["fewest"], spread["most"]
    within = f"({few}–{most})" if few != most else f"({few})"
    axes.text(left + 0.03, top - 0.15, f"{cell.works}", va="center", fontweight="bold", color=INK)
    axes.text(
        left + 0.11 + 0.085 * len(str(cell.works)),
        top - 0.15,
        within,
        va="center",
        color=MUTED,
        fontsize=9.5,
    )
    for lane, tradition in enumerate(("pam", "sm", "neither")):
        count = getattr(cell, tradition)
        if tradition == "neither" and not count:
            continue
        middle = top - 0.15 - (lane + 1) * LANE - 0.03
        length = count * scale
        if count:
            _draw_bar(axes, left + 0.03, middle - 0.055, length, tradition)
        axes.text(
            left + (0.07 + length if count else 0.03),
            middle,
            f"{count}" if count else NOUGHT[tradition],
            va="center",
            fontsize=9.5,
            color=TRADITION_TEXT[tradition],
        )


def _draw_empty_cell(axes, left, bottom, height, spread) -> None:
    axes.add_patch(
        Rectangle(
            (left + 0.03, bottom + 0.07),
            0.9,
            height - 0.14,
            facecolor="none",
            edgecolor=MUTED,
            linestyle=(0, (3, 3)),
            linewidth=0.9,
        )
    )
    text = "empty" if spread["most"] == 0 else f"empty (0–{spread['most']})"
    axes.text(left + 0.48, bottom + height / 2, text, ha="center", va="center", color=MUTED)


def _draw_bar(axes, left, bottom, length, tradition) -> None:
    axes.add_patch(
        Rectangle(
            (left, bottom),
            length,
            0.11,
            facecolor=TRADITION[tradition],
            edgecolor="white",
            linewidth=0.6,
            # Hatched, so that it differs from grey when printed without colour.
            hatch="////" if tradition == "sm" else None,
        )
    )
