"""Prints the depth of the harbour, from soundings.csv beside it."""

import csv
import pathlib

HERE = pathlib.Path(__file__).parent

with open(HERE / "soundings.csv", newline="") as table:
    depths = [float(row["depth"]) for row in csv.DictReader(table)]

print(f"{len(depths)} soundings, from {min(depths)} to {max(depths)} metres")
