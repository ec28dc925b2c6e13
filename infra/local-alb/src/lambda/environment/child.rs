//! What runs in a new process before the function's program does.
//!
//! The kernel is asked to kill the process when its parent dies, whatever the parent dies of. That request
//! belongs to the process itself and survives `exec`. Making it between `fork` and `exec` would need unsafe
//! code; instead this program starts itself once more, makes the request, and then becomes the function.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use tokio::process::Command as TokioCommand;

/// The hidden subcommand that new processes are started with.
pub const SUBCOMMAND: &str = "become-environment";

/// The command that starts `program` as a child that does not outlive this process.
pub(super) fn command(program: &Path) -> TokioCommand {
    if cfg!(target_os = "linux") {
        // Not `current_exe`: after a rebuild that path is another program, or none.
        let mut command = TokioCommand::new("/proc/self/exe");
        command.arg(SUBCOMMAND).arg(std::process::id().to_string()).arg(program);
        return command;
    }
    TokioCommand::new(program)
}

/// Turns this process into the function's program. Returns only if that fails.
///
/// `parent` is the process that must be alive; it may have died before the kernel was asked.
#[must_use]
pub fn become_environment(parent: u32, program: &Path) -> io::Error {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, getppid, set_parent_process_death_signal};
        if let Err(error) = set_parent_process_death_signal(Some(Signal::KILL)) {
            return error.into();
        }
        let current = getppid().map(|pid| pid.as_raw_nonzero().get().unsigned_abs());
        if current != Some(parent) {
            return io::Error::other("the parent process is gone");
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = parent;
    Command::new(program).exec()
}
