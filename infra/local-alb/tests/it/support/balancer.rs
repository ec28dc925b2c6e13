//! A running `local-alb`.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use rustix::process::{Pid, Signal, kill_process};

use super::client::{Connection, Reply};
use super::eventually;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_local-alb");

/// The test function, an example of this package: cargo builds it for the tests.
pub fn bootstrap() -> PathBuf {
    let path = PathBuf::from(PROGRAM).with_file_name("examples").join("test_bootstrap");
    // `cargo test --test it` alone builds no examples.
    assert!(path.exists(), "first: cargo build -p local-alb --examples");
    path
}

/// `NAME=exec:` with the test function.
pub fn exec(function: &str) -> String {
    format!("{function}=exec:{}", bootstrap().display())
}

/// A directory that is removed at the end.
pub struct Directory(pub PathBuf);

impl Directory {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    }

    /// A subcommand for the template in the directory.
    pub fn command(&self, subcommand: &str, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.current_dir(&self.0).env_clear().args([subcommand, "--template", "template.yaml"]).args(args);
        command
    }

    /// What a subcommand prints, and its exit status; stderr comes after stdout.
    pub fn run(&self, subcommand: &str, args: &[&str]) -> (String, Option<i32>) {
        let output = self.command(subcommand, args).output().expect("the program runs");
        let text = [output.stdout, output.stderr].concat();
        (String::from_utf8_lossy(&text).into_owned(), output.status.code())
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs `serve` for a template that it must refuse (or that ends by itself).
pub fn refuse(template: &str, args: &[&str]) -> Output {
    let directory = Directory::new();
    directory.write("template.yaml", template);
    let output = command(&directory, args).output().expect("the program runs");
    assert!(!output.status.success(), "it should not have started");
    output
}

/// `serve` on a free port.
fn command(directory: &Directory, args: &[&str]) -> Command {
    let mut command = directory.command("serve", &["--listen", "127.0.0.1:0"]);
    command.args(args);
    command
}

/// A `local-alb` that is stopped (and must stop well) when this is dropped.
pub struct Balancer {
    pub port: u16,
    pub child: Child,
    /// The listening line and the rules.
    pub printed: Arc<Mutex<Vec<String>>>,
    log: Arc<Mutex<Vec<String>>>,
    ended: bool,
    /// Where its template is.
    pub directory: Directory,
}

impl Balancer {
    pub fn start(template: &str, args: &[&str]) -> Self {
        Self::start_with(template, args, &[])
    }

    pub fn start_with(template: &str, args: &[&str], environment: &[(&str, &str)]) -> Self {
        let directory = Directory::new();
        directory.write("template.yaml", template);
        let mut command = command(&directory, args);
        command.envs(environment.iter().copied());
        Self::run(directory, command)
    }

    /// Serves the template in a directory, with nothing said about where.
    pub fn start_in(directory: Directory, args: &[&str]) -> Self {
        let command = directory.command("serve", args);
        Self::run(directory, command)
    }

    fn run(directory: Directory, mut command: Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
        let printed = collect(child.stdout.take().expect("stdout"));
        let log = collect(child.stderr.take().expect("stderr"));
        let line = eventually("the listening line", || {
            if let Ok(Some(status)) = child.try_wait() {
                panic!("it ended with {status}: {:?}", log.lock().expect("the log"));
            }
            printed.lock().expect("the lines").first().cloned()
        });
        let address = line.strip_prefix("local-alb: listening on ").expect("the listening line");
        let port = address.rsplit_once(':').expect("an address").1;
        let port = port.split(' ').next().and_then(|port| port.parse().ok()).expect("a port");
        Self { port, child, printed, log, ended: false, directory }
    }

    /// The port of one of several listeners.
    pub fn port_of(&self, listener: &str) -> u16 {
        let end = format!(" ({listener})");
        let port = |line: &String| line.strip_suffix(&end)?.rsplit_once(':')?.1.parse().ok();
        let found = || self.printed.lock().expect("the lines").iter().find_map(port);
        eventually("the line of the listener", found)
    }

    /// A new connection.
    pub fn connect(&self) -> Connection {
        Connection::open(self.port)
    }

    /// One request on a connection of its own.
    pub fn get(&self, target: &str) -> Reply {
        self.connect().request("GET", target, &[], b"")
    }

    /// One request on a connection of its own.
    pub fn post(&self, target: &str, headers: &[&str], body: &[u8]) -> Reply {
        self.connect().request("POST", target, headers, body)
    }

    /// Everything on stderr so far.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().expect("the log").clone()
    }

    /// Waits for a line on stderr that has all these parts.
    pub fn logged(&self, parts: &[&str]) -> String {
        let fits = |line: &String| parts.iter().all(|part| line.contains(part));
        let found = || self.log().into_iter().find(fits);
        eventually(&format!("a log line with {parts:?}"), found)
    }

    pub fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).expect("a process id");
        kill_process(Pid::from_raw(id).expect("a process id"), signal).expect("the signal is sent");
    }

    /// Waits for the end.
    pub fn wait(&mut self) -> ExitStatus {
        let child = &mut self.child;
        let status = eventually("the end of local-alb", || child.try_wait().expect("a status"));
        self.ended = true;
        status
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        self.signal(Signal::TERM);
        let status = self.wait();
        if !std::thread::panicking() {
            assert!(status.success(), "local-alb ended with {status}: {:?}", self.log());
        }
    }
}

fn collect(stream: impl std::io::Read + Send + 'static) -> Arc<Mutex<Vec<String>>> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&lines);
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            let Ok(line) = line else { break };
            shared.lock().expect("the lines").push(line);
        }
    });
    lines
}
