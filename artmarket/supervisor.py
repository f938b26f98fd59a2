"""The embedded form as one command: servers, set-up, then web, worker and clock until Ctrl-C. Knows no Django.

``python -m artmarket.supervisor demo|run|exec|env|stop|reset``; the Makefile calls it.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO

from artmarket import embedded, static_sources

BASE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PORTS_TO_TRY = 20
START_SECONDS = 60
STOP_SECONDS = 15
PR_SET_PDEATHSIG = 1


class Interrupted(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


def say(message: str) -> None:
    sys.stdout.write(f"{message}\n")
    sys.stdout.flush()


def default_var() -> Path:
    """``ARTMARKET_VAR``, else ``var/`` beside the code."""
    return Path(os.environ.get("ARTMARKET_VAR", BASE / "var")).resolve()


def manage(*words: str) -> list[str]:
    return [sys.executable, str(BASE / "manage.py"), *words]


def commands(port: int, host: str) -> dict[str, list[str]]:
    """The long-running processes of the embedded form."""
    web = [str(BIN / "granian"), "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "1"]
    web += ["--blocking-threads", "8", "--respawn-failed-workers", "artmarket.wsgi:application"]
    celery = [str(BIN / "celery"), "-A", "artmarket"]
    worker = [*celery, "worker", "-Q", "default,gpu-fast,gpu", "--concurrency", "3", "--loglevel", "INFO"]
    return {"web": web, "worker": worker, "clock": [*celery, "beat", "--loglevel", "WARNING"]}


def environment(var: Path, servers: embedded.Servers) -> dict[str, str]:
    """What each process needs to find the servers."""
    return os.environ | {
        "ARTMARKET_VAR": str(var),
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "DJANGO_SETTINGS_MODULE": "artmarket.settings",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the folder's lock, which the kernel frees even after SIGKILL."""
    with (var / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            where = lock.read().strip() or "another terminal"
            raise embedded.EmbeddedError(f"artmarket already runs on {var} ({where}); stop that one first.") from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        yield


def die_with_parent() -> None:
    """In a child: end when the supervisor ends, however it ends (Linux)."""
    os.setsid()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def choose_port(host: str) -> int:
    """``PORT`` as asked, or the first free port from 8000 on."""
    asked = os.environ.get("PORT")
    candidates = [int(asked)] if asked else list(range(8000, 8000 + PORTS_TO_TRY))
    for port in candidates:
        if port_is_free(host, port):
            if port != candidates[0]:
                say(f"Port {candidates[0]} is taken; using {port}.")
            return port
    raise embedded.EmbeddedError(
        f"Port {asked} is taken; set PORT to a free one."
        if asked
        else f"Ports 8000 to {8000 + PORTS_TO_TRY - 1} are all taken; set PORT to a free one."
    )


def port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def step(title: str, command: Sequence[str], env: Mapping[str, str]) -> None:
    """Run one set-up command to its end, its output shown; a failure ends the start with one sentence."""
    began = time.monotonic()
    say(f"· {title}")
    process = subprocess.Popen(command, env=dict(env), cwd=BASE, preexec_fn=die_with_parent)
    try:
        code = process.wait()
    except Interrupted:
        end_process(process)
        raise
    if code:
        raise embedded.EmbeddedError(f"“{title}” failed (exit {code}): {shlex.join(command)}")
    say(f"  {time.monotonic() - began:.1f} s")


def set_up(env: Mapping[str, str]) -> None:
    """Bring the schema and the static files up to date."""
    step("bringing the database up to date", manage("migrate", "--noinput", "-v", "0"), env)
    collect_static(Path(env["ARTMARKET_VAR"]), env)
    step("loading exchange rates", manage("load_seeds"), env)


def collect_static(var: Path, env: Mapping[str, str]) -> None:
    """Collect static files unless they are those of the last time: to name and compress them takes seconds."""
    noted, state = var / "static" / ".collected-from", static_sources.state(BASE)
    if noted.exists() and noted.read_text() == state:
        return
    step("collecting static files", manage("collectstatic", "--noinput", "-v", "0"), env)
    noted.write_text(state)


def load_demo(var: Path, env: Mapping[str, str]) -> None:
    """Paint and load the demo catalogue, embed it and train the price model, unless that is done already."""
    marker = var / "demo" / "complete"
    if marker.exists():
        return
    step("painting the demo atelier and its market", manage("make_demo"), env)
    step("embedding its pictures", manage("embed_images"), env)
    step("learning what its pictures look like", manage("train_classifier", "--if-possible"), env)
    hands = manage("train_attribution", "--quick", "--opine", "--if-possible")
    step("learning to tell its painters' hands apart", hands, env)
    step("training the price model", manage("train_valuation", "--scope", "all"), env)
    step("computing its price indices", manage("compute_indices", "-v", "0"), env)
    year = ("--from", "2025-01-01", "--to", "2026-01-01", "--scope", "invented:EUR")
    step("measuring its estimates on a year that they had not seen", manage("backtest", *year), env)
    step("writing its house ledger", manage("house_ledger", "--scope", "invented:EUR", "-v", "0"), env)
    step("freezing estimates of its coming lots", manage("freeze_forecasts"), env)
    step("filling its dealer's store", manage("make_demo_inventory"), env)
    step("measuring its pictures", manage("appraise_pictures"), env)
    step("letting invented experts rate them", manage("make_demo_ratings"), env)
    step("restyling a harbour", manage("make_demo_restyled"), env)
    step("breeding pictures with its studio's model", manage("make_demo_studio"), env)
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.touch()


class Processes:
    """The children, their logs under ``var/logs``, and their end."""

    def __init__(self, var: Path, env: Mapping[str, str]) -> None:
        self.env = dict(env)
        self.logs = var / "logs"
        self.logs.mkdir(exist_ok=True)
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.files: list[IO[bytes]] = []

    def start(self, name: str, command: Sequence[str]) -> None:
        log = (self.logs / f"{name}.log").open("ab")
        self.files.append(log)
        self.children[name] = subprocess.Popen(
            command, env=self.env, cwd=BASE, stdout=log, stderr=subprocess.STDOUT, preexec_fn=die_with_parent
        )

    def ended(self) -> str | None:
        """The name of a child that ended by itself."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def last_lines(self, name: str, count: int = 15) -> str:
        text = (self.logs / f"{name}.log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-count:])

    def stop(self) -> None:
        """Ask all to end, wait, then kill with all their descendants what is left."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        for child in self.children.values():
            end_process(child)
        for log in self.files:
            log.close()


def end_process(process: subprocess.Popen[bytes]) -> None:
    """Terminate, wait, then kill the process's whole group."""
    with suppress(ProcessLookupError):
        process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)


def wait_until_healthy(url: str, processes: Processes) -> None:
    """Ask the health page until it answers 200."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if name := processes.ended():
            raise embedded.EmbeddedError(f"The {name} process ended at once:\n{processes.last_lines(name)}")
        if answers(f"{url}/healthz/"):
            return
        time.sleep(0.2)
    raise embedded.EmbeddedError(f"The web server did not answer in {START_SECONDS} s; see {processes.logs}.")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def stay_up(processes: Processes) -> None:
    """Return only by an exception: Ctrl-C, or a child that ended."""
    while True:
        if name := processes.ended():
            raise embedded.EmbeddedError(
                f"The {name} process ended; see {processes.logs / name}.log:\n{processes.last_lines(name)}"
            )
        threading.Event().wait(0.5)


def serve(var: Path, *, demo: bool, check: bool) -> None:
    """Start everything; stay until Ctrl-C, or with ``check`` ask the pages and the API once and return."""
    began = time.monotonic()
    host = os.environ.get("HOST", "127.0.0.1")
    with ExitStack() as stack:
        embedded.prepare_folder(var)
        stack.enter_context(only_one(var))
        stack.callback(embedded.stop, var)
        say("· starting PostgreSQL and Redis")
        env = environment(var, embedded.start(var))
        set_up(env)
        if demo:
            load_demo(var, env)
        port = choose_port(host)
        processes = Processes(var, env)
        stack.callback(processes.stop)
        for name, command in commands(port, host).items():
            processes.start(name, command)
        stack.callback(ignore_signals)
        url = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"
        wait_until_healthy(url, processes)
        say(f"\nartmarket is up at {url} after {time.monotonic() - began:.0f} s (logs: {processes.logs})")
        if demo:
            subprocess.run(manage("show_demo_logins"), env=env, cwd=BASE, check=False)
        if check:
            step("asking its own pages and API", manage("check_demo", "--url", url), env)
            return
        say("Ctrl-C stops it.")
        stay_up(processes)


def reset(var: Path) -> None:
    """Stop the servers and delete what the embedded form made under ``var``."""
    if not var.exists():
        return
    with only_one(var):
        embedded.stop(var)
        for name in ("postgres", "redis", "media", "models", "static", "demo", "logs", "secret_key"):
            target = var / name
            if target.is_dir():
                shutil.rmtree(target)
            else:
                target.unlink(missing_ok=True)
        for schedule in var.glob("celerybeat-schedule*"):
            schedule.unlink()
    say(f"Emptied {var}.")


def run_within(var: Path, command: Sequence[str]) -> int:
    """Run a command against the embedded servers, leaving them as they were found."""
    servers = embedded.start(var)
    return subprocess.run(command, env=environment(var, servers), cwd=BASE, check=False).returncode


def ignore_signals() -> None:
    """While everything is being stopped, a second Ctrl-C changes nothing."""
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, signal.SIG_IGN)


def raise_interrupted(_signal: int, _frame: FrameType | None) -> None:
    raise Interrupted


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m artmarket.supervisor", description=__doc__)
    parser.add_argument("action", choices=["demo", "run", "exec", "env", "stop", "reset"])
    parser.add_argument("--check", action="store_true", help="ask the demo's own pages and API, then stop")
    parser.add_argument("command", nargs="*", help="for exec: what to run against the embedded servers")
    options = parser.parse_args(arguments)
    var = default_var()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, raise_interrupted)
    try:
        return act(options, var)
    except embedded.EmbeddedError as error:
        sys.stderr.write(f"\nartmarket: {error}\n")
        return 1
    except Interrupted:
        say("\nStopped.")
        return 0


def act(options: argparse.Namespace, var: Path) -> int:
    if options.action in {"demo", "run"}:
        serve(var, demo=options.action == "demo", check=options.check)
    elif options.action == "exec":
        return run_within(var, options.command)
    elif options.action == "env":
        servers = embedded.start(var)
        for name, value in environment(var, servers).items():
            if name in {"ARTMARKET_VAR", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}:
                say(f"export {name}={shlex.quote(value)}")
    elif options.action == "stop":
        embedded.stop(var)
    else:
        reset(var)
    return 0


if __name__ == "__main__":
    sys.exit(main())
