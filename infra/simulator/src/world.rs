//! The course of a simulation: what happens when, in virtual time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashSet};
use std::sync::Arc;

use lockfill_catalog::rows::CatalogRows;
use lockfill_delivery::pace::{PacingState, PlannedShares, pace, planned_shares};
use lockfill_delivery::terms::{ItemTerms, Terms};
use lockfill_models::time::EpochSeconds;
use lockfill_services::{Depths, Forecast};
use serde_json::Value;

use crate::caps::{Caps, Class, Showing};
use crate::catalog::{BOOKED, Making, read, unlimited, without};
use crate::demand::{Market, Spike, markets};
use crate::device::{Device, Report};
use crate::drafts::{Draft, Drafting, with};
use crate::exposure::Exposure;
use crate::forecasts::{Known, forecast};
use crate::random::Random;
use crate::roll_up::RollUps;
use crate::samples::Samples;
use crate::server::Server;

/// Thursday 2026-10-29 in all markets; New York's clocks go back on Sunday.
const BEGINS_AT: i64 = 1_793_232_000;
const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
/// Impressions of a user on a day that the catalog is sized for, and the part of them that is booked.
const IMPRESSIONS_A_DAY: f64 = 25.0;
const BOOKED_PART: f64 = 0.45;
/// The pacing runs so many seconds after the end of a minute, once the minute is closed, and takes some.
const PACED_AFTER: i64 = 20;
/// Versions of the catalog.
const BEFORE: u64 = 1;
const ALL: u64 = 2;
const PAUSED: u64 = 3;
const RESUMED: u64 = 4;
const ADDED: u64 = 5;
/// The catalog is published so long before its campaigns begin: the pacing has run once by then.
const PUBLISHED_BEFORE: i64 = 60;
/// How long histories are not known after a loss: a rebuild.
const REBUILD_SECONDS: i64 = 60;
/// Reports of devices that were offline arrive for so long after the last unlock.
const SETTLES_FOR: i64 = 2 * DAY;

/// What is simulated.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    pub days: u32,
    /// Days before them, with what has neither a budget nor a goal.
    pub warm_up_days: u32,
    pub users: usize,
    pub seed: u64,
}

/// Something that happens. Equal instants keep the order in which they were planned.
enum What {
    Unlock(u32),
    Report(Report),
    Minute,
    Lose,
    Rebuild,
    Publish(u64),
    Forecast,
}

/// A simulation, and what was seen of it.
pub struct World {
    pub settings: Settings,
    pub span: (i64, i64),
    markets: Vec<Market>,
    spike: Spike,
    devices: Vec<Device>,
    queue: BinaryHeap<Reverse<(i64, u64, usize)>>,
    /// What is planned, by place; places of the past are free.
    plans: Vec<Option<What>>,
    free: Vec<usize>,
    sequence: u64,
    pub server: Server,
    pub roll_ups: RollUps,
    state: PacingState,
    /// The rows that are served, and what they say.
    versions: Vec<Value>,
    pub terms: Terms,
    pub all_terms: Terms,
    pub caps: Caps,
    pub exposure: Exposure,
    ctrs: Vec<f64>,
    loss: (i64, i64),
    /// When the pacing does not run.
    outage: (i64, i64),
    /// What plans had in store, by hour.
    pub shares: BTreeMap<i64, PlannedShares>,
    pub paused: String,
    /// Campaigns that the pacing knows to be spent, and slots of them that were handed out two minutes later.
    spent_since: BTreeMap<u64, i64>,
    pub handed_out_after: u64,
    campaign_hashes: Vec<u64>,
    /// Slots that were handed out, and the longest run of the pacing in microseconds.
    pub handed_out: u64,
    pub longest_run_micros: u128,
    /// When drafts are forecast and added, what requests say until then, the drafts, and their forecasts with the click
    /// rate of their units; without drafts none.
    adds_at: i64,
    samples: Option<Arc<Samples>>,
    pub takes_gates_for_open: bool,
    pub drafts: Vec<Draft>,
    pub forecasts: Vec<(Forecast, f64)>,
}

impl World {
    pub fn new(settings: Settings) -> Self {
        Self::with(settings, i64::MAX, |_, _| Vec::new())
    }

    /// The same, in which the drafts of a run are forecast after some days, and added.
    pub fn held_out(settings: Settings, after_days: u32, run: usize) -> Self {
        let adds_at = BEGINS_AT + i64::from(after_days) * DAY;
        let span = (adds_at, BEGINS_AT + i64::from(settings.days) * DAY);
        let mut world = Self::with(settings, adds_at, |markets, line_items| {
            Drafting { span, users: settings.users, run, seed: settings.seed, line_items }.drafts(markets)
        });
        let samples = Arc::new(Samples::default());
        world.server = world.server.sampling(&samples);
        world.samples = Some(samples);
        world
    }

    fn with(settings: Settings, adds_at: i64, drafts: impl Fn(&[Market], usize) -> Vec<Draft>) -> Self {
        let Settings { days, users, seed, .. } = settings;
        let span = (BEGINS_AT, BEGINS_AT + i64::from(days) * DAY);
        let mut random = Random::new(seed, 1);
        let markets = markets(&mut random);
        let room = users as f64 * IMPRESSIONS_A_DAY * f64::from(days) * BOOKED_PART;
        let mut plan = Making::new(&markets, span, (users, room / f64::from(BOOKED)), seed).finish();
        let served = plan.rows;
        let drafts = drafts(&markets, served["line_items"].as_array().map_or(0, Vec::len));
        plan.rows = with(&served, &drafts);
        let rows: CatalogRows = read(&plan.rows);
        let all_terms = Terms::new(&read(&plan.rows));
        let hash_of = |item: &ItemTerms| all_terms.campaigns[item.campaign].hash;
        let at = |part: f64| {
            #[expect(clippy::cast_possible_truncation, reason = "seconds of some days")]
            let seconds = ((span.1 - span.0) as f64 * part) as i64;
            span.0 + seconds
        };
        let spike_at = at(0.55);
        let loss_at = at(0.7);
        let outage_at = at(0.8);
        Self {
            settings,
            span,
            spike: Spike { span: (spike_at, spike_at + HOUR), times: 5.0 },
            devices: (0..users).map(|number| Device::new(number, &markets, seed)).collect(),
            queue: BinaryHeap::new(),
            plans: Vec::new(),
            free: Vec::new(),
            sequence: 0,
            server: Server::new(&plan.rows, seed),
            roll_ups: RollUps::default(),
            state: PacingState::default(),
            caps: Caps::new(&rows),
            exposure: Exposure::new(rows.line_items.len()),
            ctrs: rows.line_items.iter().map(|_| 0.006 + 0.014 * random.part()).collect(),
            loss: (loss_at, loss_at + REBUILD_SECONDS),
            outage: (outage_at, outage_at + 15 * 60),
            versions: vec![served, plan.rows],
            campaign_hashes: all_terms.line_items.iter().map(hash_of).collect(),
            terms: all_terms.clone(),
            all_terms,
            shares: BTreeMap::new(),
            paused: plan.paused,
            spent_since: BTreeMap::new(),
            handed_out_after: 0,
            handed_out: 0,
            longest_run_micros: 0,
            adds_at,
            samples: None,
            takes_gates_for_open: false,
            drafts,
            forecasts: Vec::new(),
            markets,
        }
    }

    /// The rows of the catalog.
    pub fn rows(&self) -> CatalogRows {
        read(&self.versions[1])
    }

    fn plan(&mut self, at: i64, what: What) {
        self.sequence += 1;
        let place = self.free.pop().unwrap_or_else(|| {
            self.plans.push(None);
            self.plans.len() - 1
        });
        self.plans[place] = Some(what);
        self.queue.push(Reverse((at, self.sequence, place)));
    }

    /// Lets all of it happen. `progress` is told of each part of the time.
    ///
    /// Timers have a clock of their own, which goes on when everything waits. With the machine's clock a pause of the
    /// services would take as many minutes of the simulation as the machine simulates meanwhile.
    ///
    /// # Panics
    /// If the system has no resources for a runtime.
    pub fn run(&mut self, progress: impl FnMut(f64)) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
        runtime.block_on(self.go_through(progress));
    }

    async fn go_through(&mut self, mut progress: impl FnMut(f64)) {
        let (from, until) = self.span;
        let begins_at = from - i64::from(self.settings.warm_up_days) * DAY;
        for number in 0..self.devices.len() {
            let device = &mut self.devices[number];
            device.begin(begins_at);
            let market = &self.markets[device.market];
            let at = market.next_unlock(begins_at, device.an_hour, &self.spike, &mut device.random);
            self.plan(at, What::Unlock(device_number(number)));
        }
        if begins_at < from {
            self.publish(BEFORE, begins_at).await;
        }
        self.plan(from - PUBLISHED_BEFORE, What::Publish(ALL));
        self.plan(begins_at - 60 + PACED_AFTER, What::Minute);
        self.plan(self.loss.0, What::Lose);
        self.plan(self.loss.1, What::Rebuild);
        if self.settings.days >= 5 {
            let paused_at = from + 36 * HOUR;
            self.plan(paused_at, What::Publish(PAUSED));
            self.plan(paused_at + 2 * DAY, What::Publish(RESUMED));
        }
        if self.samples.is_some() {
            self.plan(self.adds_at, What::Forecast);
        }
        let mut told = begins_at;
        while let Some(Reverse((at, _, place))) = self.queue.pop() {
            if at >= told + 6 * HOUR {
                told = at;
                progress(((at - begins_at) as f64 / (until + SETTLES_FOR - begins_at) as f64).min(1.0));
            }
            let Some(what) = self.plans[place].take() else { continue };
            self.free.push(place);
            self.happen(at, what).await;
        }
    }

    async fn happen(&mut self, at: i64, what: What) {
        match what {
            What::Unlock(number) => self.unlock(number, at).await,
            What::Report(report) => {
                self.server.report(&report, at).await;
                if let Some(line_item) = report.ends {
                    self.exposure.arrive(at, line_item);
                }
            }
            What::Minute => self.minute(at).await,
            What::Lose => self.server.users.lose(),
            What::Rebuild => self.server.users.rebuild(&self.server.ledger).await,
            What::Publish(version) => self.publish(version, at).await,
            What::Forecast => self.add_drafts(at).await,
        }
    }

    async fn publish(&mut self, version: u64, at: i64) {
        let all = &self.versions[usize::from(at >= self.adds_at)];
        let rows = match version {
            BEFORE => unlimited(all, self.span.0 - i64::from(self.settings.warm_up_days) * DAY),
            PAUSED => without(all, &self.paused, EpochSeconds(at)),
            _ => all.clone(),
        };
        if version == ALL {
            // What was before the days is not measured.
            (self.server.requests, self.server.filled, self.handed_out) = (0, 0, 0);
        }
        self.terms = Terms::new(&read(&rows));
        self.server.publish(version, &rows, at).await;
    }

    /// Forecasts the drafts one by one, and adds them all.
    async fn add_drafts(&mut self, at: i64) {
        let Some(samples) = self.samples.clone() else { return };
        let rate = |part: f64, whole: f64| part / whole.max(1.0);
        let depth = |(unit, &requests): (&String, &u64)| {
            let (impressions, _) = self.roll_ups.by_unit.get(unit).copied().unwrap_or_default();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at most 50 impressions"
            )]
            let millionths = (1e6 * rate(impressions as f64, requests as f64)) as u32;
            (unit.clone(), millionths)
        };
        let depths = Depths(self.server.by_unit.iter().map(depth).collect());
        let hours = u16::try_from((at - self.span.0) / HOUR).unwrap_or(u16::MAX);
        let is_gated = !self.takes_gates_for_open;
        let known = Known { samples, gates: self.server.gates(), depths, hours, is_gated };
        for draft in &self.drafts {
            let forecast = forecast(&known, &self.versions[0], draft, at).await;
            let sums =
                forecast.reach.delivery.by_unit.keys().filter_map(|unit| self.roll_ups.by_unit.get(unit));
            let (shown, clicked) = sums.fold((0, 0), |sum, of_unit| (sum.0 + of_unit.0, sum.1 + of_unit.1));
            self.forecasts.push((forecast, rate(clicked as f64, shown as f64)));
        }
        self.publish(ADDED, at).await;
    }

    async fn unlock(&mut self, number: u32, at: i64) {
        let place = number as usize;
        let device = &mut self.devices[place];
        let market = &self.markets[device.market];
        let next = market.next_unlock(at, device.an_hour, &self.spike, &mut device.random);
        let (mut reports, query) = device.asks(at, market);
        let is_marked = (self.loss.0..self.loss.1).contains(&at);
        if let Some(query) = query {
            let answer = self.server.allocate(query, at, is_marked).await;
            for slot in &answer.slots {
                let campaign = self.campaign_hashes[slot.line_item as usize];
                let spent_since = self.spent_since.get(&campaign);
                self.handed_out += 1;
                self.exposure.hand_out(slot.line_item);
                self.handed_out_after += u64::from(spent_since.is_some_and(|since| at > since + 120));
            }
            let dropped = self.devices[place].take(answer.slots, answer.next_request_at);
            for slot in dropped {
                self.exposure.drop_slot(slot.line_item);
            }
        }
        let device = &mut self.devices[place];
        let ctrs = &self.ctrs;
        let unlocked = device.unlock(at, market, |item| ctrs[item as usize]);
        reports.extend(unlocked.reports);
        for line_item in unlocked.dropped {
            self.exposure.drop_slot(line_item);
        }
        if let Some(slot) = unlocked.slot.filter(|_| device.class != Class::Bot) {
            self.caps.show(&Showing {
                user: number,
                line_item: slot.line_item,
                at,
                zone: &market.zone,
                class: device.class,
                is_marked: slot.is_marked,
            });
        }
        for (arrives_at, report) in reports {
            self.plan(arrives_at, What::Report(report));
        }
        if next < self.span.1 {
            self.plan(next, What::Unlock(number));
        }
    }

    /// A minute is closed: it is rolled up, and the pacing runs.
    async fn minute(&mut self, at: i64) {
        let minute = at.div_euclid(60) - 1;
        self.roll_ups.add(minute, &self.server.ledger);
        self.exposure.roll_up((minute + 1) * 60);
        if at < self.span.1 + SETTLES_FOR {
            self.plan(at + 60, What::Minute);
        }
        if at >= self.span.1 || (self.outage.0..self.outage.1).contains(&at) {
            return;
        }
        let now = EpochSeconds(at);
        let counted = self.server.counted();
        let mut delivered = self.roll_ups.delivered(&self.terms, now);
        (delivered.handed_out, delivered.requests) = (counted.handed_out, counted.requests);
        let began = std::time::Instant::now();
        let gates = pace(&self.terms, &delivered, &mut self.state, now);
        self.longest_run_micros = self.longest_run_micros.max(began.elapsed().as_micros());
        self.note_spent(gates.spent_campaigns(), at);
        self.server.write(&gates).await;
        self.server.settle(at + 1).await;
        self.exposure.paced(&self.terms, &gates, |id| self.server.number(id), at);
        // Before the hour at whose beginning the next run is.
        if (at + 60).rem_euclid(HOUR) < 60 {
            let hour = (at + 60).div_euclid(HOUR);
            let span = (EpochSeconds(hour * HOUR), EpochSeconds(hour * HOUR + HOUR));
            self.shares.insert(hour, planned_shares(&self.terms, &delivered, &self.state, span));
        }
    }

    fn note_spent(&mut self, spent: &[u64], at: i64) {
        let spent: HashSet<u64> = spent.iter().copied().collect();
        self.spent_since.retain(|campaign, _| spent.contains(campaign));
        for campaign in spent {
            self.spent_since.entry(campaign).or_insert(at);
        }
    }
}

fn device_number(number: usize) -> u32 {
    u32::try_from(number).expect("fewer devices than 2^32")
}
