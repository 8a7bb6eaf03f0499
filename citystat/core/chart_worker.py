"""The process that draws charts: reads jobs from standard input, writes pictures to standard output.

Drawing holds Python's lock for tens of milliseconds, so it happens here and not in the server. Run by `core.charting` alone:
`python -m citystat.core.chart_worker [FONT FOLDER]`. A job and an answer are each a length (4 bytes) and that many bytes of
JSON or picture; an answer starts with one byte, 0 for a picture and 1 for an error message.
"""

import json
import struct
import sys
from typing import Any, BinaryIO

LENGTH = struct.Struct(">I")
DRAWN, FAILED = b"\x00", b"\x01"
TIME_LOCALES = {"es": "es-MX"}


def read_block(stream: BinaryIO) -> bytes | None:
    """One block, or None when the other side has closed."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(head)
    body = stream.read(size)
    return body if len(body) == size else None


def write_block(stream: BinaryIO, body: bytes) -> None:
    """Write one block at once."""
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


def draw(job: dict[str, Any]) -> bytes:
    """The picture of one job: `kind` svg or png, the specification, the language of its dates, the scale of a png."""
    import vl_convert

    options: dict[str, Any] = {"allowed_base_urls": []}
    if locale := TIME_LOCALES.get(job["language"]):
        options["time_format_locale"] = locale
    if job["kind"] == "png":
        return bytes(vl_convert.vegalite_to_png(job["spec"], scale=job["scale"], **options))
    return str(vl_convert.vegalite_to_svg(job["spec"], **options)).encode()


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer jobs until the other side closes."""
    while (block := read_block(source)) is not None:
        try:
            write_block(target, DRAWN + draw(json.loads(block)))
        except Exception as error:
            write_block(target, FAILED + " ".join(str(error).partition("\n    at ")[0].split()).encode())


if __name__ == "__main__":
    import vl_convert

    for folder in sys.argv[1:]:
        vl_convert.register_font_directory(folder)
    serve(sys.stdin.buffer, sys.stdout.buffer)
