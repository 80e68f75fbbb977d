"""The business of one region. Every table here lives in a tenant's schema."""
