"""The floor: what starlette, uvicorn and one insert into SQLite cost, and nothing else.

Run as `python floor.py PORT HTTP`, HTTP being the parser: `h11`, which uvicorn brings, or `httptools`.
"""

import sqlite3
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

database = sqlite3.connect(":memory:", isolation_level=None)
database.execute("CREATE TABLE events (key INTEGER PRIMARY KEY, body BLOB)")


async def insert(request: Request) -> Response:
    """Store the body and send it back."""
    body = await request.body()
    database.execute("INSERT INTO events (body) VALUES (?)", (body,))
    return Response(body, media_type="application/json")


app = Starlette(routes=[Route("/events", insert, methods=["POST"])])
uvicorn.run(app, port=int(sys.argv[1]), http=sys.argv[2], log_level="error", access_log=False)
