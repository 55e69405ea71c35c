"""What to type: an example of each command, which its help ends with."""

EXAMPLES = {
    "train": "conv --epochs 10 --limit 2000",
    "sweep": "learning_rates.yaml --trials 20",
    "reproduce": "simple conv --data mnist5k",
    "visualize": "latest --only loss",
    "explore": "latest",
    "report": "latest -o page.html",
    "compare": "--last 5",
    "evaluate": "latest --verbose",
    "score": "latest photos/ -o scores.csv",
    "encode": "latest photos/ -o codes.npz",
    "decode": "latest codes.npz -o decoded",
    "reconstruct": "latest photos/ -o again",
    "sample": "latest -o new --count 16",
    "export": "latest --format onnx",
    "runs": "--sort test --last 10",
    "runs tag": "latest good",
    "runs note": "latest 'twice the filters'",
    "runs rm": "latest",
    "runs best": "test",
    "list": "configs",
    "show": "conv",
    "validate": "mine.yaml",
    "data": "conv -o sheet.png",
    "schema": "> schema.json",
    "doctor": "",
}
"""What follows each command in its example."""


def example(words: str) -> str:
    """The last line of a command's help.

    Args:
        words: The command, as it is typed after `aecli`.
    """
    return f"Example: aecli {words} {EXAMPLES[words]}".rstrip()
