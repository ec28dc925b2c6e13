//! Where items stand: the order in which eligible items would be given slots.

use lockfill_catalog::{Content, LineItem};

use crate::content_rank::parts_ppm;
use crate::contents::{self, Standing};
use crate::context::Context;
use crate::recorder::Recorder;
use crate::rejection::RejectionCounts;
use crate::{ads, content_rank};

/// A content's score and what it is the product of, in ppm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ContentScore {
    pub score_ppm: i64,
    pub affinity_ppm: i64,
    pub freshness_ppm: i64,
    pub quality_ppm: i64,
}

/// A content in its order.
#[derive(Debug, Clone, Copy)]
pub struct RankedContent<'c> {
    /// The content.
    pub content: Content<'c>,
    /// Its group.
    pub standing: Standing,
    /// Its place within the group.
    pub score: ContentScore,
}

/// The eligible line items in the order in which they are offered slots. Caps, labels and the advertiser's limit may
/// still pass one of them over.
#[must_use]
pub fn ranked_line_items<'c>(context: &Context<'_, 'c>) -> Vec<LineItem<'c>> {
    let (mut counts, mut ignored) = (RejectionCounts::default(), ());
    let mut recorder = Recorder::new(&mut counts, &mut ignored, context);
    ads::ranked(context, &mut recorder).into_iter().map(|candidate| candidate.line_item).collect()
}

/// The eligible contents in order. Channels are spread after that, so neighbors may change places.
#[must_use]
pub fn ranked_contents<'c>(context: &Context<'_, 'c>) -> Vec<RankedContent<'c>> {
    let (mut counts, mut ignored) = (RejectionCounts::default(), ());
    let mut recorder = Recorder::new(&mut counts, &mut ignored, context);
    let ranked = contents::ranked(context, &mut recorder);
    ranked.into_iter().map(|(_, slot)| of_content(slot.content, context)).collect()
}

fn of_content<'c>(content: Content<'c>, context: &Context<'_, 'c>) -> RankedContent<'c> {
    let (now, interests) = (context.slate.from, &context.inputs.query.interests);
    let [affinity_ppm, freshness_ppm, quality_ppm] = parts_ppm(content, interests, now);
    let score_ppm = content_rank::score_ppm(content, interests, now);
    RankedContent {
        content,
        standing: Standing::of(content, context),
        score: ContentScore { score_ppm, affinity_ppm, freshness_ppm, quality_ppm },
    }
}
