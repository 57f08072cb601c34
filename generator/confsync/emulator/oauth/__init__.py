"""Users and access tokens."""
