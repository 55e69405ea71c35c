"""Documents made of runs: comparisons, reproductions."""
