"""How many made-up examples a property is tried on: some on every change, many in the slow suite."""

from hypothesis import HealthCheck, settings

some = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
many = settings(some, max_examples=5000)
