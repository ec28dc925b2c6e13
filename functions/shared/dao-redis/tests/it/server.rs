//! A `redis-server` on a free port, with a folder of its own. Both end with the test.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use lockfill_dao_redis::known_key;
use rustix::process::{Pid, Signal, kill_process};

use crate::ports::Port;

/// The advice of a test that finds no server.
const HOW_TO_GET_ONE: &str = "these tests need a redis-server of version 6.2 or later: install one \
    (`apt-get install redis-server`), or name one in LOCKFILL_TEST_REDIS_SERVER";

static STARTED: AtomicU32 = AtomicU32::new(0);

pub struct Server {
    child: Child,
    port: u16,
    /// Also while the server is killed, and comes back at the same port.
    _held: Vec<Port>,
    folder: Folder,
    options: Vec<String>,
}

impl Server {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a server with some of its own command-line options.
    pub fn start_with(options: &[&str]) -> Self {
        let options = options.iter().map(|&option| option.to_owned()).collect();
        Self::start_at(vec![Port::free()], options)
    }

    /// Starts a server at the first of the ports that are held for it.
    pub fn start_at(held: Vec<Port>, options: Vec<String>) -> Self {
        let (folder, port) = (Folder::new(), held[0].number());
        let mut child = spawn(port, &folder.0, &options);
        assert!(is_ready(&mut child, port), "no redis-server could be started");
        make_known(port, 0..16_384);
        Self { child, port, _held: held, folder, options }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Freezes the server: connections stay open, and no answer arrives.
    pub fn freeze(&self) {
        kill_process(Pid::from_child(&self.child), Signal::STOP).unwrap();
    }

    pub fn thaw(&self) {
        kill_process(Pid::from_child(&self.child), Signal::CONT).unwrap();
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts the server again at the same port, empty. No user has a history, which is known.
    pub fn restart(&mut self) {
        self.child = spawn(self.port, &self.folder.0, &self.options);
        assert!(is_ready(&mut self.child, self.port), "redis-server does not come back");
        make_known(self.port, 0..16_384);
    }

    /// A connection with which a test reads keys directly.
    pub async fn look(&self) -> redis::aio::MultiplexedConnection {
        let client = redis::Client::open(self.url()).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes the histories of slots known, as a rebuild of an empty ledger does. A server that takes no commands, or has
/// other slots, does not.
pub fn make_known(port: u16, slots: Range<u16>) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let commands: Vec<_> = slots.map(|slot| format!("SET {} 1\r\n", known_key(slot))).collect();
    stream.write_all(commands.concat().as_bytes()).unwrap();
    // What the server has answered to the last of them, it has done with the others.
    stream.write_all(b"ECHO done\r\n").unwrap();
    let mut answers = Vec::new();
    let mut chunk = [0; 4_096];
    while !answers.ends_with(b"done\r\n") && !answers.starts_with(b"-NOAUTH") {
        match stream.read(&mut chunk).unwrap() {
            0 => return,
            length => answers.extend_from_slice(&chunk[..length]),
        }
    }
}

/// A folder that is deleted with its server.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("lockfill-redis-{}-{number}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests' start-up reads the environment")]
fn program() -> String {
    std::env::var("LOCKFILL_TEST_REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned())
}

fn spawn(port: u16, folder: &Path, options: &[String]) -> Child {
    let program = program();
    let started = Command::new(&program)
        .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "no"])
        .args(["--dir", &folder.display().to_string()])
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            panic!("there is no {program}: {HOW_TO_GET_ONE}")
        }
        Err(error) => panic!("{program} does not start ({error}): {HOW_TO_GET_ONE}"),
    }
}

fn is_ready(child: &mut Child, port: u16) -> bool {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(10) {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) {
            let mut answer = [0; 1];
            let is_answered = stream.write_all(b"PING\r\n").is_ok() && stream.read_exact(&mut answer).is_ok();
            // Any answer counts, also one that asks for a password.
            if is_answered {
                return true;
            }
        }
        sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let _ = child.wait();
    false
}
