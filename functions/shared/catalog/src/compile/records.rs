//! The records of entities.

use std::collections::HashMap;

use super::tables::{Tables, count};
use crate::entities::{Advertiser, Campaign, Content, Creative, LineItem, Unit};
use crate::error::Refusal;
use crate::rows::TombstoneRow;
use crate::stored::{
    AdvertiserRecord, CampaignRecord, ContentRecord, CreativeRecord, LineItemRecord, NONE, OverrideRecord,
    Stored, TombstoneRecord, UnitRecord, WithheldRecord,
};

/// The line items whose eCPM on a unit is not the one without rates, in their order.
pub(super) fn overrides<'j>(
    unit: &'j Unit,
    line_items: &'j [LineItem],
) -> impl Iterator<Item = OverrideRecord> {
    line_items.iter().zip(0..).filter(|(item, _)| !item.rates.is_empty()).filter_map(|(item, line_item)| {
        let ecpm_micros = item.ecpm_micros(&unit.id);
        let is_other = ecpm_micros != item.base_ecpm_micros();
        is_other.then_some(OverrideRecord { ecpm_micros, line_item, unused: 0 })
    })
}

impl Tables {
    /// A unit, and the range of its overrides.
    pub(super) fn unit(&mut self, unit: &Unit, overrides: (u32, u32)) -> UnitRecord {
        UnitRecord {
            floor_price_micros: unit.floor_price_micros,
            id_text: self.text(&unit.id),
            app_id_text: self.text(&unit.app_id),
            time_zone_text: self.text(unit.time_zone.iana_name().unwrap_or("UTC")),
            language_text: self.text(&unit.language),
            blocked_categories_list: self.texts(&unit.blocked_categories),
            blocked_advertisers_list: self.texts(&unit.blocked_advertisers),
            ad_ratio_ppm: unit.mix.ad_ratio_ppm,
            minimum_gap: count(unit.mix.minimum_gap),
            horizon_seconds: seconds(unit.horizon_seconds),
            refresh_seconds: seconds(unit.refresh_seconds),
            default_count: count(unit.default_count),
            advertiser_slots_max: count(unit.advertiser_slots_max),
            overrides_from: overrides.0,
            overrides_until: overrides.1,
            first_slot: unit.mix.first_slot.number(),
            content_rating: unit.content_rating.number(),
            origins_list: self.texts(&unit.origins),
            lends_to_devices: unit.lends_to_devices.into(),
            unused: 0,
        }
    }

    pub(super) fn advertiser(&mut self, advertiser: &Advertiser) -> AdvertiserRecord {
        AdvertiserRecord { id_text: self.text(&advertiser.id), caps_list: self.caps(&advertiser.caps) }
    }

    pub(super) fn campaign(
        &mut self,
        campaign: &Campaign,
        advertisers: &HashMap<&str, u32>,
    ) -> CampaignRecord {
        CampaignRecord {
            id_text: self.text(&campaign.id),
            advertiser: advertisers.get(&*campaign.advertiser.id).copied().unwrap_or(NONE),
            caps_list: self.caps(&campaign.caps),
            flight: self.flight(Some(campaign.flight)),
        }
    }

    /// A line item, and the place of its first creative.
    pub(super) fn line_item(
        &mut self,
        item: &LineItem,
        campaigns: &HashMap<&str, u32>,
        creatives_from: u32,
    ) -> LineItemRecord {
        LineItemRecord {
            price_micros: item.price_micros,
            agreed_micros: item.agreed.micros,
            agreed_currency_text: self.text(&item.agreed.currency),
            default_ctr_ppm: item.default_ctr_ppm,
            id_text: self.text(&item.id),
            campaign: campaigns.get(&*item.campaign.id).copied().unwrap_or(NONE),
            flight: self.flight(item.flight),
            conditions_list: self.conditions(&item.targeting),
            dayparts: self.hours(item.dayparts),
            caps_list: self.caps(&item.caps),
            exclusion_labels_list: self.texts(&item.exclusion_labels),
            categories_list: self.texts(&item.categories),
            minimum_interval_seconds: item.minimum_interval_seconds,
            creatives_from,
            creatives_until: creatives_from + count(item.creatives.len()),
            tier: item.tier.number(),
            pricing: item.pricing.number(),
            cap_kind: item.cap_kind.number(),
            rating: item.rating.number(),
        }
    }

    pub(super) fn creative(&mut self, creative: &Creative, line_item: u32) -> CreativeRecord {
        CreativeRecord {
            id_text: self.text(&creative.id),
            line_item,
            image_url_text: self.text(&creative.image_url),
            title_text: self.text(&creative.title),
            body_text: self.text(&creative.body),
            call_to_action_text: self.text(&creative.call_to_action),
            landing_url_text: self.text(&creative.landing_url),
            weight: creative.weight,
        }
    }

    pub(super) fn content(&mut self, content: &Content) -> ContentRecord {
        ContentRecord {
            id_text: self.text(&content.id),
            channel_id_text: self.text(&content.channel_id),
            title_text: self.text(&content.title),
            image_url_text: self.text(&content.image_url),
            landing_url_text: self.text(&content.landing_url),
            language_text: self.text(&content.language),
            categories_list: self.texts(&content.categories),
            conditions_list: self.conditions(&content.targeting),
            flight: self.flight(Some(content.flight)),
            quality_ppm: u32::try_from(content.quality_ppm).unwrap_or(0),
            pinned_rank: content.pinned_rank.unwrap_or(0),
            is_pinned: content.pinned_rank.is_some().into(),
            rating: content.rating.number(),
        }
    }

    pub(super) fn tombstone(&mut self, row: &TombstoneRow) -> TombstoneRecord {
        TombstoneRecord {
            withdrawn_at: row.withdrawn_at.0,
            id_text: self.text(&row.id),
            landing_url_text: self.text(&row.landing_url),
            line_item_id_text: self.text_or_none(row.line_item_id.as_deref()),
            campaign_id_text: self.text_or_none(row.campaign_id.as_deref()),
            advertiser_id_text: self.text_or_none(row.advertiser_id.as_deref()),
            kind: row.kind.number(),
            is_blocked: row.blocked.into(),
            unused: [0; 2],
        }
    }

    pub(super) fn withheld(&mut self, refusal: &Refusal) -> WithheldRecord {
        WithheldRecord {
            kind_text: self.text(&refusal.kind),
            id_text: self.text(&refusal.key),
            problem_text: self.text(&refusal.problem),
        }
    }
}

/// A time of at most a day.
fn seconds(seconds: i64) -> u32 {
    u32::try_from(seconds).unwrap_or(0)
}
