"""Searching half a million offers, beside Tantivy over the same rows."""
