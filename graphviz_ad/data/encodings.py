"""Name of an encoding → the codec that reads it; bytes that it does not read → where, and what to do."""

from __future__ import annotations

import codecs
from typing import IO

from graphviz_ad.errors import InputError, nearest

_KNOWN = (
    "utf-8",
    "utf-16",
    "shift_jis",
    "cp932",
    "euc_jp",
    "iso2022_jp",
    "gb18030",
    "big5",
    "euc_kr",
    "latin-1",
    "cp1252",
)
"""Encodings that files of numbers are in, for a name that is misspelled."""
_SAMPLE_BYTES = 1 << 20
"""Of a file, in which it is looked whether another encoding reads it."""


def codec_of(encoding: str | None) -> str:
    """Name of an encoding, None for UTF-8 → the codec that reads it.

    Shift_JIS is read as cp932, which is what Windows writes under that name (and what browsers read it as, see
    https://encoding.spec.whatwg.org/#shift_jis). Raises InputError where there is none of that name.

    >>> codec_of(None), codec_of("Shift_JIS"), codec_of("euc-jp")
    ('utf-8-sig', 'cp932', 'euc_jp')
    """
    try:
        name = codecs.lookup(encoding or "utf-8").name
        "".encode(name)  # fails for those that make bytes of bytes, as base64
    except (LookupError, ValueError):
        near = nearest((encoding or "").lower().replace("-", "_"), _KNOWN)
        hint = f"did you mean '{near}'?" if near else f"they are called {', '.join(_KNOWN[1:5])}, …"
        raise InputError(f"there is no encoding '{encoding}'", hint=hint) from None
    return {"utf-8": "utf-8-sig", "shift_jis": "cp932"}.get(name, name)


def undecodable(file: IO[bytes], source: str, encoding: str | None, problem: UnicodeError) -> InputError:
    """File whose bytes are not in the encoding → the error, which says where they are and what may read them."""
    line = ""
    sample = b""
    codec = codec_of(encoding)
    if file.seekable():
        file.seek(0)
        sample = file.read(_SAMPLE_BYTES)
        file.seek(0)
        line = _place(file, codec)
    if encoding is not None:
        return InputError(
            f"'{source}' is not in the encoding {encoding}{line}",
            hint="name another one with --encoding, or save it as UTF-8",
        )
    likely = _likely(sample)
    hint = f"name the encoding: --encoding {likely or 'shift_jis'} (encoding='{likely or 'shift_jis'}' in Python)"
    hint += f"; it can be read as {likely}" * bool(likely)
    return InputError(f"'{source}' is not UTF-8 text{line}", hint=f"{hint}; or save it as UTF-8")


def _place(file: IO[bytes], codec: str) -> str:
    """File, from its start, and a codec → ", line N (byte M of it)" for the first bytes it does not read."""
    if codec.startswith(("utf-16", "utf-32", "utf_16", "utf_32")):
        return ""  # lines end elsewhere than bytes say
    decoder = codecs.getincrementaldecoder(codec)()
    for number, data in enumerate(iter(lambda: file.readline(_SAMPLE_BYTES), b""), 1):
        try:
            decoder.decode(data)
        except UnicodeDecodeError as problem:
            return f": line {number}, byte {problem.start + 1}"
    return ""


def _likely(sample: bytes) -> str | None:
    """First bytes of a file that is not UTF-8 → an encoding that reads them, None where no one can say."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    whole = sample if len(sample) < _SAMPLE_BYTES else sample[: sample.rfind(b"\n") + 1]
    for encoding in ("euc_jp", "cp932"):  # what is in the first is mostly read by the second too, as half-width letters
        try:
            text = whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any("\u3040" <= character <= "\u9fff" for character in text):
            return "shift_jis" if encoding == "cp932" else encoding
    return None
