"""HTTP: paths, parameters in, documents out, byte for byte what the functions answer."""
