"""The codes of test images in the plane by t-SNE (van der Maaten & Hinton, 2008), as the post recommends."""

from matplotlib.figure import Figure

from aecli.figures.plane import scatter
from aecli.figures.scene import Scene

POINTS = 2000
"""More make the picture slower, not clearer."""


def draw(scene: Scene) -> Figure | None:
    """Draws a seeded sample of the test codes; only when it was asked for."""
    if not scene.tsne or len(scene.test_codes) < 10:
        return None
    from sklearn.manifold import TSNE

    chosen = scene.random.permutation(len(scene.test_codes))[:POINTS]
    perplexity = min(30.0, (len(chosen) - 1) / 3)
    points = TSNE(
        2, perplexity=perplexity, init="pca", random_state=int(scene.random.integers(2**31))
    ).fit_transform(scene.test_codes[chosen])
    return scatter(
        points, scene.test_labels[chosen], f"Codes of test images, {scene.title}, by t-SNE", ("", "")
    )
