"""`python -m aecli` is `aecli`."""

from aecli.cli import main

if __name__ == "__main__":
    main()
