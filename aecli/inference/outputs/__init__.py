"""What a command that uses a run leaves behind: arrays, tables, images; whole, or not at all."""
