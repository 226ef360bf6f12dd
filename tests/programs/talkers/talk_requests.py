"""requests.get: one line in (id, host, port, roots), one JSON line out. Every name leads to loopback."""

import json
import socket
import sys

import requests

to_everywhere = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: to_everywhere("127.0.0.1", *rest, **more)

for line in sys.stdin:
    id_, host, port, roots = line.rstrip("\n").split("\t")
    try:
        requests.get(f"https://{host}:{port}/", verify=roots, timeout=10)
        said = {"accepted": True, "output": ""}
    except requests.exceptions.RequestException as error:
        kind = type(error)
        said = {"accepted": False, "output": f"{kind.__module__}.{kind.__qualname__}: {error}"}
    print(json.dumps({"id": id_, **said}), flush=True)
