"""Run folders written by hand."""

from tests.reports.comparison.conftest import make_run

__all__ = ["make_run"]
