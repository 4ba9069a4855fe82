//! The program itself, serving, as whatever runs it sees it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tonic::transport::{Channel, Endpoint};

/// A service of our own, ended with the value.
pub struct Serving {
    child: Child,
    pub address: String,
    pub admin: String,
    log: Arc<Mutex<String>>,
    logging: Option<JoinHandle<()>>,
}

/// The program without settings from outside; the build that `PROGRAM` names, if any.
pub fn candor() -> Command {
    let ours = env!("CARGO_BIN_EXE_candor");
    let mut command = Command::new(std::env::var_os("PROGRAM").unwrap_or_else(|| ours.into()));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CANDOR_") {
            command.env_remove(name);
        }
    }
    command
}

impl Serving {
    /// Starts a service on free ports and waits until it is ready.
    pub fn start(arguments: &[&str]) -> Self {
        let serving = Self::begin(arguments);
        serving.wait_for("/readyz", 200);
        serving
    }

    /// Starts a service on free ports, of this machine alone unless `arguments` say otherwise.
    pub fn begin(arguments: &[&str]) -> Self {
        let admin = ["--admin-listen", "127.0.0.1:0"];
        let admin = admin.into_iter().filter(|_| !arguments.contains(&"--admin-listen"));
        let mut child = candor()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(admin)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (kept, errors) = (Arc::clone(&log), BufReader::new(child.stderr.take().unwrap()));
        let logging = std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                let mut kept = kept.lock().unwrap();
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = |what: &str| {
            let line =
                lines.next().and_then(Result::ok).unwrap_or_else(|| panic!("no {what}: {}", log.lock().unwrap()));
            line.strip_prefix(what).unwrap().to_owned()
        };
        let address = said("listening on ");
        let admin = said("admin on ");
        Serving { child, address, admin, log, logging: Some(logging) }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn uri(&self) -> String {
        format!("http://{}", self.address)
    }

    pub async fn channel(&self) -> Channel {
        Endpoint::new(self.uri()).unwrap().connect().await.unwrap()
    }

    /// What the admin port answers.
    pub fn ask(&self, method: &str, path: &str) -> (u16, String) {
        http(&self.admin, method, path).unwrap()
    }

    /// Waits until the admin port answers with `code`.
    pub fn wait_for(&self, path: &str, code: u16) {
        let patience = Instant::now() + Duration::from_secs(60);
        while http(&self.admin, "GET", path).map(|(answered, _)| answered).ok() != Some(code) {
            assert!(Instant::now() < patience, "{path} is not {code}: {}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The value of one series in /metrics.
    pub fn metric(&self, series: &str) -> Option<f64> {
        let (_, page) = self.ask("GET", "/metrics");
        let line = page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
        line.trim().parse().ok()
    }

    /// Waits until a series has a value.
    pub fn wait_for_metric(&self, series: &str, value: f64) {
        let patience = Instant::now() + Duration::from_secs(20);
        while self.metric(series) != Some(value) {
            assert!(Instant::now() < patience, "{series} is not {value} in\n{}", self.ask("GET", "/metrics").1);
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Waits for the end, which must come within `most`.
    pub fn ends_within(&mut self, most: Duration) -> ExitStatus {
        let patience = Instant::now() + most;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                // The log to its last line.
                self.logging.take().map(JoinHandle::join);
                return status;
            }
            assert!(Instant::now() < patience, "it has not stopped: {}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request by HTTP/1.1: the code and the body.
pub fn http(address: &str, method: &str, path: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    write!(stream, "{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let code = answer.split_whitespace().nth(1).and_then(|code| code.parse().ok());
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
    code.map(|code| (code, body)).ok_or_else(|| std::io::Error::other("no HTTP"))
}

/// Writes a file and returns its path as an argument.
pub fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Whether a call never left its client: the connection was closing just then, or nobody listens any more.
/// The client of these tests reports such calls; others send them again by themselves.
pub fn was_never_sent(status: &tonic::Status) -> bool {
    let mut source = std::error::Error::source(status);
    while let Some(error) = source {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return io.kind() == std::io::ErrorKind::ConnectionRefused;
        }
        if let Some(hyper) = error.downcast_ref::<hyper::Error>() {
            let told_to_go = format!("{hyper:?}").contains("GoAway(b\"\", NO_ERROR, Remote)");
            if hyper.is_canceled() || told_to_go {
                return true;
            }
        }
        source = error.source();
    }
    false
}
