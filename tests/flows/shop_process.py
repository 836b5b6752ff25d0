"""A process of a shop, to be asked by a test: lines of JSON in, lines of JSON out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class ShopProcess:
    """A process with its own memory on the data of `folder`; `with ShopProcess(folder) as shop`."""

    def __init__(self, folder: Path) -> None:
        environment = {"DATA_DIR": str(folder), "READ_DOT_ENV": "0", "VISION_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> ShopProcess:
        return self

    def __exit__(self, *about: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(60)

    def ask(self, name: str, *arguments: str) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"{name} ended the process"
        return json.loads(answer)

    def ends_in(self, name: str, *arguments: str) -> None:
        """Asks for what the process does not survive."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._process.stdin.flush()
        assert self._process.wait(60) == -signal.SIGKILL

    def asked_until(self, wanted: Callable[[Any], bool], name: str, *arguments: str) -> Any:
        """The first answer that is as wanted; how soon it comes is measured in benchmarks."""
        for _ in range(600):
            answer = self.ask(name, *arguments)
            if wanted(answer):
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{name} {arguments} still answers {answer}")


def main() -> None:
    import django

    answers, sys.stdout = sys.stdout, sys.stderr
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "findmyvibe.settings")
    django.setup()
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        answers.write(json.dumps(globals()[f"do_{name}"](*arguments)) + "\n")
        answers.flush()


def photo(colour: str, shape: str) -> bytes:
    from tests.helpers import encoded, picture

    return encoded(picture(colour, shape, size=(400, 500)))


def do_open(*skus: str) -> int:
    """A new shop with some products and an index of them."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for sku in skus:
        do_add(sku, sku, *sku.split("-"))
    call_command("build_index", stdout=sys.stderr)
    return len(skus)


def do_add(sku: str, name: str, colour: str, shape: str) -> str:
    from django.core.files.base import ContentFile

    from catalog.models import Product

    Product(sku=sku, name=name, photo=ContentFile(photo(colour, shape), "photo.jpg")).save()
    return sku


def do_repaint(sku: str, colour: str, shape: str) -> str:
    from django.core.files.base import ContentFile

    from catalog.models import Product

    product = Product.objects.get(sku=sku)
    product.photo = ContentFile(photo(colour, shape), "other.jpg")
    product.save()
    return sku


def do_status(sku: str, status: str) -> int:
    from catalog.models import Product

    return Product.objects.filter(sku=sku).update(status=status)


def do_delete(sku: str) -> int:
    from catalog.models import Product

    return Product.objects.filter(sku=sku).delete()[0]


def do_look(colour: str, shape: str) -> list[Any]:
    """SKU of the product that looks most like it, and how much."""
    return _best(photo(colour, shape), "")


def do_words(words: str) -> list[Any]:
    return _best(None, words)


def _best(data: bytes | None, words: str) -> list[Any]:
    from matching.models import Search
    from matching.search.ask import Ask, Asker
    from matching.search.find import find

    search = find(Ask(photo=data, words=words), asker=Asker(Search.Source.API))
    match = search.matches.order_by("-visual" if data else "rank").first()
    return [match.sku, match.visual] if match else ["", 0]


def do_die(where: str, when: str, *then: str) -> None:
    """Does something, and is killed before or after the call of the function `where`."""
    from django.utils.module_loading import import_string

    owner, _dot, name = where.rpartition(".")
    home: Any = import_string(owner) if owner.rpartition(".")[2][0].isupper() else None
    home = home or import_module(owner)
    real = getattr(home, name)

    def last(*arguments: Any, **named: Any) -> Any:
        if when == "after":
            real(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(home, name, last)
    globals()[f"do_{then[0]}"](*then[1:])


def do_migrate() -> str:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return "ready"


def do_import(folder: str) -> Any:
    from jobs import queue

    return queue.run_here("import_products", path=folder).result


def do_keep(colour: str) -> str:
    """A search with a photo."""
    from matching.models import Search
    from matching.search.keep import keep
    from tests.helpers import picture

    facts: dict[str, Any] = {"k": 1, "visual_weight": 0.7, "prediction": {}, "is_fashion": True}
    row = Search(source=Search.Source.PAGE, generation=1, **facts)
    keep(row, [], picture(colour))
    return str(row.pk)


def do_forget(number: str) -> int:
    from matching.models import Search
    from matching.search.history import delete_searches

    return delete_searches(Search.objects.filter(pk=number))


def do_upload(text: str) -> str:
    from django.core.files.base import ContentFile

    from catalog.importers.uploads import keep_upload

    return keep_upload(ContentFile(text.encode()), ".table")


def do_sweep(hours: str) -> dict[str, int]:
    """After so many hours, which nobody waits for."""
    from django.utils import timezone

    from files.sweeping import sweep_all

    real = timezone.now
    timezone.now = lambda: real() + timedelta(hours=float(hours))
    try:
        return vars(sweep_all())
    finally:
        timezone.now = real


def do_stock() -> dict[str, list[str]]:
    """Which files there are, which are listed, and which something refers to."""
    from django.core.files.storage import storages

    from catalog.models import Product
    from catalog.photo_files import names_of
    from files.models import KeptFile
    from files.sweeping import files_of
    from matching.models import Search

    files = [f"{one}/{name}" for one in ("default", "private") for name in files_of(storages[one])]
    photos = [
        name
        for product in Product.objects.with_photo()
        for one in product.photos
        for name in names_of(str(one.photo), one.photo_digest, one.renditions)
    ]
    searches = Search.objects.exclude(photo="").values_list("photo", flat=True)
    used = {f"default/{name}" for name in photos} | {f"private/{name}" for name in searches}
    return {
        "files": sorted(files),
        "rows": sorted(str(row) for row in KeptFile.objects.all()),
        "used": sorted(used),
        "products": sorted(Product.objects.values_list("sku", flat=True)),
    }


if __name__ == "__main__":
    main()
