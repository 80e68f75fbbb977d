"""Why each sum is kept back from a payment, or is not: one sentence with its amount and its law for each."""

from collections.abc import Iterator

from eorder_platform.sentences import Fact, Rupiah, Sentence
from eorder_tenants.taxes.assessment import Assessment
from eorder_tenants.taxes.withholding import CaughtUp, IncomeTaxKind, IncomeTaxLine


def reasons_of(assessment: Assessment) -> list[str]:
    """In the order of the amounts; what is spared comes last."""
    return [*_withheld(assessment), *assessment.notes]


def _withheld(assessment: Assessment) -> Iterator[Sentence]:
    if assessment.vat_withheld:
        yield _vat(assessment)
    for line in assessment.income_tax_lines:
        if line.amount:
            yield _income_tax(assessment, line)
    for caught_up in assessment.caught_up:
        yield _caught_up(caught_up)


def _vat(assessment: Assessment) -> Sentence:
    # several days of law may have been used: that of the payment comes last
    limit = [rule for rule in assessment.rules if rule.key == "vat_withheld_above"][-1]
    together = assessment.own.plus(assessment.beside).vatable
    facts: dict[str, Fact] = {
        "amount": Rupiah(assessment.vat_withheld),
        "together": Rupiah(together),
        "limit": Rupiah(limit.value),
        "basis": limit.legal_basis,
    }
    if together > assessment.own.vatable:
        text = (
            "PPN %(amount)s dipungut bendahara dan disetor ke negara, karena seluruh pesanan hari itu dari paket yang "
            "sama bernilai %(together)s, lebih dari %(limit)s (%(basis)s)."
        )
        return Sentence(text, **facts)
    text = "PPN %(amount)s dipungut bendahara dan disetor ke negara, karena nilainya lebih dari %(limit)s (%(basis)s)."
    return Sentence(text, **{name: fact for name, fact in facts.items() if name != "together"})


def _income_tax(assessment: Assessment, line: IncomeTaxLine) -> Sentence:
    together = assessment.own.plus(assessment.beside).goods
    facts: dict[str, Fact] = {
        "amount": Rupiah(line.amount),
        "tax": line.label,
        "base": Rupiah(line.base),
        "basis": line.legal_basis,
    }
    if line.kind is IncomeTaxKind.ARTICLE_22 and together > assessment.own.goods:
        text = (
            "%(tax)s dari %(base)s: %(amount)s dipungut bendahara, karena barang dalam seluruh pesanan hari itu dari "
            "paket yang sama bernilai %(together)s (%(basis)s)."
        )
        return Sentence(text, together=Rupiah(together), **facts)
    if line.kind is IncomeTaxKind.FINAL and assessment.vendor.turnover_is_free(assessment.payment_date):
        limit = [rule for rule in assessment.rules if rule.key == "final_tax_free_turnover"][-1]
        text = (
            "%(tax)s dari %(base)s: %(amount)s dipotong bendahara atas bagian omzet setahun dari semua daerah yang "
            "lebih dari %(limit)s (%(basis)s)."
        )
        if outside := assessment.vendor.turnover_outside:
            facts["outside"] = Rupiah(outside)
            text = (
                "%(tax)s dari %(base)s: %(amount)s dipotong bendahara atas bagian omzet setahun dari semua daerah, "
                "dan %(outside)s di luar itu menurut pernyataan penyedia, yang lebih dari %(limit)s (%(basis)s)."
            )
        return Sentence(text, limit=Rupiah(limit.value), **facts)
    return Sentence("%(tax)s dari %(base)s: %(amount)s dipotong bendahara (%(basis)s).", **facts)


def _caught_up(one: CaughtUp) -> Sentence:
    text = (
        "%(tax)s %(amount)s atas %(base)s yang sudah dibayar baru dipungut sekarang, karena seluruh pesanan hari itu "
        "dari paket yang sama menjadi %(together)s, lebih dari %(limit)s (%(basis)s)."
    )
    return Sentence(
        text,
        tax=one.name,
        amount=Rupiah(one.amount),
        base=Rupiah(one.base),
        together=Rupiah(one.together),
        limit=Rupiah(one.limit),
        basis=one.legal_basis,
    )
