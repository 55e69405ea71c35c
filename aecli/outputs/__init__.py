"""What a command that uses a run leaves behind: arrays, tables, pictures; whole, or not at all."""
