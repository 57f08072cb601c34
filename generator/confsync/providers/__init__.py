"""The declarative conferencing provider: schema, compilation, interpreter."""
