"""JSON that people can read and paste: text as it is, but what cannot be seen as escapes."""

import json
import re

_NOT_PLAIN = re.compile(r"[^\n -~]")


def readable(value: object, *, indent: int | None = None) -> str:
    """JSON of this value. Controls, marks that reorder a line and lone surrogates are escaped, so
    that it survives a clipboard, a terminal and UTF-8; letters of any script are not."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _NOT_PLAIN.sub(_seen_or_escaped, text)


def json_escape(character: str) -> str:
    """\\u200b; beyond U+FFFF two of them."""
    code = ord(character)
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x1_0000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def _seen_or_escaped(found: re.Match[str]) -> str:
    character = found.group()
    return character if character.isprintable() else json_escape(character)
