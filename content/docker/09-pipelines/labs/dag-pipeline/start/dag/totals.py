"""totals.py SOURCE TARGET: sums the tons of each harbour."""

import csv
import sys

source, target = sys.argv[1:]
sums = {}
with open(source, newline="") as file:
    for row in csv.DictReader(file):
        sums[row["harbour"]] = sums.get(row["harbour"], 0) + int(row["tons"])
with open(target, "w") as file:
    for harbour, tons in sums.items():
        file.write(f"{harbour}: {tons} t\n")
print(f"totals: {len(sums)} harbours")
