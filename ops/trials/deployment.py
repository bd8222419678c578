"""Horarium as an operator runs it, for one trial: private PostgreSQL and Redis, the built programs, made-up tenants.

Everything lives in a folder of its own and ends with the trial. Nothing but Python's standard library.
"""
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PASSWORD = "a-long-password-of-a-trial"


class TrialError(Exception):
    """The trial itself could not go on: says nothing about Horarium's promises."""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def tenant_file(slug, plan, quotas):
    lines = [f"slug: {slug}", f"name: School {slug}", f"plan: {plan}", "institution: institution.json", "quotas:"]
    lines += [f"  {name}: {value}" for name, value in quotas.items()]
    lines += ["presets:", "  - name: balanced", "    strategy: org.horarium.balanced", "accounts:"]
    for role in ("tenant-admin", "approver", "student"):
        group = ", group: g0" if role == "student" else ""
        lines.append(f"  - {{email: {role}@{slug}.example, name: {role} of {slug}, roles: [{role}], "
                     f"password: {PASSWORD}{group}}}")
    return "\n".join(lines) + "\n"


def school(name, groups=4, lessons_per_group=6):
    """A small school that is solved in no time, so that a job lasts as long as it was ordered to."""
    days = ["Mon", "Tue", "Wed", "Thu", "Fri"]
    hours = [f"{8 + hour:02}:00-{8 + hour:02}:45" for hour in range(6)]
    lessons = [{"id": f"l{group}-{number}", "duration": 45, "meetingsPerWeek": 2, "groups": [f"g{group}"],
                "teachers": [f"t{(group + number) % (groups * 2)}"]}
               for group in range(groups) for number in range(lessons_per_group)]
    return {
        "format": "horarium/1", "name": name,
        "term": {"id": "trial", "name": "Trial", "firstDay": "2026-09-07", "weekCount": 12, "timeZone": "Europe/Berlin"},
        "timeGrids": [{"id": "main", "days": days, "periods": hours}],
        "rooms": [{"id": f"r{room}", "capacity": 40} for room in range(groups + 1)],
        "teachers": [{"id": f"t{teacher}", "name": f"Teacher {teacher}"} for teacher in range(groups * 2)],
        "groups": [{"id": f"g{group}", "size": 25} for group in range(groups)], "lessons": lessons}


class Process:
    """One of the programs, started in a session of its own."""

    def __init__(self, command, environment, log):
        self.command, self.environment, self.log = command, environment, log
        self.child = None
        self.start()

    def start(self):
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                                          stderr=log, start_new_session=True)

    def send(self, number):
        try:
            os.kill(self.child.pid, number)
        except ProcessLookupError:
            pass

    def end(self, number=signal.SIGKILL, within=60):
        """Returns the exit status, or None where it had to be killed after `within` seconds."""
        self.send(number)
        try:
            return self.child.wait(timeout=within)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            self.child.wait()
            return None

    @property
    def is_running(self):
        return self.child.poll() is None

    def descendants(self):
        """Process numbers of its children and theirs, oldest first."""
        found, waiting = [], [self.child.pid]
        while waiting:
            parent = waiting.pop(0)
            for task in pathlib.Path(f"/proc/{parent}/task").glob("*/children"):
                try:
                    numbers = [int(number) for number in task.read_text().split()]
                except (OSError, ValueError):
                    continue
                found += numbers
                waiting += numbers
        return found

    def memory(self):
        """Resident and highest resident memory in MiB."""
        values = {}
        try:
            for line in pathlib.Path(f"/proc/{self.child.pid}/status").read_text().splitlines():
                if line.startswith(("VmRSS", "VmHWM")):
                    values[line[:5]] = int(line.split()[1]) / 1024
        except OSError:
            pass
        return values.get("VmRSS", 0.0), values.get("VmHWM", 0.0)

    def processor_seconds(self):
        try:
            fields = pathlib.Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Deployment:
    def __init__(self, tenants, workers=1, parallel=1, programs=None, settings=None, durable=False):
        """tenants: {slug: (plan, quotas, institution document)}; parallel: jobs of one worker at once;
        durable: PostgreSQL keeps what it has committed when it is crashed, which takes longer."""
        self.programs = pathlib.Path(programs or ROOT / ".build/release")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="horarium-trial."))
        os.chmod(self.folder, 0o711)
        self.services = self.folder / "services"
        self.services.mkdir()
        self.tenants, self.workers, self.server = tenants, [], None
        self.starting = ["start"] if durable else ["start", "--throwaway"]
        try:
            self._start(workers, parallel, settings or {})
        except BaseException:
            self.close()
            raise

    def _start(self, workers, parallel, settings):
        self.services_start()
        printed = self.script("env", str(self.services))
        given = dict(line.split("=", 1) for line in printed.splitlines() if "=" in line)
        given = {name: value.replace("\\", "") for name, value in given.items()}
        self.superuser = given["HORARIUM_TEST_POSTGRES"].replace("dbname=postgres", "dbname=horarium")
        self.redis_socket = given["HORARIUM_REDIS"].removeprefix("unix:")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HORARIUM_POSTGRES": given["HORARIUM_POSTGRES"],
            "HORARIUM_POSTGRES_OWNER": given["HORARIUM_POSTGRES_OWNER"], "HORARIUM_REDIS": given["HORARIUM_REDIS"],
            "HORARIUM_HTTP_HOST": "127.0.0.1", "HORARIUM_HTTP_PORT": str(self.port),
            "HORARIUM_TOKEN_KEYS": str(self.folder / "keys.json"), "HORARIUM_PLUGINS": str(self.programs),
            "HORARIUM_ORTOOLS": os.environ.get("HORARIUM_ORTOOLS", str(ROOT / ".local/ortools")),
            "HORARIUM_LOG_LEVEL": "warning", **settings}
        files = self.folder / "tenants"
        for slug, (plan, quotas, document) in self.tenants.items():
            (files / slug).mkdir(parents=True)
            (files / slug / "tenant.yaml").write_text(tenant_file(slug, plan, quotas))
            (files / slug / "institution.json").write_text(json.dumps(document))
        self.control("keys", "generate", self.environment["HORARIUM_TOKEN_KEYS"])
        self.control("migrate")
        self.control("tenants", "apply", str(files))
        self.server = Process([str(self.programs / "horarium-server")], self.environment, self.folder / "server.log")
        self.await_server()
        for number in range(workers):
            self.workers.append(Process([str(self.programs / "horarium-worker"), "run", "--parallel", str(parallel)],
                                        self.environment, self.folder / f"worker{number}.log"))

    def script(self, *arguments):
        result = subprocess.run([str(ROOT / "ops/services"), *arguments], capture_output=True, text=True)
        if result.returncode:
            raise TrialError(f"ops/services {' '.join(arguments)}: {result.stderr.strip()}")
        return result.stdout

    def control(self, *arguments):
        result = subprocess.run([str(self.programs / "horariumctl"), *arguments], env=self.environment,
                                capture_output=True, text=True)
        if result.returncode:
            raise TrialError(f"horariumctl {' '.join(arguments)}: {result.stdout}{result.stderr}")
        return result.stdout

    def sql(self, statement):
        """Rows of text, as PostgreSQL's superuser: for looking, never for changing."""
        binary = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"), key=lambda path: int(path.parts[-3]))
        result = subprocess.run([str(binary), self.superuser, "--no-psqlrc", "-qAtF", "\t", "-v", "ON_ERROR_STOP=1",
                                 "-c", statement], capture_output=True, text=True)
        if result.returncode:
            raise TrialError(result.stderr.strip())
        return [line.split("\t") for line in result.stdout.splitlines()]

    def redis(self, *command):
        subprocess.run(["redis-cli", "-s", self.redis_socket, *command], capture_output=True, timeout=10)

    def redis_process(self):
        text = (self.services / "log/redis.pid").read_text() if (self.services / "log/redis.pid").exists() else ""
        return int(text) if text.strip() else None

    def postgres_stop(self, mode):
        layout = dict(line.split("=", 1) for line in (self.services / "layout").read_text().splitlines())
        binary = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
        command = [str(binary), "stop", "-D", layout["data"], "-m", mode, "-w", "-t", "30"]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--", *command]
        subprocess.run(command, capture_output=True)

    def services_start(self):
        self.script(*self.starting, str(self.services))

    def await_server(self, within=60):
        end = time.monotonic() + within
        while time.monotonic() < end:
            try:
                if Client(self.url).ask("GET", "/readyz", timeout=2)[0] == 200:
                    return
            except OSError:
                pass
            if not self.server.is_running:
                self.server.start()
            time.sleep(0.05)
        raise TrialError("the server is not ready:\n" + (self.folder / "server.log").read_text()[-2000:])

    def client(self, slug, role="tenant-admin"):
        client = Client(self.url, sign_in={"tenant": slug, "email": f"{role}@{slug}.example", "password": PASSWORD})
        client.renew()
        return client

    def close(self):
        for process in [*self.workers, *([self.server] if self.server else [])]:
            process.send(signal.SIGCONT)
            process.end()
        try:
            self.script("stop", str(self.services))
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Client:
    """Asks and returns (status, headers, body); an answer of any status is an answer. OSError: there was none."""

    def __init__(self, url, sign_in=None, address=None):
        self.url, self.credentials, self.token, self.renew_at = url, sign_in, None, 0.0
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def renew(self):
        for _ in range(100):
            try:
                status, _, body = self.ask("POST", "/v1/sessions", self.credentials, anonymous=True)
            except OSError:
                status = 0
            if status == 200:
                self.token, self.renew_at = body["accessToken"], time.monotonic() + body["expiresIn"] * 0.6
                return
            time.sleep(0.2)
        raise TrialError(f"sign-in of {self.credentials['email']} ends with {status}")

    def ask(self, method, path, body=None, headers=None, timeout=30, anonymous=False):
        if self.credentials and not anonymous and time.monotonic() > self.renew_at:
            self.renew()
        request = urllib.request.Request(self.url + path, method=method)
        if body is not None:
            request.data = body if isinstance(body, bytes) else json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if self.token and not anonymous:
            request.add_header("Authorization", "Bearer " + self.token)
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with self.opener.open(request, timeout=timeout) as answer:
                return self._read(answer.status, answer)
        except urllib.error.HTTPError as answer:
            with answer:
                return self._read(answer.code, answer)
        except urllib.error.URLError as error:
            raise OSError(str(error.reason)) from None
        except (http.client.HTTPException, EOFError, ValueError) as error:
            raise OSError(str(error)) from None

    @staticmethod
    def _read(status, answer):
        raw = answer.read()
        try:
            return status, answer.headers, json.loads(raw)
        except ValueError:
            return status, answer.headers, raw
