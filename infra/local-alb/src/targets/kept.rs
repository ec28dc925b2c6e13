//! Targets that are kept over a change of the template.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::http_target::{HttpGroup, HttpTarget};
use crate::lambda::environment::{Pool, PoolSettings, Spawner};
use crate::template::LoadError;

/// Targets that a changed template uses again if their settings are equal: functions keep their environments, servers
/// keep their connections and their health.
#[derive(Debug, Default)]
pub struct KeptTargets {
    pools: HashMap<String, Arc<Pool>>,
    groups: Vec<(GroupKey, HttpGroup)>,
}

/// The settings of a group of servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GroupKey {
    pub(super) id: String,
    pub(super) urls: Vec<String>,
    pub(super) least_outstanding: bool,
    pub(super) idle: Duration,
}

impl KeptTargets {
    /// The environments of a function: the served ones if their settings are equal.
    pub(super) fn pool(
        &mut self,
        settings: PoolSettings,
        served: Option<&KeptTargets>,
        spawner: &Spawner,
    ) -> Arc<Pool> {
        let id = settings.function.id.clone();
        let same = served.and_then(|kept| kept.pools.get(&id)).filter(|pool| *pool.settings() == settings);
        let pool = same.cloned().unwrap_or_else(|| Pool::new(settings, spawner.clone()));
        self.pools.insert(id, Arc::clone(&pool));
        pool
    }

    /// The servers of a group: the served ones if their settings are equal.
    pub(super) fn members(
        &mut self,
        key: GroupKey,
        served: Option<&KeptTargets>,
    ) -> Result<HttpGroup, LoadError> {
        let all = served.map_or(&[][..], |kept| &kept.groups).iter().chain(&self.groups);
        let same = all.into_iter().find(|(other, _)| *other == key).map(|(_, members)| members.clone());
        let members = if let Some(members) = same {
            members
        } else {
            let targets = key.urls.iter().map(|url| HttpTarget::parse(url, key.idle));
            let targets = targets.collect::<Result<Vec<_>, _>>();
            let wrong = |problem| LoadError::of(format!("--target {}", key.id), problem);
            HttpGroup::new(targets.map_err(wrong)?, key.least_outstanding)
        };
        self.groups.push((key, members.clone()));
        Ok(members)
    }

    /// Ends the environments that are not in `new`. Gives the names of the functions whose environments were replaced.
    #[must_use]
    pub fn retire(&self, new: &KeptTargets) -> Vec<&str> {
        let mut replaced = Vec::new();
        for (id, pool) in &self.pools {
            let successor = new.pools.get(id);
            if successor.is_some_and(|successor| Arc::ptr_eq(successor, pool)) {
                continue;
            }
            pool.retire();
            replaced.extend(successor.map(|_| id.as_str()));
        }
        replaced.sort_unstable();
        replaced
    }
}
