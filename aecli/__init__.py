"""Autoencoder experiments from the command line: one YAML file in, a run folder that explains itself out."""

__version__ = "0.1.0"
