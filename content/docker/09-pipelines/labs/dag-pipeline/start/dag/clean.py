"""clean.py SOURCE TARGET: leaves out rows without a weight."""

import csv
import sys

source, target = sys.argv[1:]
with open(source, newline="") as file:
    rows = [row for row in csv.DictReader(file) if row["tons"]]
with open(target, "w", newline="") as file:
    writer = csv.DictWriter(file, ["ship", "harbour", "tons"])
    writer.writeheader()
    writer.writerows(rows)
print(f"clean: {len(rows)} rows")
