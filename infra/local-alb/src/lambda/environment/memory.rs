//! The memory that an environment uses, compared with its `MemorySize`.
//!
//! Lambda limits the memory by a control group. Making one needs rights that developers rarely have, and a limit of the
//! address space (`RLIMIT_AS`) would refuse runtimes that reserve much more than they use. So the memory is measured:
//! the anonymous pages of the environment's processes. Pages of mapped files (the program itself) do not count, because
//! the kernel can drop and reload them.

use std::fs::File;
use std::os::unix::fs::FileExt;

use rustix::process::Pid;

/// Measures the memory of a process and its descendants, on Linux only.
#[derive(Debug)]
pub(super) struct Meter {
    pid: Pid,
    /// Kept open, because it is read after every invocation.
    root: Option<File>,
    descendants: Vec<File>,
    /// The largest measurement, in bytes.
    peak: Option<u64>,
}

impl Meter {
    pub(super) fn of(pid: Pid) -> Self {
        Self { pid, root: open(pid.as_raw_nonzero().get()), descendants: Vec::new(), peak: None }
    }

    /// Measures the known processes.
    pub(super) fn look(&mut self) {
        let Some(root) = self.root.as_ref().and_then(used) else { return };
        let used = root + self.descendants.iter().filter_map(used).sum::<u64>();
        self.peak = Some(self.peak.map_or(used, |peak| peak.max(used)));
    }

    /// Finds new descendants, and measures all processes.
    pub(super) fn look_around(&mut self) {
        let mut found = Vec::new();
        collect(self.pid.as_raw_nonzero().get(), &mut found);
        self.descendants = found.into_iter().filter_map(open).collect();
        self.look();
    }

    /// The largest measurement, in bytes.
    pub(super) fn peak(&self) -> Option<u64> {
        self.peak
    }
}

fn open(pid: i32) -> Option<File> {
    File::open(format!("/proc/{pid}/statm")).ok()
}

/// Anonymous memory in bytes: the resident pages less those of files and shared memory.
fn used(statm: &File) -> Option<u64> {
    let mut text = [0; 256];
    let length = statm.read_at(&mut text, 0).ok()?;
    let text = std::str::from_utf8(&text[..length]).ok()?;
    let mut fields = text.split(' ').skip(1).map(str::parse::<u64>);
    let (resident, shared) = (fields.next()?.ok()?, fields.next()?.ok()?);
    let page = u64::try_from(rustix::param::page_size()).ok()?;
    Some(resident.saturating_sub(shared) * page)
}

/// The descendants of a process, by the threads that started them.
fn collect(pid: i32, found: &mut Vec<i32>) {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return };
    for thread in threads.flatten() {
        let children = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        for child in children.split_whitespace().filter_map(|text| text.parse().ok()) {
            // Process ids are used again, so a list read later may name an ancestor: it is not followed.
            if !found.contains(&child) {
                found.push(child);
                collect(child, found);
            }
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn own() -> Meter {
        Meter::of(rustix::process::getpid())
    }

    #[test]
    fn memory_counts_when_it_is_written_to() {
        let mut meter = own();
        meter.look();
        let before = meter.peak().expect("Linux tells");
        let hoard = vec![1_u8; 64 << 20];
        meter.look();
        let after = meter.peak().expect("Linux tells");
        assert!(after >= before + (60 << 20), "{before} {after} {}", hoard.len());
        drop(hoard);
        meter.look();
        assert_eq!(meter.peak(), Some(after), "the peak stays");
    }

    #[test]
    fn a_process_that_is_gone_is_not_measured() {
        let mut child = std::process::Command::new("true").spawn().expect("a process");
        let mut meter = Meter::of(Pid::from_child(&child));
        child.wait().expect("its end");
        meter.look_around();
        assert_eq!(meter.peak(), None);
    }
}
