//! What the benchmarks of finding ads and contents share.

pub mod measure;
pub mod random;
#[expect(missing_docs, reason = "the names say it")]
pub mod values;
