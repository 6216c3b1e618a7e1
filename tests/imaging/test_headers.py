from PIL import Image

from synthgap_cli.imaging.headers import read_headers
from synthgap_cli.imaging.scan import scan


def test_headers_come_in_order_and_broken_files_are_passed_over(tmp_path):
    Image.new("RGB", (30, 20)).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no image")
    Image.new("RGB", (10, 40)).save(tmp_path / "c.jpg", quality=60)
    read = read_headers(scan(tmp_path))
    assert [(one.width, one.height, one.format) for one in read] == [(30, 20, "PNG"), (10, 40, "JPEG")]
    assert read[1].jpeg_quality == 60
