//! What the functions do, in terms of the models and of the stores' traits: allocate, count events, keep a
//! catalog fresh, sign and check tracking tokens. Nothing here knows HTTP, Lambda, DynamoDB or Redis.

mod allocation;
mod catalog_cache;
mod clock;
mod debug_token;
mod events;
mod refresh;
mod signing;
mod tracking;
mod user_key;

pub use allocation::{Allocation, AllocationError, AllocationRequest, AllocationService, Debugging};
pub use catalog_cache::{CatalogCache, CatalogUnavailable, Served};
pub use clock::Clock;
pub use debug_token::DebugToken;
pub use events::{EventError, EventOutcome, EventService};
pub use signing::{InvalidKeys, SigningKeys};
pub use tracking::TokenError;
