"""The fit: its options, the compiled loop, its callbacks and checkpoints."""
