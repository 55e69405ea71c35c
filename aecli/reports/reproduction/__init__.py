"""What recipes claim to reach, and whether they still do."""
