"""National policy: what is dated, and what NHS England asks for."""
