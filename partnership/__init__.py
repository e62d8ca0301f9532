"""The literature dataset, partnership model and figures of *Co-producing Patient Safety*."""

__version__ = "0.1.0"
