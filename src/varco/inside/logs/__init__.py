"""Which of a platform's calls a server refused, and why, out of its logs."""
