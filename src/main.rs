use std::process::ExitCode;

use candor::cli::{Cli, run};
use clap::Parser as _;

fn main() -> ExitCode {
    run(Cli::parse())
}
