//! The program; everything is in the library.

use std::process::ExitCode;

use clap::Parser;
use local_alb::cli::{Cli, Command, Export};
use local_alb::template::LoadError;
use local_alb::{check, explain, lambda, nginx, report, serve, system};

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::BecomeEnvironment { parent, program } => {
            let error = lambda::environment::become_environment(parent, &program);
            system::log(&format!("cannot run {}: {error}", program.display()));
            ExitCode::from(127)
        }
        Command::Routes(args) => show(report::routes(&args.with_file())),
        Command::Explain(args) => show(explain::explain(&args)),
        Command::Check(args) => {
            let findings = check::check(&args.with_file());
            system::print(&findings.to_string());
            if findings.errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Command::Export(Export::Nginx(args)) => show(nginx::export(&args.with_file()).map(|exported| {
            for warning in exported.warnings {
                system::log(&format!("local-alb: {warning}"));
            }
            exported.text
        })),
        Command::Serve(args) => {
            let runtime = match tokio::runtime::Runtime::new() {
                Ok(runtime) => runtime,
                Err(error) => return fail(&error.to_string()),
            };
            let served = runtime.block_on(serve::serve(args.with_file()));
            // Blocking work (a name lookup, say) must not keep the program alive.
            runtime.shutdown_background();
            served.map_or_else(|error| fail(&error.to_string()), |()| ExitCode::SUCCESS)
        }
    }
}

fn show(text: Result<String, LoadError>) -> ExitCode {
    match text {
        Ok(text) => {
            system::print(&text);
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error.to_string()),
    }
}

fn fail(message: &str) -> ExitCode {
    system::log(message);
    ExitCode::from(2)
}
