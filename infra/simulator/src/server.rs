//! The functions of a simulation: the services as they are deployed, over stores in memory, in virtual time.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lockfill_catalog::compile::compile;
use lockfill_dao::GatesWriter;
use lockfill_dao::memory::{MemoryCatalog, MemoryGates};
use lockfill_decision::{AllocationKind, Slot};
use lockfill_models::pacing::Gates;
use lockfill_models::query::Query;
use lockfill_services::{
    AcceptEvents, AllocationRequest, AllocationService, CatalogCache, Client, Counts, EventService,
    GatesCache, OpenAllocations, ReportedEvent, SigningKeys,
};
use serde_json::Value;
use uuid::Builder;

use crate::catalog::read;
use crate::device::{DeviceSlot, Report};
use crate::ledger::Ledger;
use crate::random::Random;
use crate::samples::Samples;
use crate::users::Users;

/// Environments of the function that allocates.
const ENVIRONMENTS: usize = 4;
/// An environment writes its counts with the first request so long after the last time.
const FLUSH_SECONDS: i64 = 10;
/// A store in memory takes no time.
const FLUSH_WAIT: Duration = Duration::from_secs(5);
/// Environments wait up to a quarter of a second before they load what is new, so that not all read at once.
const LOADED_WITHIN: Duration = Duration::from_secs(1);
const SECRET: &str = "sim:0123456789abcdef0123456789abcdef";

/// What environments counted and wrote.
#[derive(Debug, Default)]
pub struct Counted {
    /// Requests by unit.
    pub requests: HashMap<String, u64>,
    /// Slots that were handed out by line item.
    pub handed_out: HashMap<String, u64>,
}

struct Environment {
    service: AllocationService<MemoryCatalog, Arc<Users>>,
    counted: Counted,
    flushed_at: i64,
}

/// The functions and their stores.
pub struct Server {
    catalog: Arc<MemoryCatalog>,
    gates: Arc<MemoryGates>,
    pub users: Arc<Users>,
    pub ledger: Arc<Ledger>,
    environments: Vec<Environment>,
    events: EventService<MemoryCatalog, Arc<Ledger>, Arc<Users>>,
    flushed: Counted,
    random: Random,
    /// Requests, and those that were answered with a slot.
    pub requests: u64,
    pub filled: u64,
    /// Requests by unit, since the beginning.
    pub by_unit: HashMap<String, u64>,
    /// Line items by id, numbered as their rows.
    numbers: HashMap<String, u32>,
}

/// An answer as a device keeps it.
pub struct Answer {
    pub slots: Vec<DeviceSlot>,
    pub next_request_at: i64,
}

fn keys() -> SigningKeys {
    SigningKeys::parse(SECRET).expect("a key of this program")
}

impl Server {
    /// Functions without a catalog.
    pub fn new(rows: &Value, seed: u64) -> Self {
        let (catalog, gates) = (Arc::new(MemoryCatalog::default()), Arc::new(MemoryGates::default()));
        let (users, ledger) = (Arc::new(Users::default()), Arc::new(Ledger::default()));
        let environment = |_| {
            let service =
                AllocationService::new(CatalogCache::new(Arc::clone(&catalog)), Arc::clone(&users), keys());
            let gates = GatesCache::new(Arc::clone(&gates), Duration::from_secs(5));
            Environment { service: service.gated(gates), counted: Counted::default(), flushed_at: 0 }
        };
        let environments = (0..ENVIRONMENTS).map(environment).collect();
        let of_events = CatalogCache::new(Arc::clone(&catalog));
        let events = EventService::new(of_events, Arc::clone(&ledger), Arc::clone(&users), keys());
        let ids = rows["line_items"].as_array().into_iter().flatten().filter_map(|row| row["id"].as_str());
        let numbers = ids.map(ToOwned::to_owned).zip(0..).collect();
        let (random, flushed) = (Random::new(seed, 3), Counted::default());
        let (requests, filled) = (0, 0);
        Self {
            catalog,
            gates,
            users,
            ledger,
            environments,
            events,
            flushed,
            random,
            requests,
            filled,
            by_unit: HashMap::new(),
            numbers,
        }
    }

    /// The same, sampling requests as in production.
    pub fn sampling(mut self, samples: &Arc<Samples>) -> Self {
        let sampling = |environment: Environment| Environment {
            service: environment.service.counting(Counts::new(Arc::clone(samples), FLUSH_WAIT)),
            ..environment
        };
        self.environments = self.environments.into_iter().map(sampling).collect();
        self
    }

    /// The tables of gates.
    pub fn gates(&self) -> Arc<MemoryGates> {
        Arc::clone(&self.gates)
    }

    /// Publishes rows, and loads them everywhere.
    pub async fn publish(&mut self, version: u64, rows: &Value, now: i64) {
        let compiled = compile(version, read(rows)).expect("rows that can be served");
        self.catalog.publish(version, compiled.into_blob().as_bytes().to_vec());
        self.settle(now).await;
    }

    /// Lets environments load what is new, as they do beside their requests, within a second of the timers' clock.
    pub async fn settle(&mut self, now: i64) {
        let now = instant(now);
        for environment in &self.environments {
            environment.service.warm(now).await;
            // Any question makes an environment look at the pointer.
            let _ = environment.service.allows_origin("", now).await;
        }
        self.events.warm(now).await;
        tokio::time::sleep(LOADED_WITHIN).await;
    }

    /// The number of a line item.
    pub fn number(&self, line_item: &str) -> usize {
        self.numbers.get(line_item).map_or(0, |&number| number as usize)
    }

    /// Writes a table of gates.
    pub async fn write(&self, gates: &Gates) {
        // A store in memory takes everything.
        let _ = self.gates.write(gates).await;
    }

    /// Answers a request.
    pub async fn allocate(&mut self, query: Query, now: i64, is_marked: bool) -> Answer {
        let milliseconds = u64::try_from(now * 1_000).unwrap_or(0);
        let bytes = [self.random.next().to_le_bytes(), self.random.next().to_le_bytes()].concat();
        let random = bytes.first_chunk().expect("sixteen bytes");
        let request_id = Builder::from_unix_timestamp_millis(milliseconds, random).into_uuid();
        let place = self.random.below(self.environments.len());
        let environment = &mut self.environments[place];
        let unit_id = query.unit_id.to_string();
        let request = AllocationRequest { kind: AllocationKind::Ads, query, request_id, debugging: None };
        let opened = environment.service.open(request, instant(now)).await.expect("a catalog");
        let allocation = opened.decide().expect("a unit of the catalog");
        let tokens = allocation.tokens.as_ref();
        let mut slots = Vec::with_capacity(allocation.decision.slots.len());
        for (place, slot) in allocation.decision.slots.iter().enumerate() {
            let Slot::Ad(ad) = slot else { continue };
            let token = tokens.and_then(|tokens| tokens.of_slot(place));
            let token = token.and_then(|token| str::from_utf8(token).ok()).expect("a token in ASCII");
            *environment.counted.handed_out.entry(ad.line_item.id().to_owned()).or_default() += 1;
            slots.push(DeviceSlot {
                token: Rc::from(token),
                line_item: self.numbers.get(ad.line_item.id()).copied().unwrap_or(0),
                show: (ad.show.from.0, ad.show.until.0),
                is_marked,
            });
        }
        *self.by_unit.entry(unit_id.clone()).or_default() += 1;
        *environment.counted.requests.entry(unit_id).or_default() += 1;
        self.requests += 1;
        self.filled += u64::from(!slots.is_empty());
        if now >= environment.flushed_at + FLUSH_SECONDS {
            environment.flushed_at = now;
            add(&mut self.flushed, std::mem::take(&mut environment.counted));
        }
        Answer { slots, next_request_at: allocation.decision.next_request_at.0 }
    }

    /// What was written since the last call.
    pub fn counted(&mut self) -> Counted {
        std::mem::take(&mut self.flushed)
    }

    /// Takes a report.
    pub async fn report(&self, report: &Report, now: i64) {
        let user_agent: &[u8] = if report.is_bot { b"Googlebot/2.1" } else { b"Lockscreen/3.1 (Android 15)" };
        let client = Client { user_agent, is_prefetch: report.is_prefetch, address: None };
        let event = ReportedEvent { kind: report.kind, token: &report.token, happened_at: report.at, client };
        self.events.accept(event, instant(now)).await;
    }
}

fn add(sum: &mut Counted, more: Counted) {
    for (own, more) in [(&mut sum.requests, more.requests), (&mut sum.handed_out, more.handed_out)] {
        for (id, count) in more {
            *own.entry(id).or_default() += count;
        }
    }
}

fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).expect("an instant of this century")
}
