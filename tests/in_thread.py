"""Serve an application in a thread of the tests, on a free port."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import uvicorn

from polyqw.services.browse.server import address_of, listen


@contextmanager
def in_thread(application):
    """Give the address at which an application answers, until the block ends."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield address_of(listener)
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()
        listener.close()
