"""Values from the command line."""

import copy
from typing import Any

import pytest

from aecli.config.load import check
from aecli.config.overrides import Override, apply, parse_set
from aecli.config.schema import Config
from aecli.config.yaml_text import Document, parse
from aecli.core.errors import ConfigError

TEXT = "model: {type: conv, filters: [16, 8]}\ntraining:\n  epochs: 3\n"


def document() -> Document:
    return parse(TEXT, "f.yaml")


def result(*assignments: str) -> Any:
    """The data of the file above with these flags."""
    return apply(document(), [parse_set(assignment) for assignment in assignments]).data


def checked(*assignments: str) -> Config:
    """The config of the file above with these flags."""
    return check(document(), "f.yaml", [parse_set(assignment) for assignment in assignments]).config


def mistake(*assignments: str) -> str:
    with pytest.raises(ConfigError) as caught:
        check(document(), "f.yaml", [parse_set(assignment) for assignment in assignments])
    return str(caught.value)


@pytest.mark.parametrize(
    ("assignment", "path", "value"),
    [
        ("seed=3", ("seed",), 3),
        ("training.epochs=3", ("training", "epochs"), 3),
        (" training.epochs = 3", ("training", "epochs"), 3),
        ("a.b=1e-3", ("a", "b"), 0.001),
        ("a=on", ("a",), "on"),
        ("a=true", ("a",), True),
        ("a=", ("a",), None),
        ("a=null", ("a",), None),
        ("a=b=c", ("a",), "b=c"),
        ("a='5'", ("a",), "5"),
        ("model.filters=[8,4]", ("model", "filters"), [8, 4]),
        ("objective={type: elbo, beta: 4}", ("objective",), {"type": "elbo", "beta": 4}),
        ("a=/data/x.npz", ("a",), "/data/x.npz"),
    ],
)
def test_forms_of_set(assignment: str, path: tuple[str, ...], value: Any) -> None:
    assert parse_set(assignment) == Override(path, value, f"--set {assignment}")


@pytest.mark.parametrize(
    "assignment",
    ["", "=", "=3", "seed", "a b=3", "a..b=3", ".a=3", "a.=3", "model.filters[0]=3", "1a=3", "é=1"],
)
def test_what_is_no_assignment_is_told_the_form(assignment: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_set(assignment)
    assert str(caught.value) == (
        f"--set {assignment}: expected KEY=VALUE with a dotted key, such as training.epochs=3"
    )


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("a=[1", "--set a=[1: not YAML: "),
        ("a={b: 1, b: 2}", "--set a={b: 1, b: 2}: b: duplicate key"),
        ("a=!!int 3", "--set a=!!int 3: tags"),
        ("a=*b", "--set a=*b: aliases"),
        ("a=\x1b[31m", r"--set a=\x1b[31m: not YAML text: the character #x001b is not allowed"),
        ("a=1\n---\n2", r"--set a=1\n---\n2: a second document starts here"),
        ("a=" + "[" * 5_000, "--set a=[[[["),
        (".".join("a" * 20_000) + "=1", "--set a.a.a.a."),
    ],
)
def test_a_value_that_is_refused_names_the_flag(assignment: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_set(assignment)
    assert str(caught.value).startswith(said)
    assert len(str(caught.value)) < 200
    assert str(caught.value).isprintable()


def test_a_value_is_replaced_and_the_rest_stays() -> None:
    assert result("training.epochs=9") == {
        "model": {"type": "conv", "filters": [16, 8]},
        "training": {"epochs": 9},
    }


def test_a_list_is_replaced_as_a_whole() -> None:
    assert result("model.filters=[4]")["model"] == {"type": "conv", "filters": [4]}


def test_sections_that_are_not_there_are_made() -> None:
    assert result("training.early_stopping.patience=2", "corruption.type=masking") == {
        "model": {"type": "conv", "filters": [16, 8]},
        "training": {"epochs": 3, "early_stopping": {"patience": 2}},
        "corruption": {"type": "masking"},
    }


def test_an_empty_section_is_filled() -> None:
    empty = parse("training:\n", "f.yaml")
    assert apply(empty, [parse_set("training.epochs=2")]).data == {"training": {"epochs": 2}}


def test_null_takes_an_option_away() -> None:
    corrupted = parse(TEXT + "corruption: {type: gaussian}", "f.yaml")
    assert check(corrupted, "f.yaml", [parse_set("corruption=null")]).config.corruption is None


def test_the_later_flag_wins() -> None:
    assert result("training.epochs=9", "training.epochs=1")["training"] == {"epochs": 1}
    assert result("training.epochs=9", "training={batch_size: 2}")["training"] == {"batch_size": 2}
    assert result("training={batch_size: 2}", "training.epochs=9")["training"] == {
        "batch_size": 2,
        "epochs": 9,
    }


def test_the_document_is_not_changed() -> None:
    original = document()
    before = copy.deepcopy(original)
    override = parse_set("model={type: dense}")
    apply(original, [override, parse_set("model.latent.dim=2"), parse_set("training.epochs=1")])
    assert original == before
    assert override.value == {"type": "dense"}


def test_a_flag_cannot_go_through_a_value() -> None:
    assert mistake("training.epochs.x=1") == (
        "--set training.epochs.x=1: training.epochs.x: can't be set: training.epochs is not a group of options"
    )
    assert mistake("model.filters.x=1").endswith("model.filters is not a group of options")


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("training.epoch=3", "training.epoch: unknown option; did you mean 'epochs'?"),
        ("trainng.epochs=3", "trainng: unknown option; did you mean 'training'?"),
        ("training.epochs='5'", "training.epochs: must be a valid integer, got '5'"),
        ("training.batch_size.x=5", 'training.batch_size: must be a valid integer, got {"x": 5}'),
        ("model.filters=[8,0]", "model.filters[1]: must be greater than 0, got 0"),
        ("model.type=cnov", "model.type: unknown network 'cnov'; did you mean 'conv'?"),
        ("model={type: conv, filters: 5}", "model.filters: must be a valid list, got 5"),
        (
            "training.optimizer={learning_rate: 1}",
            "training.optimizer: says no 'type:'; give one of: adadelta, ",
        ),
        (
            "model.latent.type=gausian",
            "model.latent.type: unknown latent 'gausian'; did you mean 'gaussian'?",
        ),
        ("model.latent.dim=0", "model.latent.dim: must be greater than 0, got 0"),
        (
            "model.latent.k=3",
            "model.latent.k: unknown option; known here: activation, activity_l1, dim, type",
        ),
        ("model.latent=5", "model.latent: must be a group of options, got 5"),
        ("objective.type=elbow", "objective.type: unknown objective 'elbow'; did you mean 'elbo'?"),
        ("objective.beta=4", "objective.beta: unknown option; known here: loss, type"),
        ("objective.type=elbo", "objective.type: 'elbo' needs a latent with a density"),
        (
            "model.latent.type=gaussian",
            "model.latent.type: 'gaussian' needs an objective that keeps its variance",
        ),
        ("model=null", "model: must be a group of options, got nothing"),
        ("training=5", "training: must be a group of options, got 5"),
    ],
)
def test_a_mistake_in_a_flag_names_the_flag_as_its_place(assignment: str, said: str) -> None:
    assert mistake(assignment).startswith(f"--set {assignment}: {said}")


def test_mistakes_of_file_and_flags_are_reported_together() -> None:
    wrong = parse(TEXT + "sed: 1\n", "f.yaml")
    with pytest.raises(ConfigError) as caught:
        check(wrong, "f.yaml", [parse_set("training.epochs=0"), parse_set("model.x=1")])
    assert str(caught.value).splitlines() == [
        "--set model.x=1: model.x: unknown option; "
        "known here: activation, condition, filters, hidden, kernel_size, latent, output, type",
        "--set training.epochs=0: training.epochs: must be greater than or equal to 1, got 0",
        "f.yaml:4:1: sed: unknown option; did you mean 'seed'?",
    ]


def test_the_three_words_are_set_where_a_file_names_none_of_them() -> None:
    assert checked("model.latent.dim=5").model.latent.model_dump()["dim"] == 5
    config = checked(
        "model.latent.type=gaussian", "model.latent.dim=5", "objective.type=elbo", "objective.beta=4"
    )
    assert config.model.latent.model_dump() == {"type": "gaussian", "dim": 5}
    assert config.objective.model_dump(exclude={"likelihood", "warmup", "free_bits"}) == {
        "type": "elbo",
        "beta": 4,
    }


def test_show_prints_the_three_words_with_their_places(aecli: Any) -> None:
    ended = aecli("show", "conv", "--set", "model.latent.type=gaussian", "--set", "objective.type=elbo")
    assert ended.code == 0, ended.err
    lines = [line.split("#") for line in ended.out.splitlines()]
    words = {line.strip(): place.strip() for line, *places in lines for place in places if "type: " in line}
    assert words["type: gaussian"] == "--set model.latent.type=gaussian"
    assert words["type: elbo"] == "--set objective.type=elbo"
    assert "  latent:" in ended.out
    assert "loss:" not in ended.out
    assert aecli("validate", "conv").code == 0
