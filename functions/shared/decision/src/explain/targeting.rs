//! Targeting conditions in words.

use std::fmt::Display;

use super::finding::Finding;
use crate::context::Context;
use crate::rejection::Rejection;
use lockfill_catalog::targeting::Targeting;

/// What a targeting rule wanted and found; `None` for a rejection that is not one of targeting.
pub(super) fn find(
    targeting: &Targeting,
    rejection: Rejection,
    context: &Context<'_, '_>,
) -> Option<Finding> {
    let query = context.query;
    let finding = match rejection {
        Rejection::Unit => Finding::new(targeting.units.to_string(), query.unit_id.clone()),
        Rejection::App => Finding::new(targeting.apps.to_string(), context.unit.app_id.clone()),
        Rejection::Country => sent(&targeting.countries, query.country.as_ref()),
        Rejection::Region => sent(&targeting.regions, query.region.as_ref()),
        Rejection::Language => sent(&targeting.languages, query.language.as_ref()),
        Rejection::Gender => sent(&targeting.genders, query.gender.as_ref()),
        Rejection::Age => {
            let age = query.birth_year.map(|year| context.local_year.saturating_sub(year));
            Finding::new(any_of(&targeting.ages), or_not_sent(age.as_ref()))
        }
        Rejection::Platform => sent(&targeting.platforms, query.platform.as_ref()),
        Rejection::OsVersion => sent(&targeting.os_versions, query.os_version.as_ref()),
        Rejection::SdkVersion => sent(&targeting.sdk_versions, query.sdk_version.as_ref()),
        Rejection::DeviceMaker => sent(&targeting.device_makers, query.device_maker.as_ref()),
        Rejection::DeviceModel => sent(&targeting.device_models, query.device_model.as_ref()),
        Rejection::Carrier => sent(&targeting.carriers, query.carrier.as_ref()),
        Rejection::Network => sent(&targeting.networks, query.network.as_ref()),
        Rejection::Packages => listed(&targeting.packages, &query.packages),
        Rejection::Segments => listed(&targeting.segments, &query.segments),
        Rejection::Interests => listed(&targeting.interests, &query.interests),
        Rejection::Geo => Finding::new(any_of(&targeting.geo), or_not_sent(query.position.as_ref())),
        Rejection::UserAge => {
            let wanted = targeting.user_age.map(|age| format!("a {age} user")).unwrap_or_default();
            let found = context.user_age.map(|age| format!("a {age} one"));
            Finding::new(wanted, found.unwrap_or_else(|| "history unknown".to_owned()))
        }
        Rejection::KeyValues => key_values(targeting, context),
        _ => return None,
    };
    Some(finding)
}

fn sent(wanted: &impl Display, found: Option<&impl Display>) -> Finding {
    Finding::new(wanted.to_string(), or_not_sent(found))
}

fn listed(wanted: &impl Display, found: &[String]) -> Finding {
    let found = if found.is_empty() { "not sent".to_owned() } else { found.join(", ") };
    Finding::new(wanted.to_string(), found)
}

fn key_values(targeting: &Targeting, context: &Context<'_, '_>) -> Finding {
    let value = |key: &String| context.query.key_values.get(key);
    let failed = targeting
        .key_values
        .iter()
        .find(|(key, condition)| !condition.admits(value(key).map(String::as_str)));
    failed.map_or_else(
        || Finding::new("", ""),
        |(key, condition)| Finding::new(format!("{key}: {condition}"), or_not_sent(value(key))),
    )
}

fn any_of(wanted: &[impl Display]) -> String {
    wanted.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
}

fn or_not_sent(found: Option<&impl Display>) -> String {
    found.map_or_else(|| "not sent".to_owned(), ToString::to_string)
}
