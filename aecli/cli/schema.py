"""`aecli schema`: for editors."""


def command() -> None:
    """Print the JSON schema of configs, for editors that check YAML as you type."""
    import json

    from aecli.config import Config

    print(json.dumps(Config.model_json_schema(), indent=2, ensure_ascii=False))  # noqa: T201
