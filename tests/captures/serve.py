#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Serve a captured Redfish tree over HTTPS, as plainly as can be.

usage: serve.py DIR          prints "PORT" once it listens; ends with its standard input

A check independent of msctl-sim: reads only, but for logging in and out.  DIR/redfish/v1/.../index.json is the body of
that URI; custom.json says {"status": N, "body": "..."}; everything else is 404.  GETs are counted: GET /count.
"""
import http.server, json, os, re, ssl, subprocess, sys, tempfile, threading

ROOT = os.path.abspath(sys.argv[1])
count, lock = {"GET": 0, "POST": 0, "DELETE": 0}, threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = -1              # headers and body in one segment

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def tally(self):
        with lock:
            count[self.command] = count.get(self.command, 0) + 1

    def page(self, body):
        """Captures hold all members together with the nextLink of the first page: cut them into pages again."""
        link = re.search(rb'"Members@odata.nextLink": *"[^"?]*[?]\$?skip=(\d+)"', body)
        if not link:
            return body
        asked, size = re.search(r"[?&]\$?skip=(\d+)", self.path), int(link.group(1))
        start, value = int(asked.group(1)) if asked else 0, json.loads(body)
        members = value["Members"]
        value["Members"] = members[start:start + size]
        if start + size < len(members):
            value["Members@odata.nextLink"] = self.path.split("?")[0] + f"?$skip={start + size}"
        else:
            value.pop("Members@odata.nextLink")
        return json.dumps(value).encode()

    def do_GET(self):
        path = self.path.split("?")[0].split("#")[0].rstrip("/")
        if path == "/count":
            return self.answer(200, json.dumps(count).encode())
        self.tally()
        here = os.path.normpath(ROOT + path)
        if not here.startswith(ROOT):
            return self.answer(404)
        for name in (here + "/index.json", here):
            if os.path.isfile(name):
                with open(name, "rb") as file:
                    return self.answer(200, self.page(file.read()))
        if os.path.isfile(here + "/custom.json"):
            with open(here + "/custom.json") as file:
                custom = json.load(file)
            return self.answer(custom["status"], custom["body"].encode())
        self.answer(404, b'{"error":{"code":"Base.1.0.ResourceMissingAtURI","message":"not here"}}')

    def do_POST(self):
        self.tally()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.path.rstrip("/").endswith("/Sessions"):
            return self.answer(405)
        self.answer(201, b"{}", [("X-Auth-Token", "token"), ("Location", "/redfish/v1/SessionService/Sessions/t")])

    def do_DELETE(self):
        self.tally()
        self.answer(204)

    def log_message(self, *args):
        pass


with tempfile.TemporaryDirectory() as scratch:
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=capture", "-keyout", scratch + "/key", "-out", scratch + "/crt"], check=True,
                   stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(scratch + "/crt", scratch + "/key")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
