"""Live payloads → the Python people would have written: one module a step, files and Datadog elsewhere."""
