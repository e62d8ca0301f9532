"""The agreement between the two codings, drawn."""

from __future__ import annotations

import pandas as pd

from partnership.figures.style import ACCENT, INK, MUTED, RULE, BookFigure, canvas

CODE_LABEL = {
    "study": "study type",
    "own_strategies": "own strategies told",
    "phases": "phases (a list)",
    "strategies": "safety strategies (a list)",
}
"""What a code is called in a figure where its own name would not do."""

MARK = {
    "as a code": {"color": ACCENT, "marker": "o", "markerfacecolor": ACCENT},
    "left out": {"color": MUTED, "marker": "D", "markerfacecolor": "white"},
}
"""A blank as a code, or left out, told apart by shape and fill."""

OFFSETS = (0.19, -0.19)
"""Where in its row a code's mark stands: blanks as a code above, left out below."""


def agreement_between_codings(agreement: pd.DataFrame) -> BookFigure:
    """Draw Krippendorff's alpha with its interval, code by code, for both treatments of blanks.

    Parameters
    ----------
    agreement : pandas.DataFrame
        As :func:`partnership.literature.agreement.coding_agreement` returns. Ordinal rows are not
        drawn: codes stay comparable when each is taken by one scale.

    Returns
    -------
    BookFigure
        The figure `agreement-between-codings`.
    """
    rows = agreement[agreement["scale"] != "ordinal"]
    # Codes are ordered by their lower dot, so that the weakest stands last.
    order = rows.groupby("code")["alpha"].min().sort_values()
    figure, axes = canvas(5.6)
    for place, code in enumerate(order.index):
        of_code = rows[rows["code"] == code].sort_values("blanks")
        offsets = [0.0] if len(of_code) == 1 else OFFSETS
        for offset, (_, row) in zip(offsets, of_code.iterrows(), strict=True):
            mark = MARK["left out" if row["blanks"] == "left out" else "as a code"]
            axes.plot(
                [row["alpha_low"], row["alpha_high"]],
                [place + offset] * 2,
                color=mark["color"],
                lw=1.6,
            )
            axes.plot(row["alpha"], place + offset, ls="", ms=6.5, **mark)
            axes.text(
                1.035,
                place + offset,
                f"{row['alpha']:.2f}",
                color=mark["color"],
                va="center",
                size=9.5,
            )
        if place % 2:
            axes.axhspan(place - 0.5, place + 0.5, color=RULE, alpha=0.28, lw=0, zorder=0)
    # The weakest code leaves room to its left: there the two marks are named.
    lowest = rows[rows["code"] == order.index[0]].set_index("blanks")
    named = {"as a code": "a blank is a code", "left out": "only works both coded"}
    for offset, (blanks, text) in zip(OFFSETS, named.items(), strict=True):
        if blanks in lowest.index:
            axes.text(
                lowest.loc[blanks, "alpha_low"] - 0.015,
                offset,
                text,
                ha="right",
                va="center",
                color=MARK[blanks]["color"],
                size=9.5,
                zorder=3,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )
    labels = [CODE_LABEL.get(code, code) for code in order.index]
    axes.set_yticks(range(len(order)), labels)
    axes.set(xlim=(0, 1), ylim=(-0.55, len(order) - 0.45), xlabel="Krippendorff’s alpha")
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0\nas by chance", "0.25", "0.5", "0.75", "1\nalike"])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    axes.xaxis.label.set_color(INK)

    def told(code):
        values = [
            f"{row['alpha']:.2f} ({row['blanks']})"
            if row["blanks"] != "none"
            else f"{row['alpha']:.2f}"
            for _, row in rows[rows["code"] == code].iterrows()
        ]
        return f"{CODE_LABEL.get(code, code)} {' and '.join(values)}"

    return BookFigure(
        name="agreement-between-codings",
        chapter="02-question-and-method",
        caption=(
            "Agreement between the first and the second coding, code by code, with 95% bootstrap "
            "intervals over works: filled dots take a blank as a code of its own, open diamonds "
            "leave out works that either reader left blank. Both readers are machine readers of "
            "one kind and had the same text: read the values as an upper bound."
        ),
        alt=(
            "Dots with intervals on a scale from 0, agreement as by chance, to 1, all works coded "
            "alike. Krippendorff’s alpha, with blanks as a code or left out where a code can be "
            f"blank: {'; '.join(told(code) for code in reversed(order.index))}."
        ),
        data=("codings.csv",),
        values=_values(rows, order.index[::-1]),
        columns={
            "code": "code of codebook.csv",
            "code_label": "what the figure calls the code",
            "blanks": "how blanks are taken: none (there are none), as a code, or left out",
            "works": "works compared",
            "alpha": "Krippendorff’s alpha: 0 as by chance, 1 alike",
            "alpha_low": "lower end of its 95% bootstrap interval over works",
            "alpha_high": "upper end of its 95% bootstrap interval over works",
        },
        plot=figure,
    )


def _values(rows: pd.DataFrame, order: pd.Index) -> pd.DataFrame:
    """Return what is drawn, from the top of the figure downwards."""
    labels = [CODE_LABEL.get(code, code) for code in rows["code"]]
    table = rows.assign(code_label=labels).set_index("code", drop=False).loc[order]
    columns = ["code", "code_label", "blanks", "works", "alpha", "alpha_low", "alpha_high"]
    return table[columns]
