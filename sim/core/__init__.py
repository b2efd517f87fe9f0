"""Ground floor: tables, compiled loops, parameters, luck, ties and files. It knows no commissioning."""
