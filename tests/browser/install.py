"""Make sure that a Chromium is there for the browser tests: ``python -m tests.browser.install``.

``python -m tests.browser.install packages`` does what needs none of our packages, so that it can go on beside their coming.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """``CHROMIUM``, else the first known name on the PATH, else the one that Playwright installed."""
    return system_chromium() or playwrights_own()


def system_chromium() -> str | None:
    if named := os.environ.get("CHROMIUM"):
        return named
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def install_packages() -> None:
    """By Debian's packages where we may."""
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if system_chromium() or not shutil.which("apt-get") or (root and not shutil.which("sudo")):
        return
    subprocess.run([*root, "apt-get", "update", "-qq"], check=False)
    subprocess.run([*root, "apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-cjk"], check=False)


def install() -> None:
    """By Debian's packages where we may, else by Playwright."""
    if not find_chromium():
        install_packages()
    if not find_chromium():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if not find_chromium():
        sys.exit("artmarket: no Chromium for the browser tests; install one, or set CHROMIUM to its path.")


if __name__ == "__main__":
    install_packages() if sys.argv[1:] == ["packages"] else install()
