"""Prints the tides of a day. Meant for a scheduler: nobody looks while it runs."""

import argparse
import datetime
import sys

from jinja2 import Template

PAGE = Template("{{ place }}, {{ day }}: high water at {{ high }}, low water at {{ low }}")

parser = argparse.ArgumentParser(description="prints the tides of a day")
parser.add_argument("--place", default="North Quay")
parser.add_argument("--day", type=datetime.date.fromisoformat, default=datetime.date(2026, 5, 1))
options = parser.parse_args()

# The moon is 50 minutes later each day.
late = (options.day - datetime.date(2026, 5, 1)).days * 50 % 745
high = divmod(185 + late, 60)
low = divmod(558 + late, 60)
clock = "{:02}:{:02}".format
print(PAGE.render(place=options.place, day=options.day, high=clock(high[0] % 24, high[1]), low=clock(low[0] % 24, low[1])))
print("done", file=sys.stderr)
