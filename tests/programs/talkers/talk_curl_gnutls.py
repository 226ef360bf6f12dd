"""libcurl with GnuTLS, through its C interface: one line in (id, host, port, roots), one JSON line out.

Prints what the command `curl` prints: the number of the error and the text of CURLOPT_ERRORBUFFER.
"""

import ctypes
import json
import sys

URL, ERRORBUFFER, CAINFO, CAPATH, RESOLVE, NOBODY, TIMEOUT, NOPROXY = (
    10002, 10010, 10065, 10097, 10203, 44, 13, 10177,
)  # fmt: skip

curl = ctypes.CDLL(sys.argv[1])
for name in ("curl_easy_init", "curl_slist_append", "curl_easy_strerror"):
    getattr(curl, name).restype = ctypes.c_void_p
curl.curl_easy_strerror.restype = ctypes.c_char_p


def text(handle, option, value):
    curl.curl_easy_setopt(ctypes.c_void_p(handle), option, ctypes.c_char_p(value))


def pointer(handle, option, value):
    curl.curl_easy_setopt(ctypes.c_void_p(handle), option, ctypes.c_void_p(value))


def number(handle, option, value):
    curl.curl_easy_setopt(ctypes.c_void_p(handle), option, ctypes.c_long(value))


for line in sys.stdin:
    id_, host, port, roots = line.rstrip("\n").split("\t")
    handle = curl.curl_easy_init()
    said = ctypes.create_string_buffer(256)
    route = ctypes.c_char_p(f"{host}:{port}:127.0.0.1".encode())
    pointer(handle, RESOLVE, curl.curl_slist_append(None, route))
    pointer(handle, ERRORBUFFER, ctypes.addressof(said))
    pointer(handle, CAPATH, None)
    text(handle, CAINFO, roots.encode())
    text(handle, NOPROXY, b"*")
    text(handle, URL, f"https://{host}:{port}/".encode())
    number(handle, NOBODY, 1)
    number(handle, TIMEOUT, 10)
    code = curl.curl_easy_perform(ctypes.c_void_p(handle))
    reason = (said.value or (curl.curl_easy_strerror(code) or b"")).decode("utf-8", "replace")
    output = "" if code == 0 else f"curl: ({code}) {reason}"
    print(json.dumps({"id": id_, "accepted": code == 0, "output": output}), flush=True)
    curl.curl_easy_cleanup(ctypes.c_void_p(handle))
