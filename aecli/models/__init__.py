"""The networks: one family a file, each an option class that builds an `Autoencoder`."""
