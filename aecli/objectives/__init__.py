"""The objectives, one a file: what is minimised."""
