"""INPUT: an image, a folder, a pattern, or an array's file → batches that a run's network takes."""
