"""The networks, one a file: what a sample goes through on its way to the latent space and back."""
