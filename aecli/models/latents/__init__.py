"""The latents, one a file: what stands between encoder and decoder."""
