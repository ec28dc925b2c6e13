//! What a person asks of one item or one screen, from a served version or from rows that are not published yet.

mod assumed;
mod delivery;
mod depth;
mod forecast;
mod opened;
mod question;
mod reach;
mod reasons;
mod rows;
mod sampled;
mod service;

pub use delivery::Delivery;
pub use depth::Depths;
pub use forecast::{Forecast, ForecastRequest};
pub use opened::{OpenedInspection, Outlook, Preview, WhyNot};
pub use question::{AskedItem, AssumedHistory, InspectionError, InspectionRequest, RowsSource};
pub use reach::{Estimate, Reach, RuleCost};
pub use reasons::{Place, SlotReason};
pub use service::{InspectVersions, InspectionService};
