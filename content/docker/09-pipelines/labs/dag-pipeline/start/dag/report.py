"""report.py TOTALS LARGEST TARGET: puts the report together."""

import sys

totals, largest, target = sys.argv[1:]
with open(target, "w") as file:
    file.write(open(largest).read() + open(totals).read())
print("report: done")
