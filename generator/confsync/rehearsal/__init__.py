"""Both wings on a local Google, put together."""
