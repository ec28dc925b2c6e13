//! Health checks: a target that fails them gets no requests until it passes again.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::http_target::{CHECKER, Health, Member};
use crate::lambda::Function;
use crate::routing::{Table, TargetGroup};
use crate::server::Target;
use crate::system;

/// A target under check.
enum Subject {
    Server(Arc<Member>),
    /// A function. It is the only target of its group, so its health does not change the routing. The check shows a
    /// function that fails on the payload of a health check before AWS does.
    Function(Function, Health),
}

impl Subject {
    fn health(&self) -> &Health {
        match self {
            Self::Server(member) => &member.health,
            Self::Function(_, health) => health,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Server(member) => format!("http://{}", member.target.address),
            Self::Function(function, _) => function.id.clone(),
        }
    }

    async fn probe(&self, group: &TargetGroup) -> Result<u16, String> {
        let check = &group.health_check;
        match self {
            Self::Server(member) => {
                let answer = member.target.probe(&check.path, check.port).await;
                answer.map_err(|error| error.to_string())
            }
            Self::Function(function, _) => function.probe(group, CHECKER).await,
        }
    }
}

/// Starts the checks of the groups that have them enabled: of all such groups if `every`, else of those with several
/// targets (a single target is used even if it is unhealthy). `pace` replaces their intervals. The checks end when the
/// set is dropped.
pub fn start(
    checks: &mut JoinSet<()>,
    table: &Table,
    targets: &[Target],
    every: bool,
    pace: Option<Duration>,
) {
    for (group, target) in table.groups.iter().zip(targets) {
        if !group.health_check.enabled {
            continue;
        }
        let mut group = group.clone();
        group.health_check.interval = pace.unwrap_or(group.health_check.interval);
        match target {
            Target::Http(members) if every || members.members().len() > 1 => {
                for member in members.members() {
                    checks.spawn(watch(group.clone(), Subject::Server(Arc::clone(member))));
                }
            }
            Target::Lambda(function) if every => {
                checks.spawn(watch(group.clone(), Subject::Function(function.clone(), Health::default())));
            }
            _ => {}
        }
    }
}

async fn watch(group: TargetGroup, subject: Subject) {
    let (check, health) = (&group.health_check, subject.health());
    let name = format!("{}: {}", group.id, subject.name());
    let mut ticks = interval(check.interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut good, mut bad) = (0, 0);
    loop {
        ticks.tick().await;
        let problem = match timeout(check.timeout, subject.probe(&group)).await {
            Ok(Ok(status)) if check.accepts(status) => None,
            Ok(Ok(status)) => Some(format!("status {status}")),
            Ok(Err(problem)) => Some(problem),
            Err(_) => Some(format!("no answer within {} seconds", check.timeout.as_secs())),
        };
        (good, bad) = if problem.is_some() { (0, bad + 1) } else { (good + 1, 0) };
        match (health.is_healthy(), problem) {
            (true, Some(problem)) if bad >= check.bad => {
                health.set(false);
                system::log(&format!("local-alb: {name} is unhealthy: {problem}"));
            }
            (false, None) if good >= check.good => {
                health.set(true);
                system::log(&format!("local-alb: {name} is healthy again"));
            }
            _ => {}
        }
    }
}
