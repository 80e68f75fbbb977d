"""A person at a browser of his own. Every page he meets is examined: headings, labels, ids, console, width, axe."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Response, expect

from eorder_web.operations.demo.people import PASSWORD
from tests.conftest import BUSY_SECONDS
from tests.journeys.codes import next_code
from tests.journeys.stack import Stack
from tests.look.conftest import AXE

RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
JOBS_SECONDS: Final = 90
"""How long a page may wait for the worker on a busy machine."""

FAULTS: Final = """() => {
  const found = [], all = selector => [...document.querySelectorAll(selector)]
  if (!document.title.trim()) found.push('no title')
  const headings = all('h1').length
  if (headings !== 1) found.push(`${headings} h1`)
  const ids = all('[id]').map(one => one.id)
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) found.push(`id ${id} twice`)
  for (const field of all('input:not([type=hidden]), select, textarea'))
    if (!field.labels.length && !field.ariaLabel && !field.getAttribute('aria-labelledby'))
      found.push(`no label: ${field.name}`)
  for (const styled of all('[style]')) found.push(`inline style: ${styled.outerHTML.slice(0, 80)}`)
  return found
}"""
WIDTHS: Final = (320, 390, 1366)
"""The narrowest phone, the usual one and a desk: every kind of page is looked at on each."""
HEIGHT: Final = 844
FORMS: Final = "() => [...document.querySelectorAll('main form')].map(form => new URL(form.action).pathname)"
STICKING_OUT: Final = """() => [...document.querySelectorAll('main *')].filter(
  one => one.getBoundingClientRect().right > innerWidth).map(one => one.outerHTML.slice(0, 120)).slice(0, 5)"""
COVERED: Final = """() => {
  const bar = one => one && (/fixed|sticky/.test(getComputedStyle(one).position) ? one : bar(one.parentElement))
  scrollTo(0, document.documentElement.scrollHeight)
  const found = [...document.querySelectorAll('a, button, input, select, textarea, summary')].filter(one => {
    const box = one.getBoundingClientRect()
    const over = bar(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2))
    return over && !over.contains(one) && over.getBoundingClientRect().bottom >= innerHeight - 1
  }).map(one => 'covered: ' + one.outerHTML.slice(0, 90))
  scrollTo(0, 0)
  return found
}"""
"""What a bar at the lower edge lies on where the page ends; axe-core says nothing of what is covered whole."""
AXE_RUN: Final = """rules => axe.run(document, {runOnly: rules}).then(found => found.violations.map(
  one => one.id + ': ' + one.nodes.map(node => node.target.join(' ')).join(', ')))"""


class Visitor:
    """What a person does, in his words; `seen` remembers which kinds of page were examined at both widths."""

    def __init__(
        self, stack: Stack, context: BrowserContext, host: str, seen: set[tuple[str, ...]], *, scripts: bool
    ) -> None:
        self.stack, self.context, self.host, self.scripts = stack, context, host, scripts
        self.email = ""
        self.page: Page = context.new_page()
        self.page.set_default_timeout(BUSY_SECONDS * 1000)
        self._seen = seen
        self._complaints: list[str] = []
        self._status = 0
        self.page.on("pageerror", lambda error: self._complaints.append(str(error)))
        self.page.on("console", self._listen)
        self.page.on("response", self._remember)

    @property
    def path(self) -> str:
        """Where he is, without host."""
        return urlsplit(self.page.url).path

    @property
    def main(self) -> Locator:
        """The page between masthead and foot."""
        return self.page.locator("main")

    def opens(self, path: str, status: int = 200) -> None:
        """Go to an address of his host."""
        self.page.goto(self.stack.address(self.host, path))
        self.arrives(status)

    def signs_in(self, email: str, password: str = PASSWORD) -> None:
        """Sign in at his host, on the nation's page; the demo's people share a password and have each an app."""
        self.opens("/masuk")
        self.email = email
        if not self.main.locator('[name="password"]').count():
            return  # signed in with the nation already
        self.answers(email=email, password=password)
        self.presses("Masuk", self.main.locator("form", has=self.page.locator("[name=password]")))
        if self.path == "/masuk/langkah-kedua":
            self.presses("Masuk", self.main.locator("form", has=self.page.locator("[name=kode]")))
        assert not self.path.startswith("/masuk"), self.main.inner_text()

    def answers(self, **answers: str) -> None:
        """Fill fields by their names, whatever they are: text, choice, tick, list."""
        for name, answer in answers.items():
            field = self.main.locator(f'[name="{name}"]')
            kind = field.first.evaluate("field => field.type")
            if kind == "radio":
                self.main.locator(f'[name="{name}"][value="{answer}"]').check()
            elif kind == "checkbox":
                field.set_checked(answer == "ya")
            elif kind == "select-one":
                field.select_option(answer)
            else:
                field.fill(answer)

    def chooses(self, name: str, words: str) -> None:
        """Choose from a list the first option that has these words."""
        option = self.main.locator(f'select[name="{name}"] option', has_text=words).first
        self.answers(**{name: option.get_attribute("value") or ""})

    def presses(self, words: str, within: Locator | None = None) -> None:
        """Press a button that leads to a page, and answer the question where one is asked first."""
        button = (within or self.main).get_by_role("button", name=words)
        with self.page.expect_event("load"):
            self._press(button)
        self.arrives()

    def presses_twice(self, words: str) -> None:
        """An impatient double click."""
        self._proves_himself(self.main.get_by_role("button", name=words))
        with self.page.expect_event("load"):
            self.main.get_by_role("button", name=words).dblclick()
        self.arrives()

    def sends_twice(self, words: str) -> list[int]:
        """The form behind a button sent twice at the same moment; the page stays. Gives the two answers' codes."""
        self._proves_himself(self.main.get_by_role("button", name=words))
        codes: list[int] = self.main.get_by_role("button", name=words).evaluate(
            """button => {
              const body = new URLSearchParams(new FormData(button.form, button))
              const send = () => fetch(button.form.action, {method: 'POST', body})
              return Promise.all([send(), send()]).then(answers => answers.map(one => one.status))
            }"""
        )
        return codes

    def follows(self, words: str, within: Locator | None = None) -> None:
        """Follow a link that leads to a page."""
        with self.page.expect_event("load"):
            (within or self.main).get_by_role("link", name=words).first.click()
        self.arrives()

    def uploads(self, name: str, file: Path, button: str) -> None:
        """Choose a file and send its form; with scripts the answer is shown in place."""
        self.main.locator(f'input[name="{name}"]').set_input_files(file)
        if not self.scripts:
            self.presses(button)
            return
        before = self.main.element_handle()
        self.main.get_by_role("button", name=button).click()
        self.page.wait_for_function("main => !main.isConnected", arg=before)
        self.looks_around()

    def sees(self, *texts: str) -> None:
        """All these words stand on the page."""
        for text in texts:
            expect(self.main).to_contain_text(text)

    def sees_no(self, *texts: str) -> None:
        """None of these words stand on the page."""
        for text in texts:
            expect(self.main).not_to_contain_text(text)

    def may_do_nothing(self) -> None:
        """No form that writes is on the page."""
        assert self.main.locator("form[method=post]").count() == 0, self.page.evaluate(FORMS)

    def waits_for(self, there: Callable[[], bool], what: str) -> None:
        """Reload until the worker has done its part."""
        until = time.monotonic() + JOBS_SECONDS
        while not there():
            assert time.monotonic() < until, f"{what}: not on {self.page.url} after {JOBS_SECONDS} seconds"
            time.sleep(0.4)
            self.page.reload()
        self.looks_around()

    def waits_for_words(self, words: str) -> None:
        """Reload until these words stand on the page."""
        self.waits_for(lambda: words in " ".join(self.main.inner_text().split()), words)

    def downloads(self, link: Locator) -> bytes:
        """What is behind a link, fetched with his cookies."""
        cookies = {one["name"]: one["value"] for one in self.context.cookies(self.page.url)}
        answer = httpx.get(
            f"http://127.0.0.1:{self.stack.port}{link.first.get_attribute('href')}",
            headers={"Host": f"{self.host}:{self.stack.port}"},
            cookies=cookies,
        )
        assert answer.status_code == 200, answer
        return answer.content

    def looks_around(self) -> None:
        """Examine the page; at both widths once for every kind of page, told by its address and its forms."""
        where = f"{self.host}{self.path}"
        faults = self.page.evaluate(FAULTS) + self._complaints
        assert not faults, f"{where}: {faults}"
        kind = tuple(sorted({pattern_of(self.path), *map(pattern_of, self.page.evaluate(FORMS))}))
        if self.scripts and kind not in self._seen:
            self._seen.add(kind)
            usual = self.page.viewport_size
            assert usual is not None
            self.page.evaluate(AXE.read_text())
            violations = [one for width in WIDTHS for one in self.violations(width)]
            self.page.set_viewport_size(usual)
            assert not violations, f"{where}: {violations}"

    def arrives(self, status: int = 200) -> None:
        """He is there, and was answered so."""
        assert self._status == status, f"{self.page.url}: {self._status}"
        self.looks_around()

    def violations(self, width: int) -> list[str]:
        """What is wrong at that width, on a screen no taller than people's: what covers something there is found."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found: list[str] = self.page.evaluate(AXE_RUN, RULES) + self.page.evaluate(COVERED)
        if wider > 0:
            found.append(f"{wider} too wide: {self.page.evaluate(STICKING_OUT)}")
        return [f"{width}: {one}" for one in found]

    def _proves_himself(self, button: Locator) -> None:
        """Type the code of his app where the button's form asks for it."""
        form = button.locator("xpath=ancestor::form")
        if self.email and form.count() and form.locator("[name=kode]").count():
            form.locator("[name=kode]").fill(next_code(self.email))

    def _press(self, button: Locator) -> None:
        self._proves_himself(button)
        asks = self.scripts and button.evaluate("button => Boolean(button.form?.dataset.confirm)")
        button.click()
        if asks:
            self.page.locator("#konfirmasi").get_by_role("button", name="Lanjutkan").click()

    def _remember(self, answer: Response) -> None:
        if answer.request.is_navigation_request():
            self._status = answer.status

    def _listen(self, message: ConsoleMessage) -> None:
        answered = "Failed to load resource" in message.text
        its_own_page = answered and message.location.get("url") == self.page.url
        if message.type == "error" and not its_own_page:
            self._complaints.append(f"{message.text} {message.location.get('url', '')}")


def pattern_of(path: str) -> str:
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z0-9]{6,}|\d+", "*", path)
