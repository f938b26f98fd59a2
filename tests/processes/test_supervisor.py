"""Starting and stopping: what goes wrong is handled or answered with one clear sentence."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from artmarket import embedded, supervisor


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder of its own under the temporary one, which the server's user can enter."""
    with tempfile.TemporaryDirectory(prefix="artmarket-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        embedded.stop(folder)


def supervise(var: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    return subprocess.run(
        [sys.executable, "-m", "artmarket.supervisor", *words],
        env=clean | {"ARTMARKET_VAR": str(var)} | env, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.mark.slow
class TestServers:
    def test_they_start_answer_and_stop(self, var):
        servers = embedded.start(var)
        with psycopg.connect(servers.database_url) as connection:
            connection.execute("create extension vector")
        assert embedded.redis_answers(embedded.redis_socket(var))
        embedded.stop(var)
        assert not embedded.redis_answers(embedded.redis_socket(var))
        assert not (var / "postgres" / "postmaster.pid").exists()

    def test_a_second_start_finds_the_running_ones(self, var):
        assert embedded.start(var) == embedded.start(var)

    def test_servers_killed_in_mid_run_start_again_over_their_stale_files(self, var):
        embedded.start(var)
        postgres = int((var / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        redis_process = int((var / "redis" / "redis.pid").read_text())
        for process in (postgres, redis_process):
            os.kill(process, signal.SIGKILL)
            embedded.wait_for_end(process, seconds=10)
        servers = embedded.start(var)
        with psycopg.connect(servers.database_url) as connection:
            assert connection.execute("select 1").fetchone() == (1,)

    def test_a_folder_too_long_for_a_socket_still_works(self, var):
        deep = var / ("d" * 60) / ("e" * 60)
        deep.mkdir(parents=True)
        assert embedded.redis_socket(deep) == embedded.redis_socket(deep)
        assert len(str(embedded.redis_socket(deep))) < 108

    def test_the_environment_is_printed_for_a_shell(self, var):
        done = supervise(var, "env")
        assert done.returncode == 0, done.stderr
        assert "export DATABASE_URL=" in done.stdout
        supervise(var, "stop")


class TestMisfortunes:
    def test_a_second_run_on_the_same_folder_is_refused_in_one_sentence(self, var):
        with (
            supervisor.only_one(var),
            pytest.raises(embedded.EmbeddedError, match="already runs"),
            supervisor.only_one(var),
        ):
            pass

    def test_the_lock_of_a_killed_run_is_free(self, var):
        (var / "run.lock").write_text("process 1")
        with supervisor.only_one(var):
            pass

    def test_a_file_where_the_folder_should_be_is_answered_in_one_sentence(self, var):
        (var / "file").write_text("")
        done = supervise(var / "file", "env")
        assert done.returncode == 1
        assert "cannot be written" in done.stderr
        assert "Traceback" not in done.stderr

    def test_a_taken_port_is_avoided(self, monkeypatch, capsys):
        monkeypatch.delenv("PORT", raising=False)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            assert not supervisor.port_is_free("127.0.0.1", port)
            monkeypatch.setenv("PORT", str(port))
            with pytest.raises(embedded.EmbeddedError, match=f"Port {port} is taken"):
                supervisor.choose_port("127.0.0.1")

    def test_a_failed_step_ends_with_its_name(self):
        with pytest.raises(embedded.EmbeddedError, match=r"“breaking” failed \(exit 3\)"):
            supervisor.step("breaking", [sys.executable, "-c", "raise SystemExit(3)"], os.environ)

    def test_children_are_stopped_with_their_descendants(self, var):
        processes = supervisor.Processes(var, os.environ)
        script = "import subprocess; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); p.wait()"
        processes.start("parent", [sys.executable, "-c", script])
        assert embedded.wait_for(lambda: (var / "logs" / "parent.log").read_text().strip() != "", seconds=10)
        grandchild = int((var / "logs" / "parent.log").read_text())
        processes.stop()
        assert embedded.wait_for_end(grandchild, seconds=5)
