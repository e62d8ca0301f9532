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
from partnership.literature.plane import INTERACTIONS, ROLES, TRADITIONS

ROLE_LABEL = {
    "absent": "no part",
    "source": "source of\ninformation",
    "checker": "checker of\nstaff’s tasks",
    "adviser": "adviser",
    "designer": "designer",
    "subject": "subject with\nown strategies",
}
INTERACTION_LABEL = {"low": "low", "medium": "medium", "high": "high"}
CELL = 1.0
BAR = 0.86
"""Length of the bar of the fullest cell, where a cell is 1 wide."""


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
        A row a role, a column a degree of interaction; bars of one scale.
    """
    figure, axes = canvas(5.6)
    ranges = spread.set_index(["role", "interaction"])
    fullest = cells["works"].max()
    for cell in cells.itertuples():
        left = INTERACTIONS.index(cell.interaction) * CELL
        bottom = ROLES.index(cell.role)
        _draw_cell(axes, left, bottom, cell, ranges.loc[(cell.role, cell.interaction)], fullest)

    for row, role in enumerate(ROLES):
        axes.text(-0.08, row + 0.5, ROLE_LABEL[role], ha="right", va="center", linespacing=1.1)
        axes.plot([-1.0, 3.0], [row, row], color=RULE, linewidth=0.8)
    for column, interaction in enumerate(INTERACTIONS):
        axes.text(
            column + 0.03,
            len(ROLES) + 0.08,
            INTERACTION_LABEL[interaction],
            va="bottom",
            fontweight="bold",
        )
    axes.text(-0.08, len(ROLES) + 0.08, "interaction", ha="right", va="bottom", fontweight="bold")
    names = {
        "pam": (-1.0, 0.95, "public administration and management"),
        "sm": (-1.0, 0.6, "service management"),
        "neither": (1.0, 0.6, "no view of a user’s part"),
    }
    for tradition, (left, above, name) in names.items():
        _draw_bar(axes, left, len(ROLES) + above, 0.13, 0.17, tradition)
        axes.text(
            left + 0.19, len(ROLES) + above, name, color=TRADITION_TEXT[tradition], va="bottom"
        )
    _mark_roles_without_service_view(axes, cells)
    axes.set(xlim=(-1.0, 3.2), ylim=(-0.02, len(ROLES) + 1.2))
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
            "activity studied is interaction (agreed coding; in brackets the range over the two "
            "codings and the agreed one). The axes and the colours are not independent of each "
            "other: the codebook defines the traditions partly by roles and by interaction."
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
        plot=figure,
    )


def _draw_cell(axes, left, bottom, cell, spread, fullest) -> None:
    if cell.works == 0:
        axes.add_patch(
            Rectangle(
                (left + 0.03, bottom + 0.14),
                CELL - 0.1,
                0.72,
                facecolor="none",
                edgecolor=MUTED,
                linestyle=(0, (3, 3)),
                linewidth=0.9,
            )
        )
        text = "empty" if spread["most"] == 0 else f"empty (0–{spread['most']})"
        axes.text(left + 0.48, bottom + 0.5, text, ha="center", va="center", color=MUTED)
        return
    start = left + 0.03
    for tradition in TRADITIONS:
        count = getattr(cell, tradition)
        if not count:
            continue
        length = BAR * count / fullest
        _draw_bar(axes, start, bottom + 0.14, length, 0.3, tradition)
        start += length
    axes.text(left + 0.03, bottom + 0.53, f"{cell.works}", fontweight="bold", color=INK)
    offset = 0.03 + 0.085 * len(str(cell.works)) + 0.05
    few, most = spread["fewest"], spread["most"]
    text = f"({few}–{most})" if few != most else f"({few})"
    axes.text(left + offset, bottom + 0.53, text, color=MUTED, fontsize=9.5)


def _draw_bar(axes, left, bottom, length, height, tradition) -> None:
    axes.add_patch(
        Rectangle(
            (left, bottom),
            length,
            height,
            facecolor=TRADITION[tradition],
            edgecolor="white",
            linewidth=0.6,
            # Hatched, so that it differs from grey when printed without colour.
            hatch="////" if tradition == "sm" else None,
        )
    )


def _mark_roles_without_service_view(axes, cells) -> None:
    """Bracket the roles that hold works, but none in the service view."""
    totals = cells.groupby("role")[["works", "sm"]].sum().reindex(list(ROLES))
    rows = [
        row
        for row, role in enumerate(ROLES)
        if totals.loc[role, "works"] > 0 and totals.loc[role, "sm"] == 0
    ]
    for row in rows:
        axes.plot([3.04] * 2, [row + 0.1, row + 0.9], color=MUTED, dashes=(3, 3), linewidth=0.9)
    if rows:
        axes.text(
            3.1,
            sum(rows) / len(rows) + 0.5,
            "no work in the service view",
            rotation=90,
            va="center",
            color=MUTED,
        )
