"""A sweep's file: what it says, and what is said of a wrong one."""

from pathlib import Path

import pytest

from aecli.config.overrides import parse_set
from aecli.core.errors import ConfigError, RequestError
from aecli.sweeps.folder import SweepFolder
from aecli.sweeps.opening import open_sweep
from tests.sweeps.made_up import TEXT, opened, written

NOISES = "{choice: [null, {type: gaussian, stddev: 0.1}]}"
RESAMPLE = "corruption.resample: {choice: [true, false]}"


def refusal(tmp_path, text, *overrides):
    with pytest.raises(ConfigError) as refused:
        open_sweep(written(tmp_path, text), "lr", [parse_set(each) for each in overrides])
    return [line.removeprefix(f"{tmp_path}/") for line in str(refused.value).splitlines()]


def test_values_become_a_config(tmp_path):
    sweep, _ = opened(tmp_path)
    values = {"training.optimizer.learning_rate": 0.02, "model.hidden": [64, 32]}
    config = sweep.config(values)
    assert config.training.optimizer.learning_rate == 0.02
    assert config.model.hidden == (64, 32)


def test_a_base_is_a_recipe_or_a_file_beside_the_sweep(tmp_path):
    search = "search: {model.latent.dim: {int: [2, 64]}}\ntrials: 3\n"
    recipe = open_sweep(
        written(tmp_path, "base: conv\nsearch: {training.epochs: {int: [1, 3]}}\ntrials: 3"), "a"
    )
    assert recipe.config({}).model.type == "conv"
    (tmp_path / "mine.yaml").write_text("model: {type: dense, hidden: [99]}\n")
    assert open_sweep(written(tmp_path, f"base: mine.yaml\n{search}"), "a").config({}).model.hidden == (99,)


def test_without_held_out_samples_a_tenth_is_held_out(tmp_path):
    text = TEXT.replace("validation_split: 0.1", "limit: 100")
    assert opened(tmp_path, text)[0].config({}).data.validation_split == 0.1
    text = TEXT.replace("validation_split: 0.1", "validation_split: 0.3")
    assert opened(tmp_path, text)[0].config({}).data.validation_split == 0.3


def test_overrides_set_the_base(tmp_path):
    sweep = open_sweep(written(tmp_path), "lr", [parse_set("training.epochs=9")])
    assert sweep.config({"model.hidden": []}).training.epochs == 9


def test_all_that_is_wrong_is_said_at_once_with_its_place(tmp_path):
    wrong = """
base: conv
search:
  model.filter: {choice: [[8], [16]]}
  training.optimizer.learning_rate: {log: [1e-1, 1e-4]}
  training.epochs: {int: [0, 5], log: true}
  model.kernel_size: {odd: 2}
  model.activation: {choice: [relu, gelu, relu]}
  data.limit: {int: [10, 20]}
  objective.loss: {choice: [mse, binary_crossentropy]}
metric: reconstruction.psnr
trials: 3
"""
    said = refusal(tmp_path, wrong)
    expected = [
        ("lr.yaml:4:3: search.model.filter", "unknown option; did you mean 'filters'?"),
        ("lr.yaml:5:37: search.training.optimizer.learning_rate", "must rise"),
        ("lr.yaml:6:20: search.training.epochs", "starts at 1 or above"),
        ("lr.yaml:7:3: search.model.kernel_size", "says none of choice, float, int, log"),
        ("lr.yaml:8:21: search.model.activation", "names relu twice"),
        ("lr.yaml:9:3: search.data.limit", "other samples"),
        ("lr.yaml:10:3: search.objective.loss", "set metric: val_reconstruction"),
        ("lr.yaml:11:1: metric", "What is chosen by the test set"),
    ]
    assert len(said) == len(expected)
    for line, (start, part) in zip(said, expected, strict=True):
        assert line.startswith(start)
        assert part in line


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (("trials: 12", "trials: 12\nprunner: median"), "did you mean 'pruner'?"),
        (("trials: 12", "trials: 0"), "greater than 0"),
        (
            ("{choice: [[], [32], [64, 32]]}", "[8, 16]"),
            "search.model.hidden: says none of choice, float, int, log",
        ),
        (("trials: 12", ""), "trials: is required"),
        (("[2, 64], log: true", "[2, 64], step: 0"), "model.latent.dim.step: must be greater than 0"),
        (("choice: [[], [32], [64, 32]]", "choice: [[32]]"), "have 2 items or more"),
        (("choice: [[], [32], [64, 32]]", "choice: [[], -3, [-5]]"), "can't be -3"),
        (("trials: 12", "trials: 12\nsampler: grid"), "a grid can't have every number"),
        (("trials: 12", "trials: 12\nmetric: val_recon"), "did you mean 'val_reconstruction'?"),
        (("model: {type: dense}", "model: {type: desne}"), "unknown network 'desne'"),
        (
            ("model.hidden: {choice: [[], [32], [64, 32]]}", "model.latent: {choice: [{dim: 4}, {dim: 8}]}"),
            "lies in model.latent",
        ),
        (
            ("model.hidden: {choice: [[], [32], [64, 32]]}", "model..hidden: {choice: [[], [32]]}"),
            "a dotted option",
        ),
        (("model.hidden: {choice: [[], [32], [64, 32]]}", "plugins: {choice: [[a], [b]]}"), "no setting"),
        (
            ("model.hidden: {choice: [[], [32], [64, 32]]}", f"corruption: {NOISES}"),
            "the weakest noise would win",
        ),
    ],
)
def test_a_wrong_sweep_is_refused_with_a_reason(tmp_path, change, part):
    said = refusal(tmp_path, TEXT.replace(*change))
    assert any(part in line for line in said), said


def test_losses_in_other_units_do_not_compare(tmp_path):
    text = TEXT.replace(
        "model.hidden: {choice: [[], [32], [64, 32]]}", "objective.loss: {choice: [mse, mae]}"
    )
    assert "mae and mse have different units" in refusal(tmp_path, text)[0]


@pytest.mark.parametrize(
    ("base", "search"),
    [
        (
            "model: {type: dense, latent: {dim: 4, activity_l1: 0.1}}",
            "model.latent.activity_l1: {log: [1e-6, 1]}",
        ),
        (
            "model: {type: dense, latent: {dim: 4}}",
            "model.latent: {choice: [{dim: 4}, {activity_l1: 0.1, dim: 4}]}",
        ),
        (
            "model: {type: dense, latent: {type: gaussian, dim: 4}}\n  objective: {type: elbo}",
            "objective: {choice: [{type: elbo}, {type: elbo, beta: 0.01}]}",
        ),
    ],
)
def test_weights_are_searched_by_the_reconstruction_alone(tmp_path, base, search):
    text = f"base:\n  {base}\n  data: {{name: mnist5k}}\nsearch:\n  {search}\ntrials: 3\n"
    assert opened(tmp_path, text)
    assert "weighs what val_total adds up" in refusal(tmp_path, text + "metric: val_total\n")[0]
    sizes = text.replace(search, "model.latent.dim: {int: [2, 8]}")
    assert opened(tmp_path, sizes + "metric: val_total\n")


def test_whether_noise_is_drawn_anew_may_be_searched(tmp_path):
    noisy = TEXT.replace("  data:", "  corruption: {type: gaussian, stddev: 0.1}\n  data:")
    assert opened(tmp_path, noisy.replace("model.hidden: {choice: [[], [32], [64, 32]]}", RESAMPLE))


@pytest.mark.parametrize("flag", ["model.latent.dim=3", "model.hidden=[3]"])
def test_what_is_searched_is_not_set_as_well(tmp_path, flag):
    assert "set by --set" in refusal(tmp_path, TEXT, flag)[0]


def test_nothing_inside_of_what_is_searched_is_set(tmp_path):
    text = TEXT.replace(
        "model.latent.dim: {int: [2, 64], log: true}", "model.latent: {choice: [{dim: 2}, {dim: 4}]}"
    )
    assert "set by --set" in refusal(tmp_path, text, "model.latent.dim=3")[0]


def test_a_grid_has_each_combination_once(tmp_path):
    text = """
base: {model: {type: dense}, training: {optimizer: {type: sgd}}}
search:
  model.latent.dim: {int: [2, 6], step: 2}
  training.optimizer.learning_rate: {float: [0.1, 0.3], step: 0.1}
  model.hidden: {choice: [[], [8]]}
sampler: grid
trials: 100
"""
    sweep, _ = opened(tmp_path, text)
    assert sweep.trials == 18
    combinations = [sweep.of_grid(number) for number in range(18)]
    assert len({tuple(each.values()) for each in combinations}) == 18
    assert combinations[0] == {
        "model.latent.dim": 2,
        "training.optimizer.learning_rate": 0.1,
        "model.hidden": "[]",
    }
    assert combinations[1]["model.hidden"] == "[8]"


def test_a_folder_holds_one_sweep_and_one_driver(tmp_path):
    sweep, folder = opened(tmp_path)
    with folder.driven():
        folder.begin(sweep)
        with pytest.raises(RequestError, match="another process"), SweepFolder(folder.path).driven():
            pass
    more = open_sweep(written(tmp_path), "lr", trials=20)
    folder.begin(more)
    again = open_sweep(folder.sweep, "lr")
    folder.begin(again)
    assert again.trials == 20
    other, _ = opened(tmp_path, TEXT.replace("1e-4", "1e-5"))
    with pytest.raises(RequestError, match=r"another search.* To go on with that one: aecli sweep .*/lr\."):
        folder.begin(other)
    folder.sweep.write_text("[]")
    with pytest.raises(RequestError, match="damaged"):
        folder.begin(other)


def test_validate_takes_sweeps(tmp_path, aecli):
    right = written(tmp_path)
    assert aecli("validate", right, "conv").out == f"{right}: right\nconv: right\n"
    assert "this is a sweep and no config: aecli sweep" in aecli("show", right).err
    wrong = aecli("validate", written(tmp_path, TEXT.replace("dense", "desne")))
    assert wrong.code == 2
    assert "unknown network 'desne'; did you mean 'dense'?" in wrong.err


def test_the_sweep_in_the_docs_is_right(tmp_path):
    docs = Path(__file__).resolve().parents[2] / "docs" / "SWEEPS.md"
    text = docs.read_text().split("```yaml\n")[1].split("```")[0]
    command = docs.read_text().split("```console\n")[1].split("```")[0]
    assert command == "aecli sweep lr.yaml --set training.epochs=5 --workers 2\n"
    sweep = open_sweep(written(tmp_path, text), "lr", [parse_set("training.epochs=5")])
    assert (sweep.trials, sweep.config({}).training.epochs) == (40, 5)
