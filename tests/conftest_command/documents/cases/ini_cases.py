"""INI files for a comparison with conftest."""

from __future__ import annotations

CASES: dict[str, str | bytes] = {
    "bom.ini": ("\ufeff[a]\nx=1\n"),
    "case.ini": ("[A]\nX=1\n[a]\nx=2\n"),
    "colon.ini": ("[a]\nx: 1\ny : 2 = 3\n"),
    "comments.ini": ("# x\n; y\n[a] ; z\nx = 1 # c\ny = a;b\nz = a#b\n"),
    "cont.ini": ("[a]\nx = a \\\n b \\\n c\ny = d\\\n\nz = 1\n"),
    "crlf.ini": ("[a]\r\nx=1\r\n"),
    "dash.ini": ("[a]\n- = x\n- = y\n[b]\n- = z\n"),
    "dup.ini": ("[a]\nx=1\nx=2\n"),
    "editorconfig.ini": ("root = true\n\n[*]\nindent_style = space\nindent_size = 4\n\n[*.{js,py}]\ncharset = utf-8\n"),
    "empty.ini": "",
    "emptysec.ini": "[]\n",
    "indent.ini": ("[a]\n  x = 1\n    y = 2\n"),
    "interp.ini": ("[a]\nx = %(y)s\ny = 1\n"),
    "latin.ini": b"[a]\nx=\xe9\n",
    "multi.ini": ("[a]\nx =\n  b\n"),
    "nbsp.ini": ("[a]\nx\xa0=\xa01\xa0\n"),
    "noeq.ini": ("[a]\nfoo\n"),
    "nokey.ini": ("[a]\n= 1\n"),
    "one.ini": ("[a]\nx = 1\nb=0\nc=00\nd=01\n"),
    "openquote.ini": ("[a]\nx = `abc\n"),
    "quoted_cont.ini": ('[a]\nx = "a\\\n'),
    "quotekey.ini": ('[a]\n"abc = 1\n'),
    "quotes.ini": (
        "[a]\n"
        'x = "a b"\n'
        "y = 'c ; d'\n"
        'z = "a ; b" ; c\n'
        "w = `a\n"
        "b`\n"
        'v = """x\n'
        'y"""\n'
        "u = 'a'b'\n"
        't = ""\n'
        '"k y" = 1\n'
        "`k = z` = 2\n"
        '"""q""" = 3\n'
    ),
    "sections.ini": ('[a]\nx=1\n[b.c]\ny=2\n[a]\nz=3\n[DEFAULT]\nq=1\n[d "e"]\nw=1\n[]x]\nv=1\n'),
    "semicolon_only.ini": ("[a]\nx = ;\ny = \\\n"),
    "tail.ini": ("[a] b\nx=1\n"),
    "typed.ini": (
        "top = lost\n"
        "[a]\n"
        "i = 1\n"
        "f = 1.5\n"
        "e = 1e3\n"
        "b = true\n"
        "t = t\n"
        "T = F\n"
        "y = yes\n"
        "z = 0\n"
        "h = 0x10\n"
        "hf = 0x1p4\n"
        "u = 1_000\n"
        "u2 = _1\n"
        "inf = inf\n"
        "nan = NaN\n"
        "big = 1e400\n"
        "s = hello\n"
        "empty =\n"
        "plus = +5\n"
        "dot = .5\n"
        "dot2 = 5.\n"
        "ver = 1.2.3\n"
    ),
    "unclosed.ini": "[a\n",
}
