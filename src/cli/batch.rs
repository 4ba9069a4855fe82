use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::available_parallelism;
use std::time::Duration;

use clap::Args;

use super::score::{OffsetEncoding, View};
use super::{Failure, ModelChoice, complain};
use crate::batch::{self, Beginning, FieldNames, Format, Job, Scoring, Services, ShownCertificate};
use crate::rpc::{Limits, v1};

const EXAMPLES: &str = "Examples:
  candor batch news.jsonl.zst --output reports.jsonl.zst
  candor batch news.jsonl.zst --output reports.jsonl.zst --resume
  candor batch archive/ more/*.html --output scores.parquet --summary summary.html
  candor batch dump.csv.gz --text-field body --title-field headline --output reports.jsonl
  zstdcat dump.zst | candor batch - --output reports.jsonl.gz --view full

Every record ends in one place: the output, or the rejects with its place, name and reason. A run that was ended
by anything, kill -9 and power cuts included, goes on with --resume, and its output is the same to the byte as that
of a run that was never ended; changed inputs, models and options are refused. With --resume on a job that is done
nothing is written; the counts and the exit code are those of the run that did it.

The file's extension says what it holds: .jsonl .ndjson .csv .tsv .parquet .txt .text .html .htm .xhtml; gzip and
zstd are told by their first bytes. Folders are read with the folders in them, in the order of their names.

Exit codes: 0 every record has a report, 1 some are rejected or the run could not end, 2 wrong usage.";

/// Streams to each service, unless set.
const STREAMS_A_SERVICE: usize = 4;

/// Scores many articles, and goes on where it was ended.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct BatchArgs {
    /// Files or folders of articles; `-` is standard input, JSON Lines unless --format says otherwise.
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<OsString>,
    /// Where the reports go: `.jsonl`, `.jsonl.gz`, `.jsonl.zst` or `.parquet`.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Where records go that have no report, as JSON Lines; OUTPUT.rejects.jsonl unless named.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Distributions, counts and the strongest and weakest articles, as .json and as a page, .html, beside each other.
    #[arg(long, value_name = "FILE", value_parser = summary)]
    summary: Option<PathBuf>,
    /// Go on where an earlier run of the same job was ended; start where there is none.
    #[arg(long, conflicts_with = "overwrite")]
    resume: bool,
    /// Replace what an earlier run wrote.
    #[arg(long)]
    overwrite: bool,
    /// What the inputs hold, whatever their names say.
    #[arg(long, value_enum, help_heading = "Input")]
    format: Option<Format>,
    /// The field or column of the text.
    #[arg(long, value_name = "NAME", default_value = "text", help_heading = "Input")]
    text_field: String,
    /// That of the headline.
    #[arg(long, value_name = "NAME", default_value = "title", help_heading = "Input")]
    title_field: String,
    /// That of the article's name; FILE:RECORD where there is none.
    #[arg(long, value_name = "NAME", default_value = "id", help_heading = "Input")]
    id_field: String,
    /// That of the publisher, for the summary.
    #[arg(long, value_name = "NAME", default_value = "source", help_heading = "Input")]
    source_field: String,
    /// That of the address, of which only the path is read.
    #[arg(long, value_name = "NAME", default_value = "url", help_heading = "Input")]
    url_field: String,
    /// That of the date, by RFC 3339; only whether there is one is read.
    #[arg(long, value_name = "NAME", default_value = "published_time", help_heading = "Input")]
    published_field: String,
    /// Reject longer texts.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().max_text_bytes() as u64,
          value_parser = clap::value_parser!(u64).range(1..=Limits::MOST_TEXT_BYTES as u64), help_heading = "Input")]
    max_text_bytes: u64,
    /// How much to report.
    #[arg(long, value_enum, default_value_t, help_heading = "Reports")]
    view: View,
    /// The unit of the offsets.
    #[arg(long, value_enum, default_value_t, help_heading = "Reports")]
    offset_encoding: OffsetEncoding,
    /// At most so many pieces of evidence, the most severe; 0 leaves it to the view.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(i32).range(0..),
          help_heading = "Reports")]
    max_evidence: i32,
    /// Write reports as they come, not in the order of the articles.
    #[arg(long, help_heading = "Reports")]
    unordered: bool,
    /// Threads that score, as many as there are cores unless set; or streams to all services, 4 to each unless set.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Run")]
    jobs: Option<u16>,
    /// How much work an end may cost.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, help_heading = "Run")]
    checkpoint_seconds: u32,
    /// Score by this service and not in this process, as https://HOST:PORT or http://HOST:PORT; may be given again for more
    /// of them.
    #[arg(long = "endpoint", value_name = "URI", help_heading = "Run", conflicts_with = "model")]
    endpoints: Vec<String>,
    /// A file with the key that the services ask for.
    #[arg(long, value_name = "FILE", requires = "endpoints", help_heading = "Run")]
    api_key_file: Option<PathBuf>,
    /// A PEM file with the authorities that services with https are believed by, instead of those of the system.
    #[arg(long, value_name = "FILE", requires = "endpoints", help_heading = "Run")]
    endpoint_ca: Option<PathBuf>,
    /// A PEM file with the certificate to show to services that ask for one.
    #[arg(long, value_name = "FILE", requires = "endpoints", requires = "client_key", help_heading = "Run")]
    client_cert: Option<PathBuf>,
    /// The PEM file with its key.
    #[arg(long, value_name = "FILE", requires = "client_cert", help_heading = "Run")]
    client_key: Option<PathBuf>,
    /// Say nothing on the way.
    #[arg(long, short, help_heading = "Run")]
    quiet: bool,
    #[command(flatten)]
    model: ModelChoice,
}

fn summary(path: &str) -> Result<PathBuf, String> {
    let extension = Path::new(path).extension();
    if extension.is_some_and(|extension| extension == "json" || extension == "html") {
        return Ok(path.into());
    }
    Err("a summary ends in .json or .html".to_owned())
}

impl BatchArgs {
    fn job(&self) -> Job {
        // A service works on a few articles of each stream at once.
        let streams = STREAMS_A_SERVICE * self.endpoints.len();
        let cores = available_parallelism().map_or(1, NonZero::get);
        Job {
            inputs: self.inputs.clone(),
            format: self.format,
            names: FieldNames {
                text: self.text_field.clone(),
                title: self.title_field.clone(),
                id: self.id_field.clone(),
                source: self.source_field.clone(),
                url: self.url_field.clone(),
                published: self.published_field.clone(),
            },
            limits: Limits::with_max_text_bytes(usize::try_from(self.max_text_bytes).unwrap_or(usize::MAX)),
            wishes: v1::StreamScoreArticlesRequest {
                view: self.view.to_proto().into(),
                offset_encoding: self.offset_encoding.to_proto().into(),
                max_evidence_count: self.max_evidence,
                ..v1::StreamScoreArticlesRequest::default()
            },
            output: self.output.clone(),
            rejects: self.rejects.clone(),
            summary: self.summary.clone(),
            unordered: self.unordered,
            resume: self.resume,
            overwrite: self.overwrite,
            threads: self.jobs.map_or_else(|| if self.endpoints.is_empty() { cores } else { streams }, usize::from),
            checkpoint_every: Duration::from_secs(self.checkpoint_seconds.into()),
            quiet: self.quiet,
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::Refused(format!("{}: {error}.", path.display())))
}

fn key(path: &Path) -> Result<String, Failure> {
    let refused = |problem: &str| Failure::Refused(format!("{}: {problem}.", path.display()));
    let key = String::from_utf8(read(path)?).map_err(|_| refused("the file is no text"))?;
    let key = key.trim();
    if key.is_empty() { Err(refused("the file is empty")) } else { Ok(key.to_owned()) }
}

fn services(args: &BatchArgs) -> Result<Services, Failure> {
    let certificate = args.client_cert.as_deref().zip(args.client_key.as_deref());
    let shown = |(chain, key)| Ok::<_, Failure>(ShownCertificate { chain: read(chain)?, key: read(key)? });
    Ok(Services {
        endpoints: args.endpoints.clone(),
        key: args.api_key_file.as_deref().map(key).transpose()?,
        authorities: args.endpoint_ca.as_deref().map(read).transpose()?,
        certificate: certificate.map(shown).transpose()?,
    })
}

pub(super) fn run(args: &BatchArgs) -> Result<ExitCode, Failure> {
    let job = args.job();
    let ended = if args.endpoints.is_empty() {
        let engine = args.model.engine()?;
        job.run(&Scoring::Here(&engine))
    } else {
        job.run(&Scoring::Services(&services(args)?))
    };
    let ended = ended.map_err(|failure| match failure {
        batch::Failure::Usage(sentence) => Failure::Usage(sentence),
        batch::Failure::Refused(sentence) => Failure::Refused(sentence),
    })?;
    match ended.beginning {
        Beginning::Afresh => complain("There was nothing to resume; the run started afresh."),
        Beginning::Done => complain("The run had ended already; nothing was written."),
        Beginning::Anew | Beginning::Resumed => {}
    }
    writeln!(io::stdout().lock(), "{}", ended.counts)?;
    if ended.counts.rejected > 0 {
        complain(&format!("The rejected records are in {}.", ended.rejects.display()));
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
