"""Every figure of the book: one function a figure, from prepared data to a `BookFigure`."""

from partnership.figures.agreement import agreement_between_codings
from partnership.figures.fields import fields_by_tradition
from partnership.figures.harm import (
    contested_trend,
    harm_by_kind,
    harm_by_setting,
    strategies_and_roles,
)
from partnership.figures.plane import safety_plane
from partnership.figures.scheme import two_traditions
from partnership.figures.strategies import catalogue_strength, own_strategies
from partnership.figures.style import BookFigure, drawn
from partnership.figures.traditions import (
    tradition_by_decade,
    tradition_by_study,
    tradition_by_theme,
    ways_of_counting,
)
from partnership.figures.works import works_over_time

__all__ = [
    "BookFigure",
    "agreement_between_codings",
    "catalogue_strength",
    "contested_trend",
    "drawn",
    "fields_by_tradition",
    "harm_by_kind",
    "harm_by_setting",
    "own_strategies",
    "safety_plane",
    "strategies_and_roles",
    "tradition_by_decade",
    "tradition_by_study",
    "tradition_by_theme",
    "two_traditions",
    "ways_of_counting",
    "works_over_time",
]
