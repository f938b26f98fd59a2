"""Pictures are decoded upright, in sRGB and within limits, or refused with a reason."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw

from artmarket.core.pictures import PictureLimits, PictureRefused, decode_picture
from tests.pictures import encoded, painting, picture_file, png_bomb

LIMITS = PictureLimits(max_bytes=2_000_000, max_pixels=1_000_000, max_seconds=20)


def decode(data: bytes, name: str = ""):
    return decode_picture(io.BytesIO(data), limits=LIMITS, name=name)


def refused(data: bytes, name: str = "") -> str:
    with pytest.raises(PictureRefused) as caught:
        decode(data, name)
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize(
    ("kind", "mime"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("TIFF", "image/tiff")],
)
def test_each_kind_decodes(kind: str, mime: str) -> None:
    picture = decode(encoded(painting(), kind))
    assert (picture.mime_type, picture.image.mode, picture.image.size) == (mime, "RGB", (120, 90))
    assert (picture.width_px, picture.height_px) == (120, 90)
    assert len(picture.sha256) == 64
    assert -(2**63) <= picture.phash < 2**63


def test_a_path_is_read(tmp_path: Path) -> None:
    assert decode_picture(picture_file(tmp_path / "a.jpg"), limits=LIMITS).width_px == 120


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_turns_the_picture(orientation: int) -> None:
    image = Image.new("RGB", (64, 32), "white")
    ImageDraw.Draw(image).rectangle([0, 0, 15, 15], "red")
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = decode(encoded(image, "PNG", exif=exif))
    expected = (64, 32) if orientation <= 4 else (32, 64)
    assert picture.image.size == (picture.width_px, picture.height_px) == expected
    corner = {1: (4, 4), 2: (-4, 4), 3: (-4, -4), 4: (4, -4), 5: (4, 4), 6: (-4, 4), 7: (-4, -4), 8: (4, -4)}[
        orientation
    ]
    x, y = (value % edge for value, edge in zip(corner, expected, strict=True))
    assert picture.image.getpixel((x, y)) == (255, 0, 0)


def test_a_square_picture_keeps_its_size() -> None:
    assert decode(encoded(painting(64, 64))).image.size == (64, 64)


def test_transparency_lies_on_white() -> None:
    assert decode(encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "PNG")).image.getpixel((3, 3)) == (255, 255, 255)


def test_palette_with_transparency() -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([10, 20, 30] + [0] * 765)
    assert decode(encoded(image, "PNG", transparency=0)).image.getpixel((3, 3)) == (255, 255, 255)


def test_sixteen_bits_are_cut_to_eight() -> None:
    grey = Image.fromarray(np.full((8, 8), 0x8000, dtype=np.uint16))
    for kind in ("PNG", "TIFF"):
        assert decode(encoded(grey, kind)).image.getpixel((3, 3)) == (128, 128, 128)


def test_cmyk_becomes_rgb() -> None:
    red = decode(encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG")).image.getpixel((3, 3))
    assert red[0] > 200
    assert red[1] < 60


def test_an_icc_profile_is_applied() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain, profiled = painting(), encoded(painting(), "PNG", icc_profile=lab)
    difference = np.abs(np.asarray(decode(profiled).image, int) - np.asarray(plain, int))
    assert difference.max() <= 2


def test_a_broken_icc_profile_is_ignored() -> None:
    assert decode(encoded(painting(), "PNG", icc_profile=b"nonsense")).image.size == (120, 90)


def test_of_several_frames_the_first_is_taken() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    for kind in ("WEBP", "TIFF", "PNG"):
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        assert decode(data).image.getpixel((3, 3))[0] > 240


def test_limits_are_read_from_the_header() -> None:
    assert refused(png_bomb(60_000, 60_000)) == "too_many_pixels"
    assert refused(png_bomb(1001, 1000)) == "too_many_pixels"


def test_too_many_bytes() -> None:
    assert refused(b"\xff\xd8\xff" + b"0" * 2_000_000) == "too_large"


def test_what_is_no_picture() -> None:
    assert refused(b"") == "empty"
    assert refused(b"hello") == "not_a_picture"
    assert refused(b"<?xml version='1.0'?><SVG xmlns='http://www.w3.org/2000/svg'/>") == "svg"
    assert refused(encoded(Image.new("P", (4, 4)), "GIF")) == "gif"
    assert refused(b"%PDF-1.7") == "not_a_picture"


def test_an_extension_that_lies() -> None:
    assert refused(encoded(painting(), "PNG"), "a.jpg") == "wrong_extension"
    assert refused(encoded(painting(), "JPEG"), "a.svg") == "wrong_extension"
    assert decode(encoded(painting(), "JPEG"), "A.JPEG").width_px == 120


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_truncated_files_are_refused(kind: str, share: float) -> None:
    data = encoded(painting(300, 200), kind)
    assert refused(data[: int(len(data) * share)]) in {"truncated", "damaged"}


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    assert refused(encoded(painting()) + b"\xff\xda" * 200) == "too_slow"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureRefused) as caught:
        decode_picture(tmp_path / "none.jpg", limits=LIMITS)
    assert caught.value.code == "unreadable"


def test_large_jpegs_keep_their_true_size() -> None:
    limits = PictureLimits(max_pixels=50_000_000)
    picture = decode_picture(io.BytesIO(encoded(Image.new("RGB", (9000, 600), "grey"))), limits=limits)
    assert (picture.width_px, picture.height_px) == (9000, 600)
    assert picture.image.width >= 4096


def test_like_pictures_hash_alike_and_others_do_not() -> None:
    first, smaller = (
        decode(encoded(painting(400, 300))),
        decode(encoded(painting(400, 300).resize((200, 150)), quality=60)),
    )
    other = decode(encoded(painting(400, 300, seed=7)))
    assert ((first.phash ^ smaller.phash) & (2**64 - 1)).bit_count() <= 6
    assert ((first.phash ^ other.phash) & (2**64 - 1)).bit_count() > 12


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF"]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_any_damage_decodes_or_is_refused(kind: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(encoded(painting(40, 30), kind))
    for place, value in changes:
        data[place % len(data)] = value
    try:
        assert decode(bytes(data)).image.mode == "RGB"
    except PictureRefused as error:
        assert error.code  # noqa: PT017
