//! Time: whole seconds in UTC, and a user's local calendar.

mod epoch_seconds;
mod hour_set;
mod interval;
mod timeline;
mod windows;

pub use epoch_seconds::EpochSeconds;
pub use hour_set::{HOURS_PER_WEEK, HourSet};
pub use interval::Interval;
pub use timeline::LocalTimeline;
pub use windows::{Buckets, Window, newest_day, newest_week};
