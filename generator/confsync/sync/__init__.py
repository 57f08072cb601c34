"""The reference implementation of the sync protocol, the Python wing."""
