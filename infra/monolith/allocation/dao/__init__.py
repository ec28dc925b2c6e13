"""What services need of stores, as protocols, and the stores that offer it."""
