resource "aws_s3_bucket" "invoices" {
  bucket = "example-invoices"
}
