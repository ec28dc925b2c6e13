"""An https host on this machine that has every image: a colored card for any path."""

import hashlib
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        hue = int(hashlib.sha256(self.path.encode()).hexdigest(), 16) % 360
        image = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="192">'
            f'<rect width="320" height="192" fill="hsl({hue},55%,62%)"/>'
            f'<circle cx="235" cy="70" r="38" fill="hsl({(hue + 40) % 360},80%,82%)"/>'
            f'<path d="M0 192 L110 84 L190 150 L250 110 L320 192Z" fill="hsl({hue},45%,34%)"/></svg>'
        ).encode()
        self.send_response(200)
        self.send_header("content-type", "image/svg+xml")
        self.send_header("content-length", str(len(image)))
        self.end_headers()
        self.wfile.write(image)

    def log_message(self, *_arguments: object) -> None:
        """Prints nothing: the output is the tests'."""


class ImageHost:
    """Serves until it is closed, at `address`."""

    def __init__(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("cdn.example").configure_cert(context)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
