"""What a run is used for: encode, decode, reconstruct, score, sample. Its folder is all it takes."""
