"""Prints the forecast for a wind from the table that was made when the image was built."""

import json
import pathlib
import sys

from jinja2 import Template

TABLE = json.loads((pathlib.Path(__file__).parent / "table.json").read_text())
PAGE = Template("Wind {{ wind }}: waves of {{ waves }} m in the outer harbour")

wind = sys.argv[1] if len(sys.argv) > 1 else "6"
print(PAGE.render(wind=wind, waves=TABLE[wind]))
