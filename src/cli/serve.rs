use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Args;
use tracing::level_filters::LevelFilter;

use super::{Failure, ModelChoice};
use crate::rpc::Limits;
use crate::server::telemetry::{self, LogFormat};
use crate::server::{self, DRAIN_TIME, Server, stop_signal};

const EXAMPLES: &str = "Examples:
  candor serve
  candor serve --listen 0.0.0.0:50051 --log-format json
  grpcurl -plaintext 127.0.0.1:50051 list

The service describes itself by reflection, and answers the standard health check. It stops on SIGINT
or SIGTERM and gives open calls ten seconds to end.";

/// Answers over gRPC.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ServeArgs {
    /// Where to listen; port 0 takes any free one, which is printed.
    #[arg(long, value_name = "ADDRESS", env = "CANDOR_LISTEN", default_value = "127.0.0.1:50051")]
    listen: String,
    /// Refuse longer texts.
    #[arg(long, value_name = "BYTES", env = "CANDOR_MAX_TEXT_BYTES",
          default_value_t = Limits::default().max_text_bytes() as u64,
          value_parser = clap::value_parser!(u64).range(1..=Limits::MOST_TEXT_BYTES as u64))]
    max_text_bytes: u64,
    /// How to write logs, which go to standard error and never hold article text.
    #[arg(long, value_enum, env = "CANDOR_LOG_FORMAT", default_value_t)]
    log_format: LogFormat,
    /// The least important thing to log: off, error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", env = "CANDOR_LOG_LEVEL", default_value = "info")]
    log_level: LevelFilter,
    #[command(flatten)]
    model: ModelChoice,
}

pub(super) fn run(args: &ServeArgs) -> Result<ExitCode, Failure> {
    telemetry::start(args.log_format, args.log_level);
    let engine = args.model.engine()?;
    let max_text_bytes = usize::try_from(args.max_text_bytes).unwrap_or(usize::MAX);
    let limits = Limits::with_max_text_bytes(max_text_bytes);
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| Failure::Refused(format!("Cannot start threads: {error}.")))?;
    let ended = runtime.block_on(async {
        let stop = stop_signal().map_err(|error| Failure::Refused(format!("Cannot listen for signals: {error}.")))?;
        let refused = |error: server::Error| Failure::Refused(error.to_string());
        let server = Server::bind(&args.listen, engine, limits).await.map_err(refused)?;
        // For scripts that let us pick the port. Nobody may be reading, which is fine.
        let _ = writeln!(io::stdout(), "listening on {}", server.address());
        server.run(stop, DRAIN_TIME).await.map_err(refused)
    });
    // Scoring that outlives the calls it was for must not hold up the process.
    runtime.shutdown_background();
    ended.map(|()| ExitCode::SUCCESS)
}
