"""Third-party conferencing services."""
