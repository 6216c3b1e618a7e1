"""How well the judges told the domains apart, as a table on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from synthgap_cli.console import Console
from synthgap_cli.tables.summaries import read_summaries


def show_classification(console: Console, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Show how well each judge tells the domains apart on the test rows. Return the rows."""
    rows = read_summaries(paths)
    if rows:
        console.table(
            "Real against synthetic, small CNN, test rows",
            ["pair", "size", "n", "scenes", "ROC-AUC", "95 % interval", "average\nprecision", "base\nrate"],
            [
                [
                    row["pair"],
                    str(row["image_size"]),
                    f"{row['n_real']}+{row['n_synthetic']}",
                    f"{row['groups_real']}+{row['groups_synthetic']}" if row["groups_real"] else "-",
                    f"{row['auc']:.3f}",
                    f"{row['auc_low']:.3f} to {row['auc_high']:.3f}",
                    f"{row['average_precision']:.3f}",
                    f"{row['base_rate']:.3f}",
                ]
                for row in rows
            ],
            notes="ROC-AUC 0.5: cannot be told apart. The interval takes scenes, not images, as independent "
            "where they are known. Average precision is to be read against the base rate.",
        )
    return rows
