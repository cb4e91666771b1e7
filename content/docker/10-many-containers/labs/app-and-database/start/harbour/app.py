"""A guest book: each visit of the page is one entry in a Redis database."""

import os

import redis
from flask import Flask

TITLE = "Guest book"

app = Flask(__name__)
book = redis.Redis(host=os.environ.get("DB_HOST", "db"), decode_responses=True)


@app.get("/")
def visit():
    try:
        book.sadd("starts", book.info("server")["run_id"])
        return f"{TITLE}: {book.incr('visits')} visits, database started {book.scard('starts')} times\n"
    except redis.ConnectionError as error:
        return f"no database: {error}\n", 503


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8000)
