"""What differs between runs: equal settings are hidden, and so are options that only one choice has."""

from collections.abc import Sequence

from aecli.runs.settings import Settings

TAGS = ("type", "name")
"""Last steps of the names that say which choice was made."""


def differing(settings: Sequence[Settings]) -> list[str]:
    """The names of the settings that tell runs apart, in the order of their configs.

    A setting that some of the runs don't have belongs to a choice (an optimizer, a corruption) that the
    others didn't make. It is shown if it names the choice, or varies among the runs that made it.
    """
    names = list(dict.fromkeys(name for one in settings for name in one))
    return [name for name in names if _differs(name, settings)]


def _differs(name: str, settings: Sequence[Settings]) -> bool:
    values = {one[name] for one in settings if name in one}
    is_everywhere = all(name in one for one in settings)
    return len(values) > 1 or (not is_everywhere and name.rpartition(".")[2] in TAGS)


def brief(names: Sequence[str]) -> dict[str, str]:
    """Names → their last steps, where no other name ends in it; a choice is called what it chooses."""
    chosen = {name: name.rpartition(".")[0] if name.rpartition(".")[2] in TAGS else name for name in names}
    last = [name.rpartition(".")[2] for name in chosen.values()]
    return {
        name: end if last.count(end) == 1 else chosen[name] for name, end in zip(names, last, strict=True)
    }


def labels(settings: Sequence[Settings], names: Sequence[str], most: int | None = None) -> list[str]:
    """For each run, what differs, as `gaussian, dim 8, seed 1`.

    The last step of a name is enough, where no other name ends in it; and a choice names itself.

    Args:
        settings: Those of each run.
        names: Which to name.
        most: Of more than so many, the others are only counted.
    """
    last = [name.rpartition(".")[2] for name in names]
    short = {
        name: "" if end in TAGS else f"{end if last.count(end) == 1 else name} "
        for name, end in zip(names, last, strict=True)
    }

    def label(one: Settings) -> str:
        words = [f"{short[name]}{one[name]}" for name in names if name in one]
        more = 0 if most is None else len(words) - most
        return ", ".join(words) if more <= 1 else f"{', '.join(words[:most])} and {more} more"

    return [label(one) for one in settings]
