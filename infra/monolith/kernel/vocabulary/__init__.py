"""The texts that requests and catalogs are made of, each with one form and one parser.

A request may spell a code in either letter case, and the parser gives its canonical spelling; a row
of a catalog must be spelled canonically. A text that does not belong is a `NotInVocabulary`: the
API turns it into a problem document, the admin into a validation error in the reader's language.
"""
