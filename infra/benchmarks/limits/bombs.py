"""Small files that unfold into gigabytes, sent by people who may upload: an administrator and a vendor's owner."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from typing import Any, Final

import asyncpg
import httpx
import openpyxl
from PIL import Image

from eorder_platform.identity import sessions
from infra.benchmarks.limits.attacks import NATION, PARTS, REGION, Attack
from infra.benchmarks.limits.watching import PATIENCE_SECONDS, Web

WORKBOOKS: Final = {
    "workbook, 2.8 million cells": ("<row>" + "<c/>" * 2_800_000 + "</row>", ""),
    "workbook, 1.4 million cells": ("<row>" + "<c/>" * 1_400_000 + "</row>", ""),
    "workbook, a million texts": ("<row/>", "<si><t>a</t></si>" * 700_000),
}
"""Rows of the sheet, and shared strings."""
PICTURES: Final = {"picture, 49 megapixels, RGBA": "RGBA", "picture, 49 megapixels, grey": "L"}
SIZE: Final = (7_000, 7_000)
NAMES: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
AN_ADMINISTRATOR: Final = "select official_id from t_dki.role_assignment where role = 'tenant_admin' limit 1"
AN_OWNER: Final = (
    "select m.account_id, p.id from pusat.vendor_member m join pusat.product p on p.vendor_id = m.vendor_id"
    " where m.role = 'vendor_owner' limit 1"
)


async def bombs(web: Web, owner_url: str) -> AsyncIterator[Attack]:
    """Each with a form of its own, by those of the demo who may send it."""
    connection = await asyncpg.connect(owner_url)
    administrator = await connection.fetchval(AN_ADMINISTRATOR)
    owner, product = await connection.fetchrow(AN_OWNER)
    await connection.close()
    uploads, photos = "/anggaran/unggahan", f"/usaha/produk/{product}"
    official = await _cookie("dki", administrator, "tenant_admin")
    for name, parts in WORKBOOKS.items():
        hidden = await _hidden(web, REGION, official, uploads, uploads)
        content = _in_parts({**hidden, "kind": "work_units"}, "file", "unit.xlsx", _workbook(*parts))
        yield _upload(name, REGION, uploads, content, official)
    vendor = await _cookie("national", owner, "vendor_owner")
    for name, mode in PICTURES.items():
        hidden = await _hidden(web, NATION, vendor, photos, f"{photos}/foto")
        content = _in_parts(hidden, "photo", "foto.png", _picture(mode))
        yield _upload(name, NATION, f"{photos}/foto", content, vendor)


def _upload(name: str, host: str, action: str, content: bytes, cookie: tuple[str, str]) -> Attack:
    told = f"{name}: {len(content) // 1024} KiB"
    return Attack(told, "POST", host, action, lambda: content, (PARTS, cookie), anonymous=False)


async def _cookie(place: str, account: Any, role: str) -> tuple[str, str]:
    token = await sessions.start(place, account, "Uji", "uji@contoh.id", (role,), "")
    return "cookie", f"eorder_masuk={token}; eorder_tamu=uji"


async def _hidden(web: Web, host: str, cookie: tuple[str, str], page: str, action: str) -> dict[str, str]:
    headers = [("host", f"{host}:{web.port}"), cookie]
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as browser:
        html = (await browser.get(web.url + page, headers=headers)).text
    form = html.partition(f'action="{action}"')[2].partition("</form>")[0]
    return dict(re.findall(r'name="(_csrf|_kunci)" value="([^"]+)"', form))


def _in_parts(fields: dict[str, str], name: str, file: str, content: bytes) -> bytes:
    parts = [
        f'Content-Disposition: form-data; name="{key}"\r\n\r\n{text}'.encode() for key, text in fields.items()
    ]
    parts.append(
        f'Content-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'.encode() + content
    )
    return b"".join(b"--batas\r\n" + part + b"\r\n" for part in parts) + b"--batas--\r\n"


def _picture(mode: str) -> bytes:
    written = io.BytesIO()
    Image.new(mode, SIZE).save(written, "PNG")
    return written.getvalue()


def _workbook(rows: str, strings: str) -> bytes:
    honest, made = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(honest)
    bent = {
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{NAMES}"><sheetData>{rows}</sheetData></worksheet>'
    }
    if strings:
        bent["xl/sharedStrings.xml"] = f'<sst xmlns="{NAMES}">{strings}</sst>'
    with zipfile.ZipFile(honest) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            target.writestr(part, bent.get(part) or source.read(part))
    return made.getvalue()
