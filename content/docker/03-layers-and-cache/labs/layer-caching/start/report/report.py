"""Prints which ships arrive today."""

import csv

from jinja2 import Template

GREETING = "Good morning"

PAGE = Template("""\
{{ greeting }}! {{ ships | length }} ships arrive today:
{% for ship in ships %}  {{ ship.time }}  {{ ship.name }}
{% endfor %}""")

with open("ships.csv", newline="") as table:
    ships = list(csv.DictReader(table))

print(PAGE.render(greeting=GREETING, ships=ships))
