"""What both sides of an order say to each other, beside its steps (percakapan)."""
