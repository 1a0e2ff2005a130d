"""The ground: the words of `DESIGN.md`, as data. No input, no output, no Django."""
