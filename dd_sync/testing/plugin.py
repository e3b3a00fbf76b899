"""The pytest plugin: loaded by pytest wherever ddsync is installed."""
