import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aecli.core.seeds import Role, generator, number

ROLES = st.sampled_from(Role)
SEEDS = st.integers(0, 2**31 - 1)


def draws(*key: int) -> list[int]:
    return generator(key[0], Role(key[1]), *key[2:]).integers(2**62, size=4).tolist()


def test_roles_keep_their_numbers() -> None:
    # A run is repeated from its seed: a role that gets another number changes what every seed gives.
    kept = {
        "VALIDATION_SPLIT": 1,
        "WEIGHTS": 2,
        "ORDER": 3,
        "TRAINING_CORRUPTION": 4,
        "EVALUATION_CORRUPTION": 5,
        "TRAINING_SAMPLING": 6,
        "EVALUATION_SAMPLING": 7,
        "FIGURES": 8,
        "TEST_SAMPLE": 9,
    }
    assert {name: Role[name].value for name in kept} == kept
    assert len(Role.__members__) == len(Role), "two roles share a number"


@given(seed=SEEDS, role=ROLES, epoch=st.integers(0, 10_000))
def test_the_same_use_draws_the_same_numbers(seed: int, role: Role, epoch: int) -> None:
    assert draws(seed, role, epoch) == draws(seed, role, epoch)


@given(seed=SEEDS, role=ROLES, epoch=st.integers(0, 10_000))
def test_each_use_draws_numbers_of_its_own(seed: int, role: Role, epoch: int) -> None:
    others = [(seed, other, epoch) for other in Role if other != role]
    others += [(seed + 1, role, epoch), (seed, role, epoch + 1)]
    assert all(draws(*other) != draws(seed, role, epoch) for other in others)


def test_what_one_use_draws_does_not_shift_another() -> None:
    one, other = generator(0, Role.ORDER, 0), generator(0, Role.ORDER, 1)
    one.random(1000)
    assert other.random() == generator(0, Role.ORDER, 1).random()


def test_numpys_global_state_has_no_say() -> None:
    before = number(3, Role.WEIGHTS)
    np.random.seed(1)
    assert number(3, Role.WEIGHTS) == before


@given(seed=SEEDS, role=ROLES)
def test_numbers_fit_into_31_bits(seed: int, role: Role) -> None:
    assert 0 <= number(seed, role) < 2**31
    assert number(seed, role) == number(seed, role)


def test_numbers_differ_by_seed_and_role() -> None:
    numbers = {number(seed, role) for seed in range(100) for role in Role}
    assert len(numbers) == 100 * len(Role)
