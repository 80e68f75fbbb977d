"""Photographs as vendors upload them: good ones, sideways ones, and ones that are not what they say."""

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms

from eorder_platform.errors import Refused
from eorder_platform.pictures import drawn, product_pictures

RED, BLUE = (200, 30, 30), (30, 30, 200)
GROUND = (0xEF, 0xEC, 0xE4)


def a_photo(
    size: tuple[int, int] = (1200, 900),
    format: str = "JPEG",
    mode: str = "RGB",
    color: Any = RED,
    **saving: Any,
) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, color).save(written, format, **saving)
    return written.getvalue()


def opened(pictures: dict[int, bytes], width: int = 480) -> Image.Image:
    return Image.open(io.BytesIO(pictures[width])).convert("RGB")


def near(pixel: Any, color: tuple[int, int, int]) -> bool:
    return all(abs(have - want) <= 12 for have, want in zip(pixel, color, strict=True))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_webp_in_three_sizes(format: str) -> None:
    pictures = product_pictures(a_photo(format=format))
    assert list(pictures) == [240, 480, 960]
    for width, content in pictures.items():
        with Image.open(io.BytesIO(content)) as picture:
            assert picture.format == "WEBP"
            assert picture.size == (width, width * 3 // 4)
            assert near(picture.convert("RGB").getpixel((width // 2, width // 3)), RED)


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_a_heic_photo_is_refused_with_what_to_do(brand: bytes) -> None:
    with pytest.raises(Refused, match="Ubah dahulu menjadi JPEG"):
        product_pictures(b"\0\0\0\x18ftyp" + brand + b"\0" * 64)


def test_a_sideways_phone_photo_is_turned_upright() -> None:
    photo = Image.new("RGB", (900, 1200), RED)
    photo.paste(BLUE, (0, 0, 900, 300))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned a quarter clockwise
    written = io.BytesIO()
    photo.save(written, "JPEG", exif=exif)
    picture = opened(product_pictures(written.getvalue()))
    assert near(picture.getpixel((470, 180)), BLUE)
    assert near(picture.getpixel((10, 180)), RED)


def an_exif(orientation: int, tag: int, kind: int, content: bytes) -> bytes:
    """EXIF as a camera writes it, or should not: the orientation and one more entry of that kind (TIFF 6.0)."""
    count = len(content) if kind == TEXT else 1
    value = content.ljust(4, b"\0") if len(content) <= 4 else struct.pack("<I", 8 + 2 + 2 * 12 + 4)
    entries = sorted(
        [struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0), struct.pack("<HHI", tag, kind, count) + value]
    )
    after = b"" if len(content) <= 4 else content
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + b"".join(entries) + bytes(4) + after


TEXT, SIGNED, SIGNED_FRACTION = 2, 9, 10


@pytest.mark.parametrize(
    ("tag", "kind", "content"),
    [
        (0x011A, SIGNED_FRACTION, struct.pack("<ii", -72, 1)),  # a resolution below nothing
        (0x0100, SIGNED, struct.pack("<i", -5)),  # a width below nothing
        (0x0102, TEXT, b"delapan\0"),  # bits of a colour as a word
        (0x8769, SIGNED, struct.pack("<i", 1 << 30)),  # a further directory beyond the end
    ],
)
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_odd_facts_about_a_photo_do_not_keep_it_from_being_turned(
    format: str, tag: int, kind: int, content: bytes
) -> None:
    photo, written = Image.new("RGB", (900, 1200), RED), io.BytesIO()
    photo.paste(BLUE, (0, 0, 900, 300))
    photo.save(written, format, exif=an_exif(6, tag, kind, content))
    picture = opened(product_pictures(written.getvalue()))
    assert near(picture.getpixel((470, 180)), BLUE)
    assert near(picture.getpixel((10, 180)), RED)


@pytest.mark.parametrize(
    ("orientation", "corner"), list(enumerate(["lt", "rt", "rb", "lb", "lt", "rt", "rb", "lb"], 1))
)
def test_each_orientation_brings_its_corner_to_its_place(orientation: int, corner: str) -> None:
    """The corner of the first pixel as it was taken, in the photo that is shown (EXIF 2.32, table 6)."""
    photo, written = Image.new("RGB", (1200, 900), RED), io.BytesIO()
    photo.paste(BLUE, (0, 0, 450, 450))
    photo.save(written, "JPEG", quality=95, exif=an_exif(orientation, 0x0102, TEXT, b"delapan\0"))
    picture = opened(product_pictures(written.getvalue()), 960)
    left = 30 if orientation < 5 else 240  # a high photo stands in the middle of the pages' ground
    x = {"l": left, "r": 959 - left}[corner[0]]
    y = {"t": 30, "b": 689}[corner[1]]
    assert near(picture.getpixel((x, y)), BLUE)


def test_where_and_with_what_a_photo_was_taken_is_forgotten() -> None:
    exif = Image.Exif()
    exif[0x0110] = "Telepon Rahasia"
    exif.get_ifd(0x8825)[1] = "S"
    photo = a_photo(
        exif=exif, comment=b"Telepon Rahasia", icc_profile=ImageCms.ImageCmsProfile(srgb()).tobytes()
    )
    for content in product_pictures(photo).values():
        with Image.open(io.BytesIO(content)) as picture:
            assert not picture.getexif()
            assert not {"exif", "xmp", "icc_profile", "comment"} & set(picture.info)
        assert b"Telepon" not in content


@pytest.mark.parametrize("size", [(1500, 1000), (1100, 900)])
def test_a_shape_near_four_by_three_is_cropped(size: tuple[int, int]) -> None:
    picture = opened(product_pictures(a_photo(size)))
    assert near(picture.getpixel((1, 1)), RED)
    assert near(picture.getpixel((478, 358)), RED)


@pytest.mark.parametrize(
    ("size", "edge"), [((1000, 1000), (2, 180)), ((400, 1600), (2, 180)), ((2000, 500), (240, 2))]
)
def test_another_shape_is_shown_whole_on_the_pages_ground(
    size: tuple[int, int], edge: tuple[int, int]
) -> None:
    picture = opened(product_pictures(a_photo(size)))
    assert near(picture.getpixel(edge), GROUND)
    assert near(picture.getpixel((240, 180)), RED)


@pytest.mark.parametrize(
    ("mode", "color", "format"),
    [
        ("L", 120, "JPEG"),
        ("CMYK", (0, 200, 200, 20), "JPEG"),
        ("P", 3, "PNG"),
        ("1", 1, "PNG"),
        ("LA", (120, 255), "PNG"),
        ("I;16", 30_000, "PNG"),
    ],
)
def test_every_way_to_keep_colours_is_understood(mode: str, color: Any, format: str) -> None:
    assert list(product_pictures(a_photo(mode=mode, color=color, format=format))) == [240, 480, 960]


def test_a_see_through_picture_stands_on_the_pages_ground() -> None:
    picture = opened(product_pictures(a_photo(mode="RGBA", color=(200, 30, 30, 0), format="PNG")))
    assert near(picture.getpixel((240, 180)), GROUND)


def test_sixteen_bit_grey_is_not_blown_out() -> None:
    picture = opened(product_pictures(a_photo(mode="I;16", color=30_000, format="PNG")))
    assert near(picture.getpixel((240, 180)), (117, 117, 117))


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"halo",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"<?xml version='1.0'?><svg/>",
        b"%PDF-1.7 dan seterusnya",
        b"GIF89a" + b"\x00" * 100,
    ],
)
def test_what_is_no_photo_is_refused_by_its_content(upload: bytes) -> None:
    with pytest.raises(
        Refused, match=r"^Berkas ini bukan foto\. Gunakan foto JPEG, PNG, atau WebP\.$"
    ) as refusal:
        product_pictures(upload, field="foto")
    assert refusal.value.problems[0][0] == "foto"


@pytest.mark.parametrize("format", ["GIF", "BMP", "TIFF"])
def test_other_kinds_of_pictures_are_refused(format: str) -> None:
    with pytest.raises(Refused, match="Gunakan foto JPEG, PNG, atau WebP"):
        product_pictures(a_photo(format=format))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_photo_cut_short_is_refused(format: str, kept: float) -> None:
    whole = noise(format)
    with pytest.raises(Refused, match=r"rusak atau tidak lengkap|bukan foto"):
        product_pictures(whole[: int(len(whole) * kept)])


def test_a_file_over_eight_megabytes_is_refused_with_its_size() -> None:
    with pytest.raises(Refused, match=r"^Foto ini 8,5 MB\. Paling besar 8 MB\.$"):
        product_pictures(b"\xff" * (8 * 1024 * 1024 + 500_000))


def test_a_small_file_that_unpacks_into_a_huge_picture_is_refused() -> None:
    with pytest.raises(Refused, match=r"terlalu luas \(9000 × 6000 piksel\)"):
        product_pictures(a_png_that_claims(9_000, 6_000))
    with pytest.raises(Refused, match="Paling luas 50 megapiksel"):
        product_pictures(a_png_that_claims(60_000, 60_000))


@pytest.mark.parametrize(
    ("format", "saving"), [("WEBP", {"method": 0}), ("JPEG", {"progressive": True}), ("PNG", {})]
)
def test_what_would_take_more_memory_than_there_is_is_refused_undecoded(
    format: str, saving: dict[str, Any]
) -> None:
    """Pixels by what each takes while it is decoded: 28 megapixels of any of these are too many."""
    photo = a_photo((6_600, 4_300), format, mode="RGBA" if format == "PNG" else "RGB", color=0, **saving)
    with pytest.raises(Refused, match="terlalu luas untuk dibaca"):
        product_pictures(photo)


async def test_what_a_vendor_sends_is_drawn_in_a_process_of_its_own() -> None:
    assert await drawn(a_photo()) == product_pictures(a_photo())
    with pytest.raises(Refused, match="bukan foto") as refusal:
        await drawn(b"<svg/>", field="photo")
    assert refusal.value.problems[0][0] == "photo"
    with pytest.raises(Refused) as refusal:
        await drawn(b"\xff" * (8 * 1024 * 1024 + 500_000))
    assert refusal.value.message == "Foto ini 8,5 MB. Paling besar 8 MB."


def test_a_small_file_with_a_huge_hidden_text_is_refused() -> None:
    photo = a_photo(format="PNG")
    hidden = b"Comment\x00\x00" + zlib.compress(b"x" * 20_000_000)
    with pytest.raises(Refused):
        product_pictures(photo[:33] + chunk(b"zTXt", hidden) + photo[33:])


def srgb() -> Any:
    return ImageCms.createProfile("sRGB")


def noise(format: str) -> bytes:
    written = io.BytesIO()
    Image.effect_noise((640, 480), 80).convert("RGB").save(written, format)
    return written.getvalue()


def a_png_that_claims(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"\x00" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
