"""Loss curves of the training and of what is monitored, and of the parts that the loss is made of."""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from aecli.core.text import number
from aecli.figures.scene import Scene
from aecli.figures.style import INK, MONITORED, TRAIN, new_figure, spans_much

TITLES = {"total": "total loss", "kl": "KL divergence", "activity_penalty": "activity penalty"}


def draw(scene: Scene) -> Figure | None:
    """Draws the total loss and, where it has several parts, each of them beside it."""
    parts = [name.removeprefix(scene.prefix) for name in scene.columns if name.startswith(scene.prefix)]
    parts = ["total", *[name for name in parts if name != "total"]] if len(parts) > 2 else ["total"]
    # A loss of one part is that part.
    alone = dict.fromkeys(parts, next(iter(scene.expected.values()), None))
    expected = scene.expected if len(parts) > 1 else alone
    epochs = range(1, len(scene.columns["total"]) + 1)
    figure = new_figure(max(4.0 * len(parts), 6.0), 3.8, f"Loss of {scene.title}")
    marker = "o" if len(epochs) <= 10 else None
    for axes, part in zip(figure.subplots(1, len(parts), squeeze=False)[0], parts, strict=True):
        axes.plot(epochs, scene.columns[part], color=TRAIN, label="training", marker=marker, ms=4)
        axes.plot(
            epochs,
            scene.columns[scene.prefix + part],
            "--",
            color=MONITORED,
            label=scene.monitored,
            marker=marker,
            ms=4,
        )
        if scene.kept_epoch is not None and len(epochs) > 1:
            axes.axvline(scene.kept_epoch, color="0.5", lw=1, ls=":", label=f"kept: epoch {scene.kept_epoch}")
        if (value := expected.get(part)) is not None:
            line = axes.axhline(value, color=INK, lw=1, ls="-.", label=f"expected: {number(value)}")
            axes.legend(handles=[line], frameon=False)
        if spans_much([*scene.columns[part], *scene.columns[scene.prefix + part]]):
            axes.set_yscale("log")
        axes.set_xlabel("epoch")
        axes.set_ylabel(scene.unit)
        axes.set_title(TITLES.get(part, part), fontsize=10)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlim(0.5, len(epochs) + 0.5)
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].legend(frameon=False)
    return figure
