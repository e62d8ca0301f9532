"""Every figure of the book: one function a figure, from prepared data to a `BookFigure`."""

from partnership.figures.style import BookFigure, drawn

__all__ = ["BookFigure", "drawn"]
