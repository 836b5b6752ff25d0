from argparse import ArgumentParser
from typing import Any

from jobs.command import JobCommand


class Command(JobCommand):
    help = "Builds a new generation of the index and switches to it; a running site picks it up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--if-needed", action="store_true", help="only if something changed")
        parser.add_argument("--backbone", help="default: the setting BACKBONE")
        parser.add_argument(
            "--accept-heads",
            action="store_true",
            help="even if the heads see something else than those before",
        )

    def handle(self, *, if_needed: bool, backbone: str | None, **options: Any) -> None:
        asked = {"if_needed": if_needed, "backbone": backbone}
        asked["accept_heads"] = options["accept_heads"]
        result = self.run_job("build_index", here=options["here"], **asked)
        if result.get("current"):
            self.stdout.write(f"Generation {result['generation']} is up to date.")
            return
        for reason in result.get("why", []):
            self.stdout.write(reason)
        self.stdout.write(
            "Generation {generation} is live: {products} products ({embedded} embedded, {cached} "
            "cached, {copied} copied, {unreadable} unreadable), {predicted} labels predicted "
            "in {seconds} s".format(**result)
        )
