//! The call of the compiler, and its answers.

use lockfill_catalog::{Refusal, Refusals};
use lockfill_services::Compilation;
use serde::{Deserialize, Serialize};

use super::inspection::{Asked, AskedForecast, AskedItemDocument};

/// The type of the error of a payload that is no call.
pub(crate) const BAD_INVOCATION: &str = "BadInvocation";

/// What the function `catalog` can be asked for. Unknown members are refused: a caller that sends one expects
/// something of it.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "operation", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum CatalogCall {
    /// Compile the rows of a version.
    Compile {
        /// The version.
        version: u64,
        /// The digest of its rows, 64 hexadecimal digits.
        digest: String,
    },
    /// Say why one item is not shown.
    WhyNot {
        /// What is asked.
        asked: Asked,
        /// The item.
        item: AskedItemDocument,
    },
    /// Say what sampled requests of the last days mean for an item.
    Forecast(AskedForecast),
    /// Show a screen.
    Preview {
        /// What is asked.
        asked: Asked,
    },
}

/// The answer to a call that has a verdict on rows.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum CompileAnswer<'a> {
    /// The blob is written.
    Compiled {
        version: u64,
        digest: &'a str,
        formats: &'a [u32],
        blob_bytes: u64,
        compressed_bytes: u64,
        line_items: u64,
        contents: u64,
    },
    /// Rows cannot be served; nothing is written.
    Refused { refusals: &'a [Refusal], refusals_in_all: usize },
}

impl<'a> CompileAnswer<'a> {
    /// The answer to a compilation that was done.
    pub(crate) fn compiled(version: u64, digest: &'a str, compilation: &'a Compilation) -> Self {
        let Compilation { formats, blob_bytes, compressed_bytes, line_items, contents } = compilation;
        Self::Compiled {
            version,
            digest,
            formats,
            blob_bytes: *blob_bytes,
            compressed_bytes: *compressed_bytes,
            line_items: *line_items,
            contents: *contents,
        }
    }

    /// The answer where rows are refused.
    pub(crate) fn refused(refusals: &'a Refusals) -> Self {
        Self::Refused { refusals: refusals.named(), refusals_in_all: refusals.in_all() }
    }
}
