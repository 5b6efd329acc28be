"""Environment files for a comparison with conftest."""

from __future__ import annotations

CASES: dict[str, str | bytes] = {
    "backtick.env": "A=`x`\n",
    "bom.env": "\ufeffA=1\n",
    "bs.env": ("A=C:\\\\x\nB=\"C:\\\\x\\y\"\nC='\\n'\n"),
    "colon.env": "A:b\n",
    "cr.env": "A=1\rB=2",
    "crlf.env": ("A=1\r\nB=2\r\n"),
    "dash.env": "A-B=1\n",
    "dup.env": ("A=1\nA=2\n"),
    "empty.env": "",
    "eq.env": ('A=b=c\nB==\nC="="\n'),
    "export.env": "export FOO\n",
    "export2.env": ("FOO=1\nexport FOO\n"),
    "exporteq.env": "export=1\n",
    "json.env": ('A={"x": 1}\nB=[1, 2]\n'),
    "latin.env": b"A=\xe9\n",
    "multiline.env": ('A="x\ny\nz"\nB=\'p\nq\'\nC="a\\"\nb"\n'),
    "noeq.env": "FOO\n",
    "open.env": 'A="x\n',
    "plain.env": (
        "A=1\n"
        "B = two words \n"
        "export C=3\n"
        "D: 4\n"
        "E:5\n"
        "F=\n"
        "G='single $A'\n"
        'H="double $A ${B}"\n'
        "I=$A-${B}-$nope-$lower\n"
        "J=a#b\n"
        "K=a #b\n"
        'L="a # b" # c\n'
        "M='it''s'\n"
        'N="a\\nb\\tc\\"d\\$A"\n'
        "O=\\$A\n"
        "# comment\n"
        "\n"
        "  P=x  \n"
        "lower=y\n"
        "a.b=c\n"
    ),
    "plain2.env": (
        "A=1\n"
        "B = two words \n"
        "export C=3\n"
        "D: 4\n"
        "F=\n"
        "G='single $A'\n"
        'H="double $A ${B}"\n'
        "I=$A-${B}-$nope-$lower\n"
        "J=a#b\n"
        "K=a #b\n"
        'L="a # b" # c\n'
        "M='it''s'\n"
        'N="a\\nb\\tc\\"d\\$A"\n'
        "O=\\$A\n"
        "# comment\n"
        "\n"
        "  P=x  \n"
        "lower=y\n"
        "a.b=c\n"
    ),
    "quotes.env": ('A="a" b\nB=\'a\'b\'c\'\nC="a"b"c"\n'),
    "refs.env": ("A=1\nB=${A\nC=$A}\nD=${}\nE=$\nF=$$A\nG=${A}${A}\n"),
    "selfref.env": ("A=1\nA=$A$A\n"),
    "semi.env": "A=1;B=2\n",
    "space_in_key.env": "A B=1\n",
    "spaces.env": ("A=\n B=2\n\tC=3\n"),
    "startquote.env": '"A"=1\n',
    "unicode.env": "A=\xe9 \xfc\n",
    "url.env": "U=postgres://u:p@h:5432/d?x=y#z\n",
    "utf16.env": b"\xff\xfeA\x00=\x00\xe9\x00\n\x00",
    "utf16be.env": b"\xfe\xff\x00A\x00=\x001\x00\n",
    "yaml.env": ('A: "x y"\nB:  "a#b"\nC: \'z\'\n'),
}
