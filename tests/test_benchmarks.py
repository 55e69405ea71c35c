"""The benchmark's command line, tables and verdicts, on made-up measurements."""

import subprocess
from pathlib import Path

import pytest

from benchmarks import against, arithmetic, commands, data, precision, streaming, training
from benchmarks.__main__ import TABLES, parse, plan_of
from benchmarks.contenders import OTHERS
from benchmarks.document import FIELD, TEMPLATE, document
from benchmarks.plan import FULL, QUICK, Size
from benchmarks.rounds import Kept, in_turn
from benchmarks.stand import OURS, Measured, stand


def rounds(*cpu: float, mib: float = 100.0) -> list[Measured]:
    """One measurement a round; the wall takes half of the CPU's time."""
    return [{"wall": seconds / 2, "cpu": seconds, "mib": mib, "loss": 0.1} for seconds in cpu]


def line_of(table: str, start: str) -> str:
    """The one line of a table that begins so."""
    (found,) = (line for line in table.splitlines() if line.startswith(f"| {start} |"))
    return found


def test_a_recipe_meets_its_goal_by_the_median_of_paired_ratios() -> None:
    table = training.of_recipe(
        "simple", Size(10), {"aecli": rounds(1.0, 1.0, 1.1), "Keras fit": rounds(4.0, 5.0, 4.4)}
    )
    assert line_of(table, "Keras fit").count("**4.00** (4.00–5.00), met") == 2
    assert "at most 23% apart" in table
    assert "wanted: 15%; not met" in table


def test_a_contender_that_is_too_fast_is_a_goal_not_met() -> None:
    table = training.of_recipe("vae", Size(10), {"aecli": rounds(1.0, 1.0), "pythae": rounds(1.9, 1.9)})
    assert line_of(table, "pythae").count("**1.90** (1.90–1.90), not met") == 2
    assert "wanted: 15%; met" in table


def test_one_round_claims_no_steadiness() -> None:
    table = training.of_recipe("vae", Size(10), {"aecli": rounds(1.0)})
    assert "One round alone" in table
    assert "wanted" not in table


def test_commands_are_judged_beside_what_they_are_put_beside() -> None:
    found = {name: rounds(2.0, 2.0) for name in commands.GOALS}
    found |= {commands.IMPORT: rounds(2.6, 2.6), commands.SCRIPT: rounds(1.9, 1.9)}
    table = commands.table(found)
    assert line_of(table, "`encode`").endswith("| met |")
    assert line_of(table, "`train` to its first step").endswith("| not met |")
    assert line_of(table, commands.IMPORT).endswith("|  |  |  |")


def test_every_goal_is_of_something_measured() -> None:
    with stand() as place:
        measured = commands.Commands(place).contenders()
    assert set(commands.GOALS) == set(measured) - {commands.IMPORT, commands.SCRIPT}


def test_memory_is_judged_beside_a_training_on_few_rows() -> None:
    with stand() as place:
        names = list(data.Files(place, 1).contenders())
    found = {name: rounds(3.0) for name in names} | {"`train`, rows of bytes (.npz)": rounds(3.0, mib=300.0)}
    assert "MiB, 2.54 times as much beside those: not met" in data.table(found, data.FEW + 104_250)
    assert "times as much beside those: met" in data.table(found, data.FEW + 131_000)


def test_what_is_read_from_disk_is_judged_by_its_throughput() -> None:
    table = streaming.table({streaming.MEMORY: rounds(1.0, 1.0), streaming.DISK: rounds(1.2, 1.3)})
    assert line_of(table, streaming.DISK).endswith("| **0.80** (0.77–0.83) | ≥ 0.8 | met |")


def test_a_commit_is_checked_out_and_taken_away_whatever_happens() -> None:
    found = []

    def look() -> None:
        with against.checked_out("HEAD") as tree:
            found.append((tree, (tree / "aecli" / "__init__.py").is_file()))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        look()
    ((tree, there),) = found
    assert there
    assert not tree.exists()
    listed = subprocess.run(["git", "worktree", "list"], cwd=OURS, capture_output=True, text=True, check=True)
    assert str(tree) not in listed.stdout


def test_the_other_tables() -> None:
    assert precision.row("vae", {"float32": rounds(2.0), "mixed_bfloat16": rounds(4.0)})[3] == "0.50"
    products = {"multiply_adds": 50.0, "speed": 100.0}
    assert arithmetic.row("conv", products, 1.0)[1:] == ["50%", "–"]
    assert arithmetic.row("deep", {**products, "alone": 0.4}, 1.0)[2] == "40%"
    line = against.row("an epoch", {"then": rounds(3.0), "now": rounds(2.0, mib=90.0)})
    assert line == ["an epoch", "2.00", "**1.50** (1.50–1.50)", "**1.50** (1.50–1.50)", "100, 90"]


def test_what_is_kept_is_not_measured_again(tmp_path: Path) -> None:
    kept, asked = tmp_path / "kept.json", []

    def measure() -> Measured:
        asked.append(1)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return {"cpu": float(len(asked))}

    with pytest.raises(KeyboardInterrupt):
        in_turn("x", {"a": measure}, 3, Kept(kept))
    assert in_turn("x", {"a": measure}, 3, Kept(kept)) == {"a": [{"cpu": 1.0}, {"cpu": 3.0}, {"cpu": 4.0}]}


def test_the_command_line_says_how_much_is_measured() -> None:
    assert plan_of(parse([])) == FULL
    assert plan_of(parse(["--quick"])) == QUICK
    plan = plan_of(parse(["simple", "deep", "--quick", "--rounds", "1"]))
    assert (plan.recipes, plan.rounds) == (
        {"simple": QUICK.recipes["simple"], "deep": FULL.recipes["deep"]},
        1,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["dense"], "no network is written for dense"),
        (["--rounds", "0"], "at least 1"),
        (["--against", "HEAD", "--report", "x.md"], "not allowed with"),
        (["--against", "HEAD", "--tables", "data"], "compares training and commands alone"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse(arguments)
    assert said in capsys.readouterr().err


def test_the_document_has_all_tables_and_says_what_is_missing() -> None:
    fields = set(FIELD.findall(TEMPLATE.read_text(encoding="utf-8")))
    assert fields == {*TABLES, "machine", "rounds", "absent"}
    text = document({name: f"[{name}]" for name in TABLES if name != "data"}, FULL)
    assert "[training]" in text
    assert text.count("Not measured.") == 1
    for name, other in OTHERS.items():
        assert other.installed or name in text.partition("Not installed here")[2].partition(".")[0]


def test_a_stand_measures_the_whole_process_with_the_aecli_of_its_tree() -> None:
    with stand() as place:
        ended = place.python("-c", "import json, aecli; bytes(40 << 20); print(json.dumps(aecli.__file__))")
        assert Path(ended.output.strip().strip('"')).is_relative_to(OURS)
        assert ended.cost["mib"] > 40
        with pytest.raises(SystemExit, match="boom"):
            place.python("-c", "raise SystemExit('boom')")
    assert not place.folder.exists()


def test_every_contender_can_train_what_it_has_goals_for() -> None:
    assert {recipe for other in OTHERS.values() for recipe in other.goals} == set(FULL.recipes)
