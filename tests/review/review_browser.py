"""A real browser and a real server for tests: Chromium through its own driver, the app in a process of its own."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
ARGUMENTS = """
    --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync --window-size=1400,1000
"""
PORT = 8793
PATIENCE = 20  # seconds before a test gives up; nothing is measured


class Server:
    """``pipeline review`` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        code = "from pipeline.review.cli import review_app; review_app()"
        options = ["--output", str(folder), "--port", str(PORT), "--no-browser", "--reviewer", "Ada"]
        self.process = subprocess.Popen([sys.executable, "-c", code, *options], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Reviewer:
    """Someone at the keyboard."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, address: str) -> None:
        self.driver.get(address)
        self.wait(lambda: self.active())

    def press(self, *keys: str) -> None:
        webdriver.ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def find(self, selector: str) -> Any:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def count(self, selector: str) -> int:
        return len(self.driver.find_elements(By.CSS_SELECTOR, selector))

    def active(self) -> int:
        return int(self.find(".row.active").get_attribute("aria-rowindex"))

    def saved(self) -> str:
        return str(self.find("#saved").text)

    def wait(self, condition: Callable[[], object]) -> Any:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(WebDriverException):
                if found := condition():
                    return found
            time.sleep(0.03)
        raise AssertionError(f"waited for nothing; the page says: {self.saved()}; {self.driver.get_log('browser')}")


def start_browser(profile: Path) -> Any:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in [*ARGUMENTS.split(), f"--user-data-dir={profile}"]:
        options.add_argument(argument)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
