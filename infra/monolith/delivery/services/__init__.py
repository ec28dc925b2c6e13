"""Reading roll-ups into facts, and keeping sums over them."""
