import pytest
from hypothesis import given
from hypothesis import strategies as st

from aecli.training.execution import MULTIPLY_ADDS_A_CHUNK, STEPS_THAT_REPAY_COMPILING, resolve
from aecli.training.options import Execution, TrainingOptions


def options(epochs: int = 50, batch_size: int = 256, **execution: object) -> TrainingOptions:
    return TrainingOptions(
        epochs=epochs, batch_size=batch_size, execution=Execution.model_validate(execution)
    )


def test_what_a_config_says_is_done() -> None:
    for compiles in (True, False):
        chosen = resolve(options(compile=compiles, chunk_steps=7), 60_000, 50_000, suits_xla=not compiles)
        assert chosen == Execution(compile=compiles, chunk_steps=7)


def test_long_dense_trainings_are_compiled() -> None:
    assert resolve(options(), 60_000, 50_000, suits_xla=True).compile is True
    assert resolve(options(), 60_000, 50_000, suits_xla=False).compile is False
    assert resolve(options(epochs=2), 4_000, 50_000, suits_xla=True).compile is False


def test_products_in_bfloat16_are_not_compiled() -> None:
    mixed = options().model_copy(update={"precision": "mixed_bfloat16"})
    assert resolve(mixed, 60_000, 50_000, suits_xla=True).compile is False


def test_compiling_begins_where_it_pays() -> None:
    epochs = STEPS_THAT_REPAY_COMPILING // 3
    assert resolve(options(epochs=epochs), 3 * 256, 50_000, suits_xla=True).compile is True
    assert resolve(options(epochs=epochs - 1), 3 * 256, 50_000, suits_xla=True).compile is False
    # The last, smaller batch is a step as well.
    assert resolve(options(epochs=epochs), 2 * 256 + 1, 50_000, suits_xla=True).compile is True


def test_one_of_two_choices_can_be_left_open() -> None:
    chosen = resolve(options(chunk_steps=3), 60_000, 50_000, suits_xla=True)
    assert chosen == Execution(compile=True, chunk_steps=3)
    chosen = resolve(options(compile=False), 512, 10, suits_xla=True)
    assert chosen == Execution(compile=False, chunk_steps=2)


@given(
    images=st.integers(1, 100_000),
    batch_size=st.integers(1, 5_000),
    multiply_adds=st.integers(1, 10**10),
    suits_xla=st.booleans(),
)
def test_a_chunk_is_no_longer_than_an_epoch_or_half_a_second(
    images: int, batch_size: int, multiply_adds: int, suits_xla: bool
) -> None:
    chosen = resolve(options(batch_size=batch_size), images, multiply_adds, suits_xla)
    assert isinstance(chosen.compile, bool)
    assert isinstance(chosen.chunk_steps, int)
    steps = -(-images // batch_size)
    cost = 3 * multiply_adds * min(batch_size, images)
    assert 1 <= chosen.chunk_steps <= steps
    assert chosen.chunk_steps == 1 or chosen.chunk_steps * cost <= MULTIPLY_ADDS_A_CHUNK
    if chosen.chunk_steps < steps:
        assert (chosen.chunk_steps + 1) * cost > MULTIPLY_ADDS_A_CHUNK, "it could have been longer"


@pytest.mark.parametrize(
    ("multiply_adds", "chunk_steps"), [(10, 235), (50_000, 156), (3_000_000, 2), (10**9, 1)]
)
def test_small_networks_run_a_whole_epoch_and_large_ones_a_step(multiply_adds: int, chunk_steps: int) -> None:
    assert resolve(options(), 60_000, multiply_adds, suits_xla=True).chunk_steps == chunk_steps
