"""The command `questions`: what answers of the catalog's function cost an operator, in time."""
