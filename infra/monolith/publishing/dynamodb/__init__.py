"""The writer of published catalogs in DynamoDB. `kernel.published` has the layout and the reader.

A published row never changes, and a version never mixes the rows of two publishers. DynamoDB
guarantees neither for plain writes, so a publisher writes under a claim:

1. One transaction puts the claim with the publisher's own name, if the version has no publish
   record. It replaces the claim of another publisher, which may have died.
2. The publisher deletes the chunks of rows that other publishers have left, and what was compiled
   of them, and puts its own chunks, the manifest last, in transactions that each check that the
   claim still has its name. Then it has the draft compiled.
3. One transaction deletes the claim if it still has the publisher's name, puts the publish record
   if there is none, and moves the pointer if it names an older version.

A publisher whose claim was replaced gets a Conflict at its next step. No reader sees any change
before the last transaction. `infra/catalog-cli` publishes by the same protocol.
"""
