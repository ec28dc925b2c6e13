"""The one writer of published catalogs in DynamoDB.

The table's layout is `kernel.published`'s; the protocol of publishing is that of the functions'
`functions/shared/dao-dynamodb/src/lib.rs`, which describes it.
"""
