"""The Apps Script platform: API, runtime, services, triggers."""
