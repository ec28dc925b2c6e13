//! Contents.

use lockfill_models::event::ShownItem;
use lockfill_models::time::{EpochSeconds, Interval};

use super::ad::view;
use super::lists::Texts;
use crate::entities::ContentRating;
use crate::stored::{ContentRecord, Store, Stored};
use crate::targeting::Conditions;

view! {
    /// A content: an article or a card of a channel.
    Content, ContentRecord, contents;
}

impl<'c> Content<'c> {
    /// The ids that a showing counts for.
    #[must_use]
    pub fn shown(self) -> ShownItem {
        ShownItem::Content { content_id: self.id().to_owned() }
    }

    /// The id of the channel that publishes the content.
    #[must_use]
    pub fn channel_id(self) -> &'c str {
        self.store.text(self.record.channel_id_text)
    }

    /// Title.
    #[must_use]
    pub fn title(self) -> &'c str {
        self.store.text(self.record.title_text)
    }

    /// The address of the image.
    #[must_use]
    pub fn image_url(self) -> &'c str {
        self.store.text(self.record.image_url_text)
    }

    /// The bytes of the channel's id, the title and the image's address. They take less than the texts.
    #[must_use]
    pub fn shown_bytes(self) -> [&'c [u8]; 3] {
        let (texts, record) = (self.store.texts(), self.record);
        [record.channel_id_text, record.title_text, record.image_url_text].map(|number| texts.bytes(number))
    }

    /// The address that a click leads to.
    #[must_use]
    pub fn landing_url(self) -> &'c str {
        self.store.text(self.record.landing_url_text)
    }

    /// The language of the content.
    #[must_use]
    pub fn language(self) -> &'c str {
        self.store.text(self.record.language_text)
    }

    /// The categories of the content, each once.
    #[must_use]
    pub fn categories(self) -> Texts<'c> {
        Texts { store: self.store.texts(), numbers: self.store.list(self.record.categories_list) }
    }

    /// From publication to expiry.
    #[must_use]
    pub fn flight(self) -> Interval {
        let ever = Interval { from: EpochSeconds::MIN, until: EpochSeconds::MAX };
        self.store.flight(self.record.flight).unwrap_or(ever)
    }

    /// When the content was published.
    #[must_use]
    pub fn published_at(self) -> EpochSeconds {
        self.flight().from
    }

    /// Editors' and readers' judgment, in ppm.
    #[must_use]
    pub fn quality_ppm(self) -> i64 {
        self.record.quality_ppm.into()
    }

    /// The place that editors pinned the content to. Contents without a place come after all pinned ones.
    #[must_use]
    pub fn pinned_rank(self) -> Option<u16> {
        (self.record.is_pinned != 0).then_some(self.record.pinned_rank)
    }

    /// The audience that it is suitable for.
    #[must_use]
    pub fn rating(self) -> ContentRating {
        ContentRating::of(self.record.rating)
    }

    /// The conditions that a user must meet.
    #[must_use]
    pub fn targeting(self) -> Conditions<'c> {
        Conditions { texts: self.store.texts(), words: self.store.list(self.record.conditions_list) }
    }
}
