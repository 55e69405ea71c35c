"""The images of a run: one kind a file, found by its file's name."""
