//! Checks every number of a blob once, so that no view of it can fail.
//!
//! The checksum finds bytes that have changed. This check finds what a faulty compiler wrote: a number of a record,
//! a text, a list or a value of an enum that does not exist.

use lockfill_models::arithmetic::Pricing;
use lockfill_models::time::{EpochSeconds, Window};
use lockfill_models::vocabulary::SlotCount;

use super::flags::Stored;
use super::lists::list;
use super::records::{
    AdvertiserRecord, CampaignRecord, ContentRecord, CreativeRecord, LineItemRecord, NONE, OverrideRecord,
    TombstoneRecord, UnitRecord, WithheldRecord,
};
use super::sections::Store;
use super::texts::TextStore;
use crate::blob::BlobError;
use crate::compile::{HORIZON_SECONDS_MAX, PPM_MAX, SLATE_SECONDS_MIN};
use crate::entities::{CapKind, ContentRating, FirstSlot, Tier};
use crate::index;
use crate::rows::WithdrawnKind;
use crate::targeting::{Conditions, is_sound};

/// What a list of numbers holds.
#[derive(Clone, Copy)]
enum Kind {
    Texts,
    Caps,
    Conditions,
}

/// The lists that were found sound, as one bit for each place and kind: items share lists.
struct Lists<'c> {
    texts: TextStore<'c>,
    words: &'c [u32],
    is_sound: [Vec<u64>; 3],
}

impl Lists<'_> {
    fn are_sound(&mut self, kind: Kind, place: u32) -> bool {
        let (texts, words) = (self.texts, self.words);
        let (word, bit) = (place as usize / 64, 1_u64 << (place % 64));
        let Some(known) = self.is_sound[kind as usize].get_mut(word) else { return false };
        if *known & bit == 0 {
            let Some(list) = list(words, place) else { return false };
            let is_sound = match kind {
                Kind::Texts => list.iter().all(|&number| texts.has(number)),
                Kind::Caps => {
                    let is_window = |cap: &[u32]| u8::try_from(cap[0]).is_ok_and(Window::is);
                    list.len().is_multiple_of(2) && list.chunks_exact(2).all(is_window)
                }
                Kind::Conditions => Conditions { texts, words: list }.is_sound(is_sound),
            };
            if !is_sound {
                return false;
            }
            *known |= bit;
        }
        true
    }
}

/// The checks of one blob.
struct Check<'c> {
    store: &'c Store,
    lists: Lists<'c>,
}

/// Checks every number of a blob.
///
/// # Errors
/// Names the first record that holds a number that no compiler writes.
pub(crate) fn validate(store: &Store) -> Result<(), BlobError> {
    check_texts(store.texts())?;
    let (texts, words) = (store.texts(), store.lists());
    let unknown = || vec![0; words.len().div_ceil(64)];
    let is_sound = [unknown(), unknown(), unknown()];
    Check { store, lists: Lists { texts, words, is_sound } }.records()?;
    let wrong = |problem| BlobError::Record { kind: "index", index: 0, problem };
    index::is_sound(store).map_or(Ok(()), |problem| Err(wrong(problem)))
}

/// Every text is UTF-8, and lies behind the one before.
fn check_texts(texts: TextStore<'_>) -> Result<(), BlobError> {
    let wrong = |index, problem| BlobError::Record { kind: "text", index, problem };
    let all = std::str::from_utf8(texts.bytes).map_err(|_| wrong(0, "is not UTF-8"))?;
    let mut from = 0;
    for (index, &until) in texts.ends.iter().enumerate() {
        if until < from || !all.is_char_boundary(until as usize) {
            return Err(wrong(index, "does not end where a character ends"));
        }
        from = until;
    }
    Ok(())
}

/// Checks records one by one.
fn each<'r, T: 'r>(
    kind: &'static str,
    records: &'r [T],
    mut problem: impl FnMut(&'r T) -> Option<&'static str>,
) -> Result<(), BlobError> {
    for (index, record) in records.iter().enumerate() {
        if let Some(problem) = problem(record) {
            return Err(BlobError::Record { kind, index, problem });
        }
    }
    Ok(())
}

/// The first problem whose condition does not hold.
macro_rules! expect {
    ($($holds:expr => $problem:literal,)+) => {
        $(if !$holds { return Some($problem); })+
    };
}

/// Whether the numbers of a unit are those that the compiler accepts.
fn are_in_range(unit: &UnitRecord) -> bool {
    let is_short = |number: u32| u16::try_from(number).is_ok();
    let is_count = u16::try_from(unit.default_count).is_ok_and(|count| SlotCount::new(count).is_some());
    is_count
        && (SLATE_SECONDS_MIN..=HORIZON_SECONDS_MAX).contains(&unit.horizon_seconds)
        && (SLATE_SECONDS_MIN..=unit.horizon_seconds).contains(&unit.refresh_seconds)
        && unit.ad_ratio_ppm <= PPM_MAX
        && is_short(unit.minimum_gap)
        && (unit.advertiser_slots_max == NONE || is_short(unit.advertiser_slots_max))
}

const TEXT: &str = "names a text that does not exist";

impl<'c> Check<'c> {
    fn records(&mut self) -> Result<(), BlobError> {
        let store: &'c Store = self.store;
        each("flight", store.flights(), |flight| {
            let range = EpochSeconds::MIN.0..=EpochSeconds::MAX.0;
            expect!(
                (flight.from < flight.until) => "ends before it starts",
                (range.contains(&flight.from) && range.contains(&flight.until)) => "is beyond the ends of time",
            );
            None
        })?;
        each("unit", store.units(), |unit| self.unit(unit))?;
        each("override", store.overrides(), |over: &OverrideRecord| {
            let is_there = (over.line_item as usize) < store.line_items().len();
            (!is_there).then_some("names a line item that does not exist")
        })?;
        each("advertiser", store.advertisers(), |&advertiser| self.advertiser(advertiser))?;
        each("campaign", store.campaigns(), |campaign| self.campaign(campaign))?;
        each("line item", store.line_items(), |item| self.line_item(item))?;
        each("creative", store.creatives(), |creative| self.creative(creative))?;
        each("content", store.contents(), |content| self.content(content))?;
        each("tombstone", store.tombstones(), |tombstone| self.tombstone(tombstone))?;
        each("withheld", store.withheld(), |withheld: &WithheldRecord| {
            let WithheldRecord { kind_text, id_text, problem_text } = *withheld;
            (!self.are_texts(&[kind_text, id_text, problem_text])).then_some(TEXT)
        })
    }

    fn are_texts(&self, numbers: &[u32]) -> bool {
        numbers.iter().all(|&number| self.lists.texts.has(number))
    }

    fn unit(&mut self, unit: &UnitRecord) -> Option<&'static str> {
        let texts = [unit.id_text, unit.app_id_text, unit.time_zone_text, unit.language_text];
        let overrides = unit.overrides_from as usize..unit.overrides_until as usize;
        let overrides = self.store.overrides().get(overrides);
        let lists = [unit.blocked_categories_list, unit.blocked_advertisers_list, unit.origins_list];
        expect!(
            self.are_texts(&texts) => "names a text that does not exist",
            lists.into_iter().all(|place| self.lists.are_sound(Kind::Texts, place)) => "has a list that is none",
            overrides.is_some_and(|list| list.is_sorted_by_key(|over| over.line_item)) => "has no sorted overrides",
            (FirstSlot::is(unit.first_slot) && ContentRating::is(unit.content_rating) && unit.lends_to_devices <= 1)
                => "has an unknown value",
            are_in_range(unit) => "has a number out of range",
        );
        None
    }

    fn advertiser(&mut self, advertiser: AdvertiserRecord) -> Option<&'static str> {
        expect!(
            self.are_texts(&[advertiser.id_text]) => "names a text that does not exist",
            self.lists.are_sound(Kind::Caps, advertiser.caps_list) => "has caps that are none",
        );
        None
    }

    fn campaign(&mut self, campaign: &CampaignRecord) -> Option<&'static str> {
        expect!(
            self.are_texts(&[campaign.id_text]) => "names a text that does not exist",
            ((campaign.advertiser as usize) < self.store.advertisers().len()) => "has no advertiser",
            ((campaign.flight as usize) < self.store.flights().len()) => "has no flight",
            self.lists.are_sound(Kind::Caps, campaign.caps_list) => "has caps that are none",
        );
        None
    }

    fn line_item(&mut self, item: &LineItemRecord) -> Option<&'static str> {
        let store = self.store;
        let creatives = store.creatives().get(item.creatives_from as usize..item.creatives_until as usize);
        let are_known = Tier::is(item.tier)
            && Pricing::is(item.pricing)
            && CapKind::is(item.cap_kind)
            && ContentRating::is(item.rating);
        let lists = [item.exclusion_labels_list, item.categories_list];
        let is_or_none = |number: u32, count: usize| number == NONE || (number as usize) < count;
        expect!(
            self.are_texts(&[item.id_text, item.agreed_currency_text]) => "names a text that does not exist",
            ((item.campaign as usize) < store.campaigns().len()) => "has no campaign",
            is_or_none(item.flight, store.flights().len()) => "has no flight",
            is_or_none(item.dayparts, store.hour_sets().len()) => "has no dayparts",
            creatives.is_some() => "has creatives that do not exist",
            are_known => "has an unknown value",
            lists.into_iter().all(|place| self.lists.are_sound(Kind::Texts, place)) => "has a list that is none",
            self.lists.are_sound(Kind::Caps, item.caps_list) => "has caps that are none",
            self.lists.are_sound(Kind::Conditions, item.conditions_list) => "has conditions that are none",
            (item.default_ctr_ppm <= PPM_MAX) => "has a number out of range",
        );
        None
    }

    fn creative(&self, creative: &CreativeRecord) -> Option<&'static str> {
        let CreativeRecord { id_text, image_url_text, title_text, body_text, .. } = *creative;
        let CreativeRecord { call_to_action_text, landing_url_text, line_item, .. } = *creative;
        let texts = [id_text, image_url_text, title_text, body_text, call_to_action_text, landing_url_text];
        expect!(
            self.are_texts(&texts) => "names a text that does not exist",
            ((line_item as usize) < self.store.line_items().len()) => "has no line item",
        );
        None
    }

    fn content(&mut self, content: &ContentRecord) -> Option<&'static str> {
        let ContentRecord { id_text, channel_id_text, title_text, image_url_text, .. } = *content;
        let ContentRecord { landing_url_text, language_text, .. } = *content;
        let texts = [id_text, channel_id_text, title_text, image_url_text, landing_url_text, language_text];
        expect!(
            self.are_texts(&texts) => "names a text that does not exist",
            ((content.flight as usize) < self.store.flights().len()) => "has no flight",
            (ContentRating::is(content.rating) && content.is_pinned < 2) => "has an unknown value",
            self.lists.are_sound(Kind::Texts, content.categories_list) => "has a list that is none",
            self.lists.are_sound(Kind::Conditions, content.conditions_list) => "has conditions that are none",
            (content.quality_ppm <= PPM_MAX) => "has a number out of range",
        );
        None
    }

    fn tombstone(&self, tombstone: &TombstoneRecord) -> Option<&'static str> {
        let owner = [tombstone.line_item_id_text, tombstone.campaign_id_text, tombstone.advertiser_id_text];
        let has_owner = owner.iter().all(|&number| number == NONE || self.lists.texts.has(number));
        expect!(
            self.are_texts(&[tombstone.id_text, tombstone.landing_url_text]) => "names a text that does not exist",
            has_owner => "names an owner that does not exist",
            (WithdrawnKind::is(tombstone.kind) && tombstone.is_blocked < 2) => "has an unknown value",
        );
        None
    }
}
