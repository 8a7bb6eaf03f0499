"""The top floor: settings, URLs, the WSGI entry point, and the whole matrix of roles and rights. Nothing imports it but Django."""
