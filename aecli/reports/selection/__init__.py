"""Which of many runs: those that a condition holds for, the best first, as a list or as the one."""
