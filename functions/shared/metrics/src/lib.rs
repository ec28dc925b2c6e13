//! Metrics of a process: sums, distributions and instants in atomic numbers, and their two forms: lines in CloudWatch's
//! embedded metric format, and the text of Prometheus. `functions/METRICS.md` says what each of them means.
//!
//! All layers may count here. Nothing here does input or output, reads a clock, or takes a text that is not part of the
//! program: a name is `&'static str`, so no metric can hold what a client has sent.

mod buckets;
mod emf;
mod last;
mod pace;
mod prometheus;
mod registry;
mod table;

pub use registry::{METRICS, Registry};
pub use table::{Count, Distribution, Family, Gauge, Group};
