"""SQL, and nothing else: tables in `tables`, one module per aggregate, frozen values in and out."""
