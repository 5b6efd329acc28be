"""HTTP to others: whatever they do or leave undone, an exchange ends by its deadline."""
