"""A thread that writes while the training goes on."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType


class Background:
    """Does one job at a time, in the order in which they came; entered, it waits for all at its end.

    A job that fails says so when the next round begins, or at the end: an epoch late, never never.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="aecli-writer")
        self._jobs: list[Future[None]] = []

    def submit(self, job: Callable[[], None]) -> None:
        """Does a job soon. What it works on must be its own: the training has gone on by then."""
        self._jobs.append(self._thread.submit(job))

    def catch_up(self) -> None:
        """Waits for all jobs so far; raises what the first that failed has raised."""
        jobs, self._jobs = self._jobs, []
        for job in jobs:
            job.result()

    def __enter__(self) -> "Background":
        """Nothing happens yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Waits for all jobs; a failure is raised unless another one is on its way already."""
        self._thread.shutdown(wait=True)
        if error is None:
            self.catch_up()
