"""Every component in a real browser: accessible, narrow enough, obeying the policy, alive with and without scripts."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import BUSY_SECONDS
from tests.look.conftest import AXE, GalleryServer

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SEARCH = "Cari produk, jasa, atau penyedia"
FORM = "form[data-upload]"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1366])
def test_axe_finds_nothing(tab: Page, server: GalleryServer, width: int, theme: str) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(f"{server.url}?tema={theme}")
    tab.evaluate(AXE.read_text())
    found = tab.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map("
        "v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(', ')))",
        RULES,
    )
    assert found == []


@pytest.mark.parametrize("width", [390, 1366])
def test_the_bell_rings_on_every_screen(tab: Page, server: GalleryServer, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(server.url)
    bell = tab.locator("details.bell").first
    expect(bell).to_be_visible()
    bell.locator("summary").click()
    expect(bell.locator(".rungs")).to_be_visible()


@pytest.mark.parametrize("locale", ["id", "en"])
def test_nothing_is_wider_than_the_narrowest_phone(tab: Page, server: GalleryServer, locale: str) -> None:
    tab.set_viewport_size({"width": 320, "height": 640})
    tab.goto(f"{server.url}?bahasa={locale}")
    wider = tab.evaluate("document.documentElement.scrollWidth") - 320
    assert wider <= 0


def test_no_style_or_handler_is_inline_and_no_id_is_given_twice(tab: Page, server: GalleryServer) -> None:
    tab.goto(server.url)
    html = tab.content()
    assert not re.search(r"\sstyle=|\son[a-z]+=\"", html)
    repeated = tab.evaluate(
        "Object.entries(Object.groupBy([...document.querySelectorAll('[id]')], e => e.id))"
        ".filter(([, all]) => all.length > 1).map(([id]) => id)"
    )
    assert repeated == []


def test_the_error_summary_has_the_focus_and_leads_to_its_field(tab: Page, server: GalleryServer) -> None:
    tab.goto(server.url)
    expect(tab.locator(".error-summary")).to_be_focused()
    tab.get_by_role("link", name="NIB terdiri atas 13 angka").click()
    expect(tab.locator("#nib")).to_be_focused()
    expect(tab.locator("#nib")).to_have_accessible_description(re.compile("12 angka"))


def test_typing_searches_without_leaving_the_field(tab: Page, server: GalleryServer) -> None:
    tab.goto(server.url)
    field = tab.get_by_role("searchbox", name=SEARCH)
    field.press_sequentially("kertas", delay=20)
    expect(tab.locator("#hasil [role=status]")).to_contain_text("1 hasil")
    expect(field).to_be_focused()
    expect(tab).to_have_url(re.compile("q=kertas"))


def test_choosing_a_filter_or_an_order_keeps_the_words(tab: Page, server: GalleryServer) -> None:
    tab.goto(f"{server.url}?q=kertas")
    tab.get_by_label("Makanan & minuman").check()
    tab.wait_for_url(re.compile("kategori=makanan"))
    tab.get_by_label("Urutkan").select_option("dekat")
    tab.wait_for_url(re.compile("urut=dekat"))
    assert "q=kertas" in tab.url


def test_an_impatient_second_click_sends_nothing(tab: Page, server: GalleryServer) -> None:
    tab.goto(server.url)
    tab.locator(FORM).get_by_role("button", name="Simpan").hover()
    server.answering.clear()
    for _ in range(2):
        tab.mouse.down()  # a locator's click would wait for the answer to the one before
        tab.mouse.up()
        assert server.reached.wait(BUSY_SECONDS)
    with tab.expect_event("load"):
        server.answering.set()
    assert len(server.writes) == 1
    assert b'name="_kunci"\r\n\r\ncontoh' in server.writes[0]


def test_an_upload_shows_the_answer_in_place_with_the_focus_on_its_errors(
    tab: Page, server: GalleryServer
) -> None:
    tab.goto(server.url)
    tab.set_input_files("#foto", {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 5000})
    tab.locator(FORM).get_by_role("button", name="Simpan").click()
    expect(tab.locator(".error-summary")).to_be_focused()
    expect(tab.locator(FORM).get_by_role("button", name="Simpan")).to_be_enabled()
    assert len(server.writes) == 1
    assert b'filename="foto.jpg"' in server.writes[0]


def test_a_grave_action_asks_first(tab: Page, server: GalleryServer) -> None:
    tab.goto(server.url)
    approve = tab.get_by_role("button", name="Setujui Rp")
    approve.click()
    question = tab.get_by_role("dialog")
    expect(question).to_contain_text("Setujui pesanan ini?")
    question.get_by_role("button", name="Batal").click()
    assert server.writes == []
    approve.click()
    with tab.expect_event("load"):
        question.get_by_role("button", name="Lanjutkan").click()
    assert len(server.writes) == 1


def test_a_quantity_steps_by_its_buttons(tab: Page, server: GalleryServer) -> None:
    tab.goto(server.url)
    stepper = tab.locator("[data-stepper]")
    stepper.get_by_role("button", name="Tambah").click()
    expect(tab.locator("#jumlah")).to_have_value("20")
    stepper.get_by_role("button", name="Tambah").click()
    expect(tab.locator("#jumlah")).to_have_value("21")


def test_the_menu_closes_on_escape_and_gives_the_focus_back(tab: Page, server: GalleryServer) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto(server.url)
    opener = tab.locator("details.menu > summary", has_text="Menu")
    opener.click()
    expect(tab.get_by_role("button", name="Keluar")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("button", name="Keluar")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_living_region_is_fetched_again_without_taking_the_focus(tab: Page, server: GalleryServer) -> None:
    tab.goto(server.url)
    field = tab.get_by_role("searchbox", name=SEARCH)
    field.focus()
    with tab.expect_response(lambda response: response.request.headers.get("hx-request") == "true"):
        tab.evaluate("document.getElementById('denyut').dispatchEvent(new Event('segarkan'))")
    expect(tab.locator("#denyut")).to_contain_text("Diperbarui")
    expect(field).to_be_focused()


def test_the_language_switch_keeps_the_place(tab: Page, server: GalleryServer) -> None:
    tab.goto(server.url)
    tab.get_by_role("link", name="English").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Component gallery")
    assert tab.locator("html").get_attribute("lang") == "en"


def test_everything_is_reachable_without_scripts(browser: Browser, server: GalleryServer) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    tab = context.new_page()
    tab.goto(server.url)
    tab.locator("details.menu > summary", has_text="Menu").click()
    expect(tab.get_by_role("button", name="Keluar")).to_be_visible()
    expect(tab.get_by_role("button", name="Kurangi")).to_be_hidden()
    tab.get_by_role("searchbox", name=SEARCH).fill("nasi")
    tab.locator("button[form=saring]").click()
    expect(tab.locator("#hasil [role=status]")).to_contain_text("1 hasil")
    assert "q=nasi" in tab.url
    context.close()


def test_a_quantity_is_as_high_as_a_finger_also_without_its_buttons(
    browser: Browser, server: GalleryServer
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(server.url)
    box = page.locator(".stepper-qty").first.bounding_box()
    context.close()
    assert box and box["height"] >= 44


PANEL = """html => {
  const panel = document.createElement('section')
  panel.innerHTML = html
  document.querySelector('main').append(panel)
}"""
WIDE_TABLE = f"""<div class="table-wrap"><table class="table"><tr><th>{"<td>kolom</td>" * 40}
  <td class="nowrap">ujung <span class="vh">dan kata yang hanya didengar</span></td></tr></table></div>"""
TICKED_TABLE = f"""<div class="order-main"><table class="table" id="bercentang"><tr><th><input type="checkbox"></th>
  {"<td>kolom</td>" * 8}</tr></table></div>"""


def test_words_for_the_ear_in_a_wide_table_widen_no_page(tab: Page, server: GalleryServer) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto(server.url)
    tab.evaluate(PANEL, WIDE_TABLE)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_first_column_of_ticks_takes_no_half_of_a_table(tab: Page, server: GalleryServer) -> None:
    tab.goto(server.url)
    tab.evaluate(PANEL, TICKED_TABLE)
    first, whole = (tab.locator(one).bounding_box() for one in ("#bercentang th", "#bercentang"))
    assert first and whole and first["width"] < whole["width"] / 4


def test_a_sum_stands_out_wherever_it_is(tab: Page, server: GalleryServer) -> None:
    tab.goto(server.url)
    tab.evaluate(
        PANEL, '<p class="small"><b class="money tsum">Rp 1</b></p><div class="panels"><p>a</p></div>'
    )
    assert tab.locator(".tsum").last.evaluate("one => getComputedStyle(one).fontWeight") == "800"
    tab.set_viewport_size({"width": 390, "height": 844})
    panels, page = tab.locator(".panels").last, tab.locator("main")
    tab.evaluate("document.querySelector('.panels:last-child').textContent = 'x'.repeat(400)")
    inner, outer = panels.bounding_box(), page.bounding_box()
    assert inner and outer and inner["width"] <= outer["width"]
