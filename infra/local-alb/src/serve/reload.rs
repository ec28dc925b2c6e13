//! Live reload: the files that the routing is made of are looked at a few times a second.
//!
//! Looking is done by reading them again, not by asking the system for notice of changes. The files are few
//! and small, so it costs microseconds; and it sees the same on every file system (network mounts and
//! containers give no notice), whether an editor writes a file, replaces it or its directory, or a symbolic link
//! points elsewhere, and a file that only appears after it was missed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use xxhash_rust::xxh64::xxh64;

use super::plan::Setup;
use super::running::Running;
use crate::lambda::environment::Build;
use crate::system;
use crate::template::{FilesRead, LoadError};

/// From one look to the next.
const LOOK: Duration = Duration::from_millis(250);

/// What a file held at a look. One that is not there holds nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Text(Option<u64>),
    Program(Option<Build>),
}

type Looks = BTreeMap<PathBuf, Content>;

/// What was served when the files were looked at.
pub(super) struct Watch<'a> {
    setup: &'a Setup,
    files: FilesRead,
    served: Looks,
}

impl<'a> Watch<'a> {
    /// The files of a plan that was just made.
    pub(super) fn new(setup: &'a Setup, files: FilesRead) -> Self {
        Self { setup, served: look(setup, &files), files }
    }

    /// Serves what the files say whenever one of them has changed. Never ends.
    pub(super) async fn run(&mut self, running: &mut Running) {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut before = self.served.clone();
        loop {
            ticks.tick().await;
            let now = look(self.setup, &self.files);
            // A file that is still being written is let alone until it has been the same twice.
            let settled = now == before;
            before = now;
            if settled && before != self.served {
                self.reload(running, &before).await;
                before.clone_from(&self.served);
            }
        }
    }

    async fn reload(&mut self, running: &mut Running, seen: &Looks) {
        let read = FilesRead::default();
        match self.serve(running, &read).await {
            Ok(news) => {
                let same = if news.is_empty() { ", and nothing follows from that" } else { "" };
                system::log(&format!("local-alb: {} changed{same}", differing(&self.served, seen)));
                news.lines().for_each(system::log);
                self.files = read;
            }
            Err(error) => {
                system::log(&format!("local-alb: {error}; what was served before goes on"));
                // An attempt that failed may have found only some of the files.
                read.list().iter().for_each(|file| self.files.note(file));
            }
        }
        self.served = look(self.setup, &self.files);
        // What has changed since it was seen is another change.
        for (file, content) in &mut self.served {
            if let Some(seen) = seen.get(file) {
                content.clone_from(seen);
            }
        }
    }

    async fn serve(&self, running: &mut Running, files: &FilesRead) -> Result<String, LoadError> {
        let plan = self.setup.plan(Some(running.served()), files)?;
        let mut text = String::new();
        for warning in &plan.warnings {
            let _ = writeln!(text, "local-alb: {warning}");
        }
        let news = running.serve(self.setup, plan).await?;
        Ok(if news.is_empty() { news } else { text + &news })
    }
}

fn look(setup: &Setup, files: &FilesRead) -> Looks {
    let texts = files.list().into_iter().map(|file| {
        let content = std::fs::read(&file).ok().map(|text| xxh64(&text, 0));
        (file, Content::Text(content))
    });
    let programs = setup.programs().into_iter().map(|file| {
        let build = std::fs::metadata(&file).ok().map(|file| Build::of(&file));
        (file, Content::Program(build))
    });
    texts.chain(programs).collect()
}

fn differing(old: &Looks, new: &Looks) -> String {
    let changed = new.iter().filter(|(file, content)| old.get(*file) != Some(content));
    changed.map(|(file, _)| file.display().to_string()).collect::<Vec<_>>().join(", ")
}
