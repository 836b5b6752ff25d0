"""A process of a shop, to be asked by a test: lines of JSON in, lines of JSON out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
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

    return encoded(picture(colour, shape))


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


if __name__ == "__main__":
    main()
