from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from aecli.core.errors import RunError
from aecli.data.examples import Examples
from aecli.models.latents.plain import Plain
from aecli.models.networks.dense import Dense
from aecli.objectives.reconstruction import Reconstruction
from aecli.training.history import History
from aecli.training.optimizers import Adam, Optimizer, Sgd
from aecli.training.options import Execution, TrainingOptions
from tests.whole_runs import heard

if TYPE_CHECKING:
    from aecli.training.trainer import Trainer

pytestmark = pytest.mark.usefixtures("tensorflow")

ROWS = [
    {"total": 0.1 + 0.2, "test_total": 1 / 3},
    {"total": 1e-300, "test_total": 5.0},
    {"total": 2.0, "test_total": 0.0},
]


def trainer_of(dim: int = 3, optimizer: Optimizer | None = None, seed: int = 0) -> "Trainer":
    """A trainer whose weights and optimizer are filled with numbers of this seed."""
    from aecli.models.build import build
    from aecli.training.fit import compile_trainer
    from aecli.training.trainer import Trainer

    samples = np.zeros((5, 4, 4), np.float32)
    examples = Examples(samples, samples)
    network = build(Dense(latent=Plain(dim=dim, activation="relu")), (4, 4))
    trainer = Trainer(Reconstruction(loss="mse").train(network, 5), examples, examples, 2, None, None, 0)
    compile_trainer(trainer, TrainingOptions(optimizer=optimizer or Adam()), Execution(compile=False))
    rng = np.random.default_rng(seed)
    for variable in variables(trainer):
        value = rng.integers(10**12) if variable.shape == () else rng.normal(size=variable.shape)
        variable.assign(np.asarray(value).astype(np.asarray(variable).dtype))
    return trainer


def variables(trainer: "Trainer") -> list[Any]:
    return trainer.state


def contents(trainer: "Trainer") -> list[bytes]:
    return [np.asarray(variable).tobytes() for variable in variables(trainer)]


def save(folder: Path, epochs: int) -> "Trainer":
    """Saves the state after an epoch, of a trainer filled with that epoch's numbers."""
    from aecli.training.checkpoint import save_state, state_of

    trainer = trainer_of(seed=epochs)
    save_state(folder, state_of(trainer, History(ROWS[:epochs])))
    return trainer


def load(folder: Path, trainer: "Trainer", said: list[str] | None = None) -> History:
    """Loads a state; `said` gets what is warned of, and without `said` nothing must be."""
    from aecli.training.checkpoint import load_state

    with heard() as texts:
        try:
            return load_state(folder, trainer)
        finally:
            if said is None:
                assert texts == []
            else:
                said += texts


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_state_comes_back_bit_by_bit_with_optimizer_and_history(tmp_path: Path) -> None:
    saved = save(tmp_path, 2)
    fresh = trainer_of(seed=99)
    assert not set(contents(fresh)) & set(contents(saved))
    history = load(tmp_path, fresh)
    assert contents(fresh) == contents(saved)
    assert history == ROWS[:2]
    assert isinstance(history, History)
    # Adam keeps two moments of each weight, the number of steps and the learning rate.
    assert len(contents(fresh)) == 4 + 2 * 4 + 2
    assert int(fresh.optimizer.iterations) == int(saved.optimizer.iterations) > 0


def test_numbers_that_are_none_come_back_too(tmp_path: Path) -> None:
    from aecli.training.checkpoint import save_state, state_of

    trainer = trainer_of()
    kernel = trainer.objective.network.encoder.variables[0]
    strange = np.zeros(kernel.shape, np.float32)
    strange[0] = [np.nan, -np.inf, -0.0]
    kernel.assign(strange)
    save_state(tmp_path, state_of(trainer, History(ROWS[:1])))
    fresh = trainer_of(seed=1)
    load(tmp_path, fresh)
    assert contents(fresh) == contents(trainer)


def test_without_a_state_a_training_stays_as_it_is(tmp_path: Path) -> None:
    trainer = trainer_of()
    before = contents(trainer)
    assert load(tmp_path, trainer) == History()
    assert contents(trainer) == before


def test_only_the_two_newest_states_are_kept(tmp_path: Path) -> None:
    save(tmp_path, 1)
    assert names(tmp_path) == ["state-000001.npz"]
    save(tmp_path, 2)
    newest = save(tmp_path, 3)
    assert names(tmp_path) == ["state-000002.npz", "state-000003.npz"]
    fresh = trainer_of(seed=99)
    assert load(tmp_path, fresh) == ROWS
    assert contents(fresh) == contents(newest)


def flipped(content: bytes) -> bytes:
    """With one bit wrong, in the numbers of the first array."""
    position = content.index(b"v0000.npy") + 200
    return content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]


def tampered(content: bytes) -> bytes:
    """A whole archive with one number changed: only the checksum can tell."""
    import io

    with np.load(io.BytesIO(content)) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["v0000"][0, 0] += 1
    changed = io.BytesIO()
    np.savez(changed, **arrays)
    return changed.getvalue()


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut short": lambda content: content[: len(content) // 2],
    "cut off at the end": lambda content: content[:-1],
    "zeros": lambda content: bytes(len(content)),
    "text": lambda _: b"no archive at all",
    "zeros at the end": lambda content: content[:-4096] + bytes(4096),
    "a flipped bit": flipped,
    "another number": tampered,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_if_the_newest_state_is_damaged_the_one_before_it_is_used(
    damage: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    before = save(tmp_path, 1)
    save(tmp_path, 2)
    newest = tmp_path / "state-000002.npz"
    newest.write_bytes(damage(newest.read_bytes()))
    said: list[str] = []
    fresh = trainer_of(seed=99)
    assert load(tmp_path, fresh, said) == ROWS[:1]
    assert contents(fresh) == contents(before)
    assert len(said) == 1
    assert "state-000002.npz is damaged" in said[0]


def test_wherever_a_byte_is_wrong_it_is_noticed_or_does_not_matter(tmp_path: Path) -> None:
    saved = save(tmp_path, 1)
    (state,) = tmp_path.iterdir()
    whole, fresh, noticed = state.read_bytes(), trainer_of(seed=99), 0
    for position in range(0, len(whole), 23):
        state.write_bytes(whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :])
        try:
            history = load(tmp_path, fresh, [])
        except RunError:
            noticed += 1
        else:
            assert (history, contents(fresh)) == (ROWS[:1], contents(saved))
    assert noticed > len(whole) / 23 / 2


def test_if_all_states_are_damaged_that_is_an_error_and_nothing_is_changed(tmp_path: Path) -> None:
    for epochs in (1, 2):
        save(tmp_path, epochs)
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:-100])
    said: list[str] = []
    fresh = trainer_of(seed=99)
    with pytest.raises(RunError, match="no checkpoint here can be read"):
        load(tmp_path, fresh, said)
    assert [text.split()[0] for text in said] == ["state-000002.npz", "state-000001.npz"]
    assert contents(fresh) == contents(trainer_of(seed=99))


@pytest.mark.parametrize(
    ("dim", "optimizer"), [(4, Adam()), (3, Sgd())], ids=["another network", "another optimizer"]
)
def test_a_state_of_another_training_is_an_error_and_nothing_is_changed(
    dim: int, optimizer: Optimizer, tmp_path: Path
) -> None:
    save(tmp_path, 1)
    other = trainer_of(dim, optimizer, seed=99)
    said: list[str] = []
    with pytest.raises(RunError, match="can't be resumed"):
        load(tmp_path, other, said)
    assert "belongs to another network or optimizer" in said[0]
    assert contents(other) == contents(trainer_of(dim, optimizer, seed=99))


def test_a_state_that_could_not_be_written_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, 1)
    before = save(tmp_path, 2)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(tmp_path, 3)
    assert names(tmp_path) == ["state-000001.npz", "state-000002.npz"]
    fresh = trainer_of(seed=99)
    assert len(load(tmp_path, fresh)) == 2
    assert contents(fresh) == contents(before)
