from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from catalog.importers.sources import KIND, claim_due
from catalog.models import Source
from jobs.command import JobCommand


class Command(JobCommand):
    help = "Imports from the sources whose time has come, or from those that are named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("names", nargs="*", help="of sources, due or not")

    def handle(self, *, names: list[str], **options: Any) -> None:
        failed = 0
        for source in _named(names) if names else claim_due():
            try:
                result = self.run_job(KIND, here=options["here"], source=source.pk)
            except CommandError as error:
                failed += 1
                self.stderr.write(f"{source}: {error}")
                continue
            self.stdout.write(f"{source}: {_told(result)}")
        if failed:
            raise CommandError(f"{failed} sources failed.")


def _named(names: list[str]) -> list[Source]:
    found = {source.name: source for source in Source.objects.filter(name__in=names)}
    if missing := [name for name in names if name not in found]:
        raise CommandError(f"There is no source {missing[0]!r}.")
    return [found[name] for name in names]


def _told(result: dict[str, Any]) -> str:
    if not result["is_new"]:
        return "nothing has changed"
    return (
        "{rows} rows: {added} added, {updated} updated, {unchanged} unchanged, "
        "{archived} archived, {held_back} held back, {problems} problems".format(**result)
    )
