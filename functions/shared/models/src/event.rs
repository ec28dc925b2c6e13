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

/// Whether an event counts, or why it does not. An event that does not is kept beside the one that does, and never takes
/// its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventClass {
    /// The event counts.
    Valid,
    /// The token had expired.
    Expired,
    /// The creative or content was blocked, because of malware or the law.
    Blocked,
    /// The event happened after the creative or content was withdrawn.
    Withdrawn,
    /// The client is a crawler, a link scanner or the like.
    Bot,
    /// The client fetched the link before a person followed it.
    Prefetch,
    /// A click that came too soon after the slot's issue.
    TooFast,
    /// The user or the address sent too many events in this minute.
    Burst,
}

impl EventClass {
    /// The class's name in the ledger and in logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Expired => "expired",
            Self::Blocked => "blocked",
            Self::Withdrawn => "withdrawn",
            Self::Bot => "bot",
            Self::Prefetch => "prefetch",
            Self::TooFast => "too_fast",
            Self::Burst => "burst",
        }
    }
}

/// The item that a slot showed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
