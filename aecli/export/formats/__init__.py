"""The formats: one a file."""
