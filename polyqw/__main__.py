"""Run the command line with ``python -m polyqw``."""

from polyqw.cli.main import run

if __name__ == "__main__":
    run()
