"""A small HTTP/1.1 client over asyncio that can be rude: many connections, any source address, unfinished requests."""
import asyncio
import json
import time


class Answer:
    def __init__(self, status, headers, body, seconds):
        self.status, self.headers, self.body, self.seconds = status, headers, body, seconds

    def json(self):
        return json.loads(self.body)


class Connection:
    """One kept connection; status 0 stands for no answer."""

    def __init__(self, port, address=None):
        self.port, self.address, self.reader, self.writer = port, address, None, None

    async def ask(self, method, path, headers=None, body=b"", timeout=60):
        began = time.monotonic()
        try:
            return await asyncio.wait_for(self._ask(method, path, headers or {}, body, began), timeout)
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, ValueError):
            self.drop()
            return Answer(0, {}, b"", time.monotonic() - began)

    async def open(self, method, path, headers, timeout=20):
        """Asks for an answer without an end and returns its status, with its body still to be read; 0 for none."""
        try:
            return await asyncio.wait_for(self._open(method, path, headers), timeout)
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            self.drop()
            return 0

    async def _open(self, method, path, headers):
        await self._connect()
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
        status, _ = await self.head()
        return status

    async def _connect(self):
        local = (self.address, 0) if self.address else None
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=local)

    async def _ask(self, method, path, headers, body, began):
        if self.writer is None or self.writer.is_closing():
            await self._connect()
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
        if body:
            lines.append("Content-Type: application/json")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
        # A server that refuses early answers while the body is still on its way.
        sending = asyncio.ensure_future(self._send(body))
        try:
            status, fields = await self.head()
            answer = await self.body(fields)
        finally:
            sending.cancel()
        if fields.get("connection") == "close" or not sending.done():
            self.drop()
        return Answer(status, fields, answer, time.monotonic() - began)

    async def _send(self, body):
        try:
            for start in range(0, len(body), 1 << 16):
                self.writer.write(body[start:start + (1 << 16)])
                await self.writer.drain()
        except OSError:
            pass

    async def head(self):
        status = int((await self.reader.readuntil(b"\r\n")).split()[1])
        fields = {}
        while (line := await self.reader.readuntil(b"\r\n")) != b"\r\n":
            name, _, value = line.decode("latin-1").partition(":")
            fields[name.strip().lower()] = value.strip()
        return status, fields

    async def body(self, fields):
        if "chunked" not in fields.get("transfer-encoding", ""):
            return await self.reader.readexactly(int(fields.get("content-length", 0)))
        parts = []
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            parts.append((await self.reader.readexactly(size + 2))[:-2])
        await self.reader.readuntil(b"\r\n")
        return b"".join(parts)

    def drop(self):
        if self.writer:
            self.writer.transport.abort()
        self.reader = self.writer = None


class Figures:
    """Times and statuses of one kind of request."""

    def __init__(self):
        self.seconds, self.statuses = [], {}

    def add(self, answer):
        self.note(answer.status, answer.seconds)

    def note(self, status, seconds):
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if 200 <= status < 300:
            self.seconds.append(seconds)

    def percentile(self, share):
        """In milliseconds, of the accepted ones; NaN where there were none."""
        if not self.seconds:
            return float("nan")
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    def __str__(self):
        statuses = " ".join(f"{count}x{status or 'none'}" for status, count in sorted(self.statuses.items()))
        return (f"p50 {self.percentile(.5):7.1f}  p95 {self.percentile(.95):7.1f}  p99 {self.percentile(.99):7.1f}  "
                f"max {self.percentile(1):7.1f} ms  {statuses}")


async def steadily(rate, seconds, act):
    """Calls `act` at a fixed rate, whether or not earlier calls have ended: what waits does not slow what comes."""
    tasks, began, number = set(), time.monotonic(), 0
    while (due := began + number / rate) < began + seconds:
        await asyncio.sleep(max(0, due - time.monotonic()))
        task = asyncio.ensure_future(act(number))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        number += 1
    if tasks:
        await asyncio.wait(tasks, timeout=90)


async def at_once(count, seconds, act):
    """`count` loops that each call `act` again and again."""
    end = time.monotonic() + seconds

    async def loop(number):
        while time.monotonic() < end:
            await act(number)

    await asyncio.gather(*(loop(number) for number in range(count)))
