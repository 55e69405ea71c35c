"""What a run folder is, what is in it, and how one is opened: the only record of a run."""
