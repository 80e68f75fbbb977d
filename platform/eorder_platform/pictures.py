"""Photographs as people upload them, made into the few sizes that pages show.

What is stored is always drawn anew from the pixels: no metadata (a phone's photo tells where it was taken), no second
content hidden behind the first, no format but WebP. The web asks `drawn`, which does it in a process of its own.
"""

import base64
import io
import sys
from decimal import Decimal

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from eorder_platform.apart import TooMuch, answer, apart
from eorder_platform.errors import Refused

Pictures = dict[int, bytes]
"""WebP pictures by their width."""

WIDTHS = (240, 480, 960)
LONGEST_SIDE = 1600
LARGEST_UPLOAD_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 50_000_000
ACCEPTED_FORMATS = ("JPEG", "PNG", "WEBP")

_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")
"""What iPhones write unless told otherwise."""
_ONE_MIB = 1024 * 1024
_WHOLE = "whole"
_GROUND = (0xEF, 0xEC, 0xE4)  # the ground on which pages show a product
_CROPPED_AT_MOST = 0.15
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What puts a picture upright, by the orientation that its EXIF says."""
_DECODED_AT_LEAST = (1440, 1080)  # a JPEG from a phone is decoded at half or a quarter of its size
_REDUCED_TO = (1920, 1920)
"""Nothing larger is turned, flattened or brought to sRGB, each of which takes a copy."""
_MEMORY_BYTES = 160 * 1024 * 1024
_BYTES_A_PIXEL = {"1": 1, "L": 1, "P": 8, "I;16": 10, "LA": 8, "PA": 8, "RGBA": 8}
"""What decoding and reducing a picture of that mode takes, as measured; 5 where nothing else is said."""
_OF_WEBP = 20
"""libwebp keeps two canvases, and what it hands over is copied twice."""
_OF_PROGRESSIVE_JPEG = 6
"""Every coefficient of the whole picture, whatever size is asked for."""


async def drawn(upload: bytes, *, field: str = "foto") -> Pictures:
    """The same as `product_pictures`, in a process of its own: for what strangers sent."""
    try:
        made = await apart(__name__, upload, [field])
    except TooMuch:
        raise _too_wide(field) from None
    return {int(width): base64.b85decode(content) for width, content in made.items()}


async def redrawn(upload: bytes, *, field: str) -> bytes:
    """The same as `whole_picture`, in a process of its own."""
    try:
        return base64.b85decode(await apart(__name__, upload, [field, _WHOLE]))
    except TooMuch:
        raise _too_wide(field) from None


def product_pictures(upload: bytes, *, field: str = "foto") -> Pictures:
    """WebP pictures 4:3 by width: 240, 480 and 960 pixels. Takes some tenths of a second.

    A shape near 4:3 is cropped; one that would lose more than 15 % is shown whole on the pages' ground. Refused, with
    one sentence: no JPEG, PNG or WebP by content, more than 8 MB, more than 50 megapixels or more memory than there is
    for their colours, damaged.
    """
    largest = _four_by_three(_decoded(upload, field), max(WIDTHS))
    return {
        width: _webp(largest.resize((width, width * 3 // 4), Image.Resampling.LANCZOS)) for width in WIDTHS
    }


def whole_picture(upload: bytes, *, field: str) -> bytes:
    """One WebP in the picture's own shape, no side longer than 1600 pixels: what is written on paper can be read.

    Refused like `product_pictures`.
    """
    picture = _decoded(upload, field)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return _webp(picture)


def _decoded(upload: bytes, field: str) -> Image.Image:
    if len(upload) > LARGEST_UPLOAD_BYTES:
        size = (Decimal(len(upload)) / _ONE_MIB).quantize(Decimal("0.1"))
        raise Refused("Foto ini %(size)s MB. Paling besar 8 MB.", field, size=size)
    try:
        with Image.open(io.BytesIO(upload), formats=ACCEPTED_FORMATS) as picture:
            _check_size(picture, field)
            whole = picture.width * picture.height
            picture.draft("RGB", _DECODED_AT_LEAST)
            _check_memory(picture, whole, field)
            picture.load()
            return _flat(_upright(_reduced(picture)))
    except UnidentifiedImageError:
        if upload[4:8] == b"ftyp" and upload[8:12] in _HEIC_BRANDS:
            raise Refused(
                "Foto HEIC belum dapat dibaca. Ubah dahulu menjadi JPEG; di iPhone pilih Pengaturan, Kamera, Format,"
                " Paling Kompatibel.",
                field,
            ) from None
        raise Refused("Berkas ini bukan foto. Gunakan foto JPEG, PNG, atau WebP.", field) from None
    except Image.DecompressionBombError:
        raise Refused("Foto ini terlalu luas. Paling luas 50 megapiksel.", field) from None
    except (Refused, MemoryError):
        raise
    except Exception:  # Pillow's decoders give up in a dozen ways on a file that is cut short or forged
        raise Refused("Foto ini rusak atau tidak lengkap. Unggah foto lain.", field) from None


def _reduced(picture: Image.Image) -> Image.Image:
    if picture.mode == "P" or picture.mode.startswith("I;16"):  # neither can be made smaller as it is
        picture = _with_plain_colours(picture)
    picture.thumbnail(_REDUCED_TO, Image.Resampling.LANCZOS)
    return picture


def _with_plain_colours(picture: Image.Image) -> Image.Image:
    if picture.mode == "P":
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture.convert("I").point(lambda level: level / 256).convert("L")


def _upright(picture: Image.Image) -> Image.Image:
    """Turned by its orientation alone: ImageOps.exif_transpose also writes the EXIF anew, and fails where it is odd."""
    turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return picture if turn is None else picture.transpose(turn)


def _check_size(picture: Image.Image, field: str) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise Refused(
            "Foto ini terlalu luas (%(width)s × %(height)s piksel). Paling luas 50 megapiksel.",
            field,
            width=str(picture.width),
            height=str(picture.height),
        )


def _check_memory(picture: Image.Image, whole: int, field: str) -> None:
    """By pixels and the depth of each, before any is decoded; of a JPEG `draft` leaves fewer than the `whole`."""
    each = _BYTES_A_PIXEL.get(picture.mode, 5)
    if picture.format == "WEBP":
        each = _OF_WEBP
    needed = picture.width * picture.height * each
    if picture.info.get("progressive"):
        needed += whole * _OF_PROGRESSIVE_JPEG
    if needed > _MEMORY_BYTES:
        raise _too_wide(field)


def _too_wide(field: str) -> Refused:
    return Refused(
        "Foto ini terlalu luas untuk dibaca. Perkecil sampai paling luas 8 megapiksel, lalu unggah lagi.",
        field,
    )


def _flat(picture: Image.Image) -> Image.Image:
    """Plain sRGB without transparency."""
    if picture.has_transparency_data:
        ground = Image.new("RGBA", picture.size, _GROUND)
        picture = Image.alpha_composite(ground, picture.convert("RGBA"))
    elif profile := picture.info.get("icc_profile"):
        picture = _in_srgb(picture, profile)
    return picture.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, target, outputMode="RGB") or picture
    except (OSError, ImageCms.PyCMSError):
        return picture  # an odd profile costs some colour, not the photo


def _four_by_three(picture: Image.Image, width: int) -> Image.Image:
    size = (width, width * 3 // 4)
    shape = picture.width * 3 / (picture.height * 4)
    lost_by_cropping = 1 - min(shape, 1 / shape)
    if lost_by_cropping <= _CROPPED_AT_MOST:
        return ImageOps.fit(picture, size, Image.Resampling.LANCZOS)
    return ImageOps.pad(picture, size, Image.Resampling.LANCZOS, color=_GROUND)


def _webp(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=80, method=4)
    return written.getvalue()


def _by_width(upload: bytes) -> dict[int, str]:
    pictures = product_pictures(upload, field=sys.argv[1])
    return {width: base64.b85encode(content).decode() for width, content in pictures.items()}


def _in_one(upload: bytes) -> str:
    return base64.b85encode(whole_picture(upload, field=sys.argv[1])).decode()


if __name__ == "__main__":
    answer(_in_one if _WHOLE in sys.argv[2:] else _by_width)
