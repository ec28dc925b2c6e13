"""Published catalogs in DynamoDB: the table's layout, and the one reader of a version.

`functions/shared/dao-dynamodb/src/lib.rs` describes the layout. The functions read what publishing
writes in it.
"""
