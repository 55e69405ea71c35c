"""The networks, and what stands in their middle: two registries whose words combine into an `Autoencoder`."""
