"""The house as it is described: rooms, doors and imports."""

import re
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
MAP = (ROOT / "CONTRIBUTING.md").read_text()


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom, for type checking too."""
    return grimp.build_graph("aecli", exclude_type_checking_imports=False)


def entries() -> set[str]:
    """What lies in the root of the package."""
    return {path.name for path in (ROOT / "aecli").iterdir() if path.name != "__pycache__"}


def test_the_map_names_every_room_and_every_door() -> None:
    named = {name.rstrip("/") for name in re.findall(r"`aecli/([a-z_]+(?:\.py|/))`", MAP)}
    assert named == entries()


def test_the_root_is_small() -> None:
    assert len(entries()) <= 18


def test_modules_import_in_no_circle(graph: grimp.ImportGraph) -> None:
    left = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    while ends := [module for module, imported in left.items() if not imported]:
        for module in ends:
            del left[module]
        for imported in left.values():
            imported.difference_update(ends)
    assert sorted(left) == []


def test_no_two_modules_of_a_room_share_a_name() -> None:
    for room in (path for path in (ROOT / "aecli").iterdir() if path.is_dir()):
        names = [path.stem for path in room.rglob("*.py") if path.stem != "__init__"]
        assert sorted(names) == sorted(set(names)), room
