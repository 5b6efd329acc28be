"""Why a rule gives what it gives: expression by expression."""
