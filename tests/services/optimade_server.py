"""Serve an exported OPTIMADE file with the reference server, on a free port of 127.0.0.1; told as a line of JSON."""

from __future__ import annotations

import json
import socket
import sys
import warnings


def main(jsonl: str, log_folder: str) -> None:
    told, sys.stdout = sys.stdout, sys.stderr  # the server logs to standard output
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import uvicorn  # noqa: PLC0415
        from optimade.server.config import ServerConfig  # noqa: PLC0415
        from optimade.server.create_app import create_app  # noqa: PLC0415
    with open(jsonl, encoding="utf-8") as lines:
        next(lines)
        properties = json.loads(next(lines))["properties"]
    own = [{"name": name, **told} for name, told in properties.items() if name.startswith("_")]
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()  # who asks before the server runs waits in line
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config = ServerConfig(
        base_url=url,
        database_backend="mongomock",
        insert_test_data=False,
        insert_from_jsonl=jsonl,
        log_dir=log_folder,
        page_limit=10,
        page_limit_max=50,
        provider={"prefix": "polyqw", "name": "polyqw", "description": "An export."},
        provider_fields={"structures": own},
    )
    server = uvicorn.Server(uvicorn.Config(create_app(config), log_level="error"))
    print(json.dumps({"url": url}), file=told, flush=True)
    server.run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
