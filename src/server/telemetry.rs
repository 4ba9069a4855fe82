//! Logs, to standard error.

use std::io::Write as _;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One object a line.
    Json,
}

/// Starts logging. Dependencies say no more than warnings at any `level`: some of them write whole
/// frames at their finer levels, and article text must not reach a log.
pub fn start(format: LogFormat, level: LevelFilter) {
    let wanted = Targets::new().with_default(level.min(LevelFilter::WARN)).with_target("candor", level);
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    // A second start in one process keeps the first.
    let _ = tracing_subscriber::registry().with(lines.with_filter(wanted)).try_init();
}

/// Reports a panic by its place in the code and not by its message, which may quote the article.
pub fn report_panics_by_place() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        if tracing::event_enabled!(tracing::Level::ERROR) {
            tracing::error!(place, "panicked");
        } else {
            let _ = writeln!(std::io::stderr(), "A fault in the program at {place}.");
        }
    }));
}
