"""Bodies that would like to be more than text: markup wherever somebody can write something, and
characters that nobody sees."""

from __future__ import annotations

import gzip
import json
import pickle
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

from tests.corpus.case import Case, packed

# Each would open a dialog, load something or run, if it were ever taken for markup.
MARKUP = {
    "script": "<script>alert('body')</script>",
    "image": "<img src=x onerror=alert('image')>",
    "attribute": "\"><svg onload=alert('svg')>",
    "quote": "' autofocus onfocus=alert(1) x='",
    "end-tags": "</pre></code></textarea></title></script></section><iframe src=//evil.example>",
    "htmx": '<a hx-get="/logout/" hx-trigger="load" hx-on:load="alert(1)">x</a>',
    "template": "{{ 7|add:7 }}{% url 'logout' %}{# x #}${alert(1)}",
    "comment": "<!-- ]]> <![CDATA[ --!><base href=//evil.example/>",
    "form": '<form action="/logout/" method="post"><button autofocus>Continue</button></form>',
    "style": "<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x.css>",
    "url": "javascript:alert(document.domain)//https://evil.example/",
    "shell": "$(touch /tmp/x) `id` ' ; rm -rf / # \" && echo \\",
    "python": "''' + __import__('os').system('id') + '''\\",
    "formula": '=HYPERLINK("http://evil.example","click")\t+1\t@SUM(1)',
}
# One of all of them, for fields.
EVIL = "\"'><svg onload=alert(1)><script>alert(2)</script></textarea>{{7*7}}\u202egpj.exe"
WORD = "\"'><svg/onload=alert(1)>"  # where SQS allows no space

UNSEEN = {
    "bidi": "abc\u202etxt.exe \u2066hidden\u2069 \u200fright-to-left\u200e",
    "zero-width": "zero\u200bwidth\u200c\u200d\u2060\ufeffjoined",
    "c1": "next\x85line \x9b31mred\x9b0m \x7fdelete",
    "carriage-return": "first\rsecond\r\nthird",
    "separators": "line\u2028paragraph\u2029end\u00a0no-break\u3000ideographic",
    "tags": "flag \U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "astral": "😀👩‍👩‍👧‍👦🇩🇪 𝕳𝖊𝖑𝖑𝖔 \U0010fffd",
    "combining": "Z" + "\u0301\u0334\u0489" * 200 + "algo",
    "scripts": "العربية עברית ไทย 日本語 한국어 हिन्दी ελληνικά",
    "private": "\ue000\uf8ff \U000f0000",
    "soft-hyphen": "pass\u00adword and pass\u034fword",
    "empty-lines": "\n\n\n  begins late, ends late  \n\n\n",
    "spaces-only": " \t \n ",
}
UNSENDABLE = {
    "nul": "before\x00after",
    "controls": "".join(map(chr, range(32))),
    "escape-sequence": "\x1b]0;title\x07\x1b[2J\x1b[31mred",
    "lone-surrogates": "high \ud800 low \udfff, \udc80 and turned around \udc00\ud800",
    "noncharacters": "\ufffe\uffff\U0001fffe",
    "json-with-surrogate": '{"a": "\udcff", "\ud800": 1}',
    "nothing": "",
}


def cases() -> Iterator[Case]:
    for name, text in MARKUP.items():
        yield Case(f"markup-{name}", text)
    for name, text in UNSEEN.items():
        yield Case(f"unseen-{name}", text)
        yield Case(f"unseen-{name}-in-json", json.dumps({text: [text]}, ensure_ascii=False))
    for name, text in UNSENDABLE.items():
        yield Case(f"unsendable-{name}", text, sendable=False)
    for name, text in (*documents(), *packages(), *layouts()):
        yield Case(f"evil-{name}", text)
    yield Case("evil-attributes", "see its attributes", attributes=ATTRIBUTES)
    yield Case("evil-group", "see its group", group=WORD)


ATTRIBUTES = {
    "text": {"type": f"String.{WORD}", "value": EVIL},
    "bidi": {"type": "String", "value": UNSEEN["bidi"]},
    "number": {"type": "Number.javascript:alert(1)", "value": "1e125"},
    "bytes": {"type": f"Binary.{WORD}", "value": packed(EVIL.encode() + b"\xff\x00")},
    "json": {"type": "String", "value": json.dumps({EVIL: EVIL})},
    "constructor": {"type": "String", "value": "__proto__"},
    "x" * 250: {"type": "String", "value": "y" * 3_000},
}


def documents() -> Iterator[tuple[str, str]]:
    """Envelopes with something evil in every field."""
    record: dict[str, Any] = {
        "eventSource": "aws:s3",
        "eventName": EVIL,
        "eventTime": EVIL,
        "awsRegion": EVIL,
        "userIdentity": {"principalId": EVIL},
        "s3": {"bucket": {"name": EVIL}, "object": {"key": quote_plus(EVIL), "size": EVIL}},
    }
    notification = {"Type": "Notification", "MessageId": EVIL, "TopicArn": EVIL, "Subject": EVIL}
    notification |= {"Timestamp": EVIL, "SequenceNumber": EVIL, "SigningCertURL": EVIL}
    given = {EVIL: {"Type": EVIL, "Value": EVIL}}
    yield "json", json.dumps({EVIL: [EVIL, {EVIL: EVIL}], "constructor": {"__proto__": EVIL}})
    yield "sns", json.dumps(notification | {"Message": EVIL, "MessageAttributes": given})
    yield "sns-json", json.dumps(notification | {"Message": json.dumps({EVIL: EVIL})})
    confirm = {"Type": "SubscriptionConfirmation", "SubscribeURL": MARKUP["url"], "Token": EVIL}
    yield "sns-confirmation", json.dumps(notification | confirm | {"Message": EVIL})
    event = dict.fromkeys(("id", "detail-type", "source", "account", "time", "region"), EVIL)
    yield "eventbridge", json.dumps(event | {"resources": [EVIL, EVIL], "detail": {EVIL: EVIL}})
    yield "s3", json.dumps({"Records": [record, record]})
    yield "s3-test", json.dumps({"Event": "s3:TestEvent", "Bucket": EVIL, "Time": EVIL})
    yield "pointer", json.dumps([f"{EVIL}S3Pointer", {"s3BucketName": EVIL, "s3Key": EVIL}])
    yield "address", "s3://uploads/<img/src=x/onerror=alert(1)>"
    alarm = dict.fromkeys(("AlarmName", "NewStateValue", "OldStateValue", "NewStateReason"), EVIL)
    yield "alarm", json.dumps(notification | {"Message": json.dumps(alarm)})
    context = dict.fromkeys(("functionArn", "condition", "requestId"), EVIL)
    answer = {"errorType": EVIL, "errorMessage": EVIL}
    yield "lambda", json.dumps({"requestContext": context, "responsePayload": answer})


def kombu(content: bytes, headers: dict[str, Any], **more: Any) -> str:
    """As kombu writes it, with something evil in every property."""
    properties: dict[str, Any] = {
        "correlation_id": EVIL,
        "reply_to": EVIL,
        "body_encoding": "base64",
    }
    properties |= {"delivery_info": {"exchange": EVIL, "routing_key": EVIL}, "priority": EVIL}
    message: dict[str, Any] = {"body": packed(content), "content-encoding": "utf-8"}
    message |= {"content-type": EVIL, "headers": headers, "properties": properties}
    return packed(json.dumps(message | more).encode())


def packages() -> Iterator[tuple[str, str]]:
    """What stands in something else."""
    names = ("task", "id", "eta", "expires", "group", "root_id", "parent_id", "origin", "argsrepr")
    headers = {**dict.fromkeys((*names, "kwargsrepr", "shadow", EVIL), EVIL), "retries": EVIL}
    content = json.dumps([[EVIL], {EVIL: EVIL}, {EVIL: EVIL, "chain": [EVIL]}]).encode()
    yield "celery", kombu(content, headers)
    yield "celery-1", kombu(json.dumps({"task": EVIL, "id": EVIL, "args": [EVIL]}).encode(), {})
    pickled = kombu(pickle.dumps([EVIL]), headers, **{"content-type": PICKLE})
    yield "celery-pickle", pickled
    yield "celery-yaml", kombu(EVIL.encode(), headers, **{"content-type": "application/x-yaml"})
    yield "celery-brotli", kombu(b"\xff\xfe", {**headers, "compression": EVIL})
    yield "kombu", kombu(EVIL.encode(), {})
    yield "base64", packed(f"{EVIL} {EVIL}".encode())
    yield "base64-json", packed(json.dumps({EVIL: EVIL}).encode())
    yield "gzip", packed(gzip.compress(EVIL.encode(), mtime=0))
    yield "zlib", packed(zlib.compress(json.dumps([EVIL]).encode()))
    yield "json-in-json", json.dumps(json.dumps({EVIL: EVIL}))
    yield "pickle", packed(pickle.dumps({EVIL: [EVIL, EVIL.encode()]}))
    yield "pickle-that-runs", packed(b"cos\nsystem\n(S'touch /tmp/sqsdash-was-here'\ntR.")
    yield "pickle-of-names", packed(f"c<script>alert(1)</script>\n{EVIL[:20]}\n.".encode())
    yield "binary", packed(bytes(range(256)) + EVIL.encode())
    yield "utf-16", packed(("\ufeff" + EVIL).encode("utf-16-le"))


PICKLE = "application/x-python-serialize"


def layouts() -> Iterator[tuple[str, str]]:
    """XML, mails and other text with a form of its own."""
    quoted = EVIL.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    yield "xml", f'<?xml version="1.0"?><order id="{quoted}">{quoted}<!-- {quoted} --></order>'
    yield "xml-cdata", f"<order><![CDATA[{EVIL}]]><?evil {WORD}?></order>"
    yield "xhtml", f'<html xmlns="http://www.w3.org/1999/xhtml"><script>{quoted}</script></html>'
    yield (
        "svg",
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script/></svg>',
    )
    yield (
        "xml-entity",
        (
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd"><!ENTITY % c SYSTEM '
            '"http://127.0.0.1:9/x">%c;]><a>&b;</a>'
        ),
    )
    yield "mail", f"Subject: {EVIL}\nX-{WORD}: {EVIL}\nFrom: =?utf-8?q?=3Cscript=3E?=\n\n{EVIL}\n"
    yield "headers", f"Name: {EVIL}\nOther: {EVIL}\n"
    yield "csv", f'=1+1,"{EVIL}"\n@SUM(A1),-1\n'
    yield "data-url", f"data:text/html;base64,{packed(EVIL.encode())}"
