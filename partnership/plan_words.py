"""What a plan says, in plain sentences: from the model's answers to words for a ward team.

Every function returns plain text; the pages escape it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from partnership import model

RELATIONS = {
    "fits": (
        "What you offer fits",
        "At least one form that you offer is among those that fit this issue.",
    ),
    "untapped": (
        "What you offer asks less of patients and families than fits",
        "They could do more here than they are given room for.",
    ),
    "misfit": (
        "What you offer is another form than those that fit",
        "It is neither more nor less active; it asks for something else than this issue calls for.",
    ),
    "overreach": (
        "What you offer asks more of patients and families than fits",
        "Work and responsibility are shifted onto them that this issue does not call for. "
        "That weighs as much as asking too little.",
    ),
    "unheard": (
        "What is offered is no part at all: patients and families go unheard",
        "This is the starkest untapped potential, and no number says how large it is.",
    ),
    "unknown": ("What you offer cannot be compared yet", ""),
}
"""Each relation as a heading and, below, in a sentence or two."""
SHORT = {
    "fits": "fits",
    "untapped": "asks less than fits (untapped)",
    "misfit": "another form than fits (misfit)",
    "overreach": "asks more than fits (overreach)",
    "unheard": "unheard",
    "unknown": "unknown",
}
COUNTED = {
    "fits": "where what you offer fits",
    "untapped": "where you ask less of patients and families than fits (untapped)",
    "misfit": "where you offer another form than fits (misfit)",
    "overreach": "where you ask more of patients and families than fits (overreach)",
    "unheard": "where patients and families go unheard",
    "unknown": "where something is missing, so that it cannot be told",
}
WHO = {"patient": "the patient", "family": "the family", "both": "both alike"}
STEADY = ((0.9, "steady"), (0.6, "fairly steady"), (0.0, "open"))
"""From which share of the draws on an answer is called what; the book's own rule of thumb."""
FEW = 3
"""A group with fewer raters than this is small: what is said of it is what one or two said."""


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: `1 rater`, `2 raters`, `2 families`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(items: Sequence[str], joint: str = "and") -> str:
    """Return a list as in a sentence: `a, b and c`."""
    items = list(items)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def share(value: float) -> str:
    """Return a share in per cent that does not claim more than it knows at its ends."""
    if value <= 0 or value >= 1:
        return f"{value:.0%}"
    if value < 0.01:
        return "less than 1%"
    if value > 0.99:
        return "more than 99%"
    return f"{value:.0%}"


def number(value: float) -> str:
    """Return a score or weight without needless zeros; `–` where there is none."""
    return "–" if pd.isna(value) else f"{value:g}"


def named(label: str) -> str:
    """Return the label of a form within a sentence."""
    return label[0].lower() + label[1:]


def anchor(score: float, anchors: Mapping[int, str]) -> str:
    """Return what a score means in the words of its scale."""
    if pd.isna(score):
        return "nobody rated it"
    low, high = int(score), int(-(-score // 1))
    if low == high:
        return anchors[low]
    return f"between “{anchors[low]}” and “{anchors[high]}”"


def spread(lowest: float, highest: float, raters: int) -> str:
    """Return how far raters lie apart on a scale."""
    if raters == 0:
        return "no rater"
    if raters == 1:
        return "1 rater"
    if highest - lowest < model.TOLERANCE:
        return f"all {raters} say {number(lowest)}"
    return f"{raters} raters, {number(lowest)} to {number(highest)}"


def what_fits(labels: Sequence[str], fits: Sequence[float]) -> str:
    """Return which forms fit, best first."""
    if not labels:
        return "Too little is rated to say what fits."
    if len(labels) == 1:
        return f"One form fits best: {named(labels[0])}."
    tied = [label for label, fit in zip(labels, fits, strict=True) if fits[0] - fit < 1e-9]
    names = [named(label) for label in labels]
    rest = "any of them, or several together, can be right"
    if len(tied) == len(labels):
        return f"{_word(len(labels)).capitalize()} forms fit alike: {listed(names)}; {rest}."
    first = listed(names[: len(tied)])
    verb = "fits" if len(tied) == 1 else "fit"
    others = listed(names[len(tied) :])
    return f"{first[0].upper()}{first[1:]} {verb} best, {others} almost as well; {rest}."


def _word(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[count] if count < len(words) else str(count)


def unknown_because(
    scores: pd.Series, offered: bool, weights: Mapping[str, float] | None
) -> list[str]:
    """Return what is missing where the relation is unknown."""
    missing = [scale for scale in model.SCALES if pd.isna(scores[scale])]
    rated = len(model.SCALES) - len(missing)
    reasons = []
    if rated < model.MIN_SCALES:
        of = f"{_word(rated)} of the {_word(len(model.SCALES))} scales"
        reasons.append(
            f"{of.capitalize()} {'is' if rated == 1 else 'are'} rated, and at least "
            f"{_word(model.MIN_SCALES)} are needed. Missing: {listed(missing)}."
        )
    elif weights is not None and not any(
        weights[scale] > 0 for scale in model.SCALES if scale not in missing
    ):
        reasons.append("The scales that are rated have no weight.")
    if not offered:
        reasons.append("Nobody named what you offer patients and families in this issue today.")
    return reasons


def naming(label: str, named_by: int, raters: int) -> str:
    """Return a form with how many of those who named any named it; one rater goes without."""
    return named(label) + (f" (named by {named_by} of {raters})" if raters > 1 else "")


def unheard_by(named_by: int, raters: int) -> str:
    """Return who says that people go unheard."""
    if raters == 1:
        return "So says the one rater who named what is offered."
    return f"So say {named_by} of the {raters} raters who named what is offered."


def offer(labels: Sequence[str], unheard: bool) -> str:
    """Return what is offered in delivery; `unheard`: whether going unheard is named as well."""
    if not labels:
        return ""
    text = f"You offer: {listed(labels)}."
    if unheard:
        text += (
            " That people also go unheard was left out of the comparison. "
            "It is worth talking about."
        )
    return text


def enactment(
    enacted: Sequence[str],
    fitting: Sequence[str],
    relation: str,
    unsupported: bool,
) -> str:
    """Return what people do already, and whether it has support."""
    if not enacted:
        return (
            "Nobody named anything that patients or families do of their own accord. That may "
            "mean that it is not seen: ask them."
        )
    does = listed([named(label) for label in enacted])
    text = f"Of their own accord, people already act as {does}."
    if relation == "unknown":
        return text + " Whether that has support cannot be told yet."
    others = [label for label in enacted if label not in fitting]
    if unsupported:
        fits = listed([named(label) for label in fitting])
        what = f"As {fits} they take a part that fits" if others else "That fits"
        text += (
            f" {what}, and nothing you offer that fits supports it: the resource is there today "
            "and works alone."
        )
    elif fitting:
        fits = listed([named(label) for label in fitting])
        what = f"As {fits} they take a part that fits" if others else "That fits"
        text += f" {what}, and you offer a form that fits as well."
    if others:
        also = "They also act as" if fitting else "As"
        which = ", which is" if fitting else " they take a part that is"
        text += (
            f" {also} {listed([named(label) for label in others])}{which} not among those that "
            "fit: ask what they see, or make up for, that the ratings do not show."
        )
    return text


def placed(who: str | None) -> str:
    """Return who is best placed to take part."""
    if not isinstance(who, str):
        return ""
    named_ones = [WHO.get(value, value) for value in who.split(";")]
    differ = " (raters differ)" if len(named_ones) > 1 else ""
    return f"Best placed to take part: {listed(named_ones, 'or')}{differ}."


def burden(highest: float, words: Mapping[int, str], carried_by: str | None, reason: str) -> str:
    """Return who carries the load."""
    if pd.isna(highest):
        return (
            "Nobody rated the burden. Ask what an active part costs or endangers those who take "
            "it before you ask more of them."
        )
    said = f"The highest burden that a rater gave is {number(highest)}"
    if highest % 1 == 0:
        said += f": {words[int(highest)]}"
    if carried_by is None:
        return f"{said}. That is not heavy, so that no safeguard is called for yet."
    return (
        f"{said}. So the load is to be carried by {carried_by}, since {reason}. Where people keep "
        "silent, that is never a lack of potential."
    )


def steadiness(probability: float) -> str:
    """Return in a word how steady an answer is."""
    return next(word for least, word in STEADY if probability >= least - model.TOLERANCE)


def shares(table: Mapping[str, float], leave: str) -> str:
    """Return the other relations and how often they came out."""
    others = sorted(
        ((value, name) for name, value in table.items() if value > 0 and name != leave),
        reverse=True,
    )
    return listed([f"{name} in {share(value)}" for value, name in others])


def people(groups: Mapping[str, int], raters: int) -> str:
    """Return how many raters there are, and of which groups."""
    text = counted(raters, "rater")
    if groups:
        text += f" ({', '.join(f'{name} {count}' for name, count in groups.items())})"
    return text


def few(groups: Mapping[str, int], raters: int) -> str:
    """Return a warning where what is shown of a group can be traced to one or two people."""
    small = [name for name, count in groups.items() if count < FEW]
    said = "what one or two people said. Ask them before you pass this page on."
    if len(small) == 1:
        text = f"{small[0]} is a small group: what is shown of it is {said}"
    elif small:
        text = f"{listed(small)} are small groups: what is shown of them is {said}"
    elif 0 < raters < FEW:
        text = f"There are few raters: what is shown is {said}"
    else:
        return ""
    return text[0].upper() + text[1:]
