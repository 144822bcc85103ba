"""A small HTTP server that takes what is sent, or behaves as a test wants it to."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    def __init__(self, port=0):
        self.requests = []
        self.count = 0
        self.answer = lambda number: (200, {})
        self.body = b"{}"
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.count += 1
                status, headers = receiver.answer(receiver.count)
                if status == 200:
                    receiver.requests.append((self.path, dict(self.headers), json.loads(body)))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(receiver.body)))
                self.end_headers()
                self.wfile.write(receiver.body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def logs(self):
        """Log records with their attributes as a dictionary, and the names of scope and service."""
        found = []
        for path, _, body in self.requests:
            for group in body.get("resourceLogs", []) if path == "/v1/logs" else []:
                service = attributes_of(group["resource"]).get("service.name")
                for scope in group["scopeLogs"]:
                    for record in scope["logRecords"]:
                        more = {"said": attributes_of(record), "scope": scope["scope"]["name"], "service": service}
                        found.append({**record, **more})
        return found

    def spans(self):
        return [
            {**span, "said": attributes_of(span)}
            for path, _, body in self.requests
            if path == "/v1/traces"
            for group in body["resourceSpans"]
            for scope in group["scopeSpans"]
            for span in scope["spans"]
        ]

    def points(self):
        return [point for path, _, body in self.requests if path == "/api/v1/metrics" for point in body]


def attributes_of(holder):
    return {one["key"]: plain(one["value"]) for one in holder.get("attributes", [])}


def plain(value):
    if "intValue" in value:
        return int(value["intValue"])
    if "arrayValue" in value:
        return [plain(one) for one in value["arrayValue"]["values"]]
    return next(iter(value.values()))
