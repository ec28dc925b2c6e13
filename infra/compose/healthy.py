"""The health check of Django: whether GET /healthz at its own port is a 200."""

import os
import sys
import urllib.request

port = os.environ["MONOLITH_BIND"].rpartition(":")[2]
try:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=3) as answer:
        sys.exit(answer.status != 200)
except OSError:
    sys.exit(1)
