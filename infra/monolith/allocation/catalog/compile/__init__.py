"""From rows to a catalog: a file for each kind of row, `compile` over all of them."""
