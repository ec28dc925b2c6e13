//! Phones: when they ask, what they show, and when they report it.

use std::rc::Rc;

use lockfill_models::event::EventKind;
use lockfill_models::query::Query;
use lockfill_models::time::{Buckets, EpochSeconds};
use lockfill_models::vocabulary::{Country, Identifier, Language, Shown, UserId, Vocabulary};

use crate::caps::Class;
use crate::demand::Market;
use crate::random::Random;

/// An unlocked phone shows the next slot in so many of 100 cases.
const SHOWS: f64 = 0.9;
/// A report is sent a second time in so many cases.
const REPEATS: f64 = 0.05;

/// A slot on a device.
#[derive(Debug, Clone)]
pub struct DeviceSlot {
    pub token: Rc<str>,
    pub line_item: u32,
    pub show: (i64, i64),
    /// Whether it was handed out while no history was known.
    pub is_marked: bool,
}

/// A report on its way.
#[derive(Debug, Clone)]
pub struct Report {
    pub token: Rc<str>,
    pub kind: EventKind,
    /// When it happened by the device's clock, if the device says so.
    pub at: Option<i64>,
    pub is_bot: bool,
    pub is_prefetch: bool,
    /// The line item of the slot of which nothing is reported later for the first time.
    pub ends: Option<u32>,
}

/// A phone.
#[derive(Debug)]
pub struct Device {
    pub market: usize,
    pub class: Class,
    /// Unlocks in a mean hour.
    pub an_hour: f64,
    pub random: Random,
    query: Query,
    /// Its clock is ahead by so many seconds.
    clock_ahead: i64,
    slate: Vec<DeviceSlot>,
    next_request_at: i64,
    offline: (i64, i64),
    /// What it showed since its midnight: line item, count, and when last by its clock.
    shown: Vec<(u32, u32, i64)>,
    shown_day: i64,
    waiting: Vec<Report>,
}

/// What an unlocked phone showed.
pub struct Unlocked {
    pub slot: Option<DeviceSlot>,
    /// Line items of slots that were dropped because it was not their time.
    pub dropped: Vec<u32>,
    /// Reports, and when they arrive.
    pub reports: Vec<(i64, Report)>,
}

impl Device {
    /// A phone of a market, as chance has it.
    pub fn new(number: usize, markets: &[Market], seed: u64) -> Self {
        let mut random = Random::new(seed, 1_000_000 + number as u64);
        let mut percent = random.below(100);
        let mut market = 0;
        while percent >= markets[market].percent {
            percent -= markets[market].percent;
            market += 1;
        }
        let class = match random.below(1_000) {
            0..=99 => Class::Offline,
            100..=139 => Class::Limited,
            140..=144 => Class::Bot,
            _ => Class::Online,
        };
        let own = &markets[market];
        let unit = if random.chance(0.6) { 1 } else { 2 };
        let has_wrong_clock = class == Class::Offline && random.chance(0.2);
        Self {
            market,
            class,
            an_hour: 0.6 + 2.4 * random.part(),
            query: Query {
                unit_id: read(&format!("u-{}-{unit}", own.name)),
                user_id: UserId::read(&format!("user-{number}")).expect("a user id"),
                country: Some(Country::read(own.country).expect("a country")),
                language: Some(Language::read(own.language).expect("a language")),
                limit_ad_tracking: class == Class::Limited,
                time_zone: Some(own.zone.clone()),
                ..Query::default()
            },
            clock_ahead: if has_wrong_clock { random.seconds(-900, 900) } else { 0 },
            slate: Vec::new(),
            next_request_at: 0,
            offline: (random.waits(12.0 * 3_600.0), 0),
            shown: Vec::new(),
            shown_day: 0,
            waiting: Vec::new(),
            random,
        }
    }

    /// Begins the time of the simulation.
    pub fn begin(&mut self, at: i64) {
        self.offline.0 += at;
        self.offline.1 = self.offline.0 + self.random.seconds(2 * 3_600, 9 * 3_600);
    }

    fn is_offline(&mut self, now: i64) -> bool {
        if self.class != Class::Offline {
            return false;
        }
        if now >= self.offline.1 {
            let from = now + self.random.waits(20.0 * 3_600.0);
            self.offline = (from, from + self.random.seconds(2 * 3_600, 9 * 3_600));
        }
        (self.offline.0..self.offline.1).contains(&now)
    }

    /// The request of a phone that asks now; `None` if it has no connection or needs no answer yet. Reports of the time
    /// without a connection are sent before or after.
    pub fn asks(&mut self, now: i64, market: &Market) -> (Vec<(i64, Report)>, Option<Query>) {
        if self.is_offline(now) {
            return (Vec::new(), None);
        }
        let late = if self.waiting.is_empty() || self.random.chance(0.5) {
            0
        } else {
            self.random.seconds(60, 1_200)
        };
        let reports = self.waiting.drain(..).map(|report| (now + late, report)).collect();
        if now < self.next_request_at {
            return (reports, None);
        }
        let reports_own = self.class == Class::Offline || self.class == Class::Limited;
        let mut query = self.query.clone();
        self.turn_day(now, market);
        query.shown = reports_own.then(|| {
            self.shown
                .iter()
                .map(|&(item, count, last)| Shown {
                    item_id: read(&format!("li-{}", item + 1)),
                    count,
                    last_shown_at: EpochSeconds(last),
                })
                .collect()
        });
        (reports, Some(query))
    }

    /// Takes an answer: the slots of the one before are dropped, and returned.
    pub fn take(&mut self, mut slots: Vec<DeviceSlot>, next_request_at: i64) -> Vec<DeviceSlot> {
        slots.reverse();
        self.next_request_at = next_request_at;
        std::mem::replace(&mut self.slate, slots)
    }

    fn turn_day(&mut self, now: i64, market: &Market) {
        let day = Buckets::at(EpochSeconds(now + self.clock_ahead), &market.zone).day;
        if day != self.shown_day {
            self.shown.clear();
            self.shown_day = day;
        }
    }

    /// Shows the next slot.
    pub fn unlock(&mut self, now: i64, market: &Market, ctr: impl Fn(u32) -> f64) -> Unlocked {
        let mut unlocked = Unlocked { slot: None, dropped: Vec::new(), reports: Vec::new() };
        if !self.random.chance(SHOWS) {
            return unlocked;
        }
        let clock = now + self.clock_ahead;
        while let Some(slot) = self.slate.pop() {
            if (slot.show.0..slot.show.1).contains(&clock) {
                unlocked.slot = Some(slot);
                break;
            }
            unlocked.dropped.push(slot.line_item);
        }
        let Some(slot) = &unlocked.slot else { return unlocked };
        self.turn_day(now, market);
        match self.shown.iter_mut().find(|(item, ..)| *item == slot.line_item) {
            Some((_, count, last)) => (*count, *last) = (*count + 1, clock),
            None => self.shown.push((slot.line_item, 1, clock)),
        }
        let is_clicked = self.random.chance(ctr(slot.line_item));
        let click_at = now + self.random.seconds(4, 40);
        let last = if is_clicked { EventKind::Click } else { EventKind::Impression };
        let report = |kind: EventKind, at| Report {
            token: Rc::clone(&slot.token),
            kind,
            at,
            is_bot: self.class == Class::Bot,
            is_prefetch: false,
            ends: (kind == last).then_some(slot.line_item),
        };
        if self.offline.0 <= now && now < self.offline.1 && self.class == Class::Offline {
            self.waiting.push(report(EventKind::Impression, Some(clock)));
            if is_clicked {
                self.waiting.push(report(EventKind::Click, Some(click_at + self.clock_ahead)));
            }
            return unlocked;
        }
        let arrives_at = now + self.random.seconds(1, 5);
        unlocked.reports.push((arrives_at, report(EventKind::Impression, None)));
        if is_clicked {
            unlocked.reports.push((click_at, report(EventKind::Click, None)));
        }
        if self.random.chance(REPEATS) {
            let again = arrives_at + self.random.seconds(1, 2 * 86_400);
            let repeated = Report { ends: None, ..report(EventKind::Impression, None) };
            unlocked.reports.push((again, repeated));
        }
        if self.random.chance(0.01) {
            let prefetched = Report { is_prefetch: true, ends: None, ..report(EventKind::Click, None) };
            unlocked.reports.push((arrives_at, prefetched));
        }
        unlocked
    }
}

fn read(text: &str) -> Identifier {
    Identifier::read(text).expect("an identifier")
}
