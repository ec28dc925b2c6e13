//! What the system knows of a process.

use rustix::process::{Pid, Signal, kill_process};

/// The state letter of a process (`T` is stopped), or `None` if there is none of this id.
///
/// A zombie counts as ended: its parent has not reaped it yet.
pub fn state(pid: u64) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let after_name = stat.rsplit_once(')')?.1;
    after_name.trim_start().chars().next().filter(|state| *state != 'Z' && *state != 'X')
}

pub fn kill(pid: u64) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process id");
    kill_process(pid, Signal::KILL).expect("the signal is sent");
}

/// The ids of a process's children that are alive.
pub fn children(parent: u32) -> Vec<u64> {
    let mut found = Vec::new();
    for task in std::fs::read_dir(format!("/proc/{parent}/task")).expect("threads").flatten() {
        let list = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        found.extend(list.split_whitespace().filter_map(|pid| pid.parse::<u64>().ok()));
    }
    found.retain(|pid| state(*pid).is_some());
    found
}
