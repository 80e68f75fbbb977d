"""An order's way from the catalogue to its end, step by step, each by the person whose turn it is."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from eorder_platform import clock
from eorder_platform.ids import new_id
from tests.journeys.conftest import Welcome

if TYPE_CHECKING:
    from tests.journeys.visitor import Visitor

REGION, NATION = "dki.localhost", "localhost"
VENDOR: Final = "penyedia6@usaha.example"
"""The owner of CV Cahaya Tulis, who is VAT-registered and sells paper to both regions."""
PRODUCT: Final = "Kertas HVS A4 80 gram, 500 lembar"
VENDOR_NAME: Final = "CV Cahaya Tulis"


@dataclass
class Walk:
    """One order on its way, told by its title until it has a number."""

    welcome: Welcome
    scripts: bool = True

    def __post_init__(self) -> None:
        self.title = f"Kertas untuk rapat {secrets.token_hex(4)}"
        self.path = ""
        self.number = ""
        self._people: dict[str, Visitor] = {}

    def person(self, office: str) -> "Visitor":
        """Whoever holds that office in DKI Jakarta, signed in; the vendor's owner works on a phone."""
        if office not in self._people:
            host, email = (NATION, VENDOR) if office == "vendor" else (REGION, f"{office}@dki.example")
            visitor = self.welcome(host, scripts=self.scripts, phone=office == "vendor")
            visitor.signs_in(email)
            self._people[office] = visitor
        return self._people[office]

    def is_drafted(self) -> "Visitor":
        """The procurement officer finds the paper in the catalogue and fills in the draft."""
        officer = self.person("pp")
        officer.opens(f"/katalog?q={PRODUCT.partition(',')[0].replace(' ', '+')}+Cahaya")
        card = officer.main.locator("article", has_text=VENDOR_NAME).filter(has_text=PRODUCT)
        officer.follows(PRODUCT, within=card)
        officer.answers(quantity="7")
        officer.presses("Tambah ke pesanan")
        self.path = officer.path
        today = clock.today("Asia/Jakarta")
        due = min(today + timedelta(days=14), date(today.year, 12, 31)).isoformat()
        officer.answers(title=self.title, delivery_due_on=due)
        officer.chooses("delivery_region_code", "Jakarta Pusat")
        officer.chooses("funding", "Alat tulis")
        if self.scripts:  # the summary follows what is typed; without scripts the saved draft shows it
            officer.main.locator('[name="shown_funding"]:not([value=""])').wait_for(state="attached")
        else:
            officer.presses("Simpan draf")
        officer.sees("Pagu cukup")
        return officer

    def is_submitted(self) -> None:
        """The whole draft goes to the commitment officer."""
        self.is_drafted().presses("Ajukan Rp")
        self.is_found_submitted()

    def is_found_submitted(self) -> None:
        """It waits for its approval and has its number."""
        officer = self.person("pp")
        officer.sees("Menunggu persetujuan", "Diajukan ke PPK")
        self.number = officer.main.locator(".order-head .num").first.inner_text()

    def waits_with(self, office: str) -> "Visitor":
        """The person finds it among his tasks and opens it."""
        visitor = self.person(office)
        visitor.opens("/usaha/pesanan" if office == "vendor" else "/tugas")
        visitor.waits_for_words(self.title)  # the vendor's inbox is the worker's
        visitor.follows("", within=visitor.main.locator(".task, tbody tr", has_text=self.title))
        return visitor

    def is_shown_to(self, office: str) -> "Visitor":
        """The person opens the order by its address."""
        visitor = self.person(office)
        visitor.opens(
            f"/usaha/pesanan/dki/{self.path.rpartition('/')[2]}" if office == "vendor" else self.path
        )
        return visitor

    def is_ready_to_approve(self) -> "Visitor":
        """The commitment officer has read it and ticks what he declares."""
        officer = self.waits_with("ppk")
        officer.answers(periksa="ya")
        return officer

    def is_approved(self) -> None:
        """The commitment officer signs the purchase order."""
        officer = self.is_ready_to_approve()
        officer.presses("Setujui Rp")
        officer.sees("Surat pesanan ditandatangani PPK")

    def is_accepted(self) -> "Visitor":
        """The vendor countersigns."""
        vendor = self.waits_with("vendor")
        vendor.answers(periksa="ya")
        vendor.presses("Terima pesanan")
        return vendor

    def is_delivered(self) -> None:
        """The vendor accepts, sends everything and delivers."""
        vendor = self.is_accepted()
        for step in ("Mulai kirim", "Nyatakan tiba"):
            vendor.presses(step)
        vendor.sees("Pesanan tiba")

    def is_delivered_in_part(self, quantity: str) -> None:
        """The vendor sends so much of the one line, with somebody who brings it, and delivers it."""
        vendor = self.is_shown_to("vendor")
        vendor.main.locator("summary", has_text="Kirim sebagian").click()
        vendor.main.locator('[name^="quantities_"]').fill(quantity)
        vendor.answers(carrier="Mobil boks", driver="Pak Darto, 0812-0000-0188")
        vendor.presses("Mulai kirim yang tertulis")
        vendor.sees("Pak Darto")
        vendor.presses("Nyatakan tiba")

    def is_handed_over(self) -> None:
        """The receiver inspects, the vendor agrees, the commitment officer signs the handover."""
        self.is_inspected()
        self.waits_with("ppk").presses("Tandatangani serah terima")

    def is_inspected(self, rejected: str = "") -> None:
        """The receiver accepts all of the delivery's one line, or rejects a part as damaged; the vendor agrees."""
        receiver = self.waits_with("penerima")
        assert receiver.main.locator("input[type=radio]:checked").count() == 0
        receiver.main.locator(f'[type=radio][value="{"part" if rejected else "all"}"]').check()
        if rejected:
            receiver.main.locator('[name^="rejected_"]').fill(rejected)
            receiver.main.locator('[name^="cause_"]').select_option("damaged")
        receiver.presses("Tandatangani berita acara pemeriksaan")
        self.is_shown_to("vendor").presses("Setujui hasil pemeriksaan")

    def is_ready_to_pay(self) -> "Visitor":
        """Invoice, request and approval; the treasurer has made the transfer and holds its receipt."""
        vendor = self.is_shown_to("vendor")
        vendor.answers(tax_invoice_number=f"0200{new_id().int % 10**13:013}")
        vendor.presses("Kirim tagihan Rp")
        self.waits_with("bendahara").presses("Ajukan pembayaran")
        self.waits_with("pa").presses("Setujui pembayaran Rp")
        treasurer = self.waits_with("bendahara")
        treasurer.answers(reference=f"TRF{secrets.randbelow(10**9):09}")
        return treasurer

    def is_paid(self) -> None:
        """The treasurer records the payment."""
        treasurer = self.is_ready_to_pay()
        treasurer.presses("Catat pembayaran Rp")
        treasurer.sees("Dibayar")

    def is_completed(self) -> None:
        """The commitment officer closes the order."""
        officer = self.waits_with("ppk")
        officer.presses("Tutup pesanan")
        officer.sees("Pesanan ini sudah berakhir")
