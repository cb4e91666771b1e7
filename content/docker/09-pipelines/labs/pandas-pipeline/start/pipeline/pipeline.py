"""Sums the cargo of each harbour: reads a table, writes a table."""

import os
import sys
from pathlib import Path

import pandas as pd

SOURCE = Path(os.environ.get("SOURCE", "/data/in/cargo.csv"))
TARGET = Path(os.environ.get("TARGET", "/data/out/report.csv"))
MIN_TONS = float(os.environ.get("MIN_TONS", "0"))
GREETING = "report written"


def main() -> int:
    if not SOURCE.exists():
        print(f"error: no file {SOURCE}", file=sys.stderr)
        return 2

    cargo = pd.read_csv(SOURCE)
    usable = cargo.dropna(subset=["tons"])
    usable = usable[usable["tons"] >= MIN_TONS]
    if usable.empty:
        print("error: no usable rows", file=sys.stderr)
        return 3
    report = usable.groupby("harbour")["tons"].agg(["count", "sum"])

    TARGET.parent.mkdir(parents=True, exist_ok=True)
    part = TARGET.with_suffix(".part")
    report.to_csv(part)
    part.replace(TARGET)
    print(f"{GREETING}: read {len(cargo)} rows, used {len(usable)}, wrote {len(report)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
