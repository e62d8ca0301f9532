"""Every figure of the book: one function a figure, from prepared data to a `BookFigure`."""

from partnership.figures.agreement import agreement_between_codings
from partnership.figures.cases import four_cases
from partnership.figures.fields import fields_by_tradition
from partnership.figures.harm import (
    contested_trend,
    harm_by_kind,
    harm_by_setting,
    strategies_and_roles,
)
from partnership.figures.model import (
    fit_heat_map,
    issue_against_prototypes,
    partnership_map,
)
from partnership.figures.one_page import one_page_plan
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
from partnership.figures.uncertainty import (
    acceptability,
    how_sure_relations,
    interaction_and_gap,
)
from partnership.figures.untapped import (
    offered_enacted_fitting,
    relations_by_perspective,
    strategies_to_draw_on,
)
from partnership.figures.works import works_over_time

__all__ = [
    "BookFigure",
    "acceptability",
    "agreement_between_codings",
    "catalogue_strength",
    "contested_trend",
    "drawn",
    "fields_by_tradition",
    "fit_heat_map",
    "four_cases",
    "harm_by_kind",
    "harm_by_setting",
    "how_sure_relations",
    "interaction_and_gap",
    "issue_against_prototypes",
    "offered_enacted_fitting",
    "one_page_plan",
    "own_strategies",
    "partnership_map",
    "relations_by_perspective",
    "safety_plane",
    "strategies_and_roles",
    "strategies_to_draw_on",
    "tradition_by_decade",
    "tradition_by_study",
    "tradition_by_theme",
    "two_traditions",
    "ways_of_counting",
    "works_over_time",
]
