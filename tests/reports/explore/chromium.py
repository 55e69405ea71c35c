"""Pages in a real browser: headless Chromium, as the system's package manager installs it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

# Nothing of its own that would reach for a network.
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@dataclass
class Opened:
    """A page that is open.

    Attributes:
        page: Playwright's.
        said: What it wrote to the console, and errors.
        asked: What it asked for beside itself.
    """

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def run(self, script: str, argument: Any = None) -> Any:
        """What a script in the page gives."""
        return self.page.evaluate(script, argument)

    def settle(self) -> None:
        """Waits until all samples are encoded."""
        self.run("window.aecli.ready")


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(
    browser: Any, path: Path, *, dark: bool = False, width: int = 1180, height: int = 900
) -> Iterator[Opened]:
    """A page from its file, ready to be touched."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    )
    page = context.new_page()
    found = Opened(page)
    page.on("console", lambda message: found.said.append(message.text))
    page.on("pageerror", lambda error: found.said.append(str(error)))
    # What lies in the page itself is no request.
    page.on("request", lambda request: found.asked.append(request.url))
    page.goto(path.absolute().as_uri())
    found.asked = [url for url in found.asked if url != path.absolute().as_uri()]
    try:
        yield found
    finally:
        context.close()
