//! The start of a function's process, before its program runs.
//!
//! The process asks the kernel to be killed when its parent dies, for any cause. The request survives `exec`. Making it
//! between `fork` and `exec` would need unsafe code. Instead local-alb starts itself once more, makes the request, and
//! then becomes the function by `exec`.

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
        // Not `current_exe`: after a rebuild that path holds another program, or no file.
        let mut command = TokioCommand::new("/proc/self/exe");
        command.arg(SUBCOMMAND).arg(std::process::id().to_string()).arg(program);
        return command;
    }
    TokioCommand::new(program)
}

/// Turns this process into the function's program. Returns only if that fails.
///
/// `parent` is the process that must be alive. It may have died before this process made its request.
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
