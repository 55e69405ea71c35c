"""Pictures of pages for the README: `python -m tests.reports.explore.screenshots RUN… -o docs/images`."""

import argparse
import tempfile
from pathlib import Path

from tests.reports.explore.chromium import chromium, opened


def main() -> None:
    """Writes the page of each run, opens it, drags its point, and keeps what is seen."""
    from aecli.core import backend

    backend.load()
    from aecli.reports.explore.page import explorer
    from aecli.runs.opened import open_run

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="+", metavar="RUN")
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/images"))
    given = parser.parse_args()
    with chromium() as browser, tempfile.TemporaryDirectory() as place:
        for run in given.runs:
            found = open_run(run, Path("runs"))
            name = found.folder.name.rstrip("0123456789")
            path = Path(place) / f"{name}.html"
            path.write_text(explorer(found), encoding="utf-8")
            with opened(browser, path, dark=found.kind == "sequences", width=1120, height=860) as page:
                page.settle()
                page.page.wait_for_timeout(6000)  # the plane's cells are decoded a few at a time
                page.page.screenshot(path=given.output / f"explore-{name}.png")


if __name__ == "__main__":
    main()
