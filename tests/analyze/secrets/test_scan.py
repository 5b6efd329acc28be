"""What is reported, where, and what is not."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest

from gatekeeper.analyze.secrets.scan import MAX_SECRETS, scan
from gatekeeper.analyze.secrets.text import OVERLAP, WINDOW
from gatekeeper.formats import jsonable
from tests.analyze.secrets import samples
from tests.analyze.secrets.samples import AWS, GITHUB, JWT, PEM, SLACK, STRIPE, draw

HTPASSWD = "$apr1$H4yGiGNg$ssl5/NymaGFRUvxIV1Nyr."
DJANGO = 'django-insecure-ab"c7#k'
DOCKER = "YW5uOnRyMHViNGRvcg=="


def run(text: str | bytes, path: str = "app.py", *, entropy: bool = False) -> list[list[Any]]:
    data = text.encode() if isinstance(text, str) else text
    result: list[list[Any]] = scan({"path": path, "entropy": entropy}, data)["secrets"]
    return result


def texts(text: str, path: str = "app.py", *, entropy: bool = False) -> list[str]:
    """The text under each span of one line."""
    lines = text.split("\n")
    return [
        lines[line - 1][column - 1 : end_column - 1]
        for line, column, _, end_column, *_ in run(text, path, entropy=entropy)
    ]


@pytest.mark.parametrize(
    ("path", "line", "detector", "key", "secret"),
    [
        ("app.py", f'client(key="{AWS}")', "AWS Access Key", "key", AWS),
        ("app.go", f'const t = "{GITHUB}"', "GitHub Token", "t", GITHUB),
        ("notes.txt", f"use {SLACK} for it", "Slack Token", "", SLACK),
        ("a.ts", f"stripe('{STRIPE}XY')", "Stripe Access Key", "stripe", STRIPE + "XY"),
        ("api.http", f"Authorization: Bearer {JWT}", "JSON Web Token", "Authorization", JWT),
        (".env", "DB_URL=postgres://shop:tr0ub4dor@db/shop", "Basic Auth Credentials", "DB_URL", "tr0ub4dor"),
        ("app.py", 'password = "tr0ub4dor&3"', "Secret Keyword", "password", "tr0ub4dor&3"),
        ("app.py", "connect(host='db', password='tr0ub4dor')", "Secret Keyword", "password", "tr0ub4dor"),
        ("settings.py", "    'PASSWORD': 'tr0ub4dor',", "Secret Keyword", "PASSWORD", "tr0ub4dor"),
        (".env", "DB_PASSWORD=tr0ub4dor # change soon", "Secret Keyword", "DB_PASSWORD", "tr0ub4dor"),
        ("deploy.sh", "export DB_PASSWORD=tr0ub4dor", "Secret Keyword", "DB_PASSWORD", "tr0ub4dor"),
        ("values.yaml", "  rootPassword: correcthorse", "Secret Keyword", "rootPassword", "correcthorse"),
        ("main.tf", '  master_password = "mustbeeightchars"', "Secret Keyword", "master_password", "mustbeeightchars"),
        ("main.go", '\tPassword: "tr0ub4dor",', "Secret Keyword", "Password", "tr0ub4dor"),
        ("a.py", f'ACCESS_TOKEN = "{draw(32)}"', "Credential", "ACCESS_TOKEN", draw(32)),
        (".netrc", "machine a.org login ann password tr0ub4dor", "Netrc Password", "password", "tr0ub4dor"),
        (".pgpass", r"db:5432:*:ann:a\:b\\c", "PostgreSQL Password File", "ann", r"a\:b\\c"),
        (".git-credentials", "https://ann:tr0ub$dor@git.org", "Git Credentials", "ann", "tr0ub$dor"),
        (".npmrc", "//r.org/:_authToken=0a1b2c3d4e", "NPM Credentials", "_authToken", "0a1b2c3d4e"),
        (".htpasswd", f"ann:{HTPASSWD}", "Password Hash", "ann", HTPASSWD),
        ("shadow", "root:$6$ab$" + draw(40) + ":1:0:::::", "Password Hash", "root", "$6$ab$" + draw(40)),
        ("etc/shadow", "root:rqXexS6ZhobKA:1:0:::::", "Password Hash", "root", "rqXexS6ZhobKA"),
        ("settings.py", f"SECRET_KEY = '{DJANGO}'", "Django Secret Key", "SECRET_KEY", DJANGO),
        ("wp-config.php", "define( 'DB_PASSWORD', 'tr0ub4dor' );", "PHP Constant", "DB_PASSWORD", "tr0ub4dor"),
        ("site.xml", '<Pass encoding="base64">dHIwdWI0ZG9y</Pass>', "XML Element", "Pass", "dHIwdWI0ZG9y"),
        (".docker/config.json", f'{{"auth": "{DOCKER}"}}', "Docker Registry Credentials", "auth", DOCKER),
        ("a.py", '# é 🎉 k = "' + AWS + '"', "AWS Access Key", "k", AWS),
    ],
)  # fmt: skip
def test_a_secret_is_found_with_its_place_and_name(path: str, line: str, detector: str, key: str, secret: str) -> None:
    assert run("\n" + line + "\n", path) == [
        [2, line.index(secret) + 1, 2, line.index(secret) + 1 + len(secret), detector, key, 0]
    ]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("app.py", 'password = "changeme"'),
        ("app.py", 'password = "your-password-here"'),
        ("app.py", 'password = "<password>"'),
        ("app.py", 'password = "xxxxxxxx"'),
        ("app.py", 'password = "************"'),
        ("app.py", 'password = "12345678"'),
        ("app.py", 'password = "${DB_PASSWORD}"'),
        ("app.py", 'password = "{{ vault_password }}"'),
        ("app.py", 'dsn = f"postgres://{user}:{password}@{host}"'),
        ("app.py", 'password = os.environ["DB_PASSWORD_2"]'),
        ("app.py", 'password = getpass.getpass("Password1: ")'),
        ("app.py", "password: str = Field(min_length=8)"),
        ("app.py", 'PASSWORD_FIELD = "user_password_1"'),
        ("app.py", 'password_hash = "sha256:abc1234567"'),
        ("app.py", 'secret_name = "prod/db-credentials-7"'),
        ("app.py", 'label = {"password": "Password"}'),
        ("app.py", 'raise ValueError("invalid password: %s")'),
        ("app.ts", "const secret = process.env.API_SECRET1;"),
        ("app.ts", "type Login = { password: string; token: string }"),
        ("app.ts", 'placeholder="Password (8+ characters)"'),
        ("app.ts", 't("auth.password.label1")'),
        ("app.go", "password := readPassword(ctx, 12)"),
        ("app.go", 'flag.String("password1", "", "the password")'),
        ("locales/de.json", '"password": "Passwort1"'),
        ("openapi.yaml", "password: {type: string, format: password}"),
        ("values.yaml", "secretName: shop-tls-2024"),
        ("values.yaml", "existingSecret: shop-db-1"),
        ("values.yaml", "password: !vault |"),
        ("values.yaml", "password: *default1"),
        ("compose.yaml", "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set2}"),
        ("compose.yaml", "POSTGRES_PASSWORD_FILE: /run/secrets/db1"),
        ("secret.yaml", "password: ENC[AES256_GCM,data:p673w==,iv:YY=,tag:AA=]"),
        ("secret.yaml", "password: " + base64.b64encode(b"changeme").decode()),
        ("main.tf", "password = var.db_password1"),
        ("main.tf", 'password = "${random_password.db1.result}"'),
        ("deploy.sh", "password=$(cat /run/secrets/db1)"),
        ("deploy.sh", 'if [ "$PASSWORD1" == "" ]; then'),
        (".env.example", "DB_PASSWORD=hunter22"),
        ("tests/test_login.py", 'login(password="hunter22")'),
        ("README.md", 'password = "hunter22"'),
        ("app.py", 'url = "https://user:password@example.com"'),
        ("app.py", f'url = "https://ann:{draw(12)}@example.com/x"'),
        ("app.py", "AKIAIOSFODNN7" + "EXAMPLE"),
        ("app.py", "x" + AWS + "x"),
        ("app.py", '"-----BEGIN RSA ' + 'PRIVATE KEY-----" in text'),
        ("docs/key.md", "-----BEGIN RSA " + "PRIVATE KEY-----\n...\n-----END RSA " + "PRIVATE KEY-----"),
        ("uv.lock", f'hash = "sha256:{draw(64, samples.HEX)}", password = "tr0ub4dor"'),
        ("package-lock.json", f'"integrity": "sha512-{draw(86)}=="'),
        ("go.sum", f"github.com/a/token v1.0.0 h1:{draw(43)}="),
        ("site.css", '.password { content: "tr0ub4dor" }'),
        ("dns.py", 'RESOLVER = "8.8.8.8"'),
        (".npmrc", "//registry.npmjs.org/:_authToken=${NPM_TOKEN}"),
        ("wp-config.php", "define('AUTH_KEY', 'put your unique phrase here');"),
    ],
)
def test_what_only_looks_like_a_secret_is_left_out(path: str, line: str) -> None:
    assert run(line, path) == []


@pytest.mark.parametrize(
    "path", ["uv.lock", "bundle.map", "site.css", "package-lock.json", "tests/test_a.py", "README.md"]
)
def test_tokens_with_a_shape_of_their_own_count_everywhere(path: str) -> None:
    assert texts(f"x = {GITHUB}", path) == [GITHUB]


@pytest.mark.parametrize(
    ("path", "line", "key"),
    [
        ("settings.py", "invoices_access_key: str = ", "invoices_access_key"),
        ("settings.py", "key: Optional[str] = ", "key"),
        ("settings.py", "def connect(host: str, key: str | None = ", "key"),
        ("app.ts", "const apiKey: string = ", "apiKey"),
        ("app.ts", "private apiKey?: string=", "apiKey"),
        ("main.go", "var key string = ", "key"),
        ("main.rs", "let key: &str = ", "key"),
        ("main.rs", "const KEY: &'static str = ", "KEY"),
        ("Main.kt", "val apiKey: String = ", "apiKey"),
        ("Main.java", "String key = ", "key"),
        ("ci.yaml", "run: TOKEN=", "TOKEN"),
        ("run.sh", "string=", "string"),
    ],
)
def test_the_type_of_a_variable_is_not_its_name(path: str, line: str, key: str) -> None:
    assert [secret[5] for secret in run(f'{line}"{AWS}"', path)] == [key]


def test_a_port_is_no_password() -> None:
    assert run('x = "https://registry:4873/@scope/package"') == []


def test_all_of_a_long_token_is_hidden() -> None:
    token = JWT + draw(700)
    assert texts(f'x = "{token}"') == [token]


def test_a_secret_that_stands_twice_is_reported_twice() -> None:
    line = f'password = "tr0ub4dor"; key = "{AWS}"; key = "{AWS}"'
    found = run(f"{line}\n{line}\n")
    assert [(secret[0], secret[4], secret[6]) for secret in found] == [
        (1, "Secret Keyword", 0),
        (1, "AWS Access Key", 0),
        (1, "AWS Access Key", 1),
        (2, "Secret Keyword", 1),
        (2, "AWS Access Key", 2),
        (2, "AWS Access Key", 3),
    ]


@pytest.mark.parametrize("line", [f"{AWS}:{GITHUB}", f'{{"{AWS}": "{GITHUB}"}}', f"{draw(24)}={GITHUB}"])
def test_a_secret_is_not_reported_as_the_name_of_another(line: str) -> None:
    assert {secret[5] for secret in run(line)} == {""}


def test_the_surest_of_findings_that_overlap_is_kept() -> None:
    assert [secret[4] for secret in run(f'api_key = "{GITHUB}"', entropy=True)] == ["GitHub Token"]


def test_a_private_key_reaches_to_its_last_line() -> None:
    assert run(f"a\n  key: |\n{PEM}\nb\n", "values.yaml") == [[3, 1, 6, 30, "Private Key", "", 0]]
    escaped = '{"private_key": "' + PEM.replace("\n", "\\n") + '\\n"}'
    assert texts(escaped, "account.json") == [PEM.replace("\n", "\\n")]


def test_entropy_counts_only_where_it_is_asked_for() -> None:
    line = f'blob = "{draw(40)}"; digest = "{draw(64, samples.HEX)}"'
    assert texts(line) == []
    assert texts(line, entropy=True) == [draw(40)]


def test_bytes_that_are_not_utf8_are_read_as_latin1() -> None:
    assert run(b'# caf\xe9\npassword = "tr0ub4d\xf6r"') == [[2, 13, 2, 22, "Secret Keyword", "password", 0]]


def test_binary_files_are_no_text() -> None:
    assert run(b"\x7fELF\0" + AWS.encode()) == []


@pytest.mark.parametrize("separator", ["\r", "\u2028", "\x85", "\f", "\v"])
def test_lines_end_at_lf_or_crlf_only(separator: str) -> None:
    assert run(f'a{separator}b\r\nk = "{AWS}"\r\n') == [[2, 6, 2, 26, "AWS Access Key", "k", 0]]


@pytest.mark.parametrize("before", [0, 1, WINDOW - OVERLAP - 10, WINDOW - 10, WINDOW, 3 * WINDOW + 17, 50_000])
def test_a_secret_in_a_long_line_is_found_once_wherever_windows_are_cut(before: int) -> None:
    line = "é " * (before // 2) + f" {GITHUB} " + "é " * 10_000
    assert texts(line, "bundle.js") == [GITHUB]


def test_secrets_without_end_are_cut_off_and_said() -> None:
    result = scan({"path": "a", "entropy": False}, (AWS + "\n").encode() * (MAX_SECRETS + 1))
    assert (len(result["secrets"]), result["more"]) == (MAX_SECRETS, True)


@pytest.mark.parametrize(
    "piece",
    ['password="', "secret=", "://u:p@", "eyJhbGciOiJIUzI1NiJ9.", "xoxb-1-", "BEGIN RSA " + "PRIVATE KEY", "token: ",
     "<password>", "password" + " " * 100, "a"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["a.yaml", "a.py"])
def test_hostile_repetition_takes_bounded_time(piece: str, path: str) -> None:
    started = time.process_time()
    run((piece * 60_000)[:60_000], path)
    assert time.process_time() - started < 30


def test_no_text_of_a_secret_leaves_the_worker() -> None:
    answer = jsonable.dumps(scan({"path": ".env", "entropy": True}, f"PASSWORD=tr0ub4dor\nA={AWS}\n{PEM}\n".encode()))
    assert b"tr0ub" not in answer
    assert AWS.encode() not in answer
    assert PEM[40:60].encode() not in answer
