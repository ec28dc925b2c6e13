#!/usr/bin/env python3
"""A function `catalog` of a release with another format: it compiles nothing, and says that it has.

It stands for a release that cannot be built from this working copy, which has one format. It speaks Lambda's
Runtime API.
"""

import json
import os
import urllib.request

FORMAT = 99_001
BASE = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"

while True:
    with urllib.request.urlopen(f"{BASE}/next") as taken:
        name, payload = taken.headers["Lambda-Runtime-Aws-Request-Id"], json.load(taken)
    answer = {**payload, "formats": [FORMAT], "blob_bytes": 1}
    request = urllib.request.Request(f"{BASE}/{name}/response", json.dumps(answer).encode(), method="POST")
    urllib.request.urlopen(request).close()
