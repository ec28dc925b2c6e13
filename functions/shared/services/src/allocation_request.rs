//! What is asked of an allocation.

use lockfill_decision::AllocationKind;
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::Explain;
use uuid::Uuid;

/// One allocation to be made.
#[derive(Debug)]
pub struct AllocationRequest {
    /// Which of the three allocations.
    pub kind: AllocationKind,
    /// The request's parameters.
    pub query: Query,
    /// The answer's id, unique: a UUID of version 7, whose time is the request's.
    pub request_id: Uuid,
    /// Set for a debugging client with the debug token. Such an allocation has no tracking tokens.
    pub debugging: Option<Debugging>,
}

/// The options of a debugging client.
#[derive(Debug, Clone, Default)]
pub struct Debugging {
    /// Of which items without a slot the allocation names the reason.
    pub explain: Explain,
    /// The instant to decide for, instead of the request's.
    pub now: Option<EpochSeconds>,
}
