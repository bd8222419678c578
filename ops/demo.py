#!/usr/bin/env python3
"""Generates the demo university's timetables over the HTTP API, as any client would, and compares them.

Signs in, submits a generation, shows its progress live, and ends with a table of every criterion, each variant's
certificate, and where to look next. The generation is remembered by its Idempotency-Key, so that the next run shows
the same one; --new makes another. Needs nothing but Python's standard library.
"""
import argparse
import json
import pathlib
import re
import sys
import time
import urllib.error
import urllib.request
import uuid


class Refused(Exception):
    """The server's answer was a problem document."""


class Server:
    def __init__(self, url: str):
        self.url = url
        self.token = None
        self.renew_at = 0.0
        # The server is on this machine: a proxy of the environment has no business here.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def open(self, method, path, body=None, headers=None, timeout=60):
        request = urllib.request.Request(self.url + path, method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            return self.opener.open(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            problem = error.read().decode(errors="replace")
            try:
                detail = json.loads(problem)
                problem = f"{detail.get('title')}: {detail.get('detail') or ''}"
            except ValueError:
                pass
            raise Refused(f"{method} {path} was answered with {error.code}\n{problem}") from None

    def ask(self, method, path, body=None, headers=None):
        if self.token and time.time() > self.renew_at and not path.startswith("/v1/sessions"):
            self.keep(self.ask("POST", "/v1/sessions/refresh", {}))
        with self.open(method, path, body, headers) as answer:
            return json.load(answer)

    def sign_in(self, tenant, email, password):
        self.keep(self.ask("POST", "/v1/sessions", {"tenant": tenant, "email": email, "password": password}))

    def keep(self, session):
        self.token = session["accessToken"]
        self.renew_at = time.time() + session["expiresIn"] - 120


def demo_account(root: pathlib.Path):
    """The first admin of tenants/demo-university/tenant.yaml, whose shape is our own."""
    text = (root / "tenants/demo-university/tenant.yaml").read_text()
    account = re.search(r"email: (\S+).*?password: (\S+).*?roles: \[tenant-admin\]", text, re.DOTALL)
    return account.group(1), account.group(2)


def bar(percent, width=28):
    full = int(percent / 100 * width)
    return "█" * full + "░" * (width - full)


def eta(progress):
    low, high = progress.get("etaLow"), progress.get("etaHigh")
    if low is None or high is None:
        return ""
    low, high = round(low), round(high)
    return f", {low} s left" if low == high else f", {low} to {high} s left"


class ProgressLine:
    """Over itself in a terminal; else a line whenever the phase changes or ten percent have passed."""

    def __init__(self):
        self.live = sys.stdout.isatty()
        self.last = None

    def show(self, progress):
        if progress["state"] == "queued":
            text = "waiting for a worker"
        else:
            text = f"{bar(progress['percent'])} {int(progress['percent']):3d}%  {progress.get('message') or ''}{eta(progress)}"
        if self.live:
            sys.stdout.write("\r\033[2K" + text[:160])
            sys.stdout.flush()
            return
        step = (progress["state"], progress.get("phase"), int(progress["percent"] // 10))
        if step != self.last:
            print(text, flush=True)
            self.last = step

    def end(self):
        if self.live:
            sys.stdout.write("\r\033[2K")
            sys.stdout.flush()


def events(server, job, last):
    """The progress documents of the server-sent events after `last`; ends when the stream does."""
    headers = {"Accept": "text/event-stream"}
    if last[0]:
        headers["Last-Event-ID"] = last[0]
    with server.open("GET", f"/v1/generation-jobs/{job}/events", headers=headers, timeout=30) as stream:
        kind, data = None, None
        for raw in stream:
            line = raw.decode().rstrip("\n")
            if line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("id: "):
                last[0] = line[4:]
            elif line.startswith("data: "):
                data = line[6:]
            elif not line:
                if data and kind in ("progress", "end"):
                    yield json.loads(data)
                kind, data = None, None


def watch(server, job):
    line = ProgressLine()
    last = [None]
    path = f"/v1/generation-jobs/{job}/progress"
    progress = server.ask("GET", path)
    while progress["state"] in ("queued", "running"):
        line.show(progress)
        try:
            for progress in events(server, job, last):
                line.show(progress)
        except (OSError, Refused):
            pass  # A stream may break at any time. What counts is what polling says.
        time.sleep(0.3)
        progress = server.ask("GET", path)
    line.end()
    return progress


def table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(widths[i]) if i == 0 else cell.rjust(widths[i]) for i, cell in enumerate(row)) for row in rows]
    lines.insert(1, "─" * len(lines[0]))
    return "\n".join(lines)


def compare(server, job):
    variants = server.ask("GET", f"/v1/generation-jobs/{job}/variants")["variants"]
    comparison = server.ask("GET", f"/v1/generation-jobs/{job}/comparison")
    rows = [["1.000: none can be better"] + [variant["name"] for variant in variants]]
    for index, measure in enumerate(variants[0]["criteria"]):
        values = [variant["criteria"][index] for variant in variants]
        # Where the input leaves no choice, a value says nothing about a timetable.
        if all(value["decided"] for value in values):
            continue
        best, worst = max(value["value"] for value in values), min(value["value"] for value in values)
        stars = ["*" if value["value"] == best > worst else " " for value in values]
        rows.append([measure["criterion"]] + [f"{value['value']:.3f}{star}" for value, star in zip(values, stars)])
    rows.append(["hard violations"] + [f"{variant['hardViolations']} " for variant in variants])
    rows.append(["meetings placed"] + [f"{variant['placed']} " for variant in variants])
    rows.append(["meetings left out"] + [f"{variant['unplaced']} " for variant in variants])
    rows.append(["verified"] + ["yes " if variant["certified"] else "NO " for variant in variants])
    print(table(rows))
    print("* the best of these variants\n")
    for difference in comparison.get("differences", [])[:3]:
        print(describe(difference, variants))
    names = {variant["id"]: variant["name"] for variant in variants}
    for column in comparison["variants"]:
        for better in column["dominatedBy"]:
            print(f"{column['name']} is better than {names[better]} in nothing.")
    print("\nCertificates of the independent verifier")
    for variant in variants:
        if not variant["certified"]:
            print(f"  {variant['name']}: refused, see /v1/variants/{variant['id']}")
            continue
        certificate = server.ask("GET", f"/v1/variants/{variant['id']}/certificate")
        checks = sum(certificate["checks"].values())
        print(f"  {variant['name']}: {checks} facts checked under {len(certificate['checks'])} rules")
        print(f"    timetable sha256 {certificate['timetableHash']}")
        print(f"    strategy  {certificate['strategy']['id']} {certificate['strategy']['version']}, library sha256 "
              f"{certificate['strategy']['digest'][:16]}…")
    for variant in variants:
        for note in variant.get("notes") or []:
            print(f"  note on {variant['name']}: {note['what']} {note['why']}")
    return variants


def describe(difference, variants):
    names = {str(variant["ordinal"]): variant["name"] for variant in variants}
    names.update({variant["id"]: variant["name"] for variant in variants})
    left = names.get(str(difference["left"]), difference["left"])
    right = names.get(str(difference["right"]), difference["right"])
    return f"{left} and {right} differ in the time of {difference['moved']} meetings and the room of {difference['otherRoom']} more."


def order(state, is_new, seconds):
    """The key of the generation to show: the remembered one, or a new one."""
    memory = state / "demo.json"
    try:
        remembered = json.loads(memory.read_text())
    except (OSError, ValueError):
        remembered = {}
    if is_new or remembered.get("seconds") != seconds or "key" not in remembered:
        remembered = {"key": str(uuid.uuid4()), "seconds": seconds}
        memory.write_text(json.dumps(remembered))
    return remembered["key"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", default="http://127.0.0.1:8080")
    parser.add_argument("--state", default=".local", type=pathlib.Path, help="folder that remembers the last generation")
    parser.add_argument("--new", action="store_true", help="make another generation instead of showing the last one")
    parser.add_argument("--seconds", type=int, default=60, help="of searching, for all variants together")
    arguments = parser.parse_args()

    root = pathlib.Path(__file__).resolve().parent.parent
    email, password = demo_account(root)
    server = Server(arguments.server)
    server.sign_in("demo-university", email, password)
    key = order(arguments.state, arguments.new, arguments.seconds)
    body = {"seconds": arguments.seconds, "seed": 1, "title": "ops/run"}
    job = server.ask("POST", "/v1/generation-jobs", body, {"Idempotency-Key": key})
    progress = watch(server, job["id"])
    if progress["state"] != "completed":
        (arguments.state / "demo.json").unlink(missing_ok=True)
        print(f"The generation {job['id']} is {progress['state']}: {progress.get('message') or ''}", file=sys.stderr)
        print("Maybe .local/log/horarium-worker.log tells why; 'ops/run' makes another one.", file=sys.stderr)
        return 1

    print(f"\033[1mGeneration {job['id']}\033[0m\n")
    variants = compare(server, job["id"])
    url = arguments.server
    print(f"""
Where to look next
  sign in        curl -s {url}/v1/sessions -H 'Content-Type: application/json' \\
                   -d '{{"tenant":"demo-university","email":"{email}","password":"{password}"}}'
  then, with     -H "Authorization: Bearer TOKEN"
  a week         {url}/v1/variants/{variants[0]['id']}/timetable?group=CS2a
  all variants   {url}/v1/generation-jobs/{job['id']}/comparison
  the API        {url}/openapi.yaml
  other people   tenants/demo-university/tenant.yaml (dean, head, teacher, student)
  another one    ops/run --new          what runs   ops/run status          the end   ops/run stop""")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refused as refused:
        print(refused, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nThe generation goes on; ops/run shows it again.", file=sys.stderr)
        sys.exit(130)
