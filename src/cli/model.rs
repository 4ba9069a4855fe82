use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::output::{Layout, write_json};
use super::{Failure, ModelChoice};
use crate::model::card::card;
use crate::report::text::printable;
use crate::rpc::{convert, v1};

const EXAMPLES: &str = "Examples:
  candor model
  candor model --format card
  candor model --format json --model mine.json";

/// Describes the model.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ModelArgs {
    /// A page to read, the whole model card, or JSON (the `model` that `GetModel` answers).
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    model: ModelChoice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Card,
    Json,
}

pub(super) fn run(args: &ModelArgs) -> Result<ExitCode, Failure> {
    let engine = args.model.engine()?;
    let model = convert::model_to_proto(engine.model());
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Json => write_json(&mut out, &model, Layout::Pretty)?,
        Format::Card => out.write_all(card(engine.model()).as_bytes())?,
        Format::Text => page(&mut out, &model)?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// A model file may come from anywhere, so its words are made safe to print.
fn page(out: &mut impl Write, model: &v1::Model) -> io::Result<()> {
    writeln!(out, "version      {}", printable(&model.version))?;
    writeln!(out, "sha256       {}", printable(&model.sha256))?;
    writeln!(out, "feature set  {}", printable(&model.feature_set_version))?;
    writeln!(out, "\nWeights in the logit (bias {:+.4})", model.bias)?;
    for weight in &model.weights {
        let (id, transform) = (printable(&weight.feature_id), printable(&weight.transform));
        writeln!(out, "  {:+9.4}  {id} ({transform})", weight.weight)?;
    }
    if model.register_pattern_count > 0 {
        writeln!(out, "  and a register model of {} patterns", model.register_pattern_count)?;
    }
    writeln!(out, "\nBands")?;
    for threshold in &model.bands {
        let band = match threshold.band() {
            v1::Band::Unspecified => "none",
            v1::Band::Low => "low",
            v1::Band::Mixed => "mixed",
            v1::Band::High => "high",
        };
        writeln!(out, "  {band:<6} from {:.3}", threshold.minimum_score)?;
    }
    writeln!(out, "\nMade from")?;
    for corpus in &model.corpora {
        let (id, license) = (printable(&corpus.corpus_id), printable(&corpus.license));
        let role = if corpus.fitted { "fitted on" } else { "reference only" };
        writeln!(out, "  {:>7} articles of {id} ({role}; {license})", corpus.article_count)?;
    }
    writeln!(out, "\nMeasured")?;
    for metric in &model.metrics {
        let corpus = match metric.corpus_id.as_str() {
            "" => String::new(),
            corpus => format!(" on {}", printable(corpus)),
        };
        writeln!(out, "  {:>9.4}  {}{corpus}", metric.value, printable(&metric.metric_id))?;
    }
    Ok(())
}
