"""What a first visit costs: bytes and requests on the wire, with nothing kept from before, and how far things jump."""

from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import CDPSession, Page, ViewportSize

MOST_BYTES: Final = 60_000
"""Compressed, with the headers, without a proxy in front."""
MOST_REQUESTS: Final = 6
"""The page's own icon among them: a browser with a window asks for it, this one does not."""
MOST_SHIFT: Final = 0.02
SETTLING_MS: Final = 250
SCREENS: Final = (ViewportSize(width=390, height=844), ViewportSize(width=1366, height=900))
SHIFTS: Final = """() => {
  window.shifts = []
  new PerformanceObserver(list => list.getEntries().filter(one => !one.hadRecentInput).forEach(one =>
    shifts.push([one.value, ...one.sources.map(source => {
      const node = source.node?.nodeType === 1 ? source.node : source.node?.parentElement
      return node ? node.outerHTML.slice(0, 90) : '?'
    })])
  )).observe({type: 'layout-shift', buffered: true})
}"""


@dataclass(frozen=True)
class Visit:
    """One page as it came over the wire: each address with its bytes (not what the browser kept or has of its own)."""

    where: str
    requests: list[tuple[str, int]]
    shifts: list[list[Any]]
    icon: str

    @property
    def bytes(self) -> int:
        return sum(size for _, size in self.requests)

    @property
    def shift(self) -> float:
        return float(sum(one[0] for one in self.shifts))

    @property
    def faults(self) -> list[str]:
        """What is too much, in words."""
        found = []
        if self.bytes > MOST_BYTES:
            found.append(f"{self.bytes} bytes: {self._parts()}")
        if len({address for address, _ in self.requests} | {self.icon}) > MOST_REQUESTS:
            found.append(f"{len(self.requests)} requests: {self._parts()}")
        if self.shift > MOST_SHIFT:
            found.append(f"shifts by {self.shift:.3f}: {self.shifts}")
        return [f"{self.where}: {one}" for one in found]

    def _parts(self) -> str:
        return ", ".join(f"{address.rpartition('/')[2] or '/'} {size}" for address, size in self.requests)


class Scales:
    """Weighs the pages that one browser tab opens."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._asked: dict[str, str] = {}
        self._sizes: dict[str, int] = {}
        self._session.send("Network.enable")
        self._session.on("Network.requestWillBeSent", self._sent)
        self._session.on("Network.loadingFinished", self._came)
        page.add_init_script(f"({SHIFTS})()")

    def faults_of(self, address: str) -> list[str]:
        """What is too much of this page, on a phone and on a desk, twice running.

        A machine that is busy may paint a page once before its typeface came; what jumps by itself jumps every time.
        """
        seen_once = [screen for screen in SCREENS if self.weigh(address, screen).faults]
        return [fault for screen in seen_once for fault in self.weigh(address, screen).faults]

    def weigh(self, address: str, screen: ViewportSize) -> Visit:
        """Open it on that screen as if for the first time."""
        usual = self._page.viewport_size
        self._page.set_viewport_size(screen)
        self._session.send("Network.clearBrowserCache")
        self._asked.clear()
        self._sizes.clear()
        self._page.goto(address, wait_until="load")
        self._page.wait_for_timeout(SETTLING_MS)
        shifts = self._page.evaluate("window.shifts")
        icon = self._page.evaluate("document.querySelector('link[rel=icon]').href")
        requests = [
            (address, self._sizes[one]) for one, address in self._asked.items() if self._sizes.get(one)
        ]
        if usual:
            self._page.set_viewport_size(usual)
        return Visit(f"{address} at {screen['width']}", requests, shifts, icon)

    def _sent(self, event: dict[str, Any]) -> None:
        self._asked[event["requestId"]] = event["request"]["url"]

    def _came(self, event: dict[str, Any]) -> None:
        self._sizes[event["requestId"]] = int(event["encodedDataLength"])
