//! A request while its parameters are read.

use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{Explain, Latitude};

/// What has been read of a request so far.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The query. Its ids are empty until they are read; a request without them is refused.
    pub query: Query,
    /// The latitude, until the longitude joins it.
    pub latitude: Option<Latitude>,
    /// The reasons of rejections that are asked for.
    pub explain: Explain,
    /// The instant that is asked about, if it is another one than now.
    pub now: Option<EpochSeconds>,
}
