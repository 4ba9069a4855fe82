use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::Failure;
use super::serve::address;

const EXAMPLES: &str = "Examples:
  candor health
  candor health --admin 127.0.0.1:9464 --timeout-ms 500

Exit codes: 0 the service takes calls, 1 it does not, 2 wrong usage.";

/// Asks a service on this machine whether it takes calls, for containers without other tools.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct HealthArgs {
    /// The service's admin port.
    #[arg(long, value_name = "HOST:PORT", env = "CANDOR_ADMIN_LISTEN", default_value = "127.0.0.1:9464", value_parser = admin)]
    admin: String,
    /// How long to wait for an answer.
    #[arg(long, value_name = "MS", default_value = "1000", value_parser = clap::value_parser!(u64).range(1..=60_000))]
    timeout_ms: u64,
}

fn admin(text: &str) -> Result<String, String> {
    if text == "off" {
        return Err(
            "a service whose admin port is off cannot be asked; name the HOST:PORT of one, such as 127.0.0.1:9464"
                .to_owned(),
        );
    }
    address(text)
}

pub(super) fn run(args: &HealthArgs) -> Result<ExitCode, Failure> {
    let refused = |problem: String| Failure::Refused(format!("{} does not answer: {problem}.", args.admin));
    let answer =
        ask(&args.admin, Duration::from_millis(args.timeout_ms)).map_err(|error| refused(error.to_string()))?;
    match answer.split_whitespace().nth(1) {
        Some("200") => Ok(ExitCode::SUCCESS),
        Some(code) => Err(Failure::Refused(format!("The service at {} is not ready ({code}).", args.admin))),
        None => Err(refused("that is no HTTP".to_owned())),
    }
}

/// The first bytes of what /readyz answers.
fn ask(admin: &str, timeout: Duration) -> std::io::Result<String> {
    let mut failed = std::io::Error::from(std::io::ErrorKind::NotFound);
    for mut address in admin.to_socket_addrs()? {
        // A service that listens everywhere is asked here.
        if address.ip().is_unspecified() {
            address.set_ip(if address.is_ipv4() { [127, 0, 0, 1].into() } else { [0, 0, 0, 0, 0, 0, 0, 1].into() });
        }
        match TcpStream::connect_timeout(&address, timeout) {
            Ok(mut stream) => {
                stream.set_read_timeout(Some(timeout))?;
                stream.set_write_timeout(Some(timeout))?;
                stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: candor\r\nconnection: close\r\n\r\n")?;
                let mut answer = Vec::new();
                stream.take(1_024).read_to_end(&mut answer)?;
                return Ok(String::from_utf8_lossy(&answer).into_owned());
            }
            Err(error) => failed = error,
        }
    }
    Err(failed)
}
