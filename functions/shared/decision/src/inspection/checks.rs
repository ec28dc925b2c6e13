//! Every rule of eligibility that concerns an item, each held against the request on its own.
//!
//! A decision stops at the first rule that an item fails. A person who mends that one would meet the next, so here no
//! rule hides another.

use lockfill_catalog::targeting::Conditions;
use lockfill_catalog::{Content, LineItem};
use lockfill_models::time::{EpochSeconds, Interval};

use crate::context::Context;
use crate::decide::AllocationKind;
use crate::eligibility as rules;
use crate::explain::{Finding, find};
use crate::frequency_cap::{histories, scopes};
use crate::mix;
use crate::observer::Item;
use crate::rejection::Rejection;
use crate::targeting::Dimension;

/// One rule, and whether the item meets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The rule, named by the rejection that it would be.
    pub rule: Rejection,
    /// Whether the item meets the rule.
    pub passes: bool,
    /// What the rule wanted and found, in English; of use where the item fails it.
    pub finding: Finding,
    /// What the rule compared, by name: micros of money, counts, seconds, epoch seconds, or ppm, as the name says.
    pub numbers: Vec<(&'static str, i64)>,
}

/// The rules that concern an item in an allocation of a kind, in the order in which a decision checks them. A condition
/// that the item does not have is left out.
#[must_use]
pub fn check_item(kind: AllocationKind, item: Item<'_>, context: &Context<'_, '_>) -> Vec<Check> {
    let mut checks = Checks { item, context, all: Vec::new() };
    match item {
        Item::LineItem(line_item) => checks.line_item(kind, line_item),
        Item::Content(content) => checks.content(content),
    }
    checks.all
}

struct Checks<'a, 'c> {
    item: Item<'a>,
    context: &'a Context<'a, 'c>,
    all: Vec<Check>,
}

impl Checks<'_, '_> {
    fn add(&mut self, rule: Rejection, passes: bool, numbers: Vec<(&'static str, i64)>) {
        let finding = if passes { Finding::new("", "") } else { find(self.item, rule, self.context) };
        self.all.push(Check { rule, passes, finding, numbers });
    }

    fn line_item(&mut self, kind: AllocationKind, item: LineItem<'_>) {
        let context = self.context;
        let unit = context.inputs.unit;
        let flight = self.flight(item.flight());
        self.targeting(item.targeting());
        self.hours(item, flight);
        if !unit.blocked_categories.is_empty() {
            let is_blocked = rules::is_category_blocked(item.categories(), context);
            self.add(Rejection::BlockedCategory, !is_blocked, Vec::new());
        }
        if !unit.blocked_advertisers.is_empty() {
            let is_blocked = rules::is_advertiser_blocked(item, context);
            self.add(Rejection::BlockedAdvertiser, !is_blocked, Vec::new());
        }
        let is_rated_too_high = rules::is_rated_too_high(item.rating(), context);
        self.add(Rejection::ContentRating, !is_rated_too_high, Vec::new());
        self.add(
            Rejection::FloorPrice,
            !rules::is_below_floor_price(item, context),
            vec![
                ("wanted_micros", unit.floor_price_micros),
                ("found_micros", item.ecpm_micros(unit)),
                ("price_micros", item.price_micros()),
            ],
        );
        self.add(Rejection::Budget, !rules::is_budget_spent(item, context), self.spent(item));
        self.add(Rejection::Pacing, !rules::is_held_back(item, context), self.gate(item));
        if item.is_capped() {
            let is_unknown = rules::is_hard_capped_without_history(item, context);
            self.add(Rejection::UnknownHistory, !is_unknown, Vec::new());
        }
        self.caps(item);
        if kind == AllocationKind::Lockscreen {
            self.add(Rejection::AdRatio, mix::takes_ads(&unit.mix), Vec::new());
        }
        self.add(Rejection::NoCreative, item.creatives().len() > 0, Vec::new());
    }

    fn content(&mut self, content: Content<'_>) {
        let context = self.context;
        self.flight(Some(content.flight()));
        self.targeting(content.targeting());
        let is_in_language = *content.language() == **context.content_language();
        self.add(Rejection::ContentLanguage, is_in_language, Vec::new());
        if !context.inputs.unit.blocked_categories.is_empty() {
            let is_blocked = rules::is_category_blocked(content.categories(), context);
            self.add(Rejection::BlockedCategory, !is_blocked, Vec::new());
        }
        let is_rated_too_high = rules::is_rated_too_high(content.rating(), context);
        self.add(Rejection::ContentRating, !is_rated_too_high, Vec::new());
    }

    /// What of the slate is within the dates; the whole slate where nothing is, so that the rules behind it are checked.
    fn flight(&mut self, flight: Option<Interval>) -> Interval {
        let slate = self.context.slate;
        let within = flight.and_then(|flight| flight.intersect(slate));
        let mut numbers = Vec::new();
        if let Some(flight) = flight {
            numbers.push(("starts_at", flight.from.0));
            if flight.until != EpochSeconds::MAX {
                numbers.push(("ends_at", flight.until.0));
            }
        }
        self.add(Rejection::Flight, within.is_some(), numbers);
        within.unwrap_or(slate)
    }

    fn targeting(&mut self, conditions: Conditions<'_>) {
        let subject = self.context.subject();
        for dimension in Dimension::all().filter(|dimension| dimension.is_in(conditions)) {
            let passes = dimension.admits(conditions, &subject);
            self.add(Rejection::Targeting(dimension), passes, Vec::new());
        }
    }

    fn hours(&mut self, item: LineItem<'_>, flight: Interval) {
        let context = self.context;
        let mut span = flight;
        if item.minimum_interval_seconds() > 0 {
            let free = rules::check_minimum_interval(item, flight, context);
            let history = context.inputs.state.line_items.get(item.id());
            let mut numbers = vec![("seconds", item.minimum_interval_seconds().into())];
            numbers.extend(history.map(|history| ("last_shown_at", history.last_shown_at.0)));
            self.add(Rejection::MinimumInterval, free.is_ok(), numbers);
            span = free.unwrap_or(flight);
        }
        if item.dayparts().is_some() {
            let open = rules::check_dayparts(item, span, context);
            self.add(Rejection::Dayparting, open.is_ok(), Vec::new());
        }
    }

    /// 1 where it is the campaign's budget that is spent.
    fn spent(&self, item: LineItem<'_>) -> Vec<(&'static str, i64)> {
        let of_campaign = self.context.inputs.gates.is_campaign_spent(item.campaign().id());
        vec![("of_campaign", i64::from(of_campaign))]
    }

    fn gate(&self, item: LineItem<'_>) -> Vec<(&'static str, i64)> {
        let now = self.context.inputs.now;
        let gate = self.context.inputs.gates.gate(item.id());
        gate.map_or_else(Vec::new, |gate| vec![("open_ppm", gate.open_ppm_at(now).into())])
    }

    fn caps(&mut self, item: LineItem<'_>) {
        let context = self.context;
        for capped in scopes(item) {
            let history = histories(context.inputs.state, capped.scope).get(capped.id());
            for cap in capped.caps.iter() {
                let seen = history.map_or(0, |history| history.count(cap.window, &context.buckets));
                self.add(
                    Rejection::FrequencyCap(capped.scope, cap.window),
                    seen < cap.limit,
                    vec![("limit", cap.limit.into()), ("seen", seen.into())],
                );
            }
        }
    }
}
