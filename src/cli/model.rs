//! `candor model`: the card of the model.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::output::{Layout, write_json};
use super::{Failure, ModelChoice};
use crate::model::card::card;
use crate::report::text::printable;
use crate::rpc::convert;

const EXAMPLES: &str = "Examples:
  candor model
  candor model --format json --model mine.json";

/// Print the model card: what the score can and cannot say, its data, figures, weights and limits.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ModelArgs {
    /// The card in Markdown, or JSON (the `model` that `GetModel` answers).
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    model: ModelChoice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    #[default]
    Card,
    Json,
}

pub(super) fn run(args: &ModelArgs) -> Result<ExitCode, Failure> {
    let engine = args.model.engine()?;
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Card => print(&mut out, &card(engine.model()))?,
        Format::Json => write_json(&mut out, &convert::model_to_proto(engine.model()), Layout::Pretty)?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// A model file may come from anywhere, so its words are made safe to print; lines and how far they are set in stay.
fn print(out: &mut impl Write, card: &str) -> io::Result<()> {
    for line in card.lines() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        writeln!(out, "{:indent$}{}", "", printable(line))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_not_printed() {
        let mut out = Vec::new();
        print(&mut out, "# One\n- of\n  \u{1b}[31mtwo\n").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "# One\n- of\n  \u{fffd}[31mtwo\n");
    }
}
