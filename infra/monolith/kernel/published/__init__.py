"""Published catalogs in DynamoDB: the layout of the table, and the one reader of a version.

The table has the string keys `pk` and `sk`. `items` writes and reads its items:

| item | `pk` | `sk` | attributes |
|---|---|---|---|
| row | `catalog#<version>` | `<kind>#<key>` | `row`: the row as JSON in a string |
| publish record | `publish` | the version in 12 digits | `version`, `published_at`, `row_counts` |
| pointer | `pointer` | `catalog` | `version`: the version that is served |
| claim | `claim` | the version in 12 digits | `version`, `writer`: only publishers use it |

Versions count from 1 without gaps. The functions read the same table with
`functions/shared/dao-dynamodb`.
"""
