"""What a run is worth: one kind of metric a file, gathered into `metrics.json`."""
