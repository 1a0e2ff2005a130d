"""Which lines of a configuration would stop a platform: each of its calls is led through, as the server does it."""
