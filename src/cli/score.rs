use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use tonic::Status;

use super::input::{self, STDIN};
use super::output::{ErrorDocument, Layout, write_json};
use super::{Failure, ModelChoice, complain};
use crate::engine::Engine;
use crate::report::text;
use crate::rpc::status::{Error, message};
use crate::rpc::validate::{Job, score_article};
use crate::rpc::{Limits, convert, v1};

const EXAMPLES: &str = "Examples:
  candor score article.txt
  candor score --view full --format json article.txt
  candor score --format jsonl news/*.txt | jq -r '[.articleId, .score] | @tsv'
  cat article.txt | candor score -

A file is taken whole: spans count from its first byte, byte-order mark and line ends included.
JSON is the protobuf JSON mapping of candor.v1.Report; an input that cannot be read or is refused gives an
object with `articleId` and `error` in its place. Web pages, JSON Lines, tables and compressed files are for
`candor batch`: files with such names are refused.

Exit codes: 0 every input has a report, 1 one could not be read or was refused, 2 wrong usage. A text that gets no score,
such as an empty or a German one, has a report that says why.";

/// Scores articles.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ScoreArgs {
    /// Plain-text articles, one a file; `-` is standard input, which is also read where no file is named.
    #[arg(value_name = "FILE")]
    files: Vec<OsString>,
    /// A page to read, JSON, or JSON on one line for each input.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// How much to report.
    #[arg(long, value_enum, default_value_t)]
    view: View,
    /// The unit of the offsets in JSON.
    #[arg(long, value_enum, default_value_t)]
    offset_encoding: OffsetEncoding,
    /// At most so many pieces of evidence, the most severe; 0 leaves it to the view.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(i32).range(0..))]
    max_evidence: i32,
    /// The headline of every input, where it is not the first line of the text.
    #[arg(long, default_value = "", hide_default_value = true)]
    title: String,
    /// Refuse longer texts.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().max_text_bytes() as u64,
          value_parser = clap::value_parser!(u64).range(1..=Limits::MOST_TEXT_BYTES as u64))]
    max_text_bytes: u64,
    #[command(flatten)]
    model: ModelChoice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum View {
    #[default]
    Basic,
    Full,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum OffsetEncoding {
    #[default]
    Utf8,
    Utf16,
    Utf32,
}

impl View {
    pub(super) fn to_proto(self) -> v1::ReportView {
        match self {
            View::Basic => v1::ReportView::Basic,
            View::Full => v1::ReportView::Full,
        }
    }
}

impl OffsetEncoding {
    pub(super) fn to_proto(self) -> v1::OffsetEncoding {
        match self {
            OffsetEncoding::Utf8 => v1::OffsetEncoding::Utf8,
            OffsetEncoding::Utf16 => v1::OffsetEncoding::Utf16,
            OffsetEncoding::Utf32 => v1::OffsetEncoding::Utf32,
        }
    }
}

pub(super) fn run(args: &ScoreArgs) -> Result<ExitCode, Failure> {
    let (bytes, limit) = (args.title.len(), Limits::default().max_title_bytes);
    if bytes > limit {
        return Err(Failure::Usage(format!("--title has {bytes} bytes; at most {limit} are accepted.")));
    }
    let files = match args.files.as_slice() {
        [] if io::stdin().is_terminal() => {
            let sentence = "Name a file, or pipe an article in. `candor score --help` has examples.";
            return Err(Failure::Usage(sentence.to_owned()));
        }
        [] => &[OsString::from(STDIN)],
        files => files,
    };
    let engine = args.model.engine()?;
    let stdout = io::stdout().lock();
    let colour = stdout.is_terminal() && env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
    let mut out = BufWriter::new(stdout);
    let mut code = ExitCode::SUCCESS;
    let mut gap = "";
    for file in files {
        let name = &file.to_string_lossy();
        let printed = score(args, file, name, &engine, colour);
        if let Err(status) = &printed {
            complain(&format!("{name}: {}", status.message()));
            code = ExitCode::FAILURE;
        }
        match (printed, layout(args.format)) {
            (Ok(Printed::Page(page)), _) => {
                write!(out, "{gap}{page}")?;
                out.flush()?;
                gap = "\n";
            }
            (Ok(Printed::Message(report)), layout) => {
                write_json(&mut out, &report, layout.unwrap_or(Layout::Line))?;
            }
            (Err(status), Some(layout)) => {
                write_json(&mut out, &ErrorDocument::new(name, message(&status)), layout)?;
            }
            (Err(_), None) => {}
        }
    }
    Ok(code)
}

fn layout(format: Format) -> Option<Layout> {
    match format {
        Format::Text => None,
        Format::Json => Some(Layout::Pretty),
        Format::Jsonl => Some(Layout::Line),
    }
}

/// A report, ready to be written.
enum Printed {
    Page(String),
    Message(Box<v1::Report>),
}

fn score(args: &ScoreArgs, file: &OsStr, name: &str, engine: &Engine, colour: bool) -> Result<Printed, Status> {
    let max_text_bytes = usize::try_from(args.max_text_bytes).unwrap_or(usize::MAX);
    let mut limits = Limits::with_max_text_bytes(max_text_bytes);
    // Where a file lies is not a name that anybody chose for an article.
    limits.max_id_bytes = usize::MAX;
    let text = input::read(file, limits.max_text_bytes())?;
    let job = score_article(request(args, name, text), &limits)?;
    // One article that brings out a fault must not cost the reader the reports of the others.
    catch_unwind(AssertUnwindSafe(|| print(args, name, engine, &job, colour)))
        .map_err(|_| Status::from(Error::internal()))
}

fn request(args: &ScoreArgs, name: &str, text: String) -> v1::ScoreArticleRequest {
    v1::ScoreArticleRequest {
        article: Some(v1::Article { id: name.to_owned(), title: args.title.clone(), text, ..v1::Article::default() }),
        offset_encoding: args.offset_encoding.to_proto().into(),
        max_evidence_count: args.max_evidence,
        view: args.view.to_proto().into(),
        ..v1::ScoreArticleRequest::default()
    }
}

fn print(args: &ScoreArgs, name: &str, engine: &Engine, job: &Job, colour: bool) -> Printed {
    if args.format == Format::Text {
        let article = job.article();
        let report = engine.score_for(&article, job.options().view);
        let name = if name == STDIN { "standard input" } else { name };
        return Printed::Page(text::render(name, &report, &article, job.options(), colour));
    }
    Printed::Message(Box::new(convert::score(engine, job)))
}
