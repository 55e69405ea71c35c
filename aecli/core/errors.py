"""The errors whose text a user sees.

    AecliError              the command line catches this one and prints its text
    ├── RequestError        exit code 2: what was asked for can't be done; nothing was changed
    │   ├── ConfigError     the YAML file or an override is wrong
    │   ├── DataError       the data isn't there or isn't what it should be
    │   └── RunError        no such run, or a run that can't be used for this
    ├── ExportFailed        exit code 1: an export could not be made, or doesn't do what its network does
    └── RunFailed           exit code 1: a run was started and failed
        └── Interrupted     exit code 130 or 143: a run was stopped by a signal

Anything else that escapes is a bug of ours and shows its traceback.
"""


class AecliError(Exception):
    """Base of every error that is meant for the user; its text is the whole message."""

    exit_code = 1


class RequestError(AecliError):
    """What was asked for can't be done. Nothing was started and nothing was changed."""

    exit_code = 2


class ConfigError(RequestError):
    """A config file, or a value given on the command line, is wrong."""


class DataError(RequestError):
    """A data set is missing or isn't what it should be."""


class RunError(RequestError):
    """A run doesn't exist, or can't be used for what was asked."""


class ExportFailed(AecliError):
    """An export could not be made, or does something else than the network; none was left behind."""


class RunFailed(AecliError):
    """A run was started and could not be finished; its `run.json` says so too."""


class Interrupted(RunFailed):
    """A run was stopped by a signal.

    Args:
        message: What the user is told.
        signal_number: The signal; the exit code is 128 plus this number.
    """

    def __init__(self, message: str, signal_number: int) -> None:
        super().__init__(message)
        self.exit_code = 128 + signal_number
