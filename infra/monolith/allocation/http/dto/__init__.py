"""What travels: parameters in, documents out."""
