"""What pydantic found wrong, in our words: what was expected, what was got, what to type instead."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from aecli.config.moved import of_model, where_to
from aecli.config.problems import Path_
from aecli.config.schema import Config, choice, subsection
from aecli.core.options import Options
from aecli.core.text import did_you_mean, printable


def explain(
    error: ValidationError, data: dict[str, Any], options: type[Options] = Config
) -> Iterator[tuple[Path_, str, bool]]:
    """Translates a validation error.

    Args:
        error: What the option class raised.
        data: The plain data that it was given.
        options: The option class.

    Yields:
        The path of the option, the message, and whether it is the key (not the value) that is wrong.
    """
    wishes: dict[Path_, tuple[list[str], Any]] = {}
    for detail in error.errors(include_url=False):
        path, section = _locate(detail["loc"], data, options)
        kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
        if kind == "extra_forbidden":
            known = section.model_fields if section else {}
            said = where_to(path, data)
            yield path, said or f"unknown option; {did_you_mean(str(path[-1]), known)}", True
        elif kind == "missing":
            yield path, "is required but not given", True
        elif kind in ("union_tag_invalid", "union_tag_not_found"):
            old = list(of_model(data)) if path == ("model",) and isinstance(value, dict) else []
            yield from old or [_wrong_tag(path, section, value)]
        elif kind == "model_type" or kind.startswith("dict"):
            yield path, f"must be a group of options, {_got(value)}", False
        elif kind == "literal_error":
            wishes.setdefault(path, ([], value))[0].append(f"be {context['expected']}")
        elif kind == "value_error":
            yield path, str(context["error"]), False
        elif kind == "too_short":
            # Items that are wrong, and said to be, are missing from pydantic's count.
            if len(value) < context["min_length"]:
                wishes.setdefault(path, ([], value))[0].append(f"have {context['min_length']} items or more")
        elif kind == "too_long":
            wishes.setdefault(path, ([], value))[0].append(f"have {context['max_length']} items at most")
        else:
            wish = detail["msg"].removeprefix("Input should ").replace("array", "list")
            wishes.setdefault(path, ([], value))[0].append(wish)
    for path, (alternatives, value) in wishes.items():
        yield path, f"must {' or '.join(alternatives)}, {_got(value)}", False


def _wrong_tag(path: Path_, section: type[Options] | None, value: Any) -> tuple[Path_, str, bool]:
    """The message about a section whose `type` (or `name`) is missing, unknown, or no text."""
    one_of = choice(section.model_fields[str(path[-1])]) if section else None
    assert one_of is not None
    registry = one_of.registry
    tag = value.get(registry.tag) if isinstance(value, dict) else None
    if tag is None:
        names = ", ".join(registry)
        return path, f"says no '{registry.tag}:'; give one of: {names}", False
    return (
        (*path, registry.tag),
        f"unknown {registry.noun} {_show(tag)}; {did_you_mean(str(tag), registry)}",
        False,
    )


def _locate(
    loc: tuple[str | int, ...], data: Any, options: type[Options]
) -> tuple[Path_, type[Options] | None]:
    """Pydantic's location → the user's path, and the option class that the last step belongs to.

    Pydantic puts the tag of a union (`conv`) and the branch of a plain union (`bool`) among the steps.
    """
    path: list[str | int] = []
    section: type[Options] | None = options
    steps = list(loc)
    while steps:
        step = steps.pop(0)
        if isinstance(step, int) and section is not None and steps:  # an item of a list of groups
            path.append(step)
            data = data[step] if isinstance(data, list) else None
            continue
        field = section.model_fields.get(str(step)) if section else None
        if field is None:
            if isinstance(step, int) or (section is not None and not steps):
                path.append(step)
            break
        path.append(step)
        if not steps:
            break
        data = data.get(step) if isinstance(data, dict) else None
        if choice(field):
            steps.pop(0)
        if (inner := subsection(field, data)) is not None and steps:
            section = inner
        else:
            path.extend(step for step in steps if isinstance(step, int))
            break
    return tuple(path), section


def _got(value: Any) -> str:
    if value is None:
        return "got nothing"
    return f"got {_show(value)}"


def _show(value: Any) -> str:
    try:
        text = f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except TypeError:
        text = repr(value)
    return printable(text)
