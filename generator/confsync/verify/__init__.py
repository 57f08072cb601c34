"""Whether the promises of the sync protocol hold."""
