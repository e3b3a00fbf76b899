"""How files are written: whole or not at all. Above the core, which knows no files; below all that keep any."""
