"""Hypothesis strategies for whatever the option classes accept."""

from typing import Any, get_args, get_origin

from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from aecli.config.schema import choice, subsection
from aecli.core.options import Options
from aecli.training.optimizers import CLIPPINGS


def classes(field: FieldInfo) -> list[type[Options]]:
    """The option classes that a field can hold."""
    if one_of := choice(field):
        return [entry for _, entry in one_of.registry.items()]
    inner = subsection(field, {})
    return [inner] if inner else []


def valid(field: FieldInfo) -> st.SearchStrategy[Any]:
    """Values that a field takes, as YAML would give them."""
    bounds = {
        name: getattr(mark, name)
        for mark in flat(field)
        for name in ("gt", "ge", "lt", "le", "min_length", "max_length")
        if getattr(mark, name, None) is not None
    }
    alternatives: list[st.SearchStrategy[Any]] = [filled(options) for options in classes(field)]
    marks = flat(field)
    if type(None) in marks:
        alternatives.append(st.none())
    if bool in marks:
        alternatives.append(st.booleans())
    if str in marks:
        patterns = [mark.pattern for mark in marks if isinstance(getattr(mark, "pattern", None), str)]
        text = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
        if patterns:
            text = st.from_regex(patterns[0], fullmatch=True)
        alternatives.append(st.lists(text, max_size=3) if ... in marks else text)
    pairs = [mark for mark in marks if get_origin(mark) is tuple and ... not in get_args(mark)]
    if pairs:
        items = [valid(FieldInfo(annotation=part)) for part in get_args(pairs[0])]
        alternatives.append(st.tuples(*items).map(sorted).filter(lambda found: found[0] < found[1]))
        return st.one_of(alternatives)
    alternatives.extend(st.just(mark) for mark in marks if isinstance(mark, str))
    if int in marks:
        low = bounds.get("ge", bounds.get("gt", 0) + 1)
        high = bounds.get("le", min(bounds.get("lt", 100), 100) - 1)
        whole = st.integers(low, high)
        is_list = any(mark is ... for mark in marks)
        sizes = {"min_size": bounds.get("min_length", 0), "max_size": bounds.get("max_length", 4)}
        alternatives.append(st.lists(whole, **sizes) if is_list else whole)
    if float in marks:
        low, high = bounds.get("ge", bounds.get("gt", -1e3)), bounds.get("le", bounds.get("lt", 1e3))
        number = st.floats(
            low, high, exclude_min="gt" in bounds, exclude_max="lt" in bounds, allow_subnormal=False
        )
        alternatives.append(st.lists(number, max_size=3) if ... in marks else number)
    return st.one_of(alternatives)


def flat(field: FieldInfo) -> list[Any]:
    """A field's annotation and all that it is made of."""
    found, pending = [], [field.annotation, *field.metadata]
    while pending:
        mark = pending.pop(0)
        found.append(mark)
        pending.extend([*get_args(mark), *getattr(mark, "metadata", ())])
    return found


def filled(options: type[Options]) -> st.SearchStrategy[dict[str, Any]]:
    """Sections with the tag that they need, and any of their other options."""
    tags = {
        name: st.just(field.default)
        for name, field in options.model_fields.items()
        if name in ("type", "name")
    }
    required = tags | {
        name: valid(field) for name, field in options.model_fields.items() if field.is_required()
    }
    optional = {
        name: valid(field)
        for name, field in options.model_fields.items()
        if name not in required and not field.exclude  # what is expected of a run isn't kept with it
    }
    return st.fixed_dictionaries(required, optional=optional).map(without_contradictions)


def without_contradictions(section: dict[str, Any]) -> dict[str, Any]:
    """A section with one way of clipping gradients, of scaling and of cutting sequences at most."""
    contradicting = []
    for rivals in (CLIPPINGS, ("range", "scaling")):
        contradicting += [name for name in rivals if section.get(name) is not None][1:]
    if section.get("name") == "sequences":
        contradicting += ["length", "window", "stride"]
    return {key: value for key, value in section.items() if key not in contradicting}
