//! What can be set. Where it comes from (flags, environment, file) is the command line's matter.

use std::net::{IpAddr, ToSocketAddrs as _};
use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use http::HeaderValue;

use super::tls::TlsFiles;
use crate::rpc::Limits;
use crate::rpc::admission::CALL_BYTES;

/// Everything about a service but its engine.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `HOST:PORT`.
    pub listen: String,
    /// Listen beyond this machine without TLS or without keys.
    pub allow_insecure: bool,
    /// `HOST:PORT` of the admin port, if there is one.
    pub admin: Option<String>,
    /// Where the model came from, for reloads; the built-in one if absent.
    pub model: Option<PathBuf>,
    pub limits: Limits,
    /// How many articles are scored at once; as many as there are cores if absent.
    pub threads: Option<NonZero<usize>>,
    pub max_in_flight_bytes: usize,
    pub max_streams: usize,
    pub max_connections: usize,
    pub keepalive_interval: Option<Duration>,
    pub keepalive_timeout: Duration,
    pub max_connection_age: Option<Duration>,
    /// How long to answer calls after health checks were told NOT_SERVING.
    pub drain_delay: Duration,
    /// How long open calls may take to end after that.
    pub shutdown_timeout: Duration,
    pub tls: Option<TlsFiles>,
    pub keys: Option<PathBuf>,
    /// Names in client certificates that may call.
    pub client_names: Vec<String>,
    /// How often to look whether certificates or keys have changed; never if absent.
    pub reload_interval: Option<Duration>,
    pub reflection: bool,
    /// Compress replies for callers that can read it: costs more time than scoring, saves bytes.
    pub gzip_replies: bool,
    /// Origins of pages that may call from a browser; absent where browsers may not.
    pub web_origins: Option<Vec<HeaderValue>>,
}

impl Default for Settings {
    fn default() -> Self {
        let limits = Limits::default();
        Settings {
            listen: "127.0.0.1:50051".to_owned(),
            allow_insecure: false,
            admin: None,
            model: None,
            limits,
            threads: None,
            max_in_flight_bytes: 64 << 20,
            max_streams: 64,
            max_connections: 1_024,
            keepalive_interval: Some(Duration::from_secs(60)),
            keepalive_timeout: Duration::from_secs(20),
            max_connection_age: Some(Duration::from_secs(1_800)),
            drain_delay: Duration::from_secs(5),
            shutdown_timeout: Duration::from_secs(20),
            tls: None,
            keys: None,
            client_names: Vec::new(),
            reload_interval: Some(Duration::from_secs(10)),
            reflection: true,
            gzip_replies: false,
            web_origins: None,
        }
    }
}

impl Settings {
    /// The least bytes in flight under which the greatest request is ever accepted.
    #[must_use]
    pub fn least_in_flight_bytes(limits: &Limits) -> usize {
        2 * (limits.max_decoded_bytes() + CALL_BYTES)
    }

    /// Checks what one setting means for another.
    ///
    /// # Errors
    /// One sentence that names the settings.
    pub fn check(&self) -> Result<(), String> {
        let least = Self::least_in_flight_bytes(&self.limits);
        if self.max_in_flight_bytes < least {
            return Err(format!(
                "--max-in-flight-bytes is {}; with these limits on requests it must be at least {least}.",
                self.max_in_flight_bytes
            ));
        }
        if !self.client_names.is_empty() && self.tls.as_ref().is_none_or(|tls| tls.client_ca.is_none()) {
            return Err("--client-name needs --tls-client-ca, which tells whose certificates to believe.".to_owned());
        }
        let open = self.keys.is_none() && self.tls.as_ref().is_none_or(|tls| tls.client_ca.is_none());
        if (self.tls.is_none() || open) && !self.allow_insecure && !is_local(&self.listen) {
            let missing = match (self.tls.is_none(), open) {
                (true, true) => "TLS and keys",
                (true, false) => "TLS",
                _ => "keys or client certificates",
            };
            return Err(format!(
                "{} can be reached from other machines and there is no protection by {missing}; say --allow-insecure \
                 if something else protects it.",
                self.listen
            ));
        }
        Ok(())
    }
}

/// Whether only this machine reaches an address. One that cannot be resolved will not be listened on.
fn is_local(address: &str) -> bool {
    address.to_socket_addrs().is_ok_and(|mut found| found.all(|at| at.ip().to_canonical().is_loopback()))
        || address.parse::<std::net::SocketAddr>().is_ok_and(|at| IpAddr::is_loopback(&at.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_sound() {
        assert_eq!(Settings::default().check(), Ok(()));
    }

    #[test]
    fn other_machines_are_let_in_on_purpose_only() {
        let at = |listen: &str| Settings { listen: listen.to_owned(), ..Settings::default() };
        for local in ["127.0.0.1:1", "[::1]:1", "localhost:1", "127.9.9.9:0"] {
            assert_eq!(at(local).check(), Ok(()), "{local}");
        }
        let tls = |client_ca| Some(TlsFiles { certificate: "c".into(), key: "k".into(), client_ca });
        for open in ["0.0.0.0:1", "[::]:1", "192.0.2.1:1"] {
            assert!(at(open).check().unwrap_err().contains("TLS and keys"));
            assert_eq!(Settings { allow_insecure: true, ..at(open) }.check(), Ok(()));
            assert!(Settings { tls: tls(None), ..at(open) }.check().unwrap_err().contains("by keys or"));
            assert!(Settings { keys: Some("f".into()), ..at(open) }.check().unwrap_err().contains("by TLS;"));
            assert_eq!(Settings { tls: tls(None), keys: Some("f".into()), ..at(open) }.check(), Ok(()));
            assert_eq!(Settings { tls: tls(Some("ca".into())), ..at(open) }.check(), Ok(()));
        }
    }

    #[test]
    fn settings_that_contradict_each_other_are_refused() {
        let small = Settings { max_in_flight_bytes: 1 << 20, ..Settings::default() };
        assert!(small.check().unwrap_err().starts_with("--max-in-flight-bytes is 1048576"));
        let names = Settings { client_names: vec!["a".to_owned()], ..Settings::default() };
        assert!(names.check().unwrap_err().starts_with("--client-name needs"));
    }
}
