"""Kills, freezes and restarts the parts of a working Horarium at random, and checks afterwards that nothing it promised
was broken.

    ops/test faults [--seconds N] [--seed S] [--workers N]

Two schools order short generations over the API, cancel some, and watch them, while every few seconds one fault of a
list is injected. Then the faults stop, what is left is drained, and the history is checked: see `Checks`. Ends with
`N passed, N failed`. The same seed gives the same faults in the same order; what they meet is as random as life.
"""
import argparse
import collections
import os
import random
import signal
import sys
import threading
import time
import uuid

from deployment import Deployment, TrialError, school

QUOTAS = {"runningJobs": 2, "queuedJobs": 50, "requestsPerSecond": 500}


class History:
    """What clients were told, in their own words. Thread-safe."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acknowledged = {}  # job -> (slug, key)
        self.cancelled = set()
        self.percents = collections.defaultdict(list)  # (job, attempt) -> percents in the order they were seen
        self.statuses = collections.Counter()
        self.faults = collections.Counter()

    def count(self, what, status):
        with self.lock:
            self.statuses[f"{what} {status}"] += 1


class School(threading.Thread):
    """Orders, cancels and watches jobs of one tenant until it is told to stop."""

    def __init__(self, deployment, slug, history, seed, stopping):
        super().__init__(daemon=True)
        self.deployment, self.slug, self.history, self.stopping = deployment, slug, history, stopping
        self.random = random.Random(f"{seed} {slug}")
        self.error = None

    def run(self):
        try:
            self.client = self.deployment.client(self.slug)
            while not self.stopping.is_set():
                job = self.submit()
                if job and self.random.random() < 0.2:
                    self.cancel(job)
                self.watch()
                self.stopping.wait(self.random.uniform(0.1, 0.6))
        except Exception as error:  # A thread that dies in silence would pass every check.
            self.error = error

    def submit(self):
        """One intention under one key, repeated until there is an answer to it."""
        key, body = str(uuid.uuid4()), {"seconds": self.random.choice([1, 1, 2, 4]), "seed": self.random.randrange(1 << 30)}
        answered = set()
        while True:
            try:
                status, _, answer = self.client.ask("POST", "/v1/generation-jobs", body, {"Idempotency-Key": key})
            except OSError:
                status, answer = 0, None
            self.history.count("submit", status)
            if status == 202:
                answered.add(answer["id"])
                with self.history.lock:
                    self.history.acknowledged[answer["id"]] = (self.slug, key)
                # Now and then the answer counts as lost, and the request is sent again.
                if self.random.random() < 0.9 or self.stopping.is_set():
                    return answer["id"]
            elif status in (0, 503, 500, 401):
                if self.stopping.wait(0.2) and not answered:
                    return None
                if self.stopping.is_set():
                    return next(iter(answered), None)
            else:
                return next(iter(answered), None)

    def cancel(self, job):
        self.stopping.wait(self.random.uniform(0, 3))
        try:
            status, _, _ = self.client.ask("POST", f"/v1/generation-jobs/{job}/cancel", {})
        except OSError:
            status = 0
        self.history.count("cancel", status)
        if status == 202:
            with self.history.lock:
                self.history.cancelled.add(job)

    def watch(self):
        with self.history.lock:
            own = [job for job, (slug, _) in self.history.acknowledged.items() if slug == self.slug][-4:]
        for job in own:
            try:
                status, _, body = self.client.ask("GET", f"/v1/generation-jobs/{job}/progress")
            except OSError:
                status, body = 0, None
            self.history.count("progress", status)
            if status == 200:
                with self.history.lock:
                    self.history.percents[(job, body["attempt"])].append((body["percent"], body["state"]))


class Nemesis:
    """The faults, each a method; a fault undoes itself before the next one comes."""

    def __init__(self, deployment, history, seed):
        self.deployment, self.history, self.random = deployment, history, random.Random(seed)
        self.acts = [self.kill_worker, self.freeze_worker, self.stop_worker, self.kill_child, self.kill_server,
                     self.stop_server, self.restart_postgres, self.crash_postgres, self.end_sessions, self.flush_redis,
                     self.freeze_redis, self.kill_redis]

    def strike(self):
        act = self.random.choice(self.acts)
        self.history.faults[act.__name__] += 1
        act()

    def worker(self):
        return self.random.choice(self.deployment.workers)

    def kill_worker(self):
        worker = self.worker()
        worker.end(signal.SIGKILL)
        worker.start()

    def freeze_worker(self):
        worker = self.worker()
        worker.send(signal.SIGSTOP)
        # Beyond the lease of 15 seconds now and then: somebody else takes the job over, and the woken one must notice.
        time.sleep(self.random.choice([1, 3, 18]))
        worker.send(signal.SIGCONT)

    def stop_worker(self):
        worker = self.worker()
        if worker.end(signal.SIGTERM, within=40) is None:
            self.history.faults["worker that ignored SIGTERM"] += 1
        worker.start()

    def kill_child(self):
        children = [number for worker in self.deployment.workers for number in worker.descendants()]
        if children:
            try:
                os.kill(self.random.choice(children), signal.SIGKILL)
            except ProcessLookupError:
                pass

    def kill_server(self):
        self.deployment.server.end(signal.SIGKILL)
        self.deployment.server.start()

    def stop_server(self):
        if self.deployment.server.end(signal.SIGTERM, within=40) is None:
            self.history.faults["server that ignored SIGTERM"] += 1
        self.deployment.server.start()

    def restart_postgres(self):
        self.deployment.postgres_stop("fast")
        self.deployment.services_start()

    def crash_postgres(self):
        self.deployment.postgres_stop("immediate")
        self.deployment.services_start()

    def end_sessions(self):
        try:
            self.deployment.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'horarium_app'")
        except TrialError:
            pass

    def flush_redis(self):
        self.deployment.redis("FLUSHALL")

    def freeze_redis(self):
        process = self.deployment.redis_process()
        if process:
            os.kill(process, signal.SIGSTOP)
            time.sleep(self.random.uniform(0.5, 3))
            os.kill(process, signal.SIGCONT)

    def kill_redis(self):
        process = self.deployment.redis_process()
        if process:
            os.kill(process, signal.SIGKILL)
            time.sleep(self.random.uniform(0, 2))
        self.deployment.services_start()


class Checks:
    """Reads the history back and says of each promise whether it was kept."""

    def __init__(self, deployment, history):
        self.deployment, self.history = deployment, history
        self.passed = self.failed = 0
        # Jobs that had not ended when the faults did.
        self.backlog = None
        self.clients = {slug: deployment.client(slug) for slug in deployment.tenants}

    def claim(self, sentence, broken):
        broken = list(broken)
        self.passed, self.failed = self.passed + (not broken), self.failed + bool(broken)
        print(f"{'ok    ' if not broken else 'BROKEN'} {sentence}" + (f": {broken[:5]}" if broken else ""), flush=True)

    def job(self, job):
        slug, _ = self.history.acknowledged[job]
        return self.clients[slug].ask("GET", f"/v1/generation-jobs/{job}")

    def drain(self, within):
        """Waits until every acknowledged job has ended; the seconds it took, or None. Asks seldom: each question takes
        processor time from those that work off what is left."""
        began, waiting = time.monotonic(), set(self.history.acknowledged)
        while waiting and time.monotonic() - began < within:
            for job in list(waiting):
                status, _, body = self.job(job)
                if status == 200 and body["state"] not in ("queued", "running"):
                    waiting.discard(job)
            if self.backlog is None:
                self.backlog = len(waiting)
            time.sleep(1)
        return None if waiting else time.monotonic() - began

    def all(self, drained):
        jobs, unknown = {}, []
        for job in self.history.acknowledged:
            status, _, body = self.job(job)
            if status == 200:
                jobs[job] = body
            else:
                unknown.append((job, status))
        self.claim("no acknowledged job is lost", unknown)
        self.claim("what was left is drained within two minutes of the last fault", [] if drained is not None else ["not"])
        self.claim("every job has ended", [job for job, body in jobs.items() if body["state"] in ("queued", "running")])
        keys = collections.Counter(key for _, key in self.history.acknowledged.values())
        self.claim("one key is one job", [key for key, count in keys.items() if count > 1])
        stored, completed = self.variants(jobs)
        self.claim("a completed job has the variants that were ordered, once",
                   [job for job in completed if stored[job] != len(jobs[job]["variants"])])
        self.claim("a job that did not complete has none",
                   [job for job in jobs if job not in completed and stored[job]])
        self.claim("a cancel that was acknowledged is obeyed",
                   [job for job in self.history.cancelled if job in jobs and jobs[job]["state"] != "cancelled"])
        self.claim("progress never falls within an attempt", self.falls())
        sql = self.deployment.sql
        self.claim("no slot is held by nothing", sql("SELECT tenant, number FROM horarium.slot WHERE job IS NOT NULL"))
        self.claim("no attempt is left open", sql("SELECT fence FROM horarium.attempt WHERE ended_at IS NULL"))
        self.claim("no tenant ran more jobs at once than its slots", sql("""
            SELECT a.tenant, a.fence, count(*) FROM horarium.attempt a JOIN horarium.attempt b ON b.tenant = a.tenant
              AND b.claimed_at <= a.claimed_at AND b.ended_at > a.claimed_at GROUP BY a.tenant, a.fence
            HAVING count(*) > %d""" % QUOTAS["runningJobs"]))
        self.claim("a job completes at most once", sql(
            "SELECT job FROM horarium.attempt WHERE ended_as = 'completed' GROUP BY job HAVING count(*) > 1"))
        self.claim("PostgreSQL met no deadlock", sql(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = 'horarium' AND deadlocks > 0"))
        self.claim("the audit chains are whole", [] if self.audit() else ["see horariumctl audit verify"])
        self.claim("no process is left alone", self.orphans())
        self.claim("who is told to stop stops", [what for what in self.history.faults if "ignored" in what])
        self.claim("the API answers with no fault of its own",
                   [f"{what}: {count}" for what, count in self.history.statuses.items() if what.endswith(" 500")])

    def variants(self, jobs):
        stored, completed = {}, [job for job, body in jobs.items() if body["state"] == "completed"]
        for job in jobs:
            slug, _ = self.history.acknowledged[job]
            status, _, body = self.clients[slug].ask("GET", f"/v1/generation-jobs/{job}/variants")
            stored[job] = len(body["variants"]) if status == 200 else 0
        return stored, completed

    def falls(self):
        for (job, attempt), seen in self.history.percents.items():
            highest = -1.0
            for percent, state in seen:
                # A job that is given back begins its attempt anew when it is claimed again.
                if state == "queued":
                    highest = -1.0
                elif percent < highest:
                    yield f"{job} attempt {attempt}: {highest} then {percent}"
                    break
                highest = max(highest, percent)

    def audit(self):
        try:
            self.deployment.control("audit", "verify")
            return True
        except TrialError as error:
            print(error)
            return False

    def orphans(self):
        """Solvers and strategy hosts that no worker of this trial has: all others' parents are alive."""
        own = {number for worker in self.deployment.workers for number in worker.descendants()}
        for folder in os.listdir("/proc"):
            if not folder.isdigit() or int(folder) in own:
                continue
            try:
                command = open(f"/proc/{folder}/cmdline", "rb").read().replace(b"\0", b" ").decode(errors="replace")
                environment = open(f"/proc/{folder}/environ", "rb").read().decode(errors="replace")
            except OSError:
                continue
            if ("horarium-worker solve" in command or "horarium-strategy-host" in command) and \
                    str(self.deployment.programs) in command and str(self.deployment.folder) in environment:
                yield f"{folder}: {command.strip()}"


def main():
    parser = argparse.ArgumentParser(prog="ops/test faults", description=__doc__.split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=120, help="of faults (120)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the faults' order (the time)")
    parser.add_argument("--workers", type=int, default=2, help="worker processes (2), each with one job at a time")
    parser.add_argument("--pause", type=float, default=3, help="seconds between two faults, on average (3)")
    parser.add_argument("--programs", help="folder of the built programs (.build/release)")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.seconds:g} s of faults, {arguments.workers} workers", flush=True)
    tenants = {slug: ("campus", QUOTAS, school(slug)) for slug in ("north", "south")}
    with Deployment(tenants, workers=arguments.workers, programs=arguments.programs, durable=True) as deployment:
        history, stopping = History(), threading.Event()
        schools = [School(deployment, slug, history, arguments.seed, stopping) for slug in tenants]
        for thread in schools:
            thread.start()
        nemesis, end = Nemesis(deployment, history, arguments.seed), time.monotonic() + arguments.seconds
        while time.monotonic() < end:
            nemesis.strike()
            time.sleep(nemesis.random.uniform(0.3, 2 * arguments.pause - 0.3))
        deployment.services_start()
        deployment.await_server()
        stopping.set()
        for thread in schools:
            thread.join(60)
        checks = Checks(deployment, history)
        drained = checks.drain(120)
        states = collections.Counter()
        for job in history.acknowledged:
            status, _, body = checks.job(job)
            states[body["state"] if status == 200 else f"unknown ({status})"] += 1
        print(f"{sum(history.faults.values())} faults: " + ", ".join(f"{n} {w}" for w, n in sorted(history.faults.items())))
        print(f"{len(history.acknowledged)} jobs acknowledged: " + ", ".join(f"{n} {s}" for s, n in states.items()))
        print("answers: " + ", ".join(f"{w}: {n}" for w, n in sorted(history.statuses.items())))
        print(f"{checks.backlog} left when the faults ended, "
              + (f"drained in {drained:.1f} s" if drained is not None else "not drained"))
        for thread in schools:
            if thread.error:
                raise TrialError(f"the load of {thread.slug} ended early: {thread.error!r}")
        checks.all(drained)
        print(f"{checks.passed} passed, {checks.failed} failed")
        return 1 if checks.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except TrialError as error:
        print(f"ops/test faults: {error}", file=sys.stderr)
        sys.exit(2)
