"""`aecli explore`: a run as one page in which its network runs."""

from typing import Literal

Precision = Literal["float16", "float32"]
"""How weights are written into a page."""
