"""Four worked cases: each issue beside the form that fits best and the best form on offer."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnchoredOffsetbox, DrawingArea, HPacker, TextArea

from partnership.figures.model import VIEW_COLOUR, VIEW_TEXT
from partnership.figures.style import INK, MUTED, BookFigure, canvas
from partnership.figures.values import FORM_COLUMNS, ISSUE_COLUMNS, VIEW_COLUMN
from partnership.model import SCALES, TOP, UNHEARD

STEP = 0.13
"""How far apart marks stand that share a scale, where scales stand 1 apart."""
ISSUE = {"color": "#B4BAC0", "marker": "o", "markersize": 15, "linewidth": 6, "zorder": 2}
"""The issue lies broad and pale beneath what is set against it."""
FITS = ({"marker": "s", "markersize": 6.5}, {"marker": "^", "markersize": 8})
"""Of forms that fit equally well, each has a mark of its own."""
OFFERED = {"marker": "D", "markersize": 6.5, "linestyle": (0, (3, 2)), "markerfacecolor": "white"}


def four_cases(profiles: pd.DataFrame) -> BookFigure:
    """Draw the character of each case with the forms that are compared with it.

    Parameters
    ----------
    profiles : DataFrame
        What :func:`partnership.literature.cases.case_profiles` returns.

    Returns
    -------
    BookFigure
        A panel a case: five scales from left to right, scores from 0 to 4; dots joined by lines.
    """
    issues = list(dict.fromkeys(profiles["issue"]))
    figure, panels = canvas(1.95 * len(issues), nrows=len(issues), sharex=True)
    for axes, issue in zip(panels, issues, strict=True):
        _draw_case(axes, profiles[profiles["issue"] == issue])
    _name_the_issue(panels[0], profiles[profiles["issue"] == issues[0]])
    panels[-1].set_xticks(range(len(SCALES)), SCALES)
    panels[-1].tick_params(axis="x", labelcolor=INK)
    figure.get_layout_engine().set(hspace=0.06)
    return BookFigure(
        name="four-cases",
        chapter="11-four-worked-cases",
        caption=(
            "Four issues as all texts were read (broad grey line), the forms of partnership that "
            "fit each best (filled marks) and the best form on offer (open diamonds), with their "
            "fit. Colours tell the view that a form belongs to, blue for public administration "
            "and management, orange for service management, grey for none; prototypes and "
            "ratings are this book’s."
        ),
        alt=" ".join(_told(profiles[profiles["issue"] == issue]) for issue in issues),
        data=(
            "issue_ratings.csv",
            "issue_practice.csv",
            "issue_readings.csv",
            "partnership_forms.csv",
            "safety_issues.csv",
        ),
        values=profiles.rename(columns={"tradition": "view"})[
            ["issue", "label", "relation", "part", "form", "view", "fit", *SCALES]
        ],
        columns={
            "issue": ISSUE_COLUMNS["issue"],
            "label": "what the issue is called",
            "relation": "how what is offered compares with what fits",
            "part": "the issue itself, a form that fits best, or the best form on offer",
            "form": FORM_COLUMNS["form"],
            **VIEW_COLUMN,
            "fit": "fit of the form, from 0 to 1; that of unheard is not counted",
            **{scale: f"score on the scale of {scale}, from 0 to {TOP}" for scale in SCALES},
        },
        plot=figure,
    )


def _draw_case(axes: Axes, case: pd.DataFrame) -> None:
    """Draw one panel: the issue, what is set against it, and a key in the place of a title."""
    own = case[case["part"] == "issue"].iloc[0]
    against = case[case["part"] != "issue"].reset_index(drop=True)
    axes.plot(range(len(SCALES)), own[list(SCALES)].astype(float), solid_capstyle="round", **ISSUE)
    looks = [_look(row, place) for place, row in against.iterrows()]
    for place, (row, look) in enumerate(zip(against.itertuples(), looks, strict=True)):
        shift = STEP * (place - (len(against) - 1) / 2)
        scores = [float(getattr(row, scale)) for scale in SCALES]
        axes.plot([at + shift for at in range(len(SCALES))], scores, clip_on=False, **look)
    for place, scale in enumerate(SCALES):
        if pd.isna(own[scale]):
            axes.text(
                place,
                TOP,
                "not rated",
                color=MUTED,
                size=9.5,
                backgroundcolor="white",
                ha="center",
                va="center",
            )
    axes.set(xlim=(-0.45, len(SCALES) - 0.55), ylim=(-0.5, TOP + 0.5), yticks=[0, 2, 4])
    axes.grid(axis="y")
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)

    title = f"{own['label'][0].upper()}{own['label'][1:]}: {own['relation']}"
    axes.annotate(
        title,
        (0, 1),
        (0, 22),
        xycoords="axes fraction",
        textcoords="offset points",
        weight="bold",
        size=10.5,
    )
    key = HPacker(children=_key(against, looks), pad=0, sep=10, align="center")
    box = AnchoredOffsetbox(
        "lower left",
        child=key,
        frameon=False,
        pad=0,
        borderpad=0,
        bbox_to_anchor=(0, 1.04),
        bbox_transform=axes.transAxes,
    )
    box.set_in_layout(False)  # a long key must not narrow the panel beneath it
    axes.add_artist(box)


def _name_the_issue(axes: Axes, case: pd.DataFrame) -> None:
    """Write once what the broad line is, above its end."""
    end = float(case.loc[case["part"] == "issue", SCALES[-1]].iloc[0])
    axes.text(len(SCALES) - 0.75, end + 0.62, "the issue", color=MUTED, size=9.5, ha="right")


def _look(row: pd.Series, place: int) -> dict:
    """Return how a form is drawn: colour by view, filled where it fits, open where offered."""
    look = OFFERED if row["part"] == "offered" else FITS[place % len(FITS)]
    colour = {"color": VIEW_COLOUR[row["tradition"]], "linewidth": 1.4, "markeredgewidth": 1.6}
    return {"zorder": 3, **colour, **look}


def _key(against: pd.DataFrame, looks: list[dict]) -> list[HPacker]:
    """Return what fits and what is offered as marks with words, in the colours of the marks."""
    entries = []
    for place, row in against.iterrows():
        part = against["part"] == row["part"]
        first, last = part.idxmax() == place, part[::-1].idxmax() == place
        words = f"{row['part']}: {row['form']}" if first else f"or {row['form']}"
        if last and row["form"] != UNHEARD:
            words += f" {row['fit']:.2f}"
        area = DrawingArea(10, 10)
        area.add_artist(Line2D([5], [5], **looks[place]))
        text = TextArea(words, textprops={"color": VIEW_TEXT[row["tradition"]], "size": 9.5})
        entries.append(HPacker(children=[area, text], pad=0, sep=2, align="center"))
    return entries


def _named(rows: pd.DataFrame) -> str:
    """Return forms with the fit that they share; that of `unheard` is not counted."""
    forms = " or ".join(rows["form"])
    fit = rows["fit"].iloc[0]
    return forms if UNHEARD in set(rows["form"]) else f"{forms} {fit:.2f}"


def _told(case: pd.DataFrame) -> str:
    """Return one panel in words."""
    own = case[case["part"] == "issue"].iloc[0]
    scores = ", ".join(
        f"{scale} {'not rated' if pd.isna(own[scale]) else f'{own[scale]:g}'}" for scale in SCALES
    )
    parts = [f"{part} {_named(case[case['part'] == part])}" for part in ("fits", "offered")]
    return f"{str(own['label']).capitalize()}: {scores}; {'; '.join(parts)}; {own['relation']}."
