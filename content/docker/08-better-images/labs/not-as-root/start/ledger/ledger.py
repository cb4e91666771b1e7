"""Adds an entry to the ledger in /data and says who wrote it."""

import os
import pathlib

LEDGER = pathlib.Path("/data/ledger.txt")

LEDGER.parent.mkdir(exist_ok=True)
with LEDGER.open("a") as ledger:
    ledger.write(f"written by uid {os.getuid()}\n")

print(f"uid {os.getuid()}, entries: {len(LEDGER.read_text().splitlines())}")
