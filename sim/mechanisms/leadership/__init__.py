"""Who comes, goes, learns and leads."""
