//! The records of a blob. A field that ends in `_text` is the number of a text, one that ends in `_list` the place
//! of a list of numbers. Money is in micros of the catalog's currency, time in seconds since the epoch.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// The number that stands for no record, no text or no limit.
pub(crate) const NONE: u32 = u32::MAX;

/// Defines records: plain numbers without a gap between them.
macro_rules! records {
    ($($(#[$attribute:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)+ })+) => {
        $(
            $(#[$attribute])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, FromBytes, IntoBytes, KnownLayout, Immutable)]
            #[repr(C)]
            pub(crate) struct $name {
                $($(#[$doc])* pub $field: $type,)+
            }
        )+
    };
}

records! {
    /// A span of time.
    IntervalRecord {
        from: i64,
        until: i64,
    }

    /// A unit.
    UnitRecord {
        floor_price_micros: i64,
        id_text: u32,
        app_id_text: u32,
        time_zone_text: u32,
        language_text: u32,
        blocked_categories_list: u32,
        blocked_advertisers_list: u32,
        ad_ratio_ppm: u32,
        minimum_gap: u32,
        horizon_seconds: u32,
        refresh_seconds: u32,
        default_count: u32,
        /// [`NONE`]: no limit.
        advertiser_slots_max: u32,
        overrides_from: u32,
        overrides_until: u32,
        origins_list: u32,
        first_slot: u8,
        content_rating: u8,
        /// 1 where the unit lends. Functions of before the field wrote 0, and do not look at it.
        lends_to_devices: u8,
        unused: u8,
    }

    /// The eCPM of a line item on a unit where it is not the one of the default rate.
    OverrideRecord {
        ecpm_micros: i64,
        line_item: u32,
        unused: u32,
    }

    /// An advertiser.
    AdvertiserRecord {
        id_text: u32,
        caps_list: u32,
    }

    /// A campaign.
    CampaignRecord {
        id_text: u32,
        advertiser: u32,
        caps_list: u32,
        flight: u32,
    }

    /// A line item. Line items lie in their serving order at the default rate.
    LineItemRecord {
        price_micros: i64,
        /// The price as it was agreed on, in micros of that currency.
        agreed_micros: i64,
        agreed_currency_text: u32,
        /// Clicks per impression on a unit without rates.
        default_ctr_ppm: u32,
        id_text: u32,
        campaign: u32,
        /// [`NONE`]: never.
        flight: u32,
        conditions_list: u32,
        /// [`NONE`]: all hours.
        dayparts: u32,
        caps_list: u32,
        exclusion_labels_list: u32,
        categories_list: u32,
        minimum_interval_seconds: u32,
        creatives_from: u32,
        creatives_until: u32,
        tier: u8,
        pricing: u8,
        cap_kind: u8,
        rating: u8,
    }

    /// A creative. Creatives lie in the order of their line items, those of one in the order of their ids.
    CreativeRecord {
        id_text: u32,
        line_item: u32,
        image_url_text: u32,
        title_text: u32,
        body_text: u32,
        call_to_action_text: u32,
        landing_url_text: u32,
        weight: u32,
    }

    /// A content.
    ContentRecord {
        id_text: u32,
        channel_id_text: u32,
        title_text: u32,
        image_url_text: u32,
        landing_url_text: u32,
        language_text: u32,
        categories_list: u32,
        conditions_list: u32,
        flight: u32,
        quality_ppm: u32,
        pinned_rank: u16,
        is_pinned: u8,
        rating: u8,
    }

    /// What was withdrawn.
    TombstoneRecord {
        withdrawn_at: i64,
        id_text: u32,
        landing_url_text: u32,
        /// [`NONE`]: no owner.
        line_item_id_text: u32,
        campaign_id_text: u32,
        advertiser_id_text: u32,
        kind: u8,
        is_blocked: u8,
        unused: [u8; 2],
    }

    /// What is not served because of an address.
    #[expect(clippy::struct_field_names, reason = "a field says what its number names")]
    WithheldRecord {
        kind_text: u32,
        id_text: u32,
        problem_text: u32,
    }

    /// How the index has one targeting field: which columns say whom an item may be shown to. The numbers of columns
    /// are those of the section of columns; [`NONE`] is a column in which all items are.
    FieldRecord {
        /// 0: texts, 1: texts in which letters count in either case, 2: numbers, 3: presence, 4: lists.
        axis: u32,
        /// Items that admit a request which says nothing.
        absent_column: u32,
        /// Items that may admit what has no value here. Of lists: items that want none of some texts.
        other_column: u32,
        /// Whether all of [`Self::other_column`] do admit what has no value here, and all of a value's column do.
        is_exact: u32,
        /// Items without a condition in the field.
        open_column: u32,
        /// Of lists: items whose condition the values tell apart.
        sure_column: u32,
        values_from: u32,
        values_until: u32,
    }

    /// A value that conditions of a field name.
    ValueRecord {
        /// XXH64 of the text, or the first number of a range that ends where the next value begins.
        key: u64,
        /// [`NONE`]: a number.
        text: u32,
        /// Of lists: where the items that name the text begin among the bytes of postings.
        column: u32,
    }

    /// What the index has of all line items together.
    AdsRecord {
        /// Where each tier ends among the line items.
        tier_ends: [u32; 5],
        /// Items that the ratings `everyone` and `teen` admit.
        rating_columns: [u32; 2],
        /// Items that are shown at all hours.
        all_hours_column: u32,
        /// Items without a hard cap.
        no_hard_cap_column: u32,
        /// Items without any cap.
        no_cap_column: u32,
    }

    /// What the index has of a unit.
    UnitColumnsRecord {
        /// Items of no blocked category.
        categories_column: u32,
        /// Items of no blocked advertiser.
        advertisers_column: u32,
        /// Whether both columns hold what they should; else they hold all items.
        is_exact: u32,
    }

    /// What the index has of all contents together.
    ContentsRecord {
        /// Contents that the ratings `everyone` and `teen` admit.
        rating_columns: [u32; 2],
        /// How many contents are pinned; they come first.
        pinned: u32,
    }

    /// Contents of one standing that were published one after the other, the best of them first.
    BlockRecord {
        from: u32,
        until: u32,
        /// The last publication among them, in seconds since the epoch.
        newest: u32,
        /// The first publication among them.
        oldest: u32,
        /// The last expiry among them.
        latest_end: u32,
        /// The place that editors pinned them to; [`NONE`]: none.
        rank: u32,
    }

    /// The contents of a category or of a language.
    MemberRecord {
        /// XXH64 of the text.
        key: u64,
        text: u32,
        /// 1: few contents, which are listed; 0: they have a column.
        is_listed: u32,
        column: u32,
        listed_from: u32,
        listed_until: u32,
        unused: u32,
    }
}
