"""What serving refuses is refused here first, because one bad row keeps the whole catalog back.

Forms of texts come from `kernel.vocabulary`, dimensions of targeting from `kernel.dimensions`. The
rules here turn a refusal into a ValidationError in the reader's language.
"""
