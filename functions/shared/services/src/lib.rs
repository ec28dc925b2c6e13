//! What the functions do, in terms of the models and of the stores' traits: allocate, accept tracking events, keep
//! a catalog fresh, sign and verify tokens. Nothing here knows HTTP, Lambda, DynamoDB or Redis.
//!
//! No service reads the clock: the caller passes the instant of the request.

mod accepted_events;
mod age;
mod allocation;
mod allocation_request;
mod bots;
mod bursts;
mod bytes_reader;
mod catalog_cache;
mod catalog_fill;
mod catalog_load;
mod catalog_state;
mod claims;
mod client_address;
mod compact_token;
mod compilation;
mod count_window;
mod counting;
mod debug_token;
mod event_rules;
mod event_service;
mod events;
mod former_token;
mod found_items;
mod freshness;
mod gates_cache;
mod inspection;
mod ledger_entries;
mod lending;
mod refusals;
mod sampling;
mod signing;
mod slot_tokens;
mod steady;
mod tracking;
mod user_digest;
mod user_history;
mod user_key;

pub use allocation::{Allocation, AllocationError, AllocationService, OpenAllocations, OpenedAllocation};
pub use allocation_request::{AllocationRequest, Debugging};
pub use catalog_cache::{CatalogCache, CatalogUnavailable, FromCatalog, Served, Waits};
pub use claims::TokenError;
pub use client_address::ClientAddress;
pub use compilation::{Compilation, CompilationError, CompilationService, CompileVersions};
pub use counting::Counts;
pub use debug_token::DebugToken;
pub use event_rules::EventRules;
pub use event_service::EventService;
pub use events::{AcceptEvents, Client, EventError, EventOutcome, EventRecorded, ReportedEvent};
pub use gates_cache::GatesCache;
pub use inspection::{
    AskedItem, AssumedHistory, Delivery, Depths, Estimate, Forecast, ForecastRequest, InspectVersions,
    InspectionError, InspectionRequest, InspectionService, OpenedInspection, Outlook, Place, Preview, Reach,
    RowsSource, RuleCost, SlotReason, WhyNot,
};
pub use signing::{InvalidKeys, SigningKeys};
pub use slot_tokens::SlotTokens;
pub use user_key::{InvalidUserKeys, UserKeys};
