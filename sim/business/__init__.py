"""Items of business, bodies and seats: tables without Mesa agents."""
