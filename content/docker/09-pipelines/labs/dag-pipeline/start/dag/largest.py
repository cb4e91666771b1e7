"""largest.py SOURCE TARGET: finds the ship with the most cargo."""

import csv
import sys

source, target = sys.argv[1:]
with open(source, newline="") as file:
    ship = max(csv.DictReader(file), key=lambda row: int(row["tons"]))["ship"]
with open(target, "w") as file:
    file.write(f"largest ship: {ship}\n")
print(f"largest: {ship}")
