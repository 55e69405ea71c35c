"""Hypothesis strategies for whatever the option classes accept."""

import json
from typing import Any, get_args, get_origin

from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from aecli.config.schema import Config, choice, contradictions, subsection
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
    sections = st.fixed_dictionaries(required, optional=optional).map(without_contradictions)
    return sections.map(of_words_that_go_together) if options is Config else sections


def without_contradictions(section: dict[str, Any]) -> dict[str, Any]:
    """A section with one way of clipping gradients, of scaling and of cutting sequences at most, and units to keep."""
    contradicting = []
    for rivals in (CLIPPINGS, ("range", "scaling")):
        contradicting += [name for name in rivals if section.get(name) is not None][1:]
    if section.get("name") == "sequences":
        contradicting += ["length", "window", "stride"]
    if (
        section.get("name") == "sine_waves"
        and max(section.get("frequencies", [4])) > section.get("steps", 50) / 2
    ):
        contradicting += ["steps", "frequencies"]
    if (section.get("execution") or {}).get("compile") is True:
        contradicting.append("precision")
    if section.get("type") == "topk":
        section = section | {"k": min(section.get("k", 16), section.get("dim", 256))}
    return {key: value for key, value in section.items() if key not in contradicting}


def of_words_that_go_together(data: dict[str, Any]) -> dict[str, Any]:
    """A config with an objective that its latent can serve, and where there is none without a latent of its own."""
    model = data["model"]
    for words in (
        {},
        {"objective": {"type": "elbo"}},
        {"objective": {"type": "reconstruction"}},
        {"objective": {"type": "reconstruction"}, "model": {k: v for k, v in model.items() if k != "latent"}},
    ):
        config = Config.model_validate_json(json.dumps(data | words))
        if not any(path[0] in ("model", "objective") for path, _ in contradictions(config)):
            return data | words
    raise AssertionError(f"no objective serves {data}")
