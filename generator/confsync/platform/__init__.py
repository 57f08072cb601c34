"""Facts of Google that both sides obey, without behaviour."""
