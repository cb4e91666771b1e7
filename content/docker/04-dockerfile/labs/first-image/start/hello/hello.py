"""Greets somebody, and tells where it runs."""

import os
import platform

GREETING = "Hello"

name = os.environ.get("NAME", "world")

print(f"{GREETING}, {name}!")
print(f"Python {platform.python_version()} in {os.getcwd()}, on {platform.node()}")
