from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobs.command import shown_work
from matching.measuring.evaluation import evaluate_folder
from matching.measuring.queries import evaluate_queries

HEADS = ("heads", "heads and votes")
MATCHES = ("precision_3", "precision_10", "recall_3", "recall_10")


def positive(text: str) -> int:
    if text.isdecimal() and int(text):
        return int(text)
    raise ArgumentTypeError("must be a whole number from 1")


class Command(BaseCommand):
    help = (
        "Measures attributes, matches and times of what is live on a labelled folder that the "
        "catalogue does not hold, and queries in words on what they ask for; docs/measuring.md "
        "says how to read it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, nargs="?", help="folder with styles.csv and images/")
        parser.add_argument(
            "--queries", type=Path, metavar="FILE", help="CSV of queries with what they wish for"
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
        parser.add_argument(
            "--plots", type=Path, metavar="DIR", help="draw reliability and confusion there"
        )
        parser.add_argument(
            "--limit", type=positive, metavar="N", help="N products drawn at random; default: all"
        )
        parser.add_argument("--seed", type=int, default=0, help="of that draw; default: 0")

    def handle(self, *, path: Path | None, queries: Path | None, **options: Any) -> None:
        if path is None and queries is None:
            raise CommandError("Name a folder with products, or a file with --queries.")
        result: dict[str, Any] = {}
        with shown_work(self.stdout) as report:
            if queries:
                result["queries"] = evaluate_queries(report, path=queries)
            if path:
                about = {name: options[name] for name in ("limit", "seed", "plots")}
                result |= evaluate_folder(report, path=str(path), **about)
            if options["json"]:
                options["json"].write_text(json.dumps(result, indent=1) + "\n")
        if queries:
            self._print_queries(result["queries"])
        if path:
            self._print(result)

    def _print_queries(self, result: dict[str, Any]) -> None:
        self.stdout.write("queries whose first six products meet every wish:")
        for kind, found in sorted(result["kinds"].items()):
            self.stdout.write("{:12} {met:.3f} of {queries}".format(kind, **found))
        for one in result["failed"]:
            self.stdout.write("not met: {query} ({kind})".format(**one))
        spent = "{median:.1f} / {p95:.1f}".format(**result["latency_ms"])
        self.stdout.write(f"ms a query, median / 95 %: {spent}")

    def _print(self, result: dict[str, Any]) -> None:
        live = "backbone {backbone}, generation {generation}, {products} products"
        self.stdout.write(live.format(**result["live"]))
        self._print_attributes(result["attributes"])
        self._print_matches(result["matches"])
        if "recall_10" in result["text"]:
            self.stdout.write(
                "\nphoto from its name: recall@10 {recall_10:.3f} of {names:.0f}, "
                "of that name {same_name_recall_10:.3f}".format(**result["text"])
            )
        self._print_answers(result["answers"], result["counts"]["measured"])
        self._print_latency(result["latency_ms"])
        self._print_counts(result)

    def _print_attributes(self, attributes: dict[str, Any]) -> None:
        self.stdout.write(
            f"\n{'attribute':12} {'seen by':15}  rows  accuracy  macro-F1  top-3    ECE"
            "  no label  unknown class"
        )
        for key, columns in attributes.items():
            for name in HEADS:
                row = columns[name]
                figures = (
                    "{accuracy:8.3f}  {macro_f1:8.3f}  {top_3:5.3f}  {ece:5.3f}".format(**row)
                    if row["rows"]
                    else f"{'-':>8}  {'-':>8}  {'-':>5}  {'-':>5}"
                )
                self.stdout.write(
                    f"{key:12} {name:15} {row['rows']:5.0f}  {figures}"
                    f"  {row['no_label']:8.0f}  {row['unknown_class']:13.0f}"
                )

    def _print_matches(self, matches: dict[str, Any]) -> None:
        names = list(matches)
        self.stdout.write("\nmatches that have the query's own label, with each way to choose:")
        self.stdout.write(f"{'':34}" + "".join(f"{name:>13}" for name in names))
        for alike in matches[names[0]]:
            for figure in matches[names[0]][alike]:
                if figure in ("shown", *MATCHES):
                    cells = [f"{matches[name][alike][figure]:13.3f}" for name in names]
                    label = (
                        "answers that show a thing twice"
                        if figure == "shown"
                        else (f"{alike} {figure.replace('_', '@')}")
                    )
                    self.stdout.write(f"{label:34}" + "".join(cells))

    def _print_answers(self, answers: dict[str, int], total: int) -> None:
        told = ", ".join(f"{name} {n} ({n / total:.1%})" for name, n in answers.items())
        self.stdout.write(f"\nof {total} answers with three matches: {told}")

    def _print_latency(self, latency: dict[str, dict[str, float]]) -> None:
        self.stdout.write(
            "ms a photo, median / 95 %: "
            + ", ".join(
                f"{stage} {spent['median']:.1f} / {spent['p95']:.1f}"
                for stage, spent in latency.items()
            )
        )

    def _print_counts(self, result: dict[str, Any]) -> None:
        counts = result["counts"]
        if counts["in_catalogue"]:
            self.stderr.write(
                f"{counts['in_catalogue']} photos are in the catalogue already and were left out: "
                "a product finds itself. Measure with products that it does not hold."
            )
        for file in result["plots"]:
            self.stdout.write(file)
        self.stdout.write(
            "Measured {measured} of {rows} rows ({in_catalogue} in the catalogue, {without_photo} "
            "without photo, {unreadable} unreadable, {unusable_rows} unusable rows) "
            "in {seconds} s".format(**counts, seconds=result["seconds"])
        )
