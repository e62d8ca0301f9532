"""The catalogue of own strategies: what people do, and how strongly it is documented."""

from __future__ import annotations

import pandas as pd
from matplotlib.patches import Circle, Rectangle

from partnership.figures.style import ACCENT, INK, MUTED, RULE, BookFigure, canvas
from partnership.literature.strategies import MODES, catalogue_totals

CHAPTER = "06-a-more-nuanced-patient"
CATALOGUE_DATA = (
    "own_strategies.csv",
    "own_strategy_sources.csv",
    "strategy_source_cautions.csv",
    "strategy_forms.csv",
)
RADIUS = 0.36
"""Half the size of a mark, where marks stand 1 apart."""
PITCH = 1.18
"""From row to row."""


def own_strategies(table: pd.DataFrame) -> BookFigure:
    """Draw every own strategy as a mark, a row a mode.

    Parameters
    ----------
    table : DataFrame
        What :func:`partnership.literature.strategies.strategy_catalogue` returns.

    Returns
    -------
    BookFigure
        Fill tells open from hidden, shape tells care from before and after it, an overbar marks
        a warning sign, the number in a mark is its number of sources.
    """
    figure, axes = canvas(4.9)
    shown = [mode for mode in MODES if (table["mode"] == mode).any()]
    for row, mode in enumerate(reversed(shown)):
        members = table[table["mode"] == mode].sort_values(
            ["warning_sign", "openness", "sources"], ascending=[True, False, False], kind="stable"
        )
        axes.text(-0.7, row * PITCH, MODES[mode], ha="right", va="center")
        for column, strategy in enumerate(members.itertuples()):
            _draw_mark(
                axes,
                column,
                row * PITCH,
                text=str(strategy.sources),
                hidden=strategy.openness == "hidden",
                beyond_care=strategy.phase != "delivery",
                warning=strategy.warning_sign,
            )
    top = len(shown) * PITCH
    axes.plot([-6.7, 8.5], [top - 0.35] * 2, color=RULE, linewidth=0.8)
    axes.text(
        -6.65, top + 2.55, "One mark is one strategy; n is the number of its sources.", va="center"
    )
    key = [
        (-6.25, 1.5, "open to professionals", {}),
        (1.7, 1.5, "hidden from them", {"hidden": True}),
        (-6.25, 0.4, "not only during care", {"beyond_care": True}),
        (1.7, 0.4, "warning sign", {"hidden": True, "warning": True}),
    ]
    for left, above, meaning, look in key:
        _draw_mark(axes, left, top + above, text="n", **look)
        axes.text(left + 0.65, top + above, meaning, va="center", color=MUTED)
    axes.set(xlim=(-6.8, 8.6), ylim=(-0.55, top + 3.0), aspect="equal")
    axes.set_axis_off()

    total = catalogue_totals(table)
    largest = table["mode"].value_counts()
    beyond = int((table["phase"] != "delivery").sum())
    return BookFigure(
        name="own-strategies",
        chapter=CHAPTER,
        caption=(
            f"The {total['strategies']} own strategies in our catalogue, a mark each, by what "
            "people do. The number in a mark is its number of sources; a warning sign tells of a "
            "service in which people have to protect themselves and is no resource to harvest."
        ),
        alt=(
            f"Ten rows of marks, {total['strategies']} in all, one for each own strategy. The "
            f"fullest modes are {MODES[largest.index[0]]} with {largest.iloc[0]}, and "
            f"{MODES[largest.index[1]]} with {largest.iloc[1]}. {total['hidden']} strategies are "
            f"hidden from professionals and {total['warning_signs']} are warning signs; all "
            f"{int((table['mode'] == 'withhold').sum())} in the mode withhold or mislead are "
            f"both. {beyond} reach beyond the moment of care into design, management or "
            f"evaluation. {total['single_source']} rest on one source."
        ),
        data=CATALOGUE_DATA,
        values=table.assign(mode_label=table["mode"].map(MODES))[
            [
                "id",
                "strategy",
                "mode",
                "mode_label",
                "openness",
                "phase",
                "sources",
                "warning_sign",
            ]
        ],
        columns={
            "id": "own strategy, by its name in own_strategies.csv",
            "strategy": "what people do",
            "mode": "mode of own_strategies.csv: the row",
            "mode_label": "what the mode is called",
            "openness": "open to professionals, or hidden from them",
            "phase": "when: delivery is during care",
            "sources": "works that report it",
            "warning_sign": "yes: it tells of a service in which people must protect themselves",
        },
        plot=figure,
    )


def _draw_mark(axes, column, row, *, text, hidden=False, beyond_care=False, warning=False) -> None:
    look = {
        "facecolor": "white" if hidden else ACCENT,
        "edgecolor": INK if hidden else ACCENT,
        "linewidth": 1.1,
    }
    if beyond_care:
        corner = (column - RADIUS, row - RADIUS)
        axes.add_patch(Rectangle(corner, 2 * RADIUS, 2 * RADIUS, **look))
    else:
        axes.add_patch(Circle((column, row), RADIUS, **look))
    if warning:
        axes.plot(
            [column - RADIUS, column + RADIUS],
            [row + RADIUS + 0.1] * 2,
            color=INK,
            linewidth=2.2,
            solid_capstyle="butt",
        )
    axes.text(
        column,
        row - 0.02,
        text,
        ha="center",
        va="center_baseline",
        fontsize=9.5,
        color=INK if hidden else "white",
    )


def catalogue_strength(table: pd.DataFrame, kinds: pd.DataFrame) -> BookFigure:
    """Draw how many sources each strategy has, and the cautions about sources.

    Parameters
    ----------
    table : DataFrame
        What :func:`partnership.literature.strategies.strategy_catalogue` returns.
    kinds : DataFrame
        What :func:`partnership.literature.strategies.caution_kinds` returns.

    Returns
    -------
    BookFigure
        Above, a square a strategy by its number of sources; below, a bar a kind of caution.
    """
    figure, (above, below) = canvas(6.4, nrows=2, height_ratios=[1.1, 1])
    # Room at the edge, so that no title touches it.
    figure.get_layout_engine().set(h_pad=0.1)
    total = catalogue_totals(table)
    tallest = 0
    for sources, members in table.groupby("sources"):
        ordered = members.sort_values("all_cautioned", ascending=False, kind="stable")
        tallest = max(tallest, len(ordered))
        for height, strategy in enumerate(ordered.itertuples()):
            _draw_brick(above, sources - 0.36, height + 0.08, strategy.all_cautioned)
        above.text(sources, len(ordered) + 0.3, f"{len(ordered)}", ha="center", fontweight="bold")
    most = int(table["sources"].max())
    key = [
        (tallest - 2, False, total["strategies"] - total["all_cautioned"], "with a source"),
        (tallest - 6, True, total["all_cautioned"], "with every source"),
    ]
    for height, cautioned, count, words in key:
        _draw_brick(above, 3.7, height, cautioned)
        tail = "under a caution" if cautioned else "under no caution"
        above.text(4.55, height + 0.9, f"{count} {words}\n{tail}", va="top")
    above.set(xlim=(0.4, most + 0.8), ylim=(0, tallest + 2), yticks=[])
    above.set_xticks(range(1, most + 1))
    above.set_xlabel("sources a strategy has")
    above.set_title("Strategies, by their number of sources", loc="left", fontweight="bold")
    above.spines["left"].set_visible(False)
    above.tick_params(length=0)

    plain = total["sources"] - total["cautioned"]
    rows = [("no caution noted", plain, ACCENT)]
    rows += [(kind.label, kind.entries, MUTED) for kind in kinds.itertuples()]
    for place, (label, entries, colour) in enumerate(reversed(rows)):
        below.barh(place, entries, height=0.62, color=colour)
        below.text(-1.5, place, label, ha="right", va="center")
        below.text(entries + 1, place, f"{entries}", va="center", fontweight="bold")
    # Labels stand inside the axes, so that both panels are as wide as the page.
    below.set(xlim=(-1.35 * plain, 1.2 * plain), xticks=[], yticks=[])
    below.set_title("Source entries, by the caution about them", loc="left", fontweight="bold")
    below.spines[["left", "bottom"]].set_visible(False)

    worst = kinds.iloc[:2]
    return BookFigure(
        name="catalogue-strength",
        chapter=CHAPTER,
        caption=(
            "How strongly the catalogue is documented. Above: strategies by their number of "
            "sources, hatched where every source is under a caution. Below: the "
            f"{total['sources']} source entries by the caution about them; a work that serves "
            "several strategies counts once for each."
        ),
        alt=(
            f"Above, {total['strategies']} squares by number of sources: "
            f"{total['single_source']} strategies rest on one source, the best documented has "
            f"{most}; for {total['all_cautioned']} every source is under a caution. Below, bars: "
            f"of {total['sources']} source entries {plain} are under no caution and "
            f"{total['cautioned']} under one, most often that the source "
            f"{worst['label'].iloc[0]} ({worst['entries'].iloc[0]}) or is "
            f"{worst['label'].iloc[1]} ({worst['entries'].iloc[1]})."
        ),
        data=CATALOGUE_DATA,
        values=_strength(table, rows),
        columns={
            "panel": "above: strategies; below: source entries",
            "sources": "number of sources that the strategies have (above)",
            "every_source_cautioned": "whether every source is under a caution (above)",
            "caution": "caution about the source entries (below)",
            "count": "strategies (above), or source entries (below)",
        },
        plot=figure,
    )


def _strength(table: pd.DataFrame, entries: list[tuple[str, int, str]]) -> pd.DataFrame:
    """Return what both panels draw, a row a group of strategies or of source entries."""
    bricks = table.groupby(["sources", "all_cautioned"]).size().rename("count").reset_index()
    bricks = bricks.rename(columns={"all_cautioned": "every_source_cautioned"})
    rows = [
        ("above", brick.sources, brick.every_source_cautioned, None, brick.count_)
        for brick in bricks.rename(columns={"count": "count_"}).itertuples()
    ]
    rows += [("below", None, None, label, count) for label, count, _ in entries]
    columns = ["panel", "sources", "every_source_cautioned", "caution", "count"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _draw_brick(axes, left, bottom, cautioned) -> None:
    axes.add_patch(
        Rectangle(
            (left, bottom),
            0.72,
            0.84,
            facecolor="white" if cautioned else ACCENT,
            edgecolor=ACCENT,
            linewidth=0.9,
            hatch="////" if cautioned else None,
        )
    )
