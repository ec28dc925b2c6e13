//! Headers that many answers have.

use serde_json::{Value, json};

/// The headers of every answer.
pub(super) fn common_headers() -> Value {
    json!({
        "x-lockfill-served-by": { "$ref": "#/components/headers/served_by" },
        "x-lockfill-degraded": { "$ref": "#/components/headers/degraded" },
    })
}
