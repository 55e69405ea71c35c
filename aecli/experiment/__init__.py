"""The story of a run: config → data → network → training → run folder → figures."""
