"""docker-compose.yml describes the composed form of the design."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from tests.processes.compose import ROOT, SITE_SERVICES, services, words

BIN = Path(sys.executable).parent


def test_every_part_of_the_design_is_a_service():
    assert set(services()) == {"db", "redis", *SITE_SERVICES}


@pytest.mark.parametrize("service", [name for name in services() if name != "setup"])
def test_every_lasting_service_has_a_health_check_and_restarts(service):
    described = services()[service]
    assert described["healthcheck"]["test"]
    assert described["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", list(services()))
def test_no_service_runs_as_root(service):
    assert services()[service]["user"] not in {"root", "0", ""}


def test_secrets_come_from_the_environment_and_are_demanded():
    text = (ROOT / "docker-compose.yml").read_text()
    for secret in ("POSTGRES_PASSWORD", "SECRET_KEY"):
        assert re.search(r"\$\{" + secret + r":\?", text)


def test_data_lie_on_named_volumes():
    document = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    mounted = {mount.split(":")[0] for service in services().values() for mount in service.get("volumes", [])}
    assert mounted == set(document["volumes"])


@pytest.mark.parametrize("service", ["web", "worker", "worker-gpu", "beat"])
def test_each_command_is_a_real_one(service):
    program, *arguments = words(service)
    found = shutil.which(str(BIN / program))
    assert found, f"{program} is not installed"
    help_text = subprocess.run([found, *arguments, "--help"], capture_output=True, text=True, timeout=60)
    assert help_text.returncode == 0, help_text.stderr


def test_the_set_up_runs_commands_that_the_site_has():
    named = re.findall(r"manage\.py (\w+)", services()["setup"]["command"])
    assert named == ["migrate", "load_seeds"]
    assert set(named) <= set(get_commands())


def test_all_queues_have_a_worker():
    served = {
        queue for name in ("worker", "worker-gpu") for queue in words(name)[words(name).index("-Q") + 1].split(",")
    }
    assert served == {"default", "gpu", "gpu-fast"}


def test_the_image_runs_as_its_own_user_and_holds_no_secret():
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER artmarket$", dockerfile, re.MULTILINE)
    assert not re.search(r"ENV .*(SECRET_KEY|PASSWORD)", dockerfile)
