from typing import Any

from jobs.command import JobCommand
from matching.indexing.tend import tend


class Command(JobCommand):
    help = (
        "For a timer: embeds products that were left waiting, and builds the index when many "
        "products are other than in it (FOLD_CHANGES)."
    )

    def handle(self, **options: Any) -> None:
        tended = tend()
        self.stdout.write(
            f"{tended.embedded} products embedded; {tended.changed} are other than in the index."
        )
        if tended.is_build_due:
            result = self.run_job("build_index", here=options["here"])
            self.stdout.write(
                "Generation {generation} is live: {products} products".format(**result)
            )
