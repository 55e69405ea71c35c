"""How much memory is left, as Linux tells it."""

import os
from pathlib import Path

import pytest

from aecli.core import memory

MIB = 2**20


@pytest.fixture
def linux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of /proc and /sys; there is nothing in it."""
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "CGROUP", tmp_path / "cgroup")
    monkeypatch.setattr(memory, "OWN_GROUP", tmp_path / "own")
    (tmp_path / "cgroup").mkdir()
    return tmp_path


def machine(linux: Path, mib: int) -> None:
    lines = (
        "MemTotal:       16000000 kB",
        "MemFree:          100000 kB",
        f"MemAvailable: {mib * 1024:10} kB",
    )
    (linux / "meminfo").write_text("\n".join(lines) + "\n")


def container(linux: Path, limit: str, used: int, files: int) -> None:
    (linux / "cgroup" / "memory.max").write_text(f"{limit}\n")
    (linux / "cgroup" / "memory.current").write_text(f"{used}\n")
    (linux / "cgroup" / "memory.stat").write_text(
        f"anon 1\ninactive_anon 2\nactive_file 3\ninactive_file {files}\nworkingset_inactive_file 9\n"
    )


def test_a_machine_says_what_is_available(linux: Path) -> None:
    machine(linux, 3000)
    assert memory.available() == 3000 * MIB


def test_a_container_leaves_what_its_limit_leaves(linux: Path) -> None:
    machine(linux, 3000)
    container(linux, str(1000 * MIB), used=700 * MIB, files=0)
    assert memory.available() == 300 * MIB


def test_what_is_kept_of_files_is_given_up(linux: Path) -> None:
    machine(linux, 3000)
    container(linux, str(1000 * MIB), used=700 * MIB, files=500 * MIB)
    assert memory.available() == 800 * MIB


def test_a_container_can_be_no_larger_than_its_machine(linux: Path) -> None:
    machine(linux, 200)
    container(linux, str(1000 * MIB), used=0, files=0)
    assert memory.available() == 200 * MIB


def test_a_container_without_a_limit_leaves_what_the_machine_does(linux: Path) -> None:
    machine(linux, 3000)
    container(linux, "max", used=700 * MIB, files=0)
    assert memory.available() == 3000 * MIB


def test_a_job_of_a_cluster_has_a_limit_of_its_own(linux: Path) -> None:
    machine(linux, 3000)
    job = linux / "cgroup" / "slurm" / "job_7"
    job.mkdir(parents=True)
    container(linux, "max", used=0, files=0)
    for path in (linux / "cgroup").iterdir():
        if path.is_file():
            (job / path.name).write_bytes(path.read_bytes())
    (job / "memory.max").write_text(f"{600 * MIB}\n")
    (linux / "own").write_text("1:cpu:/elsewhere\n0::/slurm/job_7/step_0\n")
    assert memory.available() == 600 * MIB


def test_over_its_limit_nothing_is_left(linux: Path) -> None:
    machine(linux, 3000)
    container(linux, str(1000 * MIB), used=1001 * MIB, files=0)
    assert memory.available() == 0


@pytest.mark.parametrize(
    "text", [None, "", "MemAvailable:\n", "MemAvailable: much kB\n", "MemFree: 5 kB\n", "é"]
)
def test_where_nothing_says_so_it_is_taken_for_granted(linux: Path, text: str | None) -> None:
    if text is not None:
        (linux / "meminfo").write_text(text, encoding="utf-8")
    (linux / "cgroup" / "memory.max").write_text("half\n")
    assert memory.available() == memory.UNKNOWN


def test_this_machine_has_some_memory_and_no_more_than_it_has() -> None:
    assert 0 < memory.available() <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
