//! The tracking tokens of a decision's slots.

use jiff::tz::TimeZone;
use lockfill_dao::UserKey;
use lockfill_decision::{Decision, Slot};

use crate::signing::SigningKeys;
use crate::tracking::{self, ClaimedItem, ClaimedUser, Claims};

/// How long after the end of its slate a token is still taken, because devices report late.
const GRACE_SECONDS: i64 = 7 * 24 * 3_600;

/// One token for each slot, in order. `user` is the user with the zone of the user's days; `None` under
/// limit-ad-tracking.
pub(crate) fn slot_tokens(
    keys: &SigningKeys,
    request_id: &str,
    user: Option<(&UserKey, &TimeZone)>,
    decision: &Decision<'_>,
) -> Vec<String> {
    let user = user.map(|(user, zone)| ClaimedUser {
        key: user.to_string(),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
    });
    let expires_at = decision.valid_until.0 + GRACE_SECONDS;
    let token = |(index, slot): (usize, &Slot<'_>)| {
        let (item, landing_id) = claimed(slot);
        let claims = Claims {
            request_id: request_id.to_owned(),
            position: index + 1,
            item,
            landing_id,
            user: user.clone(),
            expires_at,
        };
        tracking::sign(keys, &claims)
    };
    decision.slots.iter().enumerate().map(token).collect()
}

/// What a token says about a slot's item, and the id of the landing page.
fn claimed(slot: &Slot<'_>) -> (ClaimedItem, String) {
    match slot {
        Slot::Ad(slot) => {
            let campaign = slot.line_item.campaign();
            let item = ClaimedItem::Ad(
                slot.line_item.id().to_owned(),
                campaign.id().to_owned(),
                campaign.advertiser().id().to_owned(),
            );
            (item, slot.creative.id().to_owned())
        }
        Slot::Content(slot) => {
            (ClaimedItem::Content(slot.content.id().to_owned()), slot.content.id().to_owned())
        }
    }
}
