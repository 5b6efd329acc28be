"""What is inspected: trees, limits, ignore rules, masking, locators."""
