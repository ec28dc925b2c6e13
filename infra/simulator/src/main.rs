//! `simulator`: see `scripts/simulate --help`.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use simulator::held_out::{self, HeldOut};
use simulator::measures::{Measures, measure};
use simulator::plot;
use simulator::report::{figures, rows, table};
use simulator::world::{Settings, World};

/// Simulates days of serving in virtual time, and says how well budgets, goals and caps are held.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Days
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=28))]
    days: u32,
    /// Days before them, which are not measured: requests and campaigns without a budget or a goal
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=7))]
    warm_up_days: u32,
    /// Users with a phone each
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    users: u32,
    /// The seed of everything that happens by chance
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A file for the figures
    #[arg(long)]
    json: Option<PathBuf>,
    /// A folder for plots
    #[arg(long)]
    plots: Option<PathBuf>,
    /// Lists budgets and goals one by one
    #[arg(long)]
    list: bool,
    /// Measures forecasts instead: in so many simulations of two periods of --days, drafts are forecast from the first
    /// and delivered in the second
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    forecasts: Option<u32>,
    /// Forecasts take the gates of others for open, and not as they are when the forecast is made
    #[arg(long, requires = "forecasts")]
    open_gates: bool,
}

fn main() -> ExitCode {
    match simulate(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("simulator: a bar is not held");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all bars are held.
fn simulate(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    if let Some(runs) = arguments.forecasts {
        return held_out(arguments, usize::try_from(runs)?);
    }
    let settings = Settings {
        days: arguments.days,
        warm_up_days: arguments.warm_up_days,
        users: usize::try_from(arguments.users)?,
        seed: arguments.seed,
    };
    let mut world = World::new(settings);
    world.run(|part| eprint!("\r  {:>3.0} % of the time is simulated", part * 100.0));
    eprintln!("\r  100 % of the time is simulated");
    let measures = measure(&mut world);
    let rows = rows(&measures, &world);
    let Arguments { days, warm_up_days, users, seed, .. } = arguments;
    println!("{days} days after {warm_up_days}, {users} users, seed {seed}\n{}", table(&rows));
    if arguments.list {
        list(&measures);
    }
    if let Some(path) = &arguments.json {
        fs::write(path, format!("{:#}\n", figures(&measures)))?;
    }
    if let Some(folder) = &arguments.plots {
        draw(folder, &measures, world.span.0)?;
    }
    Ok(rows.iter().all(simulator::report::Row::holds))
}

/// Prints forecasts beside what was delivered.
fn held_out(arguments: &Arguments, runs: usize) -> Result<bool, Box<dyn Error>> {
    let &Arguments { days, users, seed, open_gates: takes_gates_for_open, .. } = arguments;
    let outcomes = HeldOut { days, users: usize::try_from(users)?, seed, runs, takes_gates_for_open }
        .measure(|run| eprintln!("  simulation {} of {runs} has ended", run + 1));
    let figures = held_out::figures(&outcomes);
    println!("{days} days and {days} days, {users} users, seed {seed}\n{}", held_out::table(&outcomes));
    for (name, figure) in figures.as_object().into_iter().flatten() {
        println!("{name:<24} {figure}");
    }
    if let Some(path) = &arguments.json {
        fs::write(path, format!("{figures:#}\n"))?;
    }
    Ok(true)
}

fn list(measures: &Measures) {
    for one in &measures.outcomes {
        let name = format!("{} of {}", one.kind, one.id);
        println!("{name:<24} {:>12?} {:>10.0} {:>9.2} %", one.mode, one.impressions, one.part * 100.0);
    }
}

fn draw(folder: &Path, measures: &Measures, begins_at: i64) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let mut hours: std::collections::BTreeMap<i64, (f64, f64, f64)> = std::collections::BTreeMap::new();
    for slot in &measures.slots {
        let hour = hours.entry(slot.hour).or_default();
        hour.0 += slot.planned;
        hour.1 += slot.delivered;
        hour.2 += (slot.delivered - slot.planned).abs();
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds of some days")]
    let day = |hour: i64| (hour * 3_600 - begins_at) as f64 / 86_400.0;
    let line =
        |of: fn(&(f64, f64, f64)) -> f64| hours.iter().map(|(&hour, sums)| (day(hour), of(sums))).collect();
    let plan = plot::lines(
        "Even and front-loaded delivery",
        "impressions an hour",
        &[("planned", line(|sums| sums.0)), ("delivered", line(|sums| sums.1))],
    );
    fs::write(folder.join("delivery.svg"), plan)?;
    let error = plot::lines(
        "Error of an hour against its plan",
        "percent",
        &[("error", line(|sums| 100.0 * sums.2 / sums.0.max(1.0)))],
    );
    fs::write(folder.join("error.svg"), error)?;
    let mut table = String::from("target,size,hour,planned,delivered\n");
    for slot in &measures.slots {
        let hour = slot.hour - begins_at / 3_600;
        let (size, planned) = (slot.impressions, slot.planned);
        writeln!(table, "{},{size:.0},{hour},{planned:.2},{:.2}", slot.id, slot.delivered)?;
    }
    fs::write(folder.join("hours.csv"), table)?;
    Ok(())
}
