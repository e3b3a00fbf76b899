"""What each command does: one function a run, called by the command line, the test helpers and the reference."""
