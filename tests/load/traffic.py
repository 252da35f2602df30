"""Good and bad clients of the example service, for a while, and what is left of them: see `run` beside this.

    traffic.py SERVICE OHA FOLDER SECONDS RATE

Needs no more than Python 3's own library, and Linux's /proc.
"""

import http.client
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

SERVICE, OHA, FOLDER = sys.argv[1], sys.argv[2], Path(sys.argv[3])
SECONDS, RATE = float(sys.argv[4]), float(sys.argv[5])
DATABASE = FOLDER / "keys.db"
PATH = "/v0/api-keys"
PARTS = 10
# How long keys are made and deleted, in seconds, before a service is killed.
BEFORE_KILL = 5
# Percentiles of a part that is shorter than this many seconds are those of a few requests, and are not judged.
STEADY = 30
failures = []


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def check(holds, text):
    say(("ok: " if holds else "FAILED: ") + text)
    if not holds:
        failures.append(text)


class Server:
    """The service, in a process of its own."""

    def __init__(self):
        self.log = open(FOLDER / "service.log", "ab")
        command = [SERVICE, "serve", "--listen", "127.0.0.1:0", "--database", DATABASE]
        environment = {**os.environ, "RUST_LOG": "warn"}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, env=environment, text=True)
        for line in self.process.stdout:
            if line.startswith("Listening on "):
                self.port = int(line.rsplit(":", 1)[1])
                return
        sys.exit("the service does not start")

    def resident(self):
        """VmRSS, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(60)


def application():
    """Makes an application; gives the headers of its callers."""
    command = [SERVICE, "create-application", "--database", DATABASE]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    exports = dict(line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export "))
    return {"x-api-key": exports["AVIDO_API_KEY"], "x-application-id": exports["AVIDO_APPLICATION_ID"]}


class Owner(threading.Thread):
    """Creates keys and deletes most of them again, and keeps account of what it was told."""

    def __init__(self, port, headers, pause, until):
        super().__init__(daemon=True)
        self.port, self.headers, self.pause, self.until = port, headers, pause, until
        self.kept, self.deleted, self.asked, self.wrong = set(), set(), 0, []

    def ask(self, method, path, expected, body=None):
        self.asked += 1
        headers = dict(self.headers)
        if body is not None:
            headers["content-type"] = "application/json"
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != expected:
            self.wrong.append(f"{method} {answer.status}, not {expected}: {text[:200]!r}")
        return json.loads(text) if text and answer.status < 300 else None

    def run(self):
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while time.monotonic() < self.until:
            begun = time.monotonic()
            try:
                self.round()
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.wrong.append(repr(error))
                self.connection.close()
            time.sleep(max(0.0, self.pause - (time.monotonic() - begun)))

    def round(self):
        created = self.ask("POST", PATH, 201, {"name": f"key {uuid.uuid4()}"})
        if not created:
            return
        key = created["data"]["id"]
        self.kept.add(key)
        if len(self.kept) > 1 and random.random() < 0.9:
            key = random.choice(tuple(self.kept)) if len(self.kept) < 50 else key
            # Whether it is there is not known until an answer has come.
            self.kept.discard(key)
            self.ask("DELETE", f"{PATH}/{key}", 204)
            self.deleted.add(key)
            # Deleting is idempotent.
            self.ask("DELETE", f"{PATH}/{key}", 204)
        self.ask("POST", PATH, 422, {"name": ""})


class Rude(threading.Thread):
    """Does to the service what no client should."""

    def __init__(self, port, headers, pause, until):
        super().__init__(daemon=True)
        self.port, self.pause, self.until = port, pause, until
        self.head = "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "host: x\r\n"
        self.held, self.count = [], 0

    def run(self):
        ways = [self.vanish, self.vanish_in_head, self.vanish_in_body, self.hang, self.hang_in_body, self.rubbish, self.flood]
        while time.monotonic() < self.until:
            try:
                random.choice(ways)()
                self.count += 1
            except OSError:
                pass  # The service has closed the connection, as it should.
            self.held = [(connection, end) for connection, end in self.held if time.monotonic() < end]
            time.sleep(self.pause)
        self.held.clear()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=5)

    def create(self, length=None, body=None):
        body = json.dumps({"name": f"rude {uuid.uuid4()}"}) if body is None else body
        head = f"POST {PATH} HTTP/1.1\r\n{self.head}content-type: application/json\r\n"
        return f"{head}content-length: {length or len(body)}\r\n\r\n{body}".encode()

    def vanish(self):
        """Asks, and resets the connection before an answer can come."""
        with self.connect() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.sendall(self.create())

    def vanish_in_head(self):
        with self.connect() as connection:
            connection.sendall(self.create()[:60])

    def vanish_in_body(self):
        with self.connect() as connection:
            connection.sendall(self.create(length=1000))

    def hang(self):
        """Keeps a connection on which half a head has come."""
        connection = self.connect()
        connection.sendall(self.create()[:60])
        self.held.append((connection, time.monotonic() + random.uniform(1, 60)))

    def hang_in_body(self):
        connection = self.connect()
        connection.sendall(self.create(length=1000))
        self.held.append((connection, time.monotonic() + random.uniform(1, 60)))

    def rubbish(self):
        with self.connect() as connection:
            connection.sendall(random.randbytes(random.randint(1, 5000)) + b"\r\n\r\n")
            connection.recv(100)

    def flood(self):
        """A body that nobody wants, sent all the same."""
        with self.connect() as connection:
            connection.sendall(self.create(body="x" * 4_000_000))
            connection.recv(100)


def listing(server, headers, seconds, rate):
    """Lists keys at that rate; gives what oha says of it."""
    command = [OHA, "--no-tui", "--output-format", "json", "-w", "-z", f"{seconds}s", "-q", f"{rate}", "-c", "8"]
    command += [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command.append(f"http://127.0.0.1:{server.port}{PATH}")
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def request(server, headers, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {**headers, "content-type": "application/json"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text else None


def warm_up(server, headers):
    """As many connections at once as there will be, so that pools and buffers have their size."""
    for number in range(100):
        status, _ = request(server, headers, "POST", PATH, {"name": f"listed {number}"})
        assert status == 201, status
    listing(server, headers, 5, 4 * RATE)
    time.sleep(1)


def main():
    server = Server()
    listed, owned, rude = application(), application(), application()
    warm_up(server, listed)
    memory, descriptors = [server.resident()], server.descriptors()
    say(f"{SECONDS:.0f} s, {RATE:.0f} lists a second; {memory[0]:.1f} MiB, {descriptors} descriptors")

    until = time.monotonic() + SECONDS
    owners = [Owner(server.port, owned, 0.5, until) for _ in range(2)]
    bad = [Rude(server.port, rude, 0.2, until) for _ in range(3)]
    for thread in owners + bad:
        thread.start()
    statuses, errors, percentiles = {}, {}, []
    for part in range(PARTS):
        found = listing(server, listed, SECONDS / PARTS, RATE)
        for total, counts in [(statuses, found["statusCodeDistribution"]), (errors, found["errorDistribution"])]:
            for key, count in counts.items():
                total[key] = total.get(key, 0) + count
        p50, p99 = (found["latencyPercentiles"][key] * 1000 for key in ("p50", "p99"))
        percentiles.append((p50, p99))
        memory.append(server.resident())
        say(
            f"{part + 1}/{PARTS}: {sum(statuses.values())} lists {statuses} {errors or ''} p50 {p50:.1f} ms, p99 {p99:.1f} ms; "
            f"{sum(owner.asked for owner in owners)} other calls; {sum(it.count for it in bad)} bad clients; "
            f"{memory[-1]:.1f} MiB, {server.descriptors()} descriptors"
        )
    for thread in owners + bad:
        thread.join()

    check(set(statuses) == {"200"} and not errors, f"lists were answered {statuses}, errors: {errors}")
    wrong = [text for owner in owners for text in owner.wrong]
    asked = sum(owner.asked for owner in owners)
    check(not wrong, f"{asked} creations and deletions, {len(wrong)} of them not answered as declared: {wrong[:10]}")
    judge_latency(percentiles)
    judge_memory(memory)
    deadline = time.monotonic() + 90
    while server.descriptors() > descriptors and time.monotonic() < deadline:
        time.sleep(0.5)
    check(server.descriptors() <= descriptors, f"{server.descriptors()} descriptors are left, of {descriptors} at the start")
    check(server.stop() == 0, "the service stops in order")

    server = Server()
    judge_keys(server, owned, owners, "after a stop in order")
    owners += killed(server, owned)
    server = Server()
    judge_keys(server, owned, owners, "after kill -9 amid creations and deletions")
    server.stop()
    logged = (FOLDER / "service.log").read_text(errors="replace").splitlines()
    check(not any("panicked" in line for line in logged), f"nothing panicked; {len(logged)} lines of warnings")
    say("FAILED" if failures else "all held")
    return 1 if failures else 0


def judge_latency(percentiles):
    """The last third of the parts against the first: a part alone tells what else the machine did."""
    third = len(percentiles) // 3
    for name, values in zip(("p50", "p99"), zip(*percentiles)):
        first, last = statistics.median(values[:third]), statistics.median(values[-third:])
        text = f"{name} is {first:.1f} ms in the first third, {last:.1f} ms in the last; {values[0]:.1f} and {values[-1]:.1f} ms in the first and last tenth"
        if SECONDS / PARTS < STEADY:
            say(f"not judged: {text}")
        else:
            check(last <= first * 1.5 + 2, text)


def judge_memory(memory):
    """What is there after the first tenth may grow by what an allocator keeps, and by nothing with time."""
    middle = memory[len(memory) // 2]
    text = f"VmRSS is {memory[0]:.1f} MiB at the start, {memory[1]:.1f} after a tenth, {middle:.1f} in the middle, {memory[-1]:.1f} at the end"
    check(memory[-1] <= memory[1] * 1.25 + 4, text)


def judge_keys(server, headers, owners, when):
    """Each key whose creation was answered is there, and none whose deletion was."""
    status, body = request(server, headers, "GET", PATH)
    there = {key["id"] for key in body["data"]} if status == 200 else set()
    kept = set().union(*(owner.kept for owner in owners))
    deleted = set().union(*(owner.deleted for owner in owners))
    check(kept and kept <= there, f"{when}: {len(kept)} keys were made and kept, {len(kept - there)} of them are lost")
    check(deleted and not deleted & there, f"{when}: {len(deleted)} keys were deleted, {len(deleted & there)} of them are back")


def killed(server, headers):
    """Kills the service amid the calls of owners. Gives the owners."""
    until = time.monotonic() + BEFORE_KILL
    owners = [Owner(server.port, headers, 0, until) for _ in range(4)]
    for owner in owners:
        owner.start()
    time.sleep(BEFORE_KILL / 2)
    server.stop(signal.SIGKILL)
    for owner in owners:
        owner.until = 0
        owner.join()
    return owners


sys.exit(main())
