//! Rejected items in words.

use std::fmt::Display;

use lockfill_catalog::{Content, ContentRating, LineItem, Texts};
use lockfill_models::time::{EpochSeconds, Interval};

use super::caps;
use super::finding::Finding;
use crate::context::Context;
use crate::observer::{Item, Observer};
use crate::rejection::Rejection;

/// One item, the first rule that rejected it, and what that rule wanted and found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// A line item's or a content's id.
    pub item_id: String,
    /// Why it was not shown.
    pub rejection: Rejection,
    /// What the rule wanted and found.
    pub finding: Finding,
}

impl Observer for Vec<Explained> {
    fn rejected(&mut self, item: Item<'_>, rejection: Rejection, context: &Context<'_, '_>) {
        let finding = find(item, rejection, context);
        self.push(Explained { item_id: item.id().to_owned(), rejection, finding });
    }
}

/// Puts a rejection into words.
pub(crate) fn find(item: Item<'_>, rejection: Rejection, context: &Context<'_, '_>) -> Finding {
    let (targeting, finding) = match item {
        Item::LineItem(item) => (item.targeting(), of_line_item(item, rejection, context)),
        Item::Content(content) => (content.targeting(), of_content(content, rejection, context)),
    };
    finding.unwrap_or_else(|| match rejection {
        Rejection::Targeting(dimension) => dimension.explain(targeting, &context.subject()),
        _ => Finding::new("a free slot", "a slate that was full before its turn came"),
    })
}

fn of_line_item(item: LineItem<'_>, rejection: Rejection, context: &Context<'_, '_>) -> Option<Finding> {
    let unit = context.inputs.unit;
    let finding = match rejection {
        Rejection::Flight => flight(item.flight(), context),
        Rejection::Dayparting => Finding::new(
            item.dayparts().map_or_else(String::new, |hours| hours.to_string()),
            format!("a slate for {} on the user's clock", context.timeline().hours()),
        ),
        Rejection::MinimumInterval => {
            let seconds = item.minimum_interval_seconds();
            let last = context.inputs.state.line_items.get(item.id()).map(|history| history.last_shown_at);
            Finding::new(
                format!("{seconds} s since the last showing"),
                format!("shown at {}", or_nothing(last)),
            )
        }
        Rejection::BlockedCategory => categories(item.categories(), context),
        Rejection::BlockedAdvertiser => Finding::new(
            format!("none of {}", unit.blocked_advertisers.join(", ")),
            item.campaign().advertiser().id(),
        ),
        Rejection::ContentRating => rating(item.rating(), context),
        Rejection::FloorPrice => Finding::new(
            format!("an eCPM of at least {} micros", unit.floor_price_micros),
            format!("{} micros", item.ecpm_micros(unit)),
        ),
        Rejection::Budget => budget(item, context),
        Rejection::Pacing => pacing(item, context),
        Rejection::FrequencyCap(scope, window) => caps::find(item, scope, window, context),
        Rejection::UnknownHistory => {
            Finding::new("to know what the user has seen", "a hard cap, and no history to hold it against")
        }
        Rejection::AdRatio => Finding::new("a lock screen with ads", "a unit with an ad ratio of 0"),
        Rejection::NoCreative => Finding::new(
            "a creative that the slate does not show yet",
            format!("{} creatives in all", item.creatives().len()),
        ),
        Rejection::AdvertiserLimit => Finding::new(
            format!("fewer than {} slots of one advertiser", unit.advertiser_slots_max),
            format!("as many of {}", item.campaign().advertiser().id()),
        ),
        Rejection::ExclusionLabel => Finding::new(
            format!("no other slot labeled {}", item.exclusion_labels().join(" or ")),
            "one on this slate",
        ),
        _ => return None,
    };
    Some(finding)
}

fn budget(item: LineItem<'_>, context: &Context<'_, '_>) -> Finding {
    if context.inputs.gates.is_campaign_spent(item.campaign().id()) {
        return Finding::new(
            "budget left",
            format!("the budget of campaign {} is spent", item.campaign().id()),
        );
    }
    Finding::new("budget or goal left", "the goal or budget of the line item is spent")
}

/// How far the gate is open, and why it is closed if it is.
fn pacing(item: LineItem<'_>, context: &Context<'_, '_>) -> Finding {
    let Some(gate) = context.inputs.gates.gate(item.id()) else {
        return Finding::new("an open gate", "none");
    };
    if gate.open_ppm > 0 && gate.has_closed_by(context.inputs.now) {
        let closed_at = EpochSeconds(gate.closes_at.into());
        return Finding::new(
            "an open gate",
            format!("one that closed at {closed_at}, because no newer table came"),
        );
    }
    match gate.open_ppm {
        0 => Finding::new("an open gate", "one that is closed for now"),
        open_ppm => Finding::new(
            format!(
                "a draw below {open_ppm} of 1000000: the gate is open to that share of users and minutes"
            ),
            "another draw for this user in this minute",
        ),
    }
}

fn of_content(content: Content<'_>, rejection: Rejection, context: &Context<'_, '_>) -> Option<Finding> {
    let wanted_language = context.content_language();
    let finding = match rejection {
        Rejection::Flight => flight(Some(content.flight()), context),
        Rejection::BlockedCategory => categories(content.categories(), context),
        Rejection::ContentRating => rating(content.rating(), context),
        // Two rules have this name: the condition on languages, and the language of the content. If the item
        // fails both, the language of the content is the simpler explanation.
        _ if rejection.name() == Rejection::ContentLanguage.name()
            && *content.language() != **wanted_language =>
        {
            Finding::new(format!("a content in {wanted_language}"), content.language())
        }
        _ => return None,
    };
    Some(finding)
}

fn flight(flight: Option<Interval>, context: &Context<'_, '_>) -> Finding {
    let wanted = flight.map_or_else(|| "dates within its campaign's".to_owned(), span);
    Finding::new(wanted, format!("a slate {}", span(context.slate)))
}

fn categories(found: Texts<'_>, context: &Context<'_, '_>) -> Finding {
    Finding::new(format!("none of {}", context.inputs.unit.blocked_categories.join(", ")), found.join(", "))
}

fn rating(found: ContentRating, context: &Context<'_, '_>) -> Finding {
    Finding::new(format!("at most {}", context.inputs.unit.content_rating), found.to_string())
}

fn span(span: Interval) -> String {
    if span.until == EpochSeconds::MAX {
        format!("from {} on", span.from)
    } else {
        format!("from {} to {}", span.from, span.until)
    }
}

fn or_nothing(value: Option<impl Display>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| value.to_string())
}
