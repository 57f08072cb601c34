"""The Apps Script add-on: plain files, of which only Config.js.j2 carries rendered values."""
