"""Adds an entry to the logbook in /data, then prints the whole book."""

import datetime
import pathlib
import platform

BOOK = pathlib.Path("/data/logbook.txt")

BOOK.parent.mkdir(exist_ok=True)
now = datetime.datetime.now(datetime.UTC)
with BOOK.open("a") as book:
    book.write(f"{now:%Y-%m-%d %H:%M:%S}  written in container {platform.node()}\n")

entries = BOOK.read_text().splitlines()
print(f"Entries in the logbook: {len(entries)}")
for entry in entries:
    print("  " + entry)
