use std::io::{self, Write as _};
use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use tracing::level_filters::LevelFilter;

use super::configuration::{self, Configured};
use super::{Failure, ModelChoice};
use crate::rpc::Limits;
use crate::server::telemetry::{self, LogFormat, Traces};
use crate::server::tls::TlsFiles;
use crate::server::{self, Ended, Server, Settings, signals};

const EXAMPLES: &str = "Examples:
  candor serve
  candor serve --config /etc/candor.toml --check-config
  candor serve --listen 0.0.0.0:50051 --tls-cert server.pem --tls-key server.key --api-keys keys
  grpcurl -plaintext 127.0.0.1:50051 list

Every flag can be set by its environment variable and, without the dashes and with underscores, in the
configuration file; flags win over the environment, and that over the file. A switch is set with =true
or =false there.

SIGTERM: health checks say NOT_SERVING, calls are answered for the drain delay, and open ones then end
within the shutdown timeout. SIGINT: the same without the delay. SIGHUP: model, certificates and keys are
read again.

Exit codes: 0 stopped and every call answered, 1 could not start, 2 wrong usage or configuration,
3 stopped and calls cut off, 4 told twice to stop.";

/// Answers over gRPC.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ServeArgs {
    /// Read settings from this TOML file.
    #[arg(long, value_name = "FILE", env = "CANDOR_CONFIG")]
    config: Option<PathBuf>,
    /// Print the settings in force, with where each comes from; try the files they name, and stop.
    #[arg(long)]
    check_config: bool,

    /// Where to listen; port 0 takes any free one, which is printed.
    #[arg(long, value_name = "HOST:PORT", env = "CANDOR_LISTEN", default_value = "127.0.0.1:50051", value_parser = address)]
    listen: String,
    #[command(flatten)]
    switches: Switches,
    /// Where probes and Prometheus find /livez, /readyz and /metrics, by plain HTTP; `off` for nowhere.
    #[arg(long, value_name = "HOST:PORT", env = "CANDOR_ADMIN_LISTEN", default_value = "127.0.0.1:9464", value_parser = address_or_off)]
    admin_listen: String,
    #[command(flatten)]
    model: ModelChoice,

    /// Refuse longer texts.
    #[arg(long, value_name = "BYTES", env = "CANDOR_MAX_TEXT_BYTES", default_value = "2097152",
          value_parser = clap::value_parser!(u64).range(1..=Limits::MOST_TEXT_BYTES as u64))]
    max_text_bytes: u64,
    /// Refuse larger batches.
    #[arg(long, value_name = "COUNT", env = "CANDOR_MAX_BATCH_ARTICLES", default_value = "100",
          value_parser = clap::value_parser!(u64).range(1..=Limits::MOST_BATCH_ARTICLES as u64))]
    max_batch_articles: u64,
    /// Leave out of a report, and count there, what is more than so many pieces of evidence.
    #[arg(long, value_name = "COUNT", env = "CANDOR_MAX_EVIDENCE", default_value = "10000",
          value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    max_evidence: u64,
    /// Refuse longer header lists.
    #[arg(long, value_name = "BYTES", env = "CANDOR_MAX_HEADER_BYTES", default_value = "16384",
          value_parser = clap::value_parser!(u32).range(4_096..=1_048_576))]
    max_header_bytes: u32,
    /// The longest that a unary call, or one article of a stream, may take, and that a caller may take nothing of an answer.
    #[arg(long, value_name = "TIME", env = "CANDOR_MAX_DEADLINE", default_value = "30s", value_parser = some_time)]
    max_deadline: Duration,
    /// Score so many articles at once; `auto` for one on each core. The most memory taken grows with it.
    #[arg(long, value_name = "COUNT", env = "CANDOR_THREADS", default_value = "auto", value_parser = threads_or_auto)]
    threads: OrAuto,
    /// Bytes of articles that may be received and not yet answered, 64 KiB more for each call; unary calls
    /// and streams have half each. Unary calls beyond are refused, streams wait.
    #[arg(long, value_name = "BYTES", env = "CANDOR_MAX_IN_FLIGHT_BYTES", default_value = "67108864",
          value_parser = clap::value_parser!(u64).range(1..=8_589_934_590))]
    max_in_flight_bytes: u64,
    /// Streams of articles that may be open.
    #[arg(long, value_name = "COUNT", env = "CANDOR_MAX_STREAMS", default_value = "64",
          value_parser = clap::value_parser!(u64).range(1..=100_000))]
    max_streams: u64,
    /// Connections that may be open.
    #[arg(long, value_name = "COUNT", env = "CANDOR_MAX_CONNECTIONS", default_value = "1024",
          value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    max_connections: u64,
    /// Calls that may be open on one connection.
    #[arg(long, value_name = "COUNT", env = "CANDOR_MAX_CALLS_PER_CONNECTION", default_value = "256",
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    max_calls_per_connection: u32,

    /// Ask this often whether a silent client is still there; `off` for never.
    #[arg(long, value_name = "TIME", env = "CANDOR_KEEPALIVE_INTERVAL", default_value = "60s", value_parser = time_or_off)]
    keepalive_interval: OrOff,
    /// Close the connection of one that does not answer within this.
    #[arg(long, value_name = "TIME", env = "CANDOR_KEEPALIVE_TIMEOUT", default_value = "20s", value_parser = some_time)]
    keepalive_timeout: Duration,
    /// Ask clients to connect again after this, so that new replicas get their share; `off` for never.
    #[arg(long, value_name = "TIME", env = "CANDOR_MAX_CONNECTION_AGE", default_value = "30m", value_parser = time_or_off)]
    max_connection_age: OrOff,
    /// After SIGTERM, answer calls for this long while health checks say NOT_SERVING.
    #[arg(long, value_name = "TIME", env = "CANDOR_DRAIN_DELAY", default_value = "5s", value_parser = any_time)]
    drain_delay: Duration,
    /// After that, give open calls this long to end.
    #[arg(long, value_name = "TIME", env = "CANDOR_SHUTDOWN_TIMEOUT", default_value = "20s", value_parser = some_time)]
    shutdown_timeout: Duration,

    /// The service's certificate chain, in PEM.
    #[arg(long, value_name = "FILE", env = "CANDOR_TLS_CERT", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its private key, in PEM.
    #[arg(long, value_name = "FILE", env = "CANDOR_TLS_KEY", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Clients must show a certificate that leads to one in here, in PEM.
    #[arg(long, value_name = "FILE", env = "CANDOR_TLS_CLIENT_CA", requires = "tls_cert")]
    tls_client_ca: Option<PathBuf>,
    /// Callers must show a key. A line is `NAME SHA256-OF-KEY [CALLS-PER-SECOND]`.
    #[arg(long, value_name = "FILE", env = "CANDOR_API_KEYS")]
    api_keys: Option<PathBuf>,
    /// A subject's alternative name in client certificates that may call, without a key. Several may be
    /// given, apart or with commas.
    #[arg(long, value_name = "NAME", env = "CANDOR_CLIENT_NAME", value_delimiter = ',')]
    client_name: Vec<String>,
    /// Look this often whether certificates or keys have changed; `off` for never.
    #[arg(long, value_name = "TIME", env = "CANDOR_RELOAD_INTERVAL", default_value = "10s", value_parser = time_or_off)]
    reload_interval: OrOff,

    /// Pages from this origin may call from a browser, by gRPC-Web. Several may be given, apart or with
    /// commas.
    #[arg(long, value_name = "ORIGIN", env = "CANDOR_WEB_ORIGIN", value_delimiter = ',', value_parser = origin)]
    web_origin: Vec<http::HeaderValue>,

    /// How to write logs, which go to standard error and never hold article text.
    #[arg(long, value_enum, env = "CANDOR_LOG_FORMAT", default_value_t)]
    log_format: LogFormat,
    /// The least important thing to log: off, error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", env = "CANDOR_LOG_LEVEL", default_value = "info")]
    log_level: LevelFilter,
    /// Send traces to this collector, by OTLP over gRPC.
    #[arg(long, value_name = "URL", env = "CANDOR_OTLP_ENDPOINT", value_parser = collector)]
    otlp_endpoint: Option<String>,
    /// The share of traces begun here that is sent, 0 to 1.
    #[arg(long, value_name = "SHARE", env = "CANDOR_TRACE_RATIO", default_value = "0.01", value_parser = share)]
    trace_ratio: f64,
}

/// Flags that are on or off.
#[derive(Debug, Args)]
struct Switches {
    /// Listen beyond this machine although there is no TLS or nobody is asked for a key.
    #[arg(long, env = "CANDOR_ALLOW_INSECURE", action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true,
          value_name = "BOOL", default_value = "false", default_missing_value = "true")]
    allow_insecure: bool,
    /// Describe the service to whoever may call it, by reflection.
    #[arg(long, env = "CANDOR_REFLECTION", action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true,
          value_name = "BOOL", default_value = "true", default_missing_value = "true")]
    reflection: bool,
    /// Compress replies for callers that accept gzip, such as browsers far away. Costs more time than scoring.
    #[arg(long, env = "CANDOR_GZIP_REPLIES", action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true,
          value_name = "BOOL", default_value = "false", default_missing_value = "true")]
    gzip_replies: bool,
}

/// A time, or never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OrOff(Option<Duration>);

/// A number of threads, or as many as there are cores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OrAuto(Option<NonZero<usize>>);

/// More threads than any machine has cores only cost memory.
const MOST_THREADS: usize = 1_024;

fn threads_or_auto(text: &str) -> Result<OrAuto, String> {
    if text == "auto" {
        return Ok(OrAuto(None));
    }
    let count = text.parse().ok().filter(|count: &NonZero<usize>| count.get() <= MOST_THREADS);
    count.map(|count| OrAuto(Some(count))).ok_or_else(|| format!("it is `auto` or a number from 1 to {MOST_THREADS}"))
}

fn any_time(text: &str) -> Result<Duration, String> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let number: u64 = number.parse().map_err(|_| "a time is a whole number and ms, s, m or h".to_owned())?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err("a time is a whole number and ms, s, m or h".to_owned()),
    };
    let time = number.checked_mul(milliseconds).filter(|&time| time <= 86_400_000 * 7);
    time.map(Duration::from_millis).ok_or_else(|| "a time is at most a week".to_owned())
}

fn some_time(text: &str) -> Result<Duration, String> {
    any_time(text).and_then(|time| if time.is_zero() { Err("it must not be zero".to_owned()) } else { Ok(time) })
}

fn time_or_off(text: &str) -> Result<OrOff, String> {
    if text == "off" { Ok(OrOff(None)) } else { some_time(text).map(|time| OrOff(Some(time))) }
}

pub(super) fn address(text: &str) -> Result<String, String> {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => Ok(text.to_owned()),
        _ => Err("an address is HOST:PORT, such as 127.0.0.1:50051".to_owned()),
    }
}

fn address_or_off(text: &str) -> Result<String, String> {
    if text == "off" { Ok(text.to_owned()) } else { address(text) }
}

fn origin(text: &str) -> Result<http::HeaderValue, String> {
    let scheme = ["http://", "https://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    match (scheme, http::HeaderValue::from_str(text)) {
        (Some(host), Ok(value)) if !host.is_empty() && !host.contains('/') => Ok(value),
        _ => Err("an origin is http:// or https:// and a host, such as https://desk.example".to_owned()),
    }
}

fn collector(text: &str) -> Result<String, String> {
    match text.parse::<http::Uri>() {
        Ok(uri) if uri.scheme_str() == Some("http") && uri.host().is_some() => Ok(text.to_owned()),
        _ => {
            Err("a collector is http:// and a host, such as http://127.0.0.1:4317; for TLS, run one beside the service"
                .to_owned())
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| "a share is from 0 to 1".to_owned())
}

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl ServeArgs {
    fn settings(&self) -> Settings {
        let limits = Limits::with_max_text_bytes(count(self.max_text_bytes));
        let mut limits = limits.and_max_batch_articles(count(self.max_batch_articles));
        limits.max_evidence = count(self.max_evidence);
        limits.max_header_bytes = self.max_header_bytes;
        limits.max_calls_per_connection = self.max_calls_per_connection;
        limits.max_deadline = self.max_deadline;
        let tls = self.tls_cert.clone().zip(self.tls_key.clone());
        Settings {
            listen: self.listen.clone(),
            allow_insecure: self.switches.allow_insecure,
            admin: (self.admin_listen != "off").then(|| self.admin_listen.clone()),
            model: self.model.model.clone(),
            limits,
            threads: self.threads.0,
            max_in_flight_bytes: count(self.max_in_flight_bytes),
            max_streams: count(self.max_streams),
            max_connections: count(self.max_connections),
            keepalive_interval: self.keepalive_interval.0,
            keepalive_timeout: self.keepalive_timeout,
            max_connection_age: self.max_connection_age.0,
            drain_delay: self.drain_delay,
            shutdown_timeout: self.shutdown_timeout,
            tls: tls.map(|(certificate, key)| TlsFiles { certificate, key, client_ca: self.tls_client_ca.clone() }),
            keys: self.api_keys.clone(),
            client_names: self.client_name.clone(),
            reload_interval: self.reload_interval.0,
            reflection: self.switches.reflection,
            gzip_replies: self.switches.gzip_replies,
            web_origins: (!self.web_origin.is_empty()).then(|| self.web_origin.clone()),
        }
    }

    fn traces(&self) -> Option<Traces> {
        self.otlp_endpoint.clone().map(|endpoint| Traces { endpoint, ratio: self.trace_ratio })
    }
}

/// The exit code of a service that cut off calls.
const CUT_OFF: u8 = 3;

/// The exit code of a service that was told twice to stop.
const TOLD_TWICE: i32 = 4;

fn refused(error: &server::Error) -> Failure {
    if error.is_usage() { Failure::Usage(error.to_string()) } else { Failure::Refused(error.to_string()) }
}

pub(super) fn run(args: ServeArgs) -> Result<ExitCode, Failure> {
    let config = args.config.clone();
    let Configured { args, in_force } = configuration::complete(args, config.as_deref()).map_err(Failure::Usage)?;
    let settings = args.settings();
    settings.check().map_err(Failure::Usage)?;
    if args.check_config {
        let mut out = io::stdout().lock();
        out.write_all(in_force.as_bytes())?;
        out.flush()?;
        let engine = args.model.engine().map_err(|failure| match failure {
            Failure::Refused(problem) => Failure::Usage(problem),
            other => other,
        })?;
        server::check(&settings, &engine).map_err(|error| Failure::Usage(error.to_string()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    threads.enable_all();
    // Messages are inflated and decoded on these: the memory that takes is bounded with that of scoring.
    if let Some(count) = settings.threads {
        threads.worker_threads(count.get());
    }
    let runtime = threads.build().map_err(|error| Failure::Refused(format!("Cannot start threads: {error}.")))?;
    let sending = {
        let _within = runtime.enter();
        telemetry::start(args.log_format, args.log_level, args.traces().as_ref()).map_err(Failure::Refused)?
    };
    let engine = args.model.engine()?;
    tracing::info!(settings = configuration::one_line(&in_force), "starting");
    let ended = runtime.block_on(async {
        let no_signals = |error: io::Error| Failure::Refused(format!("Cannot listen for signals: {error}."));
        let stop = signals::stop(|| std::process::exit(TOLD_TWICE)).map_err(no_signals)?;
        let server = Server::bind(settings, engine).await.map_err(|error| refused(&error))?;
        signals::reload_on_hangup(server.reload()).map_err(no_signals)?;
        // For scripts that let us pick the ports. Nobody may be reading, which is fine.
        let mut out = io::stdout();
        let _ = writeln!(out, "listening on {}", server.address());
        if let Some(admin) = server.admin_address() {
            let _ = writeln!(out, "admin on {admin}");
        }
        server.run(stop).await.map_err(|error| refused(&error))
    });
    drop(sending);
    // Scoring that outlives the calls it was for must not hold up the process.
    runtime.shutdown_background();
    ended.map(|ended| match ended {
        Ended::Finished => ExitCode::SUCCESS,
        Ended::CutOff => ExitCode::from(CUT_OFF),
    })
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::*;
    use crate::cli::{Cli, Command};

    fn parsed(flags: &[&str]) -> ServeArgs {
        let words = ["candor", "serve"].iter().chain(flags);
        match Cli::try_parse_from(words).unwrap().command {
            Command::Serve(args) => *args,
            other => panic!("{other:?}"),
        }
    }

    /// The defaults of the command line are those of the library.
    #[test]
    fn defaults_are_written_twice_and_agree() {
        let (ours, theirs) =
            (parsed(&[]).settings(), Settings { admin: Some("127.0.0.1:9464".to_owned()), ..Settings::default() });
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
    }

    #[test]
    fn every_flag_has_its_variable() {
        let command = Cli::command();
        let serve = command.find_subcommand("serve").unwrap();
        for argument in serve.get_arguments() {
            let id = argument.get_id().as_str();
            if id != "check_config" && id != "help" {
                let variable = argument.get_env().and_then(|name| name.to_str()).unwrap_or_default();
                assert_eq!(variable, format!("CANDOR_{}", id.to_uppercase()));
            }
            assert_eq!(argument.get_long().unwrap().replace('-', "_"), id);
        }
    }

    #[test]
    fn times_are_read_with_their_units() {
        assert_eq!(any_time("0s"), Ok(Duration::ZERO));
        assert_eq!(some_time("1500ms"), Ok(Duration::from_millis(1_500)));
        assert_eq!(some_time("2h"), Ok(Duration::from_secs(7_200)));
        assert_eq!(time_or_off("off"), Ok(OrOff(None)));
        for wrong in ["", "5", "s", "-1s", "1.5s", "1 s", "0s", "5d", "99999999999999999999s", "18446744073709551615h"]
        {
            assert!(some_time(wrong).is_err(), "{wrong}");
        }
    }
}
