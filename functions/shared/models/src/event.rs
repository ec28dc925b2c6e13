//! Tracking events, which a device reports about a slot.

/// The kinds of tracking events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// The user saw the slot.
    Impression,
    /// The user tapped the slot.
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

/// The item that a slot showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShownItem {
    /// An ad.
    Ad {
        /// The line item's id.
        line_item_id: String,
        /// The campaign's id.
        campaign_id: String,
        /// The advertiser's id.
        advertiser_id: String,
    },
    /// A content.
    Content {
        /// The content's id.
        content_id: String,
    },
}

impl ShownItem {
    /// The id of the line item or content.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Ad { line_item_id: id, .. } | Self::Content { content_id: id } => id,
        }
    }
}
