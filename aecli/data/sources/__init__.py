"""Where images come from: one data set a file; the registry finds it here."""
