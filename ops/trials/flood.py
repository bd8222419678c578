"""Floods a working Horarium in the ways that once hurt, and measures what a neighbour feels of it.

    ops/bench flood [NAME...] [--seconds N] [--scale X] [--runs N]

Each flood prints the neighbour's times quiet and flooded with their ratio, what the flood itself was answered, and the
server's memory and processor time. Figures, no verdicts: two cores are shared by the flood, the server and PostgreSQL.
--scale makes the floods larger or smaller, --runs repeats them for a median; NAMEs choose among them (all, without).
"""
import argparse
import asyncio
import contextlib
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from deployment import PASSWORD, Deployment, TrialError, school
from wire import Connection, Figures, at_once, steadily

LOUD = {"requestsPerSecond": 50}
QUICK = {"requestsPerSecond": 100000, "queuedJobs": 20}


class Flood:
    def __init__(self, deployment, seconds, scale, runs):
        self.deployment, self.seconds, self.scale, self.runs = deployment, seconds, scale, runs
        self.port = deployment.port
        self.tokens = {slug: {"Authorization": "Bearer " + deployment.client(slug).token} for slug in deployment.tenants}

    def many(self, count):
        return max(1, round(count * self.scale))

    def connections(self, count, address="127.0.0.66"):
        return [Connection(self.port, address) for _ in range(count)]

    async def neighbor(self, seconds, path="/v1/me", rate=20):
        """What a quiet tenant feels: a steady trickle of small reads over kept connections, from another address."""
        return await self.load(path, self.tokens["quiet"], 4, rate, seconds)

    async def load(self, path, headers, connections, rate, seconds):
        """Asks from a process of its own, at a fixed rate over kept connections: this one is busy being the flood."""
        with tempfile.NamedTemporaryFile("r") as log:
            arguments = ["h2load", "--h1", "-t1", f"-c{connections}", f"-D{round(seconds)}", f"--log-file={log.name}"]
            if rate:
                arguments.append(f"--rps={rate / connections}")
            arguments += [f"--header={name}: {value}" for name, value in headers.items()]
            child = await asyncio.create_subprocess_exec(
                *arguments, f"http://127.0.0.1:{self.port}{path}", stdout=subprocess.DEVNULL)
            await child.wait()
            figures = Figures()
            for line in log:
                _, status, microseconds = line.split()
                figures.note(max(0, int(status)), int(microseconds) / 1e6)
        return figures

    async def beside(self, title, flood):
        """Runs `flood(seconds)` with the neighbor beside it, after a quiet time of the same length; again and again."""
        ratios = []
        for _ in range(self.runs):
            quiet = await self.neighbor(self.seconds)
            processor, transactions = self.deployment.server.processor_seconds(), self.transactions()
            flooded, told = await asyncio.gather(self.neighbor(self.seconds), flood(self.seconds))
            processor = self.deployment.server.processor_seconds() - processor
            transactions = (self.transactions() - transactions) / self.seconds
            ratios.append(flooded.percentile(.95) / quiet.percentile(.95))
        _, highest = self.deployment.server.memory()
        each = f" (median of {' '.join(f'{ratio:.2f}' for ratio in ratios)})" if self.runs > 1 else ""
        print(f"\n{title}\n  neighbor, quiet    {quiet}\n  neighbor, flooded  {flooded}")
        print(f"  ratio of p95       {statistics.median(ratios):.2f}{each}")
        for name, figures in told.items():
            print(f"  {name:18} {figures}")
        print(f"  server             {processor:.1f} CPU s, highest memory {highest:.0f} MiB, "
              f"{transactions:.0f} transactions/s", flush=True)

    def transactions(self):
        return int(self.deployment.sql("SELECT xact_commit FROM pg_stat_database WHERE datname = 'horarium'")[0][0])

    async def exports(self):
        async def flood(seconds):
            figures, connections = Figures(), self.connections(self.many(50))

            async def export(number):
                figures.add(await connections[number].ask("GET", "/v1/institution", self.tokens["loud"]))

            await at_once(len(connections), seconds, export)
            return {"exports": figures}

        await self.beside(f"exports of one tenant, {self.many(50)} at a time", flood)

    async def submits(self):
        async def flood(seconds):
            figures, connections = Figures(), self.connections(self.many(50))

            async def submit(number):
                headers = {**self.tokens["loud"], "Idempotency-Key": f"{number}-{time.monotonic_ns()}"}
                figures.add(await connections[number].ask("POST", "/v1/generation-jobs", headers, b'{"seconds":1}'))

            await at_once(len(connections), seconds, submit)
            return {"submissions": figures}

        await self.beside(f"submissions of one tenant, {self.many(50)} at a time", flood)

    async def bodies(self):
        count = self.many(20_000_000)
        body = b'{"format":"horarium/1","lessons":[' + b"{}," * count + b"{}]}"

        async def flood(seconds):
            figures, signing = Figures(), Figures()

            async def put(number):
                figures.add(await Connection(self.port).ask(
                    "PUT", "/v1/institution?dryRun=true", self.tokens["loud"], body, timeout=300))

            async def sign_in(_):
                form = json.dumps({"tenant": "quiet", "email": "student@quiet.example", "password": PASSWORD}).encode()
                signing.add(await Connection(self.port, "127.0.0.9").ask("POST", "/v1/sessions", body=form))

            await asyncio.gather(*(put(number) for number in range(4)), steadily(1, seconds, sign_in))
            return {"imports": figures, "sign-ins of quiet": signing}

        await self.beside(f"four bodies of {len(body) >> 20} MiB of empty lessons at once", flood)

    async def sign_ins(self):
        async def flood(seconds):
            attack, honest, connections = Figures(), Figures(), self.connections(self.many(100), "127.0.0.66")

            async def guess(number):
                form = json.dumps({"tenant": "quiet", "email": f"{time.monotonic_ns()}@quiet.example", "password": "x"})
                attack.add(await connections[number].ask("POST", "/v1/sessions", body=form.encode()))

            async def sign_in(number):
                form = json.dumps({"tenant": "quiet", "email": "student@quiet.example", "password": PASSWORD}).encode()
                honest.add(await Connection(self.port, f"127.0.1.{1 + number % 200}").ask("POST", "/v1/sessions", body=form))

            await asyncio.gather(at_once(len(connections), seconds, guess), steadily(3, seconds, sign_in))
            return {"guesses": attack, "honest sign-ins": honest}

        await self.beside(f"sign-ins with made-up addresses from one client, {self.many(100)} at a time", flood)

    async def overload(self):
        path, headers = "/v1/me", self.tokens["quick"]
        capacity = await self.load(path, headers, 32, None, self.seconds)
        rate = sum(capacity.statuses.values()) / self.seconds
        before = self.deployment.server.processor_seconds()
        offered = await self.load(path, headers, self.many(500), rate * 5, self.seconds)
        used = self.deployment.server.processor_seconds() - before
        recovered, connection = Figures(), Connection(self.port)
        for _ in range(20):
            recovered.add(await connection.ask("GET", path, headers))
        print(f"\nreads at five times the capacity, over {self.many(500)} connections\n"
              f"  at capacity        {rate:.0f}/s {capacity}\n"
              f"  accepted at 5x     {offered}\n"
              f"  offered            {sum(offered.statuses.values()) / self.seconds:.0f}/s, "
              f"accepted {offered.statuses.get(200, 0) / self.seconds:.0f}/s, server {used:.1f} CPU s\n"
              f"  right afterwards   {recovered}", flush=True)

    async def slow(self):
        beginnings = {"silent": b"", "half request line": b"GET /v1/me HT", "half header": b"GET /v1/me HTTP/1.1\r\nHost: x\r\n",
                      "body drip": b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"}
        ends, refused = {name: [] for name in beginnings}, 0
        limit, count = 90, self.many(400)

        async def hold(name):
            nonlocal refused
            began = time.monotonic()
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(beginnings[name])

                async def drip():
                    while True:
                        await asyncio.sleep(5)
                        if name != "silent":
                            writer.write(b"x")

                dripping = asyncio.ensure_future(drip())
                try:
                    await asyncio.wait_for(reader.read(1 << 16), limit)
                    ends[name].append(time.monotonic() - began)
                except asyncio.TimeoutError:
                    pass
                finally:
                    dripping.cancel()
                    writer.transport.abort()
            except OSError:
                refused += 1

        quiet = await self.neighbor(min(10, self.seconds))
        holding = [hold(name) for name in beginnings for _ in range(count)]
        flooded, *_ = await asyncio.gather(self.neighbor(min(10, self.seconds)), *holding)
        print(f"\n{count} connections of each kind that never finish a request\n  neighbor, quiet    {quiet}\n  neighbor, flooded  {flooded}")
        for name, seconds in ends.items():
            if seconds:
                print(f"  {name:18} {len(seconds)} of {count} ended by the server, after {min(seconds):.1f} to {max(seconds):.1f} s")
            else:
                print(f"  {name:18} none of {count} ended by the server within {limit} s")
        print(f"  refused            {refused}", flush=True)

    async def streams(self):
        async with self.job() as job:
            async def flood(seconds):
                opened, end = Figures(), time.monotonic() + seconds

                async def churn(_):
                    while time.monotonic() < end:
                        async with self.stream(job, opened) as connection:
                            await asyncio.sleep(0.5 if connection else 0.1)

                await asyncio.gather(*(churn(number) for number in range(self.many(500))))
                return {"streams opened": opened}

            await self.beside(f"{self.many(500)} progress streams of one job, opened and closed again and again", flood)

    async def watchers(self):
        async with self.job() as job:
            async def flood(seconds):
                opened, events, end = Figures(), 0, time.monotonic() + seconds

                async def watch(number):
                    nonlocal events
                    # They come one after the other, as people do.
                    await asyncio.sleep(number / self.many(1000) * seconds / 3)
                    async with self.stream(job, opened) as connection:
                        while connection and (left := end - time.monotonic()) > 0:
                            try:
                                line = await asyncio.wait_for(connection.reader.readline(), left)
                            except asyncio.TimeoutError:
                                return
                            if not line:
                                return
                            events += line.startswith(b"event: ")

                await asyncio.gather(*(watch(number) for number in range(self.many(1000))))
                return {"streams opened": opened, "events": events}

            await self.beside(f"{self.many(1000)} progress streams of one job, kept open", flood)

    @contextlib.asynccontextmanager
    async def job(self):
        """A job of the big tenant that runs on until it is left."""
        headers = {**self.tokens["big"], "Idempotency-Key": str(time.monotonic_ns())}
        order = json.dumps({"seconds": round(30 + self.runs * 2.5 * self.seconds)}).encode()
        answer = await Connection(self.port).ask("POST", "/v1/generation-jobs", headers, order)
        if answer.status != 202:
            raise TrialError(f"the job to watch was answered {answer.status}")
        job = answer.json()["id"]
        try:
            yield job
        finally:
            await Connection(self.port).ask("POST", f"/v1/generation-jobs/{job}/cancel", self.tokens["big"])

    @contextlib.asynccontextmanager
    async def stream(self, job, opened):
        """The job's progress as a stream; None where it was not given."""
        connection, began = Connection(self.port, "127.0.0.66"), time.monotonic()
        try:
            answer = await connection.open("GET", f"/v1/generation-jobs/{job}/events", self.tokens["big"])
            opened.note(answer, time.monotonic() - began)
            yield connection if answer == 200 else None
        finally:
            connection.drop()


FLOODS = ["exports", "submits", "bodies", "sign_ins", "overload", "slow", "streams", "watchers"]


def main():
    parser = argparse.ArgumentParser(prog="ops/bench flood", description=__doc__.split("\n\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="of " + " ".join(FLOODS))
    parser.add_argument("--seconds", type=float, default=15, help="of each flood (15)")
    parser.add_argument("--scale", type=float, default=1, help="of each flood's size (1)")
    parser.add_argument("--runs", type=int, default=1, help="of each flood with a neighbor (1)")
    parser.add_argument("--programs", help="folder of the built programs (.build/release)")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in FLOODS]
    if unknown:
        parser.error(f"there is no flood {unknown[0]}. Maybe one of: {' '.join(FLOODS)}")
    if not shutil.which("h2load"):
        parser.error("There is no h2load.\nMaybe install Debian's nghttp2-client.")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536) if hard > 0 else 65536, hard))
    tenants = {"loud": ("campus", LOUD, school("loud", groups=20)), "quiet": ("campus", {}, school("quiet")),
               "big": ("enterprise", {}, school("big")), "quick": ("enterprise", QUICK, school("quick"))}
    with Deployment(tenants, programs=arguments.programs) as deployment:
        flood = Flood(deployment, arguments.seconds, arguments.scale, arguments.runs)
        for name in arguments.names or FLOODS:
            asyncio.run(getattr(flood, name)())
            if not deployment.server.is_running:
                raise TrialError(f"the server ended under '{name}' with {deployment.server.child.returncode}")
            deployment.await_server(30)
            flood = Flood(deployment, arguments.seconds, arguments.scale, arguments.runs)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except TrialError as error:
        print(f"ops/bench flood: {error}", file=sys.stderr)
        sys.exit(2)
