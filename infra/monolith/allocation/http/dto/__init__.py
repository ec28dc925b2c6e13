"""What travels: parameters in, documents out. Both are byte for byte what the functions have."""
