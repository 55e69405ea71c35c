"""YAML text → a typed, checked `Config`: overrides, where each value came from, errors with their place."""
