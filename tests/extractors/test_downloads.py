import hashlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.extractors import downloads
from synthgap_cli.extractors.downloads import fetch

CONTENT = b"weights " * 5000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
FILE_NAME = f"net-{DIGEST[:8]}.pth"


class Server(BaseHTTPRequestHandler):
    """``/cut`` ends half-way, ``/other`` is another file, ``/gone`` is not there, the rest is the file."""

    def do_GET(self):
        kind = self.path.split("/")[1]
        if kind == "gone":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write({"cut": CONTENT[:100], "other": CONTENT[::-1]}.get(kind, CONTENT))

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with HTTPServer(("127.0.0.1", 0), Server) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture
def silent_port():
    """A port at which somebody listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_file_is_downloaded_once(server, tmp_path):
    path = tmp_path / "hub" / "checkpoints" / FILE_NAME
    assert fetch(f"{server}/good/{FILE_NAME}", path).read_bytes() == CONTENT
    assert fetch(f"{server}/gone/{FILE_NAME}", path) == path
    assert [file.name for file in path.parent.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("kind", ["cut", "other", "gone"])
def test_a_failed_download_leaves_nothing_and_says_how_to_do_without(server, tmp_path, kind):
    url = f"{server}/{kind}/{FILE_NAME}"
    with pytest.raises(InputMissing) as caught:
        fetch(url, tmp_path / FILE_NAME)
    assert list(tmp_path.iterdir()) == []
    assert FILE_NAME in caught.value.message
    assert str(tmp_path) in caught.value.message
    assert all(part in caught.value.hint for part in (url, "--weights FILE", "--weights random"))


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "http://no-such-host.invalid/"])
def test_no_server_is_no_traceback(tmp_path, address):
    with pytest.raises(InputMissing, match="cannot be downloaded"):
        fetch(address + FILE_NAME, tmp_path / FILE_NAME)


def test_a_silent_server_is_not_waited_for_long(tmp_path, silent_port, monkeypatch):
    monkeypatch.setattr(downloads, "PATIENCE_S", 0.2)
    with pytest.raises(InputMissing, match="timed out"):
        fetch(f"http://127.0.0.1:{silent_port}/{FILE_NAME}", tmp_path / FILE_NAME)
    assert socket.getdefaulttimeout() is None


def test_a_folder_that_cannot_be_made_is_no_traceback(server, tmp_path):
    (tmp_path / "hub").touch()
    with pytest.raises(InputMissing, match="cannot be downloaded"):
        fetch(f"{server}/good/{FILE_NAME}", tmp_path / "hub" / FILE_NAME)


def test_a_damaged_file_in_the_cache_is_not_accepted(server, tmp_path):
    (tmp_path / FILE_NAME).write_bytes(CONTENT[:100])
    with pytest.raises(InvalidInput, match=FILE_NAME):
        fetch(f"{server}/good/{FILE_NAME}", tmp_path / FILE_NAME)
