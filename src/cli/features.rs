use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::Failure;
use super::output::{Layout, write_json};
use crate::features::{Direction, Feature, Tier, catalogue};
use crate::rpc::convert;

const EXAMPLES: &str = "Examples:
  candor features
  candor features unsupported_claim_ratio
  candor features --format markdown > FEATURES.md";

/// Describes the features.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct FeaturesArgs {
    /// Print the documentation of this feature only.
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// A table, JSON (as `ListFeatures` answers), or a Markdown table.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
    Markdown,
}

pub(super) fn run(args: &FeaturesArgs) -> Result<ExitCode, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match &args.id {
        None => list(&mut out, args.format)?,
        Some(id) => one(&mut out, id, args.format)?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn list(out: &mut impl Write, format: Format) -> io::Result<()> {
    match format {
        Format::Json => write_json(out, &convert::features(), Layout::Pretty),
        Format::Markdown => {
            writeln!(out, "| id | tier | unit | direction | summary |\n|---|---|---|---|---|")?;
            for feature in catalogue() {
                let [tier, direction] = words(feature);
                let (id, unit) = (feature.id, feature.unit);
                let summary = feature.summary().replace('|', "\\|");
                writeln!(out, "| `{id}` | {tier} | {unit} | {direction} | {summary} |")?;
            }
            Ok(())
        }
        Format::Text => {
            let width = |of: fn(&Feature) -> &str| catalogue().map(|feature| of(feature).chars().count()).max();
            let ids = width(|feature| feature.id).unwrap_or_default();
            let units = width(|feature| feature.unit).unwrap_or_default().max(4);
            writeln!(out, "{:ids$}  {:6}  {:units$}  {:9}  SUMMARY", "ID", "TIER", "UNIT", "DIRECTION")?;
            for feature in catalogue() {
                let [tier, direction] = words(feature);
                let row = format!(
                    "{:ids$}  {tier:6}  {:units$}  {direction:9}  {}",
                    feature.id,
                    feature.unit,
                    feature.summary()
                );
                writeln!(out, "{}", row.trim_end())?;
            }
            Ok(())
        }
    }
}

fn one(out: &mut impl Write, id: &str, format: Format) -> Result<(), Failure> {
    let Some((position, feature)) = catalogue().enumerate().find(|(_, feature)| feature.id == id) else {
        let sentence = format!("There is no feature {id}; `candor features` lists them.");
        return Err(Failure::Usage(sentence));
    };
    match format {
        Format::Json => {
            let described = convert::features().features.into_iter().nth(position);
            write_json(out, &described, Layout::Pretty)?;
        }
        Format::Text | Format::Markdown => {
            let [tier, direction] = words(feature);
            let (least, most) = feature.range;
            writeln!(out, "# {id}\n\n{}\n", feature.docs.trim_end())?;
            writeln!(out, "Tier: {tier}. Unit: {}. Range: {least} to {most}. Direction: {direction}.", feature.unit)?;
        }
    }
    Ok(())
}

fn words(feature: &Feature) -> [&'static str; 2] {
    let tier = match feature.tier {
        Tier::Model => "model",
        Tier::Report => "report",
        Tier::Gate => "gate",
    };
    let direction = match feature.direction {
        Direction::Higher => "higher",
        Direction::Lower => "lower",
        Direction::Hump => "hump",
        Direction::Neutral => "neutral",
    };
    [tier, direction]
}
