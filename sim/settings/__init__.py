"""What a run is told beforehand: calendar, governance, money, sites, population."""
