"""What training, commands and data cost, beside the ordinary ways. Not part of the tests.

`python -m benchmarks --help` says how it is run; with `--report docs/PERFORMANCE.md` it writes the document.
"""
