"""What serving refuses, refused here first: one bad row would keep the whole catalog back.

The rules are those of the functions' catalog compiler and of the catalog's JSON Schema; tests hold
them to the schema.
"""
