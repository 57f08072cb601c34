"""From rendered files to a deployed add-on, through the Apps Script API."""
