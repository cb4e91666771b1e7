"""The same four steps as a Prefect flow."""

import csv
import os

from prefect import flow, task

away = int(os.environ.get("AWAY", "0"))  # how often the network drive fails, to try retries


@task(retries=2, retry_delay_seconds=1)
def clean(path):
    global away
    if away > 0:
        away -= 1
        raise OSError("network drive not reachable")
    with open(path, newline="") as file:
        return [row for row in csv.DictReader(file) if row["tons"]]


@task
def totals(rows):
    sums = {}
    for row in rows:
        sums[row["harbour"]] = sums.get(row["harbour"], 0) + int(row["tons"])
    return sums


@task
def largest(rows):
    return max(rows, key=lambda row: int(row["tons"]))["ship"]


@task(log_prints=True)
def report(sums, ship):
    print(f"largest ship: {ship}")
    for harbour, tons in sums.items():
        print(f"{harbour}: {tons} t")


@flow
def cargo(path="cargo.csv"):
    rows = clean(path)
    sums = totals.submit(rows)
    ship = largest.submit(rows)
    report(sums, ship)


if __name__ == "__main__":
    cargo()
