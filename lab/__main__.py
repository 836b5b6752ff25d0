"""`python -m lab COMMAND`: train_backbone, draw_demo, make_sentences."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from lab import LabError, draw_demo, make_sentences, train_backbone


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = vars(_parser().parse_args(arguments))
    run = chosen.pop("run")
    try:
        run(**chosen)
    except LabError as error:
        print(error, file=sys.stderr)
        return error.code
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m lab", description="How what ships was made.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in (train_backbone, draw_demo, make_sentences):
        name = module.__name__.rpartition(".")[2]
        command = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
