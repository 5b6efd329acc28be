"""CODEOWNERS files for a comparison with conftest."""

from __future__ import annotations

CASES: dict[str, str | bytes] = {
    "bad_char/CODEOWNERS": "[a] @x\n",
    "bad_char2/CODEOWNERS": "* @x!\n",
    "bad_owner/CODEOWNERS": "* foo\n",
    "bs2/CODEOWNERS": "a\\\\ b@c.de\n",
    "bs_end/CODEOWNERS": "a\\ @x\n",
    "bs_hash/CODEOWNERS": "a\\#b @x\n",
    "comment_glued/CODEOWNERS": "*@x#c\n",
    "crlf/CODEOWNERS": "* @x\r\n",
    "email_long/CODEOWNERS": "* a@b.abcdefg\n",
    "empty/CODEOWNERS": "",
    "hash_pat/CODEOWNERS": "a#b @x\n",
    "indented/CODEOWNERS": "   * @x\n",
    "neg/CODEOWNERS": "!a @x\n",
    "none/CODEOWNERS": "# c\n",
    "plain/CODEOWNERS": ("# c\n* @org/team @user a@b.co # hi\n/docs/ @x\n*.js\n\na\\ b @y\n(x)? @z\n**/foo @a-b_c\n"),
    "section/CODEOWNERS": ("[Section]\n* @x\n"),
    "stars/CODEOWNERS": "*** @x\n",
    "tab/CODEOWNERS": "*\t@x\t@y\n",
    "team_bad/CODEOWNERS": "* @a/b/c\n",
    "unicode/CODEOWNERS": "\xe9 @x\n",
}
