from __future__ import annotations

from gatekeeper.model.json import Json
from tests.analyze.terraform.support import evaluated, unknown, value

STATEMENT = """
data "aws_iam_policy_document" "d" {
  statement {
    sid       = "One"
    actions   = ["s3:Get*", "s3:Put*", "s3:Get*"]
    resources = ["arn:aws:s3:::b/&{aws:username}/<x>"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    principals {
      type        = "Service"
      identifiers = ["a.amazonaws.com", "b.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:x"
      values   = ["b", "a"]
    }
    condition {
      test     = "Bool"
      variable = "aws:y"
      values   = [true]
    }
  }
  statement {
    effect      = "Deny"
    not_actions = ["*"]
    resources   = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
"""
# As the AWS provider's data source lays it out: Go's MarshalIndent with two blanks.
TEXT = r"""{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "One",
      "Effect": "Allow",
      "Action": [
        "s3:Put*",
        "s3:Get*"
      ],
      "Resource": "arn:aws:s3:::b/${aws:username}/\u003cx\u003e",
      "Principal": {
        "AWS": "*",
        "Service": [
          "b.amazonaws.com",
          "a.amazonaws.com"
        ]
      },
      "Condition": {
        "Bool": {
          "aws:y": "true"
        },
        "StringEquals": {
          "aws:x": [
            "b",
            "a"
          ]
        }
      }
    },
    {
      "Effect": "Deny",
      "NotAction": "*",
      "Resource": "*",
      "Principal": "*"
    }
  ]
}"""
JSON = "data.aws_iam_policy_document.d.json"


def document(body: str) -> Json:
    return value(JSON, f'data "aws_iam_policy_document" "d" {{\n{body}\n}}\n')


def test_the_text_that_the_provider_makes() -> None:
    assert value(JSON, STATEMENT) == TEXT


def test_minified() -> None:
    more = 'data "aws_iam_policy_document" "d" {\n  version = "2008-10-17"\n  policy_id = "p"\n}\n'
    assert value("data.aws_iam_policy_document.d.minified_json", more) == '{"Version":"2008-10-17","Id":"p"}'


def test_statements_stay_beside_the_text() -> None:
    (data,) = evaluated(STATEMENT)["data"]
    assert [statement.get("effect") for statement in data["values"]["statement"]] == [None, "Deny"]


def test_unknown_parts_make_the_text_unknown() -> None:
    assert document("statement {\n  actions = [var.unknown]\n}") == unknown(JSON)
    assert document(
        'dynamic "statement" {\n  for_each = var.unknown\n  content {\n    effect = "Deny"\n  }\n}'
    ) == unknown(JSON)


def test_what_depends_on_an_order_that_is_not_known_is_unknown() -> None:
    principals = 'principals {\n  type = "AWS"\n  identifiers = ["%s"]\n}\n'
    assert document("statement {\n" + principals % "a" + principals % "b" + "}") == unknown(JSON)
    assert document('source_policy_documents = ["{}"]') == unknown(JSON)


def test_what_the_provider_refuses_is_unknown() -> None:
    assert document('statement {\n  sid = "x"\n}\nstatement {\n  sid = "x"\n}') == unknown(JSON)
