//! The program; everything is in the library.

use std::process::ExitCode;

use clap::Parser;
use local_alb::cli::{Cli, Command};
use local_alb::{edge, lambda, serve};

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::BecomeEnvironment { parent, program } => {
            let error = lambda::environment::become_environment(parent, &program);
            edge::log(&format!("cannot run {}: {error}", program.display()));
            ExitCode::from(127)
        }
        Command::Serve(args) => {
            let runtime = match tokio::runtime::Runtime::new() {
                Ok(runtime) => runtime,
                Err(error) => return fail(&error.to_string()),
            };
            let served = runtime.block_on(serve::serve(*args));
            // Blocking work (a name lookup, say) must not keep the program alive.
            runtime.shutdown_background();
            served.map_or_else(|error| fail(&error.to_string()), |()| ExitCode::SUCCESS)
        }
    }
}

fn fail(message: &str) -> ExitCode {
    edge::log(message);
    ExitCode::from(2)
}
