"""From a config file to a checked config, or to everything that is wrong with it."""

import time
from pathlib import Path

import pytest

from aecli.config.load import Loaded, check, load_config
from aecli.config.overrides import parse_set
from aecli.config.problems import Location
from aecli.config.schema import Config
from aecli.config.yaml_text import parse
from aecli.core.errors import ConfigError

DENSE = "model: {type: dense}\n"


def load(text: str, *assignments: str) -> Loaded:
    return check(parse(text, "f.yaml"), "f.yaml", [parse_set(assignment) for assignment in assignments])


def mistakes(text: str, *assignments: str) -> list[str]:
    """The lines that a user reads about a config that is refused."""
    with pytest.raises(ConfigError) as caught:
        load(text, *assignments)
    return str(caught.value).splitlines()


def test_every_mistake_is_reported_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "model:\n"
        "  type: conv\n"
        "  fliters: [8]\n"
        '  kernel_size: "5"\n'
        "  filters: [0, 8]\n"
        "data:\n"
        "  name: minst\n"
        "corruption: gaussian\n"
        "training:\n"
        "  epochs: true\n"
        "  batch_size: .nan\n"
        "  optimizer: {type: adam, learning_rate: .inf, beta_1: 1}\n"
        "objective:\n"
        "  loss: bce\n"
        "sed: 1\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(caught.value).replace(str(path), "F").splitlines() == [
        "F:3:3: model.fliters: unknown option; did you mean 'filters'?",
        "F:4:16: model.kernel_size: must be a valid integer, got '5'",
        "F:5:13: model.filters[0]: must be greater than 0, got 0",
        "F:7:9: data.name: unknown data set 'minst'; did you mean 'mnist'?",
        "F:8:13: corruption: must be a group of options, got 'gaussian'",
        "F:10:11: training.epochs: must be a valid integer, got true",
        "F:11:15: training.batch_size: must be a valid integer, got NaN",
        "F:12:42: training.optimizer.learning_rate: must be a finite number, got Infinity",
        "F:12:56: training.optimizer.beta_1: must be less than 1, got 1",
        "F:14:9: objective.loss: must be 'binary_crossentropy', 'mse', 'mae', 'huber' or 'ssim', got 'bce'",
        "F:15:1: sed: unknown option; did you mean 'seed'?",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seed: 1", "1:1: model: is required but not given"),
        ("model:", "1:7: model: must be a group of options, got nothing"),
        ("model: dense", "1:8: model: must be a group of options, got 'dense'"),
        ("model: [dense]", '1:8: model: must be a group of options, got ["dense"]'),
        ("model: {typ: dense}", "1:8: model: says no 'type:'; give one of: conv, dense, lstm"),
        ("model: {type: desne}", "1:15: model.type: unknown network 'desne'; did you mean 'dense'?"),
        (
            "model: {type: gan}",
            "1:15: model.type: unknown network 'gan'; known here: conv, dense, lstm",
        ),
        (
            "model: {type: 5}",
            "1:15: model.type: unknown network 5; known here: conv, dense, lstm",
        ),
        ("model: {type: conv, filters: 8}", "1:30: model.filters: must be a valid list, got 8"),
        ("model: {type: conv, filters: []}", "1:30: model.filters: must have 1 items or more, got []"),
        ("model: {type: conv, filters: [[8]]}", "1:31: model.filters[0]: must be a valid integer, got [8]"),
        (
            "model: {type: dense, latent: {dim: 3.0}}",
            "1:36: model.latent.dim: must be a valid integer, got 3.0",
        ),
        (
            "model: {type: dense, latent: {type: gauss}}",
            "1:37: model.latent.type: unknown latent 'gauss'; did you mean 'gaussian'?",
        ),
    ],
)
def test_mistakes_of_the_model(text: str, said: str) -> None:
    assert mistakes(text) == [f"f.yaml:{said}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("data: mnist", "7: data: must be a group of options, got 'mnist'"),
        (
            "data: {name: cifar}",
            "14: data.name: unknown data set 'cifar'; "
            "known here: csv, fashion_mnist, images, mnist, mnist5k, npz, sequences, sine_waves",
        ),
        ("data: {limt: 5}", "8: data.limt: unknown option; did you mean 'limit'?"),
        ("data: {limit: 0}", "15: data.limit: must be greater than 0, got 0"),
        ("data: {fallback: cifar}", "18: data.fallback: must be 'mnist5k', got 'cifar'"),
        (
            "data: {validation_split: 1.5}",
            "26: data.validation_split: must be less than or equal to 0.9, got 1.5",
        ),
        ("data: {path: 5}", "14: data.path: must be a valid string, got 5"),
        (
            "corruption: {stddev: 1}",
            "13: corruption: says no 'type:'; give one of: gaussian, masking, salt_and_pepper",
        ),
        (
            "corruption: {type: gausian}",
            "20: corruption.type: unknown corruption 'gausian'; did you mean 'gaussian'?",
        ),
        (
            "corruption: {type: gaussian, resample: yes}",
            "40: corruption.resample: must be a valid boolean, got 'yes'",
        ),
        ("training: [5]", "11: training: must be a group of options, got [5]"),
        (
            "training: {optimizer: {type: adm}}",
            "30: training.optimizer.type: unknown optimizer 'adm'; did you mean 'adam'?",
        ),
        (
            "training: {schedule: {type: cosin}}",
            "29: training.schedule.type: unknown learning-rate schedule 'cosin'; did you mean 'cosine'?",
        ),
        (
            "training: {schedule: {type: cosine, factor: 2}}",
            "37: training.schedule.factor: unknown option; known here: final_fraction, type, warmup_epochs",
        ),
        (
            "training: {execution: {compile: maybe}}",
            "33: training.execution.compile: must be a valid boolean or be 'auto', got 'maybe'",
        ),
        (
            "training: {optimizer: {type: adam, clipnorm: 1.0, clipvalue: 0.5}}",
            "23: training.optimizer: clips in one way at most: give one of clipnorm, clipvalue",
        ),
        ("training: {epochs: 1e2}", "20: training.epochs: must be a valid integer, got 100.0"),
        ("seed: -1", "7: seed: must be greater than or equal to 0, got -1"),
        ("seed: 2147483648", "7: seed: must be less than 2147483648, got 2147483648"),
        (
            '"x\\e[31m": 1',
            r"1: x\x1b[31m: unknown option; "
            "known here: corruption, data, expect, model, objective, plugins, seed, training",
        ),
    ],
)
def test_mistakes_of_the_other_sections(text: str, said: str) -> None:
    assert mistakes(DENSE + text) == [f"f.yaml:2:{said}"]


def test_an_unknown_optimizer_without_a_near_name_lists_all() -> None:
    (line,) = mistakes(DENSE + "training: {optimizer: {type: quux}}")
    assert line.endswith(
        "known here: adadelta, adafactor, adagrad, adam, adamax, adamw, ftrl, lamb, lion, nadam, rmsprop, sgd"
    )


@pytest.mark.parametrize(
    ("option", "line", "column"),
    [
        ("early_stopping:\n    patience: 3", 4, 3),
        ("select_best: true", 4, 3),
        ("schedule: {type: plateau}", 4, 3),
    ],
)
def test_what_needs_held_out_images_says_so_at_its_place(option: str, line: int, column: int) -> None:
    text = DENSE + f"training:\n  epochs: 3\n  {option}\n"
    (said,) = mistakes(text)
    assert said.startswith(
        f"f.yaml:{line}:{column}: training.{option.split(':', maxsplit=1)[0]}: chooses by a validation loss"
    )
    assert said.endswith("add 'validation_split: 0.1' under data")
    assert load(text + "data: {validation_split: 0.1}").config.data.validation_split == 0.1


def test_what_was_contradicted_by_a_flag_names_the_flag() -> None:
    text = DENSE + "training: {early_stopping: {}}\ndata: {validation_split: 0.1}"
    assert load(text).config.training.early_stopping is not None
    (line,) = mistakes(DENSE, "training.early_stopping.patience=3")
    assert line.startswith("--set training.early_stopping.patience=3: training.early_stopping: chooses by")
    (line,) = mistakes(text, "data.validation_split=0")
    assert line.startswith("f.yaml:2:12: training.early_stopping: chooses by")


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_file_is_told_what_a_config_is(text: str) -> None:
    assert mistakes(text) == [
        "f.yaml:1:1: the file is empty: a config is a mapping that starts with 'model:'"
    ]


@pytest.mark.parametrize("text", ["- model\n- data", "model", "5", "[]"])
def test_a_root_that_is_no_mapping_is_refused(text: str) -> None:
    assert mistakes(text) == [
        "f.yaml:1:1: this isn't a mapping: a config is a mapping that starts with 'model:'"
    ]


def test_more_than_twenty_mistakes_are_counted_not_shown() -> None:
    lines = mistakes(DENSE + "".join(f"key{number}: 1\n" for number in range(25)))
    assert len(lines) == 21
    assert lines[0].startswith("f.yaml:2:1: key0: unknown option")
    assert lines[-1] == "… and 5 more"


def test_a_file_full_of_mistakes_is_checked_fast() -> None:
    start = time.process_time()
    assert len(mistakes(f"model: {{type: dense, hidden: [{'x,' * 8_000}]}}")) == 21
    assert time.process_time() - start < 6


def test_long_values_are_cut_in_messages() -> None:
    (line,) = mistakes(DENSE + f"training: {{epochs: {'x' * 10_000}}}")
    assert line == f"f.yaml:2:20: training.epochs: must be a valid integer, got '{'x' * 59}…"


def test_a_config_of_three_lines_gets_sensible_defaults() -> None:
    config = load("model:\n  type: dense\n  latent:\n    dim: 8\n").config
    assert config.model.model_dump() == {
        "type": "dense",
        "output": "sigmoid",
        "condition": None,
        "hidden": (),
        "activation": "relu",
        "latent": {"type": "plain", "dim": 8, "activation": "relu", "activity_l1": 0.0},
    }
    assert config.objective.model_dump() == {"type": "reconstruction", "loss": "binary_crossentropy"}
    assert config.data.model_dump() == {
        "name": "mnist",
        "limit": None,
        "validation_split": 0.0,
        "train_without": (),
        "binarize": None,
        "path": None,
        "fallback": None,
    }
    assert config.corruption is None
    assert config.seed == 0
    assert config.training.epochs == 50
    assert config.training.batch_size == 256
    assert config.training.optimizer.model_dump()["type"] == "adam"
    assert config.training.optimizer.learning_rate == 0.001
    assert config.training.schedule is None
    assert config.training.early_stopping is None
    assert not config.training.selects


def test_data_without_a_name_is_mnist() -> None:
    config = load(DENSE + "data: {limit: 100}").config
    assert config.data.model_dump()["name"] == "mnist"
    assert config.data.limit == 100


def test_whole_numbers_are_taken_where_a_fraction_may_stand() -> None:
    optimizer = load(DENSE + "training: {optimizer: {type: sgd, learning_rate: 1}}").config.training.optimizer
    assert optimizer.learning_rate == 1.0
    assert isinstance(optimizer.learning_rate, float)


def test_origins_say_where_each_value_was_given() -> None:
    loaded = load(
        "model: {type: conv}\ntraining:\n  epochs: 3\n",
        "training.batch_size=8",
        "model.filters=[8, 4]",
        "training.optimizer={type: sgd, learning_rate: 0.1}",
    )
    origins = {path: str(origin) for path, origin in loaded.origins.items()}
    assert origins["model", "type"] == "f.yaml:1:15"
    assert origins["training", "epochs"] == "f.yaml:3:11"
    assert origins["training", "batch_size"] == "--set training.batch_size=8"
    assert origins["model", "filters"] == "--set model.filters=[8, 4]"
    whole = "--set training.optimizer={type: sgd, learning_rate: 0.1}"
    assert origins["training", "optimizer", "type"] == whole
    assert origins["training", "optimizer", "learning_rate"] == whole
    assert ("training", "optimizer", "momentum") not in origins
    assert ("seed",) not in origins


def test_a_file_names_itself_in_its_origins(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(DENSE)
    loaded = load_config(path)
    assert loaded.origins["model", "type"] == Location(str(path), 1, 15)
    assert isinstance(loaded.config, Config)


def test_a_missing_file_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: can't be read: No such file or directory"):
        load_config(tmp_path / "none.yaml")
