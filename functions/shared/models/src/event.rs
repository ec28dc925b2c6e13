//! Tracking events: what a device reports about a slot.

/// What happened to a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// It was seen.
    Impression,
    /// It was tapped.
    Click,
}

impl EventKind {
    /// The kind's name in paths and keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Impression => "impression",
            Self::Click => "click",
        }
    }
}

/// What a slot held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShownItem {
    /// An ad.
    Ad {
        /// The line item's id.
        line_item_id: String,
        /// Its campaign's id.
        campaign_id: String,
        /// Its advertiser's id.
        advertiser_id: String,
    },
    /// A content.
    Content {
        /// Its id.
        content_id: String,
    },
}
