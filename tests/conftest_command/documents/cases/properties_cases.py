"""Properties files for a comparison with conftest."""

from __future__ import annotations

CASES: dict[str, str | bytes] = {
    "baduni.properties": "a=\\u12\n",
    "baduni2.properties": "a=\\uzzzz\n",
    "bang.properties": ("!a\n#b\nc=!d\n"),
    "bom.properties": "\ufeffa=1\n",
    "chain.properties": ("a=${b}\nb=${c}\nc=${d}\nd=x\n"),
    "comment_mid.properties": "a=b # c\n",
    "cr.properties": "a=1\rb=2\r",
    "crlf.properties": ("a=1\r\nb=2\r\nc=x\\\r\n  y\r\n"),
    "cycle.properties": ("a=${b}\nb=${a}\n"),
    "dup.properties": ("a=1\na=2\n"),
    "empty.properties": "",
    "eofescape.properties": "a=b\\",
    "escnl_end.properties": "a=\\\n",
    "escnl_eof.properties": "a=x\\\n",
    "keyeof.properties": "a",
    "keyescape.properties": ("a\\=b=c\n\\:d=e\n"),
    "keynl.properties": ("a\\\nb=c\n"),
    "keyonly.properties": ("a\nb\n"),
    "latin.properties": b"a=\xe9\n",
    "long.properties": "".join(f"k{number}=${{k{number + 1}}}\n" for number in range(70)) + "k70=1\n",
    "nested.properties": ("a=${b${c}}\nb=1\n"),
    "nokey.properties": "=x\n",
    "nokey2.properties": ": x\n",
    "nul.properties": "a=\x00\n",
    "openref.properties": "a=${b\n",
    "plain.properties": (
        "a=1\n"
        "b: 2\n"
        "c 3\n"
        "d\n"
        " e = f \n"
        "# x\n"
        "! y\n"
        "g\\ h=i\n"
        "j=k\\\n"
        "   l\n"
        "m=\\u00e9\\n\\t\\q\n"
        "n=\n"
        "o==p\n"
        "q:=r\n"
        "s = t=u\n"
        "v.w.x=y\n"
    ),
    "refs.properties": ("a=${b}\nb=1\nc=${nope}\nd=$e\n"),
    "self.properties": "a=${a}\n",
    "surrogate.properties": "a=\\ud83d\\ude00\n",
    "trailing.properties": "a=b   \n",
    "vt.properties": "a\x0bb=1\n",
    "ws.properties": ("\x0c a=1\n\t b = 2\n"),
}
