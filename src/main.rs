use std::process::ExitCode;

use candor::cli::{Cli, run};
use clap::Parser as _;

/// Of the program and not of the library, whose callers choose their own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    run(Cli::parse())
}
