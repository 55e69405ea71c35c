"""Whatever stands in a config, it is right or it is a mistake that is explained."""

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aecli.config.annotate import annotate
from aecli.config.load import Loaded, check, load_config
from aecli.config.overrides import parse_set
from aecli.config.schema import Config
from aecli.config.yaml_text import dump, parse
from aecli.core.errors import ConfigError
from aecli.core.options import Options
from tests.config.strategies import classes, filled

modest = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

WORDS = [
    *(
        "model",
        "type",
        "conv",
        "dense",
        "latent",
        "topk",
        "dim",
        "objective",
        "elbo",
        "filters",
        "data",
        "name",
        "mnist",
        "limit",
        "training",
        "epochs",
    ),
    *(
        "optimizer",
        "adam",
        "learning_rate",
        "schedule",
        "plateau",
        "corruption",
        "gaussian",
        "seed",
        "execution",
    ),
    *(
        ": ",
        ":\n  ",
        "\n",
        "\n  ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "'",
        '"',
        "#",
        "&a ",
        "*a",
        "!t ",
        "? ",
        "---\n",
    ),
    *(
        "0",
        "1",
        "-1",
        "1e3",
        ".nan",
        ".inf",
        "true",
        "null",
        "~",
        "|\n",
        ">\n",
        "\t",
        "\\ud800",
        "\x00",
        "\u2028",
        "é",
    ),
]
yaml_like = st.lists(st.sampled_from(WORDS), max_size=40).map("".join)
TOP = list(Config.model_fields)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18) + 1, 10**18 - 1)
    | st.floats()
    | st.sampled_from(["conv", "gaussian", "elbo", "adam", "mnist", "auto", ""])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*TOP, "type", "name", "filters", "latent", "dim", "optimizer", "execution"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


def outcome(path: Path, *assignments: str) -> Config | None:
    """The config of a file, or None if it is refused as it should be: with a message, and soon."""
    start = time.process_time()
    try:
        loaded = load_config(path, [parse_set(assignment) for assignment in assignments])
    except ConfigError as error:
        loaded, message = None, str(error)
    else:
        message = "right"
    assert message
    assert all(line.isprintable() for line in message.splitlines())
    assert len(message) < 10_000
    assert time.process_time() - start < 5
    return loaded.config if loaded else None


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("configs") / "any.yaml"


@modest
@given(text=st.text() | yaml_like)
def test_any_text_is_a_config_or_a_mistake(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    outcome(file)


@modest
@given(raw=st.binary() | yaml_like.map(lambda text: text.encode("utf-16")))
def test_any_bytes_are_a_config_or_a_mistake(file: Path, raw: bytes) -> None:
    file.write_bytes(raw)
    outcome(file)


@modest
@given(data=st.dictionaries(st.sampled_from(TOP), plain, min_size=1))
def test_any_values_are_a_config_or_a_mistake(file: Path, data: dict[str, Any]) -> None:
    file.write_text(dump(data), encoding="utf-8")
    outcome(file)


def dotted_keys(options: type[Options], prefix: str = "") -> list[str]:
    """The options of a config as `--set` names them."""
    keys = []
    for name, field in options.model_fields.items():
        keys.append(prefix + name)
        for inner in classes(field):
            keys.extend(dotted_keys(inner, f"{prefix}{name}."))
    return sorted(set(keys))


@modest
@given(
    assignments=st.lists(
        st.text()
        | st.tuples(
            st.sampled_from([*dotted_keys(Config), "modle", "model.type.x", "a.b"]), yaml_like | st.text()
        ).map("=".join)
        | st.tuples(st.sampled_from(dotted_keys(Config)), plain.map(repr)).map("=".join),
        max_size=3,
    )
)
def test_any_flags_make_a_config_or_a_mistake(file: Path, assignments: list[str]) -> None:
    file.write_text("model: {type: conv}\ncorruption: {type: masking}\n")
    outcome(file, *assignments)


@modest
@given(data=filled(Config))
def test_every_valid_config_survives_being_written_and_read(data: dict[str, Any]) -> None:
    data.setdefault("data", {"name": "mnist"})["validation_split"] = (
        0.5  # what early stopping and plateaus need
    )
    config = check(parse(dump(data), "f.yaml"), "f.yaml").config
    written = dump(config.model_dump(mode="json"))
    again = check(parse(written, "g.yaml"), "g.yaml")
    assert again.config == config
    assert dump(again.config.model_dump(mode="json")) == written
    shown = annotate(Loaded(config, {}))
    assert check(parse(shown, "h.yaml"), "h.yaml").config == config


@modest
@given(data=filled(Config), wrong=plain, draw=st.data())
def test_any_value_anywhere_in_a_right_config_gives_a_config_or_a_mistake(
    file: Path, data: dict[str, Any], wrong: Any, draw: st.DataObject
) -> None:
    section = data
    while True:
        key = draw.draw(st.sampled_from([*section, "unheard_of"]))
        if not isinstance(section.get(key), dict) or draw.draw(st.booleans()):
            break
        section = section[key]
    section[key] = wrong
    file.write_text(dump(data), encoding="utf-8")
    outcome(file)
