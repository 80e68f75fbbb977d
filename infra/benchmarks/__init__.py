"""What is measured side by side; not part of ./test."""
