//! Caps as users see them: every showing counts, whether or not it is ever reported.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use lockfill_catalog::rows::{CampaignRow, CatalogRows};
use lockfill_catalog::{Cap, CapKind};
use lockfill_models::time::{Buckets, EpochSeconds};
use lockfill_models::user_state::History;

/// How a device is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// It reports within seconds.
    Online,
    /// It is offline for hours, and reports late; its clock may be wrong.
    Offline,
    /// Its user limits ad tracking: nothing is stored, and the device's own report is all that is known.
    Limited,
    /// No person.
    Bot,
}

/// Showings beyond a cap.
#[derive(Debug, Default)]
pub struct Violations {
    /// By class.
    pub outside: HashMap<Class, u64>,
    /// Of slates that were handed out while no history was known: of soft caps, and of hard ones. Of online devices.
    pub inside_soft: u64,
    pub inside_hard: u64,
    /// Showings by class.
    pub showings: HashMap<Class, u64>,
}

/// A showing.
#[derive(Debug, Clone, Copy)]
pub struct Showing<'a> {
    pub user: u32,
    pub line_item: u32,
    pub at: i64,
    pub zone: &'a TimeZone,
    pub class: Class,
    /// Whether the slate was handed out while no history was known.
    pub is_marked: bool,
}

/// Holds showings against caps.
#[derive(Debug, Default)]
pub struct Caps {
    /// By line item: whether its cap is hard, its own caps, its campaign's number, and the campaign's caps.
    items: Vec<(bool, Vec<Cap>, u32, Vec<Cap>)>,
    /// By user, whether it is of a campaign, and number.
    histories: HashMap<(u32, bool, u32), History>,
    pub violations: Violations,
}

impl Caps {
    /// The caps of rows. Line items are numbered in the order of their rows.
    pub fn new(rows: &CatalogRows) -> Self {
        let item = |row: &lockfill_catalog::rows::LineItemRow| {
            let is_own = |campaign: &CampaignRow| campaign.id == row.campaign_id;
            let place = rows.campaigns.iter().position(is_own).unwrap_or(0);
            let campaign = u32::try_from(place).unwrap_or(0);
            (row.cap_kind == CapKind::Hard, row.caps.clone(), campaign, rows.campaigns[place].caps.clone())
        };
        Self { items: rows.line_items.iter().map(item).collect(), ..Self::default() }
    }

    /// Counts a showing.
    pub fn show(&mut self, showing: &Showing<'_>) {
        *self.violations.showings.entry(showing.class).or_default() += 1;
        let (is_hard, own, campaign, of_campaign) = &self.items[showing.line_item as usize];
        let at = EpochSeconds(showing.at);
        let buckets = Buckets::at(at, showing.zone);
        let mut is_broken = false;
        for (key, caps) in
            [((showing.user, false, showing.line_item), own), ((showing.user, true, *campaign), of_campaign)]
        {
            if caps.is_empty() {
                continue;
            }
            let once = History::once(at, &buckets);
            let history = self.histories.entry(key).and_modify(|history| history.add(&once)).or_insert(once);
            is_broken |= caps.iter().any(|cap| history.count(cap.window, &buckets) > cap.limit);
        }
        if !is_broken {
            return;
        }
        let violations = &mut self.violations;
        match (showing.class, showing.is_marked, is_hard) {
            (Class::Online, true, true) => violations.inside_hard += 1,
            (Class::Online, true, false) => violations.inside_soft += 1,
            (class, ..) => *violations.outside.entry(class).or_default() += 1,
        }
    }
}
