//! `forward`: to one of up to five target groups, named by `TargetGroupArn` or in a `ForwardConfig`.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html>.

use super::super::groups::Groups;
use super::super::place::Place;
use super::stickiness::Stickiness;
use crate::template::{LoadError, Value};

const GROUPS_MAX: usize = 5;
const WEIGHT_MAX: u32 = 999;

/// The target groups of an action, and how one of them is chosen.
#[derive(Debug, Clone)]
pub struct Forward {
    /// One to five, in the order of the template.
    pub groups: Vec<WeightedGroup>,
    /// Whether clients stay with the group of their first request.
    pub stickiness: Option<Stickiness>,
}

/// One of the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeightedGroup {
    /// Its index in the table.
    pub group: usize,
    /// 0 to 999: its share of the requests is this, divided by the sum of all.
    pub weight: u32,
}

impl Forward {
    /// To one target group, by its index in the table.
    pub(in crate::routing) fn to(group: usize) -> Self {
        Self { groups: vec![WeightedGroup { group, weight: 1 }], stickiness: None }
    }

    /// The index (in the table) of the group for a request without a stickiness cookie. `random` gives a
    /// number below the one it gets. `None` if no group has any weight.
    pub fn choose(&self, random: impl FnOnce(u32) -> u32) -> Option<usize> {
        let total: u32 = self.groups.iter().map(|entry| entry.weight).sum();
        if total == 0 {
            return None;
        }
        let mut drawn = if self.groups.len() == 1 { 0 } else { random(total) };
        for entry in &self.groups {
            match drawn.checked_sub(entry.weight) {
                Some(rest) => drawn = rest,
                None => return Some(entry.group),
            }
        }
        None
    }

    /// Each group's name with its weight, or the name alone if it is the only one.
    #[must_use]
    pub fn describe(&self, name: impl Fn(usize) -> String) -> String {
        match &self.groups[..] {
            [only] => name(only.group),
            several => {
                let entry = |entry: &WeightedGroup| format!("{} weight {}", name(entry.group), entry.weight);
                let sticky = self.stickiness.map(|stickiness| format!(", {stickiness}")).unwrap_or_default();
                several.iter().map(entry).collect::<Vec<_>>().join(" | ") + &sticky
            }
        }
    }

    pub(super) fn read(place: Place<'_>, action: &Value, groups: &mut Groups<'_>) -> Result<Self, LoadError> {
        let simple = action.get("TargetGroupArn");
        let config = action.get("ForwardConfig");
        let configured = config.and_then(|config| config.get("TargetGroups")).map_or(&[][..], Value::items);
        if let Some(sixth) = configured.get(GROUPS_MAX) {
            let message = format!(
                "an action has at most {GROUPS_MAX} target groups, this one has {}",
                configured.len()
            );
            return Err(place.error(sixth.line, message));
        }
        let mut entries: Vec<WeightedGroup> = Vec::new();
        for entry in configured {
            let Some(arn) = entry.get("TargetGroupArn") else {
                return Err(place.error(entry.line, "a target group needs a TargetGroupArn"));
            };
            let group = index(place, arn, groups)?;
            if entries.iter().any(|other| other.group == group) {
                return Err(place.error(arn.line, "this target group is in the action already"));
            }
            entries.push(WeightedGroup { group, weight: weight(place, entry)? });
        }
        if let Some(arn) = simple {
            let group = index(place, arn, groups)?;
            match &entries[..] {
                [] => entries.push(WeightedGroup { group, weight: 1 }),
                [entry] if entry.group == group => {}
                _ => {
                    let message = "TargetGroupArn and ForwardConfig name different target groups";
                    return Err(place.error(arn.line, message));
                }
            }
        }
        if entries.is_empty() {
            return Err(place.error(action.line, "a forward action needs a TargetGroupArn"));
        }
        let sticky = config.and_then(|config| config.get("TargetGroupStickinessConfig"));
        let stickiness = sticky.map(|config| Stickiness::read(place, config)).transpose()?.flatten();
        Ok(Self { groups: entries, stickiness })
    }
}

fn index(place: Place<'_>, arn: &Value, groups: &mut Groups<'_>) -> Result<usize, LoadError> {
    match arn.text() {
        Some(text) if !text.is_empty() => groups.index_of(text),
        _ => Err(place.error(arn.line, "TargetGroupArn is empty")),
    }
}

/// `Weight`; 1 where there is none.
fn weight(place: Place<'_>, entry: &Value) -> Result<u32, LoadError> {
    let Some(node) = entry.get("Weight") else { return Ok(1) };
    let weight = node.text().and_then(|text| text.parse().ok()).filter(|weight| *weight <= WEIGHT_MAX);
    weight.ok_or_else(|| place.error(node.line, format!("Weight must be a number from 0 to {WEIGHT_MAX}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forward(weights: &[u32]) -> Forward {
        let entry = |(group, weight): (usize, &u32)| WeightedGroup { group, weight: *weight };
        Forward { groups: weights.iter().enumerate().map(entry).collect(), stickiness: None }
    }

    #[test]
    fn every_group_gets_exactly_its_share_of_the_numbers() {
        let forward = forward(&[3, 0, 1, 996]);
        let mut counts = [0; 4];
        for number in 0..1000 {
            let chosen = forward.choose(|total| {
                assert_eq!(total, 1000);
                number
            });
            counts[chosen.expect("a group")] += 1;
        }
        assert_eq!(counts, [3, 0, 1, 996]);
    }

    #[test]
    fn without_any_weight_there_is_no_group_and_a_lone_group_needs_no_chance() {
        assert_eq!(forward(&[0, 0]).choose(|_| 0), None);
        assert_eq!(forward(&[0]).choose(|_| 0), None);
        assert_eq!(forward(&[7]).choose(|_| panic!("nothing is drawn")), Some(0));
    }
}
