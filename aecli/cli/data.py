"""`aecli data`: what a config would read."""

from __future__ import annotations

import json as json_
from pathlib import Path
from typing import Annotated, Any

import typer

from aecli.cli.arguments import ConfigArgument, PluginOption, SetOption
from aecli.cli.output import print_table, show
from aecli.config.load import open_config
from aecli.config.overrides import parse_set
from aecli.config.suitability import check_suits
from aecli.core.errors import RequestError

SHOWN = 20
"""Labels, at most, that the table names."""


def command(
    config: ConfigArgument,
    set_: SetOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Draw a contact sheet into this PNG file.")
    ] = None,
    plugin: PluginOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON in place of tables.")] = False,
) -> None:
    """Show what data a config would read: counts, shapes, ranges, labels; and whether its model takes it."""
    checked = open_config(config, [parse_set(each) for each in set_ or []]).require_data()
    if output is not None and (output.suffix.lower() != ".png" or not output.absolute().parent.is_dir()):
        raise RequestError(f"-o {output}: must be a .png file in a folder that exists")
    from aecli.data.splits import prepare
    from aecli.data.summary import summary

    raw = checked.data.read()
    data = prepare(raw, checked.seed)
    found = summary(raw, data)
    if json:
        show(json_.dumps(found, indent=2, ensure_ascii=False))
    else:
        _print(found)
    if output is not None:
        from aecli.figures.cells import look_of
        from aecli.figures.contact_sheet import contact_sheet
        from aecli.figures.style import save_figure

        look = look_of(data.kind, data.scaling.bounds, data.train.samples[:1000])
        title = f"{data.record['name']}: {found['splits']['training']['count']:,} training {look.noun}"
        save_figure(contact_sheet(title, data.train, look), output)
        show(output)
    check_suits(checked, data)


def _print(found: dict[str, Any]) -> None:
    """The summary as tables."""
    shape = " × ".join(map(str, found["sample_shape"]))
    facts = [
        ("data", found["name"]),
        ("from", found["origin"]),
        ("holds", f"{found['kind']} of {shape}, {found['dtype']}"),
        ("scaling", found["scaling_in_words"]),
        ("binarized", found["binarized"]),
        ("framing", found["framing_in_words"]),
        ("columns", ", ".join(found["columns"]) if found["columns"] else None),
        ("skipped", f"{found['skipped']:,}" if found["skipped"] else None),
        ("repeated", f"{found['repeated']:,} training samples stand twice" if found["repeated"] else None),
        (
            "leaking",
            f"{found['test_in_training']:,} test samples are in the training set"
            if found["test_in_training"]
            else None,
        ),
        ("labels", "none" if found["labels"] is None else f"{len(found['labels']):,}"),
    ]
    print_table(["what", "found"], [[what, value] for what, value in facts if value is not None])
    show("")
    rows = [
        [
            name,
            f"{split['count']:,}",
            _range(split["stored_range"]),
            _range(split["scaled_range"]),
            _range(split["steps"]) if "steps" in split else "",
        ]
        for name, split in found["splits"].items()
    ]
    columns = ["part", "count", "stored", "scaled", "steps"]
    padded = any("steps" in split for split in found["splits"].values())
    width = 5 if padded else 4
    print_table(columns[:width], [row[:width] for row in rows], right=["count"])
    if found["labels"]:
        show("")
        parts = list(found["splits"])
        counted = list(found["labels"].items())
        rows = [[label, *(f"{counts.get(part, 0):,}" for part in parts)] for label, counts in counted[:SHOWN]]
        if len(counted) > SHOWN:
            rows.append([f"… and {len(counted) - SHOWN:,} more"] + [""] * len(parts))
        print_table(["label", *parts], rows, right=parts)


def _range(ends: list[float]) -> str:
    return f"{ends[0]:.6g} to {ends[1]:.6g}"
