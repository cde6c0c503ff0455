"""How the double of Twilio fetches the file of a message, and what it refuses. Written apart from bot/letter_files.py so that one checks the other."""

import httpx2

_MOST, _MOST_IMAGE = 16_777_216, 5_242_880
_OFFICE = "application/vnd.openxmlformats-officedocument."
_BEGINS = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "audio/ogg": (b"OggS",),
    "audio/amr": (b"#!AMR",),
    "audio/mpeg": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"),
    "application/pdf": (b"%PDF",),
    "application/msword": (b"\xd0\xcf\x11\xe0",),
    f"{_OFFICE}wordprocessingml.document": (b"PK\x03\x04",),
    f"{_OFFICE}presentationml.presentation": (b"PK\x03\x04",),
    f"{_OFFICE}spreadsheetml.sheet": (b"PK\x03\x04",),
    "video/mp4": (b"",),
}
_OK = 200


class MediaProblem(Exception):
    """The message fails with this error of Twilio."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


def fetched(url: str) -> tuple[dict[str, str], bytes]:
    """The headers and bytes at an address: HEAD first, then GET, without credentials. Raises MediaProblem."""
    with httpx2.Client(timeout=15, trust_env=False, follow_redirects=True) as client:
        try:
            told, got = client.head(url), client.get(url)
        except httpx2.HTTPError as error:
            raise MediaProblem(63019) from error
    if told.status_code != _OK or got.status_code != _OK or not got.content:
        raise MediaProblem(63019)
    content_type = got.headers.get("content-type", "")
    if content_type not in _BEGINS or told.headers.get("content-type") != content_type:
        raise MediaProblem(12300)
    if len(got.content) > (_MOST_IMAGE if content_type.startswith("image/") else _MOST):
        raise MediaProblem(11751)
    if not got.content.startswith(_BEGINS[content_type]):
        raise MediaProblem(63021)
    return dict(got.headers), got.content
