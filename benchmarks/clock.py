"""What an epoch takes, measured inside the process that trains."""

import json
import resource
import time


class Clock:
    """Takes wall and CPU time at the end of each epoch; what comes before the first one's end doesn't count."""

    def __init__(self) -> None:
        self.ends: list[tuple[float, float]] = []

    def tick(self) -> None:
        """An epoch has ended."""
        self.ends.append((time.perf_counter(), time.process_time()))

    def report(self, loss: float, **more: str) -> str:
        """Seconds an epoch, of the wall and of all cores together, the last loss and the peak memory, as JSON."""
        epochs = len(self.ends) - 1
        wall, cpu = ((last - first) / epochs for first, last in zip(self.ends[0], self.ends[-1], strict=True))
        mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return json.dumps({"wall": wall, "cpu": cpu, "loss": loss, "mib": mib, **more})
