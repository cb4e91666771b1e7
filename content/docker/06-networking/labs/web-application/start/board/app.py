"""The notice board of a harbour, as a web page."""

import os

from flask import Flask

HARBOUR = os.environ.get("HARBOUR", "Bergen")
BERTHS = {1: "Alba", 2: "Corvus", 3: "Dorado"}

app = Flask(__name__)


@app.get("/")
def board():
    rows = "".join(f"<li>Berth {berth}: {ship}</li>" for berth, ship in BERTHS.items())
    return f"<!doctype html><title>Notice board</title><h1>Harbour of {HARBOUR}</h1><ul>{rows}</ul>"


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8000)
