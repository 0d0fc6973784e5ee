"""Serve an exported OPTIMADE file with the reference server, on a free port of 127.0.0.1; told as a line of JSON."""

from __future__ import annotations

import json
import os
import socket
import sys
import warnings
from pathlib import Path


def main(jsonl: str, log_folder: str) -> None:
    told, sys.stdout = sys.stdout, sys.stderr  # the server logs to standard output
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import uvicorn  # noqa: PLC0415
        from optimade.server.config import ServerConfig  # noqa: PLC0415
        from optimade.server.create_app import create_app  # noqa: PLC0415
    folder = Path(jsonl).parent
    chosen = json.loads((folder / "optimade_server.json").read_text(encoding="utf-8"))
    os.chdir(folder)  # the file names the data beside it
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()  # who asks before the server runs waits in line
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config = ServerConfig(
        **chosen,
        base_url=url,
        log_dir=log_folder,
        page_limit=10,
        page_limit_max=50,
    )
    server = uvicorn.Server(uvicorn.Config(create_app(config), log_level="error"))
    print(json.dumps({"url": url}), file=told, flush=True)
    server.run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
