"""Python's ssl module as its documentation asks: one line in (id, host, port, roots), one JSON line out."""

import json
import socket
import ssl
import sys

for line in sys.stdin:
    id_, host, port, roots = line.rstrip("\n").split("\t")
    try:
        context = ssl.create_default_context(cafile=roots)
        plain = socket.create_connection(("127.0.0.1", int(port)), 10)
        with plain, context.wrap_socket(plain, server_hostname=host) as tls:
            tls.sendall(b"GET / HTTP/1.0\r\n\r\n")
            tls.recv(100)
        said = {"accepted": True, "output": ""}
    except (OSError, ValueError) as error:
        kind = type(error)
        said = {"accepted": False, "output": f"{kind.__module__}.{kind.__qualname__}: {error}"}
    print(json.dumps({"id": id_, **said}), flush=True)
