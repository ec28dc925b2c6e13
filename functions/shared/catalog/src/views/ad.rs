//! Line items, their creatives, and who pays for them.

use std::ops::Range;

use lockfill_models::arithmetic::{Pricing, Rates, ecpm_micros};
use lockfill_models::event::ShownItem;
use lockfill_models::time::{HourSet, Interval};

use super::lists::{Caps, Texts};
use crate::entities::{CapKind, ContentRating, Tier, Unit};
use crate::stored::{AdvertiserRecord, CampaignRecord, CreativeRecord, LineItemRecord, Store, Stored};
use crate::targeting::Conditions;

/// Defines views: small values that name a record of a blob and its place.
macro_rules! view {
    ($($(#[$attribute:meta])* $name:ident, $record:ty, $section:ident;)+) => {
        $(
            $(#[$attribute])*
            #[derive(Clone, Copy)]
            pub struct $name<'c> {
                store: &'c Store,
                record: &'c $record,
                index: u32,
            }

            impl<'c> $name<'c> {
                /// The view of the record at an index of its section.
                #[inline]
                pub(crate) fn at(store: &'c Store, index: u32) -> Option<Self> {
                    let record = store.record(|sections| sections.$section, index)?;
                    Some(Self { store, record, index })
                }

                /// All views of a section in its order.
                pub(crate) fn all(store: &'c Store) -> impl ExactSizeIterator<Item = Self> {
                    let records = store.$section();
                    let at = move |(index, record)| Self {
                        store,
                        record,
                        index: u32::try_from(index).unwrap_or(u32::MAX),
                    };
                    records.iter().enumerate().map(at)
                }

                /// The place among all of its kind, from 0.
                #[must_use]
                #[inline]
                pub const fn index(self) -> u32 {
                    self.index
                }

                /// Id.
                #[must_use]
                #[inline]
                pub fn id(self) -> &'c str {
                    self.store.text(self.record.id_text)
                }

                /// The bytes of the id. It takes less than the text, whose form is checked each time.
                #[must_use]
                #[inline]
                pub fn id_bytes(self) -> &'c [u8] {
                    self.store.texts().bytes(self.record.id_text)
                }
            }

            impl std::fmt::Debug for $name<'_> {
                fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    write!(formatter, "{} {:?}", stringify!($name), self.id())
                }
            }

            impl PartialEq for $name<'_> {
                fn eq(&self, other: &Self) -> bool {
                    std::ptr::eq(self.record, other.record)
                }
            }

            impl Eq for $name<'_> {}
        )+
    };
}

pub(super) use view;

view! {
    /// An advertiser, who pays for campaigns.
    Advertiser, AdvertiserRecord, advertisers;
    /// A campaign: a budget and its dates.
    Campaign, CampaignRecord, campaigns;
    /// A line item: what is sold, to whom, when, and for how much.
    LineItem, LineItemRecord, line_items;
    /// A creative: the image and the texts of an ad.
    Creative, CreativeRecord, creatives;
}

/// The texts of a creative as bytes of UTF-8.
#[derive(Debug, Clone, Copy)]
pub struct ShownBytes<'c> {
    /// The address of the image.
    pub image_url: &'c [u8],
    /// Title.
    pub title: &'c [u8],
    /// Text.
    pub body: &'c [u8],
    /// The button's text.
    pub call_to_action: &'c [u8],
}

impl<'c> Advertiser<'c> {
    /// Caps on the showings of all its campaigns together.
    #[must_use]
    #[inline]
    pub fn caps(self) -> Caps<'c> {
        Caps { words: self.store.list(self.record.caps_list) }
    }
}

impl<'c> Campaign<'c> {
    /// The advertiser that pays for the campaign.
    #[must_use]
    #[inline]
    pub fn advertiser(self) -> Advertiser<'c> {
        let index = self.record.advertiser;
        let record = self.store.existing(|sections| sections.advertisers, index);
        Advertiser { store: self.store, record, index }
    }

    /// The dates between which the campaign may be shown.
    #[must_use]
    pub fn flight(self) -> Option<Interval> {
        self.store.flight(self.record.flight)
    }

    /// Caps on the showings of all its line items together.
    #[must_use]
    #[inline]
    pub fn caps(self) -> Caps<'c> {
        Caps { words: self.store.list(self.record.caps_list) }
    }
}

impl<'c> LineItem<'c> {
    /// The ids that a showing counts for.
    #[must_use]
    pub fn shown(self) -> ShownItem {
        let campaign = self.campaign();
        ShownItem::Ad {
            line_item_id: self.id().to_owned(),
            campaign_id: campaign.id().to_owned(),
            advertiser_id: campaign.advertiser().id().to_owned(),
        }
    }

    /// The campaign that the line item belongs to.
    #[must_use]
    #[inline]
    pub fn campaign(self) -> Campaign<'c> {
        let index = self.record.campaign;
        let record = self.store.existing(|sections| sections.campaigns, index);
        Campaign { store: self.store, record, index }
    }

    /// Priority.
    #[must_use]
    #[inline]
    pub fn tier(self) -> Tier {
        Tier::of(self.record.tier)
    }

    /// The action that the price is paid for.
    #[must_use]
    #[inline]
    pub fn pricing(self) -> Pricing {
        Pricing::of(self.record.pricing)
    }

    /// The price in micros of the catalog's currency.
    #[must_use]
    pub const fn price_micros(self) -> i64 {
        self.record.price_micros
    }

    /// The price as it was agreed on: micros, and the letters of the ISO 4217 code of their currency.
    #[must_use]
    #[inline]
    pub fn agreed(self) -> (i64, &'c [u8]) {
        (self.record.agreed_micros, self.store.texts().bytes(self.record.agreed_currency_text))
    }

    /// The eCPM on a unit without rates, in micros of the catalog's currency.
    #[must_use]
    #[inline]
    pub fn base_ecpm_micros(self) -> i64 {
        ecpm_micros(self.pricing(), self.price_micros(), Rates::of_default(self.record.default_ctr_ppm))
    }

    /// The expected revenue of a thousand impressions on a unit, in micros of the catalog's currency. Without
    /// rates on the unit, a price per click counts at the default rate, and one per action or install gives 0.
    #[must_use]
    pub fn ecpm_micros(self, unit: &Unit) -> i64 {
        if self.pricing() == Pricing::Cpm {
            return self.price_micros();
        }
        let overrides = self.store.overrides_of(unit.number);
        let found = overrides.binary_search_by_key(&self.index, |over| over.line_item);
        found.map_or_else(|_| self.base_ecpm_micros(), |place| overrides[place].ecpm_micros)
    }

    /// The dates of the line item, cut to those of its campaign; `None` if the two have no instant in common.
    #[must_use]
    pub fn flight(self) -> Option<Interval> {
        self.store.flight(self.record.flight)
    }

    /// The conditions that a user must meet.
    #[must_use]
    #[inline]
    pub fn targeting(self) -> Conditions<'c> {
        Conditions { texts: self.store.texts(), words: self.store.list(self.record.conditions_list) }
    }

    /// The hours of the week in which it may be shown, on the user's clock; `None`: all hours.
    #[must_use]
    #[inline]
    pub fn dayparts(self) -> Option<HourSet> {
        self.store.hour_set(self.record.dayparts)
    }

    /// Caps on its own showings.
    #[must_use]
    #[inline]
    pub fn caps(self) -> Caps<'c> {
        Caps { words: self.store.list(self.record.caps_list) }
    }

    /// How it is treated while a user's history is not known.
    #[must_use]
    #[inline]
    pub fn cap_kind(self) -> CapKind {
        CapKind::of(self.record.cap_kind)
    }

    /// Whether the line item, its campaign or its advertiser has a cap.
    #[must_use]
    #[inline]
    pub fn is_capped(self) -> bool {
        let campaign = self.campaign();
        !(self.caps().is_empty() && campaign.caps().is_empty() && campaign.advertiser().caps().is_empty())
    }

    /// The least number of seconds between two showings to one user.
    #[must_use]
    pub const fn minimum_interval_seconds(self) -> u32 {
        self.record.minimum_interval_seconds
    }

    /// Labels; each is on at most one slot of a slate.
    #[must_use]
    #[inline]
    pub fn exclusion_labels(self) -> Texts<'c> {
        Texts { store: self.store.texts(), numbers: self.store.list(self.record.exclusion_labels_list) }
    }

    /// Categories of the advertised product.
    #[must_use]
    #[inline]
    pub fn categories(self) -> Texts<'c> {
        Texts { store: self.store.texts(), numbers: self.store.list(self.record.categories_list) }
    }

    /// The audience that it is suitable for.
    #[must_use]
    pub fn rating(self) -> ContentRating {
        ContentRating::of(self.record.rating)
    }

    /// The places of its creatives among all creatives.
    #[must_use]
    #[inline]
    pub const fn creative_places(self) -> Range<u32> {
        self.record.creatives_from..self.record.creatives_until
    }

    /// The creative at one of [`Self::creative_places`].
    #[must_use]
    #[inline]
    pub fn creative(self, place: u32) -> Creative<'c> {
        let record = self.store.existing(|sections| sections.creatives, place);
        Creative { store: self.store, record, index: place }
    }

    /// The creatives in the order of their ids.
    #[must_use]
    #[inline]
    pub fn creatives(self) -> impl ExactSizeIterator<Item = Creative<'c>> + Clone {
        self.creative_places().map(move |place| self.creative(place))
    }
}

impl<'c> Creative<'c> {
    /// The line item that the creative belongs to.
    #[must_use]
    pub fn line_item(self) -> LineItem<'c> {
        let index = self.record.line_item;
        let record = self.store.existing(|sections| sections.line_items, index);
        LineItem { store: self.store, record, index }
    }

    /// The address of the image.
    #[must_use]
    pub fn image_url(self) -> &'c str {
        self.store.text(self.record.image_url_text)
    }

    /// Title.
    #[must_use]
    pub fn title(self) -> &'c str {
        self.store.text(self.record.title_text)
    }

    /// Text.
    #[must_use]
    pub fn body(self) -> &'c str {
        self.store.text(self.record.body_text)
    }

    /// The button's text.
    #[must_use]
    pub fn call_to_action(self) -> &'c str {
        self.store.text(self.record.call_to_action_text)
    }

    /// The bytes of what a device shows, and of the image's address. They take less than the texts.
    #[must_use]
    pub fn shown_bytes(self) -> ShownBytes<'c> {
        let (texts, record) = (self.store.texts(), self.record);
        ShownBytes {
            image_url: texts.bytes(record.image_url_text),
            title: texts.bytes(record.title_text),
            body: texts.bytes(record.body_text),
            call_to_action: texts.bytes(record.call_to_action_text),
        }
    }

    /// The address that a click leads to.
    #[must_use]
    pub fn landing_url(self) -> &'c str {
        self.store.text(self.record.landing_url_text)
    }

    /// How often the creative is chosen, relative to the others of its line item.
    #[must_use]
    #[inline]
    pub const fn weight(self) -> u32 {
        self.record.weight
    }
}
