"""The codes of test samples in the plane by t-SNE (van der Maaten & Hinton, 2008), as the post recommends."""

from matplotlib.figure import Figure

from aecli.core.lean import scikit_learn
from aecli.figures.plane import scatter
from aecli.figures.scene import Scene

manifold = scikit_learn("manifold")

POINTS = 2000
"""More make the image slower, not clearer."""


def draw(scene: Scene) -> Figure | None:
    """Draws a seeded sample of the test codes; only when it was asked for."""
    if not scene.tsne or len(scene.test_codes) < 10:
        return None
    from threadpoolctl import threadpool_limits

    chosen = scene.random.permutation(len(scene.test_codes))[:POINTS]
    perplexity = min(30.0, (len(chosen) - 1) / 3)
    tsne = manifold.TSNE(2, perplexity=perplexity, init="pca", random_state=int(scene.random.integers(2**31)))
    # Threads gain little here, and on a busy machine they wait for one another: 20 s where one takes 0.1 s.
    with threadpool_limits(1):
        points = tsne.fit_transform(scene.test_codes[chosen])
    labels = None if scene.test_labels is None else scene.test_labels[chosen]
    title = f"Codes of test {scene.look.noun}, {scene.title}, by t-SNE"
    return scatter(points, labels, title, None)
