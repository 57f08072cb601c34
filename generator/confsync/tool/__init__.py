"""The Python wing as a tool: the engine of `sync`, given a SQLite file, a clock and the network."""
