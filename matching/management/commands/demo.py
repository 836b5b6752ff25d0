from __future__ import annotations

import os
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from catalog.models import Product

PASSWORD = "demo"  # noqa: S105  (public by design: the account exists in debug mode only)
HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Sets up whatever is missing and serves the site: make demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="default: 8000")
        parser.add_argument("--dataset", type=Path, help="a Kaggle-shaped folder to use instead")

    def handle(self, *, port: int, dataset: Path | None, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo runs in debug mode only: DEBUG=1, or make demo.")
        _check_port(port)
        call_command("migrate", verbosity=0)
        if dataset is None:
            call_command("load_demo", if_needed=True, stdout=self.stdout)
        else:
            call_command("import_products", dataset, here=True, stdout=self.stdout)
            self._switch_drawn_products_off()
        call_command("build_index", if_needed=True, here=True, stdout=self.stdout)
        self._make_login()
        self._announce(port)
        _serve(port)

    def _switch_drawn_products_off(self) -> None:
        drawn = Product.objects.active().filter(sku__startswith="demo-")
        if count := drawn.update(status=Product.Status.ARCHIVED):
            self.stdout.write(f"The {count} drawn products are switched off.")

    def _make_login(self) -> None:
        user, _ = get_user_model().objects.get_or_create(
            username=settings.DEMO_USERNAME, defaults={"is_staff": True, "is_superuser": True}
        )
        if not user.check_password(PASSWORD):
            user.set_password(PASSWORD)
            user.save()

    def _announce(self, port: int) -> None:
        url = f"http://{HOST}:{port}"
        for name, where in (
            ("Site", f"{url}/"),
            ("Admin", f"{url}/admin/   (login: {settings.DEMO_USERNAME} / {PASSWORD})"),
            ("API", f"{url}/docs/"),
        ):
            self.stdout.write(f"  {name:6} {where}")
        self.stdout.write("Ctrl-C stops it.")
        self.stdout.flush()


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} cannot be used: {error}. Try another: make demo PORT={port + 1}"
            ) from error


def _serve(port: int) -> None:
    """Becomes the server, so that Ctrl-C reaches it and nothing else."""
    if sys.platform == "win32":
        call_command("runserver", f"{HOST}:{port}", use_reloader=False)
        return
    command = [sys.executable, "-m", "gunicorn", "findmyvibe.wsgi", "--bind", f"{HOST}:{port}"]
    options = ["--threads", "8", "--log-level", "warning"]
    os.execv(sys.executable, [*command, *options])  # noqa: S606
