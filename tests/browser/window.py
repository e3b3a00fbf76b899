"""A window of a browser, as far as the tests of pages need one."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from typing import Any


class Window:
    """One window; scripts run in the page it shows."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Shows a page and waits until it is loaded. A fresh tab's worth of it: nothing is kept from the last one."""
        self.driver.get("about:blank")
        self.driver.get(url)

    def resize(self, width: int, height: int = 900) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def media(self, *, dark: bool = False, kind: str = "screen") -> None:
        """Colours and medium: `print` shows what goes on paper."""
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": kind, "features": features})

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def texts(self, selector: str) -> list[str]:
        """What each visible element of a selector shows."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll(arguments[0])]"
            ".filter((one) => one.checkVisibility()).map((one) => one.innerText)",
            selector,
        )
        return found

    def press(self, *keys: str) -> None:
        """Types into whatever has the focus."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def choose(self, selector: str, value: str) -> None:
        """Sets a field as a person does, and lets the page know."""
        self.run(
            "const field = document.querySelector(arguments[0]); field.value = arguments[1];"
            "field.dispatchEvent(new Event('input')); field.dispatchEvent(new Event('change'));",
            selector,
            value,
        )

    def errors(self) -> list[str]:
        """What the console complained of since it was asked last."""
        return [f"{one['level']}: {one['message']}" for one in self.driver.get_log("browser")]

    def wait(self, script: str, seconds: float = 15.0) -> None:
        """Until a script returns something true."""
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, seconds, poll_frequency=0.1).until(lambda driver: driver.execute_script(script))

    @property
    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        found: int = self.run("return document.documentElement.scrollWidth - window.innerWidth")
        return found


@contextlib.contextmanager
def opened() -> Iterator[Window]:
    """A browser without a screen, for as long as the block lasts."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield Window(driver)
    finally:
        driver.quit()
