//! The file of the access log.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// Read and written by its owner alone.
const PRIVATE: u32 = 0o600;
/// The most lines that wait for the disk. Beyond that, requests wait for the disk too.
const WAITING_MAX: usize = 10_000;

/// A file that lines are appended to, by a thread of its own.
#[derive(Debug)]
pub struct AccessLog {
    lines: SyncSender<Message>,
}

#[derive(Debug)]
enum Message {
    Line(String),
    Flush(SyncSender<()>),
}

impl AccessLog {
    /// Opens (or makes) the file. Only its owner can read it, because AWS's format has whole paths and queries.
    ///
    /// # Errors
    /// The system's.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).mode(PRIVATE).open(path)?;
        let metadata = file.metadata()?;
        // A file of an earlier release may be open to others. A device such as /dev/null stays as it is.
        if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
            file.set_permissions(Permissions::from_mode(PRIVATE))?;
        }
        let (lines, inbox) = sync_channel(WAITING_MAX);
        std::thread::Builder::new().name("access-log".to_owned()).spawn(move || write(file, &inbox))?;
        Ok(Self { lines })
    }

    pub(super) fn write(&self, line: String) {
        // The thread ends only with the program.
        let _ = self.lines.send(Message::Line(line));
    }

    /// Waits until all lines so far are in the file, for a moment at most.
    pub fn flush(&self) {
        let (done, wait) = sync_channel(1);
        if self.lines.send(Message::Flush(done)).is_ok() {
            let _ = wait.recv_timeout(Duration::from_secs(1));
        }
    }
}

/// Flushes whenever no line waits, so that the log can be followed.
fn write(file: File, inbox: &Receiver<Message>) {
    let mut file = BufWriter::new(file);
    while let Ok(first) = inbox.recv() {
        let mut waiting = Vec::new();
        for message in std::iter::once(first).chain(inbox.try_iter().take(WAITING_MAX)) {
            match message {
                Message::Line(line) => {
                    let _ = writeln!(file, "{line}");
                }
                Message::Flush(done) => waiting.push(done),
            }
        }
        let _ = file.flush();
        for done in waiting {
            let _ = done.send(());
        }
    }
}
