//! The targets of a group, and which of them gets the next request.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::health::Health;
use super::target::HttpTarget;

/// A target group's HTTP servers.
#[derive(Debug, Clone)]
pub struct HttpGroup {
    members: Arc<[Arc<Member>]>,
    least_outstanding: bool,
    next: Arc<AtomicUsize>,
}

/// A server of a group.
#[derive(Debug)]
pub struct Member {
    /// The server.
    pub target: HttpTarget,
    /// The verdict of the health checks.
    pub health: Health,
    outstanding: AtomicUsize,
}

/// A request that a member has not answered yet. It counts as outstanding until this is dropped.
#[derive(Debug)]
pub struct Turn {
    member: Arc<Member>,
}

impl HttpGroup {
    /// A group of at least one server. Round robin, unless the least outstanding requests decide.
    #[must_use]
    pub fn new(targets: Vec<HttpTarget>, least_outstanding: bool) -> Self {
        let member =
            |target| Arc::new(Member { target, health: Health::default(), outstanding: AtomicUsize::new(0) });
        Self { members: targets.into_iter().map(member).collect(), least_outstanding, next: Arc::default() }
    }

    /// The servers.
    #[must_use]
    pub fn members(&self) -> &[Arc<Member>] {
        &self.members
    }

    /// The server for the next request: a healthy one, or any of them if all are unhealthy (AWS calls it "fail open").
    #[must_use]
    pub fn choose(&self) -> Option<Turn> {
        if let [only] = &*self.members {
            return Some(Turn::of(only));
        }
        let healthy = || self.members.iter().filter(|member| member.health.is_healthy());
        let count = healthy().count();
        let start = self.next.fetch_add(1, Ordering::Relaxed);
        let member = match count {
            0 => self.pick(self.members.iter(), self.members.len(), start),
            count => self.pick(healthy(), count, start),
        };
        member.map(Turn::of)
    }

    fn pick<'m>(
        &self,
        among: impl Iterator<Item = &'m Arc<Member>> + Clone,
        count: usize,
        start: usize,
    ) -> Option<&'m Arc<Member>> {
        // The health may have changed since the count, so the iterator goes around.
        let mut turn = among.cycle().skip(start % count.max(1)).take(count);
        if self.least_outstanding {
            turn.min_by_key(|member| member.outstanding.load(Ordering::Relaxed))
        } else {
            turn.next()
        }
    }
}

impl Turn {
    fn of(member: &Arc<Member>) -> Self {
        member.outstanding.fetch_add(1, Ordering::Relaxed);
        Self { member: Arc::clone(member) }
    }

    /// The server.
    #[must_use]
    pub fn target(&self) -> &HttpTarget {
        &self.member.target
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.member.outstanding.fetch_sub(1, Ordering::Relaxed);
    }
}
