"""How fast the training is, beside the ordinary way of writing it. Not part of the tests.

python -m benchmarks --report docs/PERFORMANCE.md
"""
