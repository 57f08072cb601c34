"""A local Google: Calendar, the Apps Script platform, and third-party conferencing services."""
