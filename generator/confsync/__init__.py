"""confsync keeps third-party video conferences in step with Google Calendar events."""
