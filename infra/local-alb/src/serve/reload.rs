//! Live reload: the files of the routing are read a few times a second, and the plan is made anew when one has changed.
//!
//! The files are read again instead of watched by the system. They are few and small, so a look costs microseconds. It
//! works on every file system (network mounts and containers report no changes), for a file that an editor writes or
//! replaces, for a replaced directory, for a symbolic link that changes, and for a file that did not exist before.

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

/// The content of a file at a look; `None` if the file does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Text(Option<u64>),
    Program(Option<Build>),
}

type Looks = BTreeMap<PathBuf, Content>;

/// The files, and their contents in the served plan.
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

    /// Makes a new plan and serves it whenever a file has changed. Never returns.
    pub(super) async fn run(&mut self, running: &mut Running) {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut before = self.served.clone();
        loop {
            ticks.tick().await;
            let now = look(self.setup, &self.files);
            // Two equal looks in a row: no file is being written.
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
                let same = if news.is_empty() { ", and the routing stays the same" } else { "" };
                system::log(&format!("local-alb: {} changed{same}", differing(&self.served, seen)));
                news.lines().for_each(system::log);
                self.files = read;
            }
            Err(error) => {
                system::log(&format!("local-alb: {error}; the rules of before are still served"));
                // A failed attempt may have found only some of the files, so the files of before stay.
                read.list().iter().for_each(|file| self.files.note(file));
            }
        }
        self.served = look(self.setup, &self.files);
        // A change after the look `seen` counts as a further change.
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
