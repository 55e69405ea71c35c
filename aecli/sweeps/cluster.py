"""Runs trained on a cluster by Ray: a task each, on nodes that need nothing of ours but the same program and data."""

from __future__ import annotations

import fcntl
import logging
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from aecli.core.errors import RequestError, RunFailed
from aecli.runs.folder import RunFolder
from aecli.runs.record import Status
from aecli.sweeps import node
from aecli.sweeps.sweep import Resources
from aecli.sweeps.workers import Job

log = logging.getLogger(__name__)

PATIENCE = 300
"""Seconds that a node may take to read the data."""


class Cluster:
    """Each run by a task on a node that has room; a node that is lost costs the epochs since its last parcel.

    Args:
        address: Ray's, or `auto`.
        resources: What a trial takes.
        plugins: Files that travel with the tasks.
        config: The text of the base's config, whose data each node must have.
    """

    def __init__(self, address: str, resources: Resources, plugins: Sequence[Path], config: str) -> None:
        os.environ.setdefault(
            "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0"
        )  # as Ray will have it, without its warning
        try:
            ray.init(
                address=address, logging_level=logging.ERROR, log_to_driver=False, ignore_reinit_error=True
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise RequestError(f"--cluster {address}: no cluster of Ray's there: {error}") from error
        self._resources = resources
        self._plugins = {path.name: path.read_bytes() for path in plugins}
        self._config = config
        self._here = node.versions()
        self._data: tuple[str, str] | None = None
        self._usable: dict[str, bool] = {}
        self._tasks: dict[str, tuple[Any, str]] = {}
        self._locks: dict[str, IO[bytes]] = {}

    @property
    def count(self) -> int:
        """As many as the nodes have room for now."""
        return sum(self._rooms().values()) or 1

    def start(self, job: Job) -> None:
        """Gives the run to the node with the most room left."""
        taken = Counter(place for _, place in self._tasks.values())
        rooms = {place: room - taken[place] for place, room in self._rooms().items()}
        if not rooms:
            raise RunFailed("no node of the cluster can train: see above, and sweep's 'resources'")
        place = max(rooms, key=lambda each: rooms[each])
        begun = node.pack(job.run) if job.run else None
        task = ray.remote(node.train).options(
            num_returns="streaming",
            max_retries=0,  # it goes on from its last parcel, and not from what it was first given
            num_cpus=self._resources.cpus,
            num_gpus=self._resources.gpus,
            scheduling_strategy=NodeAffinitySchedulingStrategy(place, soft=False),
        )
        config = job.config.read_text(encoding="utf-8")
        parcels = task.remote(job.name, config, begun, self._plugins, self._resources.cpus)
        self._tasks[job.name] = (parcels, place)

    def is_alive(self, job: Job) -> bool:
        """Takes in what has arrived of it."""
        if job.name not in self._tasks:
            return False
        parcels, place = self._tasks[job.name]
        while ray.wait([parcels], timeout=0)[0]:
            try:
                self._arrived(job, ray.get(next(parcels)))
            except StopIteration:
                self._ended(job)
                return False
            except ray.exceptions.RayTaskError as error:
                job.log.write_text(f"{error.cause}\n", encoding="utf-8")
                self._ended(job)
                return False
            except ray.exceptions.RayError as error:
                log.warning(
                    f"{job.name}: lost with node {place[:8]} ({type(error).__name__}); it goes on elsewhere"
                )
                self._ended(job)
                return False
        return True

    def stop(self, job: Job) -> None:
        """Cancels its task."""
        if job.name in self._tasks:
            ray.cancel(self._tasks[job.name][0], force=False)
            self._ended(job)

    def _arrived(self, job: Job, parcel: bytes) -> None:
        """Keeps a run folder, and holds its lock while the run is trained elsewhere."""
        run = node.unpack(parcel, job.runs)
        if job.name not in self._locks:
            self._locks[job.name] = run.lock_file.open("ab")
            fcntl.flock(self._locks[job.name], fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _ended(self, job: Job) -> None:
        """Lets go of a run; one that says it is running was stopped."""
        del self._tasks[job.name]
        if lock := self._locks.pop(job.name, None):
            run = RunFolder(Path(lock.name).parent)
            record = run.read_record()
            if record.status is Status.RUNNING:
                record.updated(run.record_file, status=Status.INTERRUPTED, reason="stopped by its sweep")
            lock.close()

    def _rooms(self) -> dict[str, int]:
        """How many trials each node that can be used has room for, by Ray's name of it."""
        rooms = {}
        for each in ray.nodes():  # type: ignore[no-untyped-call]
            room = self._room(each["Resources"])
            if each["Alive"] and room and self._is_usable(each):
                rooms[each["NodeID"]] = room
        return rooms

    def _room(self, has: Mapping[str, float]) -> int:
        rooms = [has.get("CPU", 0) / self._resources.cpus]
        if self._resources.gpus:
            rooms.append(has.get("GPU", 0) / self._resources.gpus)
        return int(min(rooms))

    def _is_usable(self, each: Mapping[str, Any]) -> bool:
        """Whether a node has the same program and data; asks it once, and says why not."""
        name = each["NodeID"]
        if name not in self._usable:
            strategy = NodeAffinitySchedulingStrategy(name, soft=False)
            ask = ray.remote(node.inspect).options(num_cpus=0, max_retries=0, scheduling_strategy=strategy)
            try:
                found = ray.get(ask.remote(self._config, self._plugins), timeout=PATIENCE)
                why = refusal(found, self._here, self._data)
                self._data = self._data or (None if why else found.data)
            except ray.exceptions.RayError as error:
                why = f"it can't run aecli ({str(error).strip().splitlines()[-1]})"
            if why:
                log.warning(
                    f"node {each['NodeManagerHostname']} ({each['NodeManagerAddress']}): not used: {why}"
                )
            self._usable[name] = not why
        return self._usable[name]


def refusal(found: node.Found, here: Mapping[str, str], data: tuple[str, str] | None) -> str:
    """Why a node can't train trials that compare with the others'; empty if it can.

    Args:
        found: What it has.
        here: The versions that the driver has.
        data: The fingerprints that the nodes before have; None for the first.
    """
    other = [
        f"{name} {found.versions.get(name)} in place of {version}"
        for name, version in here.items()
        if found.versions.get(name) != version
    ]
    if other:
        return f"it has {', '.join(other)}"
    if found.trouble:
        return f"it can't read the data: {found.trouble}"
    return f"its data is another: {found.data} in place of {data}" if data not in (None, found.data) else ""
