//! What the benchmarks of finding ads and contents share.

#[expect(clippy::missing_panics_doc, clippy::must_use_candidate, reason = "of benchmarks alone")]
pub mod catalogs;
pub mod measure;
#[expect(clippy::missing_panics_doc, clippy::must_use_candidate, reason = "of benchmarks alone")]
pub mod program;
pub mod random;
#[expect(
    missing_docs,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "of benchmarks alone"
)]
pub mod values;
