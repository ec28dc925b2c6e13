"""Published catalogs in DynamoDB: the layout of the table, and the one reader of a version.

The table has the string keys `pk` and `sk`. `items` writes and reads its items. In keys a version
has 12 digits, the index of a chunk 6, and a shard (the index modulo 16) 2:

| item | `pk` | `sk` | attributes |
|---|---|---|---|
| chunk of rows | `rows#<version>#<shard>` | its index | `data`: a Zstandard frame, `sha256`: of `data` |
| manifest of rows | `rows#<version>` | `manifest` | `digest`, `chunks`, `row_counts`, `raw_bytes` |
| publish record | `publish` | the version | `version`, `published_at`, `row_counts`, `digest` |
| pointer | `pointer` | `catalog` | `version`: the version that is served, `digest` |
| claim | `claim` | the version | `version`, `writer`: only publishers use it |
| chunk of a blob | `blob#<format>#<version>#<digest>#<shard>` | its index | the functions write and read it |
| manifest of a blob | `blob#<format>#<version>#<digest>` | `manifest` | the functions write and read it |
| note of a blob | `blob#written#<version>` | `<format>#<digest>` | the functions write it before the blob |
| note of a format | `blob#formats` | the format | the functions write it with their first blob |
| compiler of a format | `compilers` | the format | `function`, `added_at`: only publishers use it |

`chunks` has the form of a chunk, and the digest of a version: the SHA-256 over the digests of its
chunks of rows. The names of blobs have the first 16 digits of it. Versions count from 1 without
gaps. The functions read the same table with `functions/shared/dao-dynamodb`.
"""
