//! Time as the decision sees it: whole seconds in UTC, and a user's local calendar.

mod epoch_seconds;
mod interval;
mod timeline;
mod windows;

pub use epoch_seconds::EpochSeconds;
pub use interval::Interval;
pub use timeline::{HOURS_PER_WEEK, HourSet, LocalTimeline};
pub use windows::{Buckets, Window};
