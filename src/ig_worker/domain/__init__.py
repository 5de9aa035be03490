"""The rules: pure decisions on plain data, the standard library only, no clock and no I/O."""
