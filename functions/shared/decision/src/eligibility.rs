//! Eligibility: whether an item may be shown here and now. One function per rule, in the order in which they
//! are checked.

use lockfill_catalog::targeting::Conditions;
use lockfill_catalog::{CapKind, Content, ContentRating, LineItem, Texts, Tier};
use lockfill_models::time::Interval;
use lockfill_models::user_state::Source;

use crate::context::Context;
use crate::rejection::Rejection;
use crate::targeting;

/// When a line item may be shown within the slate, or the first rule that rejects it.
pub(crate) fn check_line_item(item: LineItem<'_>, context: &Context<'_, '_>) -> Result<Interval, Rejection> {
    let flight = within_flight(item.flight(), context)?;
    reject_by_targeting(item.targeting(), context)?;
    check_targeted(item, flight, context)
}

/// The dates between which a line item may be shown, cut to the slate.
pub(crate) fn check_flight(item: LineItem<'_>, context: &Context<'_, '_>) -> Result<Interval, Rejection> {
    within_flight(item.flight(), context)
}

/// The rules behind targeting, for a line item whose flight was cut to the slate.
pub(crate) fn check_targeted(
    item: LineItem<'_>,
    flight: Interval,
    context: &Context<'_, '_>,
) -> Result<Interval, Rejection> {
    let show = check_hours(item, flight, context)?;
    reject_if(is_category_blocked(item.categories(), context), Rejection::BlockedCategory)?;
    reject_if(is_advertiser_blocked(item, context), Rejection::BlockedAdvertiser)?;
    reject_if(is_rated_too_high(item.rating(), context), Rejection::ContentRating)?;
    reject_if(is_below_floor_price(item, context), Rejection::FloorPrice)?;
    reject_if(is_budget_spent(item, context), Rejection::Budget)?;
    reject_if(is_held_back(item, context), Rejection::Pacing)?;
    reject_if(is_hard_capped_without_history(item, context), Rejection::UnknownHistory)?;
    Ok(show)
}

/// What is left of a flight that was cut to the slate by the least time since the last showing and by dayparts.
#[inline]
pub(crate) fn check_hours(
    item: LineItem<'_>,
    flight: Interval,
    context: &Context<'_, '_>,
) -> Result<Interval, Rejection> {
    let free = check_minimum_interval(item, flight, context)?;
    check_dayparts(item, free, context)
}

/// When a content may be shown within the slate, or the first rule that rejects it.
pub(crate) fn check_content(content: Content<'_>, context: &Context<'_, '_>) -> Result<Interval, Rejection> {
    let show = within_flight(Some(content.flight()), context)?;
    reject_by_targeting(content.targeting(), context)?;
    reject_if(*content.language() != **context.content_language(), Rejection::ContentLanguage)?;
    reject_if(is_category_blocked(content.categories(), context), Rejection::BlockedCategory)?;
    reject_if(is_rated_too_high(content.rating(), context), Rejection::ContentRating)?;
    Ok(show)
}

/// Whether a content's conditions admit the user.
pub(crate) fn check_content_targeting(
    content: Content<'_>,
    context: &Context<'_, '_>,
) -> Result<(), Rejection> {
    reject_by_targeting(content.targeting(), context)
}

fn reject_if(is_rejected: bool, rejection: Rejection) -> Result<(), Rejection> {
    if is_rejected { Err(rejection) } else { Ok(()) }
}

/// The dates between which an item may be shown, cut to the slate.
fn within_flight(flight: Option<Interval>, context: &Context<'_, '_>) -> Result<Interval, Rejection> {
    flight.and_then(|flight| flight.intersect(context.slate)).ok_or(Rejection::Flight)
}

fn reject_by_targeting(conditions: Conditions<'_>, context: &Context<'_, '_>) -> Result<(), Rejection> {
    targeting::check(conditions, &context.subject())
        .map_or(Ok(()), |dimension| Err(Rejection::Targeting(dimension)))
}

/// What is left of a span once the least time since the last showing is over.
#[inline]
pub(crate) fn check_minimum_interval(
    item: LineItem<'_>,
    span: Interval,
    context: &Context<'_, '_>,
) -> Result<Interval, Rejection> {
    let histories = &context.inputs.state.line_items;
    // Reading an id costs more than all else here.
    if histories.is_empty() {
        return Ok(span);
    }
    let Some(history) = histories.get(item.id()) else { return Ok(span) };
    let free_from = history.last_shown_at.plus_seconds(item.minimum_interval_seconds().into());
    Interval::new(span.from.max(free_from), span.until).ok_or(Rejection::MinimumInterval)
}

/// The first unbroken open span of the slate, by the hours of the week on the user's own clock. A device that
/// needs a later span asks again by then.
#[inline]
pub(crate) fn check_dayparts(
    item: LineItem<'_>,
    span: Interval,
    context: &Context<'_, '_>,
) -> Result<Interval, Rejection> {
    match item.dayparts() {
        None => Ok(span),
        Some(hours) => context.timeline().first_open(&hours, span).ok_or(Rejection::Dayparting),
    }
}

pub(crate) fn is_category_blocked(categories: Texts<'_>, context: &Context<'_, '_>) -> bool {
    context.inputs.unit.blocked_categories.iter().any(|blocked| categories.contains(blocked))
}

pub(crate) fn is_advertiser_blocked(item: LineItem<'_>, context: &Context<'_, '_>) -> bool {
    context.inputs.unit.blocked_advertisers.iter().any(|blocked| blocked == item.campaign().advertiser().id())
}

pub(crate) fn is_rated_too_high(rating: ContentRating, context: &Context<'_, '_>) -> bool {
    rating > context.inputs.unit.content_rating
}

/// The least that a thousand impressions on the unit must bring. House ads bring nothing and are exempt.
pub(crate) fn is_below_floor_price(item: LineItem<'_>, context: &Context<'_, '_>) -> bool {
    let unit = context.inputs.unit;
    item.tier() != Tier::House && item.ecpm_micros(unit) < unit.floor_price_micros
}

#[inline]
pub(crate) fn is_budget_spent(item: LineItem<'_>, context: &Context<'_, '_>) -> bool {
    let gates = context.inputs.gates;
    // Reading ids costs more than all else here.
    !gates.is_empty() && (gates.is_campaign_spent(item.campaign().id()) || gates.is_item_spent(item.id()))
}

/// Whether the pacing gate of the line item is closed, so that its budget lasts.
#[inline]
pub(crate) fn is_held_back(item: LineItem<'_>, context: &Context<'_, '_>) -> bool {
    let gates = context.inputs.gates;
    !gates.items().is_empty() && !gates.is_open(item.id(), &context.inputs.query.user_id, context.inputs.now)
}

/// A hard cap without a history to hold it against: not shown is better than shown too often.
pub(crate) fn is_hard_capped_without_history(item: LineItem<'_>, context: &Context<'_, '_>) -> bool {
    let is_unknown = context.inputs.state.source == Source::Unknown;
    is_unknown && item.cap_kind() == CapKind::Hard && item.is_capped()
}
